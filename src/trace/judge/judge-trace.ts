/**
 * Judges a model by a trace: replays the frames that the trace shows, and compares what the model records at each node with what
 * the trace says, decision by decision.
 */

import type { Tables } from '../../pipeline/engine/tables.js';
import { formatMac } from '../../wire/address.js';
import type { ImportedPacket, ImportedTrace } from '../import/imported-trace.js';
import { releaseOf } from '../../releases/release.js';
import { tracedRelease } from '../import/traced-release.js';
import { describeUnknown, destinationMac, type RebuiltFrame } from '../rebuild/rebuilt-frame.js';
import {
  comparePaths,
  type Disagreement,
  type Explanation,
  type PathComparison,
  type RecordOutcome,
} from './compare-paths.js';
import { damagedState } from './damaged-state.js';
import { Model, type Dependence } from './model.js';
import { Numbering } from './numbering.js';
import { withTagId } from './open-tag.js';
import { isDecidedByUnknown, LostState, nodesOf } from './parting.js';
import { assumeFor, type Assumption } from './preconditions.js';
import { fillingsOf } from './unknown-bytes.js';

export interface PacketJudgement {
  readonly packet: ImportedPacket;
  readonly outcomes: readonly RecordOutcome[];
  readonly disagreement: Disagreement | null;
  readonly explanations: readonly Explanation[];
  readonly assumptions: readonly Assumption[];
  /** Why the packet was not replayed; null where it was. */
  readonly notReplayed: string | null;
  /** What the text lacks of the packet, in sentences. */
  readonly gaps: readonly string[];
  /** Why it is judged in part only; null where it is judged to its end. */
  readonly undecidedFrom: string | null;
}

export interface TraceJudgement {
  readonly trace: ImportedTrace;
  readonly packets: readonly PacketJudgement[];
  /** Indices that are others here than in the trace, consistently. */
  readonly numbering: readonly string[];
}

/**
 * @param makeTables gives the configuration's tables, which are asked for twice: packets run on both, with other values in the
 *   place of bytes that the trace does not show
 * @param nameOf names for interfaces of the trace, by sw_if_index, where the trace itself has none
 */
export function judgeTrace(
  trace: ImportedTrace,
  makeTables: () => Tables,
  nameOf: (swIfIndex: number) => string | null = () => null,
): TraceJudgement {
  const judge = new Judge(trace, makeTables, nameOf);
  const packets = trace.packets.map((packet) => judge.judge(packet));
  return { trace, packets, numbering: judge.numbering.describe() };
}

class Judge {
  readonly numbering = new Numbering();
  private readonly lost = new LostState();
  private readonly model: Model;
  /** Runs every packet, too, with other values in the place of unknown bytes. */
  private readonly twin: Model;
  private readonly tables: Tables;

  constructor(
    private readonly trace: ImportedTrace,
    makeTables: () => Tables,
    private readonly nameOf: (swIfIndex: number) => string | null,
  ) {
    const { isLater } = trace;
    [this.model, this.twin] = [new Model(makeTables(), isLater), new Model(makeTables(), isLater)];
    this.tables = this.model.tables;
  }

  judge(packet: ImportedPacket): PacketJudgement {
    const { records } = packet.trace;
    const nodes = nodesOf(records);
    const unjudged = (notReplayed: string): PacketJudgement => {
      this.lost.lose(packet.number, nodes);
      return {
        packet,
        outcomes: records.map(() => 'not judged'),
        disagreement: null,
        explanations: [],
        assumptions: [],
        gaps: [],
        notReplayed,
        undecidedFrom: null,
      };
    };
    if (packet.input === null) return unjudged("the text does not have the packet's beginning or length");
    const swIfIndex = this.rxOf(packet, packet.input);
    if (swIfIndex === null) return unjudged('no interface of the configuration is the one it arrived on');
    const stranger = this.strangerTo(swIfIndex, packet.input);
    if (stranger !== null) return unjudged(stranger);
    const interfaceOf = (index: number): number | null => this.interfaceOf(index);
    const assumptions = assumeFor(packet, this.tables, interfaceOf);
    assumeFor(packet, this.twin.tables, interfaceOf);
    const input = withTagId(packet.input, records, swIfIndex, this.tables.vlans);
    const { likely, other } = fillingsOf(input, packet.number);
    const micro = packet.microseconds ?? 0;
    const twin = this.twin.run(other, swIfIndex, micro, null);
    const modelled = this.model.run(likely, swIfIndex, micro, this.twin);
    const comparison = comparePaths(packet, { records: modelled, twin }, this.numbering, {
      hasLosses: this.trace.hasCutLines,
      release: releaseOf(this.tables).name,
      isOfThisRelease: this.isOfThisRelease,
    });
    const { disagreement, parting, hasOpenValues } = comparison;
    const dependence = this.model.dependence();
    const undecidedFrom = this.undecidableAt(comparison, assumptions, packet, input, dependence);
    if (undecidedFrom !== null || hasOpenValues) {
      // What the two did alike up to here, and without looking at unknown bytes, is as it was.
      const [from, to] = hasOpenValues
        ? [0, 0]
        : [(parting?.traced.length ?? 1) - 1, (parting?.modelled.length ?? 1) - 1];
      this.lost.lose(packet.number, [
        ...dependence.reads.flatMap(({ node, record }) => {
          const own = modelled.at(record);
          return own?.node === node ? nodesOf([own]) : [node];
        }),
        ...nodes.slice(from),
        ...nodesOf(modelled.slice(to)),
      ]);
    }
    const { explanations, gaps } = comparison;
    const judged = { packet, explanations, gaps, assumptions, notReplayed: null, undecidedFrom };
    // What comes behind it is unknown.
    if (undecidedFrom !== null)
      return {
        ...judged,
        outcomes: comparison.outcomes.map((outcome) => (outcome === 'differs' ? 'not judged' : outcome)),
        disagreement: null,
      };
    const why = disagreement && this.whyOf(disagreement);
    return { ...judged, outcomes: comparison.outcomes, disagreement: disagreement && { ...disagreement, why } };
  }

