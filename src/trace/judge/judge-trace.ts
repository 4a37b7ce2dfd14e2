/**
 * Judges a model by a trace: replays the frames that the trace shows, and compares what the model records at each node with what
 * the trace says, decision by decision.
 */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../capture/frame-batch.js';
import { Dataplane } from '../../pipeline/dataplane.js';
import * as entry from '../../pipeline/decisions/decision-log.js';
import { DecisionObserver } from '../../pipeline/decisions/decision-observer.js';
import { TraceRecords } from '../../pipeline/trace/trace-records.js';
import { causeOf } from '../../pipeline/verdicts.js';
import type { Tables } from '../../tables/tables.js';
import { formatMac } from '../../wire/address.js';
import type { ImportedPacket, ImportedTrace } from '../import/imported-trace.js';
import { LATER_RELEASE } from '../parse/later-release.js';
import { parseTrace, type NodeRecord } from '../parse/records.js';
import { destinationMac, type RebuiltFrame } from '../rebuild/rebuilt-frame.js';
import { DEFAULT_RELEASE } from '../release.js';
import { traceText } from '../show-trace.js';
import { comparePaths, type Disagreement, type Explanation, type RecordOutcome } from './compare-paths.js';
import { Numbering } from './numbering.js';
import { assumeFor, type Assumption } from './preconditions.js';
import { damagedState } from './damaged-state.js';
import { undecided, withFittingChecksum } from './unknown-bytes.js';

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

/** @param nameOf names for interfaces of the trace, by sw_if_index, where the trace itself has none */
export function judgeTrace(
  trace: ImportedTrace,
  tables: Tables,
  nameOf: (swIfIndex: number) => string | null = () => null,
): TraceJudgement {
  const judge = new Judge(trace, tables, nameOf);
  const packets = trace.packets.map((packet) => judge.judge(packet));
  return { trace, packets, numbering: judge.numbering.describe() };
}

class Judge {
  readonly numbering = new Numbering();
  private readonly records = new TraceRecords();
  private readonly dataplane: Dataplane;
  private readonly observer: DecisionObserver;
  /** First packet that could not be followed to its end: state may differ from there on. */
  private lostAt: number | null = null;
  private discardCause: string | null = null;

  constructor(
    private readonly trace: ImportedTrace,
    private readonly tables: Tables,
    private readonly nameOf: (swIfIndex: number) => string | null,
  ) {
    const sink = {
      transmit: () => undefined,
      discard: (b: unknown) => {
        if (b === this.dataplane.frame) this.discardCause = causeOf(this.dataplane.frame, this.dataplane);
      },
    };
    this.dataplane = new Dataplane(tables, sink, true, this.records);
    this.observer = DecisionObserver.of(this.dataplane);
  }

