/**
 * What all NAT nodes do around their strategy: read the packet into the record, check it, count it, send it on, and note what was
 * decided.
 */

import * as icmp4 from '../../../wire/icmp4.js';
import * as ip4 from '../../../wire/ip4.js';
import type { Errors } from '../../engine/errors.js';
import { fibBySwIfIndex } from '../../engine/fib-of.js';
import type { NodeContext } from '../../engine/node.js';
import { FLAG_IS_NATED, type PacketBuffer } from '../../engine/packet-buffer.js';
import { STEP_BY_SESSION, STEP_UNREPEATABLE, type Steps } from '../../engine/steps.js';
import { isCutForNat } from '../cut-for-nat.js';
import { HEADER_WORDS, readHeader } from '../header-words.js';
import { natAddresses } from '../missed.js';
import type { NatCause, NatCauseIds } from '../nat-causes.js';
import { natErrorIds, type NatErrorIds, type NatErrorSet } from '../nat-errors.js';
import type { NatPacket } from '../nat-packet.js';
import { NAT44 } from '../nat-steps.js';
import { DROPPED, NEXT_FEATURE, TO_IN2OUT, type NatStrategy, type NatWork } from './nat-strategy.js';
import type { Nat44 } from '../state/nat44.js';
import { NAT_TCP } from '../state/session-key.js';

export type NatContext = NodeContext<never, NatCause>;

/** Where NAT nodes send packets, each to those that it declares. */
export type NatNexts = Readonly<
  Record<'LOOKUP' | 'DROP', string> & Partial<Record<'ICMP_ERROR' | 'SLOW_PATH' | 'REASS' | 'IN2OUT', string>>
>;

/** What a NAT node declares besides its name. */
export interface NatRole<S extends NatStrategy> {
  readonly strategy: new (work: NatWork) => S;
  /** On the way out of an interface with output feature, behind the Ethernet header that ip4-rewrite prepended. */
  readonly isOutput?: boolean;
  /** Its own errors, the reasons of drops; and those that it counts in, where they are another node's. */
  readonly errors: NatErrorSet;
  readonly counts?: NatErrorSet;
}

const FIELD = NAT44.at;

export class NatShell<S extends NatStrategy = NatStrategy> {
  readonly nat: Nat44;
  readonly p: NatPacket;
  readonly strategy: S;
  readonly count: NatErrorIds;
  readonly error: NatErrorIds;
  readonly cause: NatCauseIds;
  readonly errors: Errors;
  readonly next: Readonly<Record<keyof NatNexts, number>>;
  readonly isOutput: boolean;
  private readonly fibOf: Int32Array;
  private readonly steps: Steps;
  private readonly node: number;
  /** Where `steps.isDetailed`: the header as the packet came. */
  private readonly before = new Int32Array(HEADER_WORDS);

  constructor(
    context: NatContext,
    { strategy, isOutput = false, errors, counts = errors }: NatRole<S>,
    isReassembly: boolean,
  ) {
    const { tables, cause, steps, node, arcs } = context;
    const next = context.next as NatShell['next'];
    this.nat = tables.nat44;
    this.p = this.nat.packet;
    this.errors = context.errors;
    this.error = natErrorIds(context.errors, errors);
    this.count = natErrorIds(context.errors, counts);
    this.cause = cause;
    this.next = next;
    this.isOutput = isOutput;
    this.fibOf = fibBySwIfIndex(tables);
    this.steps = steps;
    this.node = node;
    const { error, fibOf } = this;
    const in2outNode = next.IN2OUT;
    this.strategy = new strategy({
      tables,
      arcs,
      steps,
      node,
      error,
      cause,
      fibOf,
      isOutput,
      isReassembly,
      in2outNode,
    });
  }

  /** Begins a visit. */
  begin(b: PacketBuffer): void {
    const { p, nat, steps } = this;
    const l3 = this.isOutput ? b.at + b.saveRewriteLength : b.at;
    p.begin(b, l3);
    p.fib = this.fibOf[b.swIfIndexRx];
    nat.mappings.matchedIndex = -1;
    if (steps.isDetailed) readHeader(b, l3, this.before, 0);
  }