  /** The text is of a release as late as the one that is modelled, and no words of older ones explain it. */
  private get isOfThisRelease(): boolean {
    return this.trace.isLater && releaseOf(this.tables).wording.headers === 'detailed';
  }

  /** Why a disagreement says nothing: what decides there is not in the trace. Null where it does say something. */
  private undecidableAt(
    { disagreement, parting }: PathComparison,
    assumptions: readonly Assumption[],
    { trace }: ImportedPacket,
    input: RebuiltFrame,
    dependence: Dependence,
  ): string | null {
    if (disagreement === null || parting === null) return null;
    const damaged = damagedState(trace.records, disagreement.line, this.isOfThisRelease);
    if (damaged !== null) return damaged;
    if (assumptions.some(({ isMade, line }) => !isMade && line <= disagreement.line + 1))
      return 'state from before the trace decides there';
    const lost = this.lost.excuse(parting);
    if (lost !== null) return lost;
    if (!isDecidedByUnknown(dependence, parting)) return null;
    const unknown = describeUnknown(input);
    return unknown === null
      ? 'the trace does not show all bytes of an earlier packet, which may decide there'
      : `the trace does not show ${unknown} of the frame, which may decide there`;
  }

  /** The port that it came by: by name, which may be that of a sub-interface, by the MAC address it was sent to, or by number. */
  private rxOf({ rx }: ImportedPacket, frame: RebuiltFrame): number | null {
    const { interfaces } = this.tables;
    const named = rx.name === null ? undefined : interfaces.byName(rx.name);
    const numbered = (): number | null => (rx.swIfIndex === null ? null : this.interfaceOf(rx.swIfIndex));
    const found = named?.swIfIndex ?? this.addressedBy(destinationMac(frame)) ?? numbered();
    return found === null ? null : interfaces.portOf[found];
  }

  /** The one interface with a MAC address, which sub-interfaces share with it; not local0, which receives nothing. */
  private addressedBy(mac: string | null): number | null {
    const owners = this.tables.interfaces.all.filter(
      ({ swIfIndex, sub, mac: own }) => swIfIndex !== 0 && sub === null && formatMac(own) === mac,
    );
    return owners.length === 1 ? owners[0].swIfIndex : null;
  }

  /** Why a frame is another node's: it was sent to a MAC address that its interface does not have, and VPP would not say so. */
  private strangerTo(swIfIndex: number, frame: RebuiltFrame): string | null {
    const { interfaces, composition } = this.tables;
    if (composition.behaviour.checksMacEverywhere || interfaces.l2CountOf[swIfIndex] > 0) return null;
    const { name, mac } = interfaces.all[swIfIndex];
    const to = destinationMac(frame);
    if (to === null || (frame.bytes[0] & 1) !== 0 || to === formatMac(mac)) return null;
    return `it was sent to ${to}, and ${name} is ${formatMac(mac)}: another node's, or another configuration`;
  }

  /** The model's number for an interface of the trace. */
  private interfaceOf(swIfIndex: number): number | null {
    const { interfaces } = this.tables;
    const facts = this.trace.interfaces.byIndex(swIfIndex);
    const name = facts?.name?.value ?? this.nameOf(swIfIndex);
    const named = name === null ? undefined : interfaces.byName(name);
    if (named) return named.swIfIndex;
    const numbered = interfaces.all.at(swIfIndex);
    const mac = facts?.mac?.value ?? null;
    // Sub-interfaces have their port's MAC address.
    const isLike = numbered !== undefined && (mac === null || formatMac(numbered.mac) === mac);
    return (isLike ? null : this.addressedBy(mac)) ?? numbered?.swIfIndex ?? null;
  }

  /** What decided in the model. */
  private whyOf({ node }: Disagreement): string | null {
    const rule = this.model.ruleAt(node);
    const { name, wording } = releaseOf(this.tables);
    const nearest = tracedRelease(this.trace);
    const parts = [
      ...(rule === null ? [] : [`here decides ${rule}`]),
      ...(this.model.discardCause === null ? [] : [`here the packet ends: ${this.model.discardCause}`]),
      ...(this.trace.isLater && wording.headers === 'plain'
        ? [
            `the text is worded most like VPP ${nearest.name}, and the model decides as VPP ${name} does (--release ${nearest.name})`,
          ]
        : []),
    ];
    return parts.length === 0 ? null : parts.join('; ');
  }
}