  judge(packet: ImportedPacket): PacketJudgement {
    const unjudged = (notReplayed: string): PacketJudgement => {
      this.lostAt ??= packet.number;
      return {
        packet,
        outcomes: packet.trace.records.map(() => 'not judged'),
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
    const assumptions = assumeFor(packet, this.tables, (index) => this.interfaceOf(index));
    const modelled = this.run(packet, packet.input, swIfIndex);
    const comparison = comparePaths(packet, modelled, this.numbering, { hasLosses: this.trace.hasCutLines });
    const { disagreement } = comparison;
    const undecidable = disagreement === null ? null : undecidableAt(disagreement, assumptions, packet);
    if (undecidable !== null) {
      this.lostAt ??= packet.number;
      // Nobody can tell what comes behind it.
      const outcomes = comparison.outcomes.map((outcome) => (outcome === 'differs' ? 'not judged' : outcome));
      return {
        packet,
        ...comparison,
        outcomes,
        disagreement: null,
        assumptions,
        notReplayed: null,
        undecidedFrom: undecidable,
      };
    }
    return {
      packet,
      ...comparison,
      disagreement: disagreement && { ...disagreement, why: this.whyOf(disagreement, packet.input) },
      assumptions,
      notReplayed: null,
      undecidedFrom: null,
    };
  }

  /** By name, by the MAC address it was sent to, or by number. */
  private rxOf({ rx }: ImportedPacket, frame: RebuiltFrame): number | null {
    const { interfaces } = this.tables;
    const named = rx.name === null ? undefined : interfaces.byName(rx.name);
    if (named) return named.swIfIndex;
    const mac = destinationMac(frame);
    const addressed = interfaces.all.filter((entry) => formatMac(entry.mac) === mac);
    if (addressed.length === 1) return addressed[0].swIfIndex;
    return rx.swIfIndex === null ? null : this.interfaceOf(rx.swIfIndex);
  }

  /** Why a frame is another node's: it was sent to a MAC address that its interface does not have. */
  private strangerTo(swIfIndex: number, frame: RebuiltFrame): string | null {
    const { name, mac } = this.tables.interfaces.all[swIfIndex];
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
    const mac = facts?.mac?.value;
    const addressed = interfaces.all.filter((entry) => mac !== undefined && formatMac(entry.mac) === mac);
    if (addressed.length === 1) return addressed[0].swIfIndex;
    return interfaces.all[swIfIndex]?.swIfIndex ?? null;
  }

  private run(packet: ImportedPacket, frame: RebuiltFrame, swIfIndex: number): NodeRecord[] {
    const bytes = withFittingChecksum(frame);
    const chunk = new Uint8Array(HEADROOM_BYTES + bytes.length + TAILROOM_BYTES);
    chunk.set(bytes, HEADROOM_BYTES);
    const micro = packet.microseconds ?? 0;
    this.discardCause = null;
    const [seconds, nanoseconds] = [Math.floor(micro / 1e6), (micro % 1e6) * 1000];
    const view = new DataView(chunk.buffer);
    this.dataplane.receive(chunk, view, HEADROOM_BYTES, bytes.length, bytes.length, swIfIndex, seconds, nanoseconds);
    const { graph } = this.dataplane;
    const text = traceText(this.records, {
      release: DEFAULT_RELEASE,
      tables: this.tables,
      errorNames: graph.errors.names,
      nodeNames: graph.names,
      handle: 0,
    });
    return parseTrace(`Packet 1\n\n${text}`).packets.flatMap(({ records }) => records);
  }

  /** The ACL rule that decided at a node, where one did. */
  private ruleAt(node: string): string | null {
    const { words, count } = this.observer.log;
    for (let at = 0; at < count * entry.ENTRY_WORDS; at += entry.ENTRY_WORDS) {
      const isThere =
        words[at + entry.KIND] === entry.ACL && this.dataplane.graph.names[words[at + entry.NODE]] === node;
      const aclIndex = words[at + entry.ACL_INDEX];
      if (isThere && aclIndex >= 0) return this.tables.acl.describeRule(aclIndex, words[at + entry.ACL_RULE]);
    }
    return null;
  }

  /** What decided in the model. */
  private whyOf({ node }: Disagreement, { mask }: RebuiltFrame): string | null {
    const parts: string[] = [];
    const rule = this.ruleAt(node);
    if (rule !== null) parts.push(`here decides ${rule}`);
    if (this.discardCause !== null) parts.push(`here the packet ends: ${this.discardCause}`);
    if (mask.some((bits) => bits !== 0xff))
      parts.push('bytes that the trace does not show were taken as 0, two of them so that the checksum fits');
    if (this.trace.isLater) parts.push(`the text looks like ${LATER_RELEASE}, and the model decides as VPP 19.08 does`);
    if (this.lostAt !== null)
      parts.push(`packet ${this.lostAt} could not be followed to its end, so sessions and ports may be others since`);
    return parts.length === 0 ? null : parts.join('; ');
  }
}

/** Why a disagreement says nothing: what decides there is not in the trace. Null where it does say something. */
function undecidableAt(
  { line: at }: Disagreement,
  assumptions: readonly Assumption[],
  { trace, input }: ImportedPacket,
): string | null {
  const damaged = damagedState(trace.records, at);
  if (damaged !== null) return damaged;
  if (assumptions.some(({ isMade, line }) => !isMade && line <= at + 1))
    return 'state from before the trace decides there';
  const unknown = input && undecided(input);
  return unknown === null ? null : `${unknown} of the frame decide there, and the trace does not show them`;
}