  /** True where the capture cut off what the node is going to read; the packet is to be dropped then, and nothing was decided. */
  isCut(b: PacketBuffer): boolean {
    return b.cutBytes !== 0 && isCutForNat(this.p, this.strategy.readsTcpFlags);
  }

  /** Sends a packet whose TTL is used up to ip4-icmp-error. */
  expire(b: PacketBuffer): number {
    b.swIfIndexTx = -1;
    b.icmpType = icmp4.TIME_EXCEEDED;
    b.icmpCode = 0;
    b.icmpData = 0;
    b.cause = this.cause.TTL;
    return this.next.ICMP_ERROR;
  }

  /** Translates a TCP or UDP packet by a session that it found, as the next one of its flow will. */
  translateFound(session: number): number {
    return this.translate(session, STEP_BY_SESSION);
  }

  /** Translates a TCP or UDP packet by its session. */
  translate(session: number, flags: number): number {
    const { p, nat, strategy, errors, count } = this;
    const { b } = p;
    const { isIn2out } = strategy;
    p.session = session;
    if (isIn2out) b.flags |= FLAG_IS_NATED;
    if (!this.isOutput) b.swIfIndexTx = strategy.fibOfSession(session);
    strategy.rewrite(p, session, isIn2out ? nat.mssClamping : 0);
    strategy.track(p, session);
    errors.increment(p.protocol === NAT_TCP ? count.TCP_PACKETS : count.UDP_PACKETS);
    return this.pass(flags);
  }

  /** Sends the packet on. */
  pass(flags: number): number {
    this.errors.increment(this.count.GOOD_PACKETS);
    if (this.steps.isOn) this.note(flags);
    return this.next.LOOKUP;
  }

  /** Lets a packet go on that NAT44 neither translates nor will, as long as there is neither session nor mapping for it. */
  passUntranslated(): number {
    return this.pass(0);
  }

  /** The reason is in the packet. */
  drop(): number {
    const hasMet = this.p.session >= 0 || this.nat.mappings.matchedIndex >= 0;
    if (this.steps.isOn && hasMet) this.note(STEP_UNREPEATABLE);
    return this.next.DROP;
  }

  /** Sends a packet on by what its strategy made of it: its session, or another answer. */
  finish(b: PacketBuffer, answer: number): number {
    if (answer >= 0) this.p.session = answer;
    if (answer === DROPPED) return this.drop();
    if (answer !== TO_IN2OUT && answer !== NEXT_FEATURE) return this.pass(STEP_UNREPEATABLE);
    if (this.steps.isOn) this.note(STEP_UNREPEATABLE);
    const node = answer === TO_IN2OUT ? this.next.IN2OUT : this.strategy.nextFeature(b);
    if (node === this.next.LOOKUP) this.errors.increment(this.count.GOOD_PACKETS);
    return node;
  }

  /** Notes the visit as a step. */
  note(flags: number): void {
    const { p, steps, nat } = this;
    const { matchedIndex } = nat.mappings;
    const at = steps.add(NAT44, this.node, p.b, flags);
    const { words } = steps;
    words[at + FIELD.session] = p.session;
    words[at + FIELD.isNew] = p.isNew ? 1 : 0;
    words[at + FIELD.mapping] = matchedIndex >= 0 && this.isMatchForDestination(matchedIndex) ? -1 : matchedIndex;
    words[at + FIELD.isMissed] = p.isMissed ? 1 : 0;
    if (steps.isDetailed) this.noteHeaders(words, at);
  }

  private noteHeaders(words: Int32Array, at: number): void {
    const { p, before } = this;
    if (!natAddresses(this.nat).has(before[1])) words[at + FIELD.isMissed] = 0;
    words[at + FIELD.protocol] = ip4.protocol(p.view, p.l3);
    words.set(before, at + FIELD.source);
    readHeader(p.b, p.l3, words, at + FIELD.newSource);
  }

  /** A mapping that was met for the destination, which a later node translates (hairpinning), has nothing to do with a source's change. */
  private isMatchForDestination(mapping: number): boolean {
    const { view, l3, source, destination } = this.p;
    if (source === ip4.source(view, l3) || destination !== ip4.destination(view, l3)) return false;
    const { localAddress, locals } = this.nat.mappings.pool.at(mapping);
    return localAddress !== source && !locals.values().some(({ address }) => address === source);
  }
}
