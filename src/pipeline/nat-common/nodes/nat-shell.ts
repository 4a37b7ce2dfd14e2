/**
 * What all NAT nodes do around their strategy: read the packet into the record, check it, count it, send it on, and note what was
 * decided.
 */

import * as icmp4 from '../../../wire/icmp4.js';
import * as ip4 from '../../../wire/ip4.js';
import type { Errors } from '../../engine/errors.js';
import type { FeatureArcs } from '../../engine/feature-arcs.js';
import type { GraphAccess, NodeContext } from '../../engine/node.js';
import { FLAG_IS_NATED, type PacketBuffer } from '../../engine/packet-buffer.js';
import { STEP_UNREPEATABLE, type Steps } from '../../engine/steps.js';
import type { Tables } from '../../engine/tables.js';
import { isCutForNat } from '../cut-for-nat.js';
import { HEADER_WORDS, readHeader } from '../header-words.js';
import { natAddresses } from '../missed.js';
import type { NatCause, NatCauseIds } from '../nat-causes.js';
import { natErrorIds, type NatErrorIds, type NatErrorSet } from '../nat-errors.js';
import type { NatPacket } from '../nat-packet.js';
import { NAT44 } from '../nat-steps.js';
import { DESTINATION, SOURCE } from '../rewrite.js';
import { rewriteBySession, rewriteLaterFragment } from '../rewrite-session.js';
import { DROPPED, NEXT_FEATURE, TO_IN2OUT, type NatStrategy, type NatWork } from './nat-strategy.js';
import type { Nat44 } from '../state/nat44.js';
import type { StaticMappings } from '../state/static-mappings.js';
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
// Numbers of their own: a property of FIELD costs a look-up.
const { session: SESSION, isNew: IS_NEW, mapping: MAPPING, isMissed: IS_MISSED } = FIELD;

export class NatShell<S extends NatStrategy = NatStrategy> implements NatWork {
  readonly nat: Nat44;
  readonly p: NatPacket;
  readonly tables: Tables;
  readonly arcs: FeatureArcs;
  readonly errors: Errors;
  readonly steps: Steps;
  readonly graph: GraphAccess;
  readonly node: number;
  readonly error: NatErrorIds;
  readonly count: NatErrorIds;
  readonly cause: NatCauseIds;
  readonly next: Readonly<Record<keyof NatNexts, number>>;
  readonly fibOf: Int32Array;
  readonly isOutput: boolean;
  readonly strategy: S;
  readonly isIn2out: boolean;
  /** VPP 26.06 looks at no TTL on output. */
  readonly checksTtl: boolean;
  /** VPP 26.06 counts nothing among its errors. */
  private readonly hasCounters: boolean;
  private readonly mappings: StaticMappings;
  /** Where `steps.isDetailed`: the header as the packet came. */
  private readonly before = new Int32Array(HEADER_WORDS);

  constructor(
    context: NatContext,
    { strategy, isOutput = false, errors, counts = errors }: NatRole<S>,
    readonly isReassembly: boolean,
  ) {
    const next = context.next as NatShell['next'];
    this.tables = context.tables;
    this.nat = this.tables.nat44;
    this.p = this.nat.packet;
    this.mappings = this.nat.mappings;
    this.arcs = context.arcs;
    this.errors = context.errors;
    this.steps = context.steps;
    this.graph = context.graph;
    this.node = context.node;
    this.error = natErrorIds(this.errors, errors);
    this.count = natErrorIds(this.errors, counts);
    this.cause = context.cause;
    // One shape for all nodes, which shared code reads fast.
    this.next = {
      LOOKUP: next.LOOKUP,
      DROP: next.DROP,
      ICMP_ERROR: next.ICMP_ERROR,
      SLOW_PATH: next.SLOW_PATH,
      REASS: next.REASS,
      IN2OUT: next.IN2OUT,
    };
    this.fibOf = this.tables.interfaces.fibIndexOf;
    this.isOutput = isOutput;
    this.strategy = new strategy(this);
    this.isIn2out = this.strategy.isIn2out;
    this.checksTtl = !isOutput || !this.strategy.isReassembled;
    this.hasCounters = this.count.GOOD_PACKETS >= 0;
  }

  /** Begins a visit. */
  begin(b: PacketBuffer): void {
    const l3 = this.isOutput ? b.at + b.saveRewriteLength : b.at;
    this.p.begin(b, l3, this.fibOf[b.swIfIndexRx], this.isIn2out, this.strategy.isReassembled);
    this.mappings.matchedIndex = -1;
    if (this.steps.isDetailed) readHeader(b, l3, this.before, 0);
  }

  /** True where the capture cut off what the node is going to read; the packet is to be dropped then, and nothing was decided. */
  isCut(): boolean {
    return isCutForNat(this.p, this.strategy.readsTcpFlags);
  }

  /** Sends a packet whose TTL is used up to ip4-icmp-error. */
  expire(b: PacketBuffer): number {
    b.swIfIndexTx = -1;
    b.setIcmpError(icmp4.TIME_EXCEEDED, 0);
    b.cause = this.cause.TTL;
    return this.next.ICMP_ERROR;
  }

  /** Translates a TCP or UDP packet by its session. */
  translate(session: number, flags: number): number {
    const { p, nat, strategy, errors, count, isIn2out } = this;
    const { sessions, users } = nat;
    const { b } = p;
    p.session = session;
    if (isIn2out) b.flags |= FLAG_IS_NATED;
    if (!this.isOutput) b.swIfIndexTx = strategy.fibOfSession(session);
    if (p.isLaterFragment) rewriteLaterFragment(p, sessions, session, isIn2out);
    else {
      p.assumePort(isIn2out ? SOURCE : DESTINATION);
      rewriteBySession(p, sessions, session, isIn2out, isIn2out ? nat.mssClamping : 0);
    }
    if (!(p.protocol === NAT_TCP && strategy.closes?.(p, session) === true)) {
      sessions.countPacket(session, nat.clock.now, b.length + b.cutBytes);
      users.touch(session);
    }
    // The counters themselves: V8 inlines only so much, and calls of `increment` would push out what follows.
    if (this.hasCounters) {
      errors.counters[p.protocol === NAT_TCP ? count.TCP_PACKETS : count.UDP_PACKETS]++;
      errors.counters[count.GOOD_PACKETS]++;
    }
    this.note(flags);
    return this.next.LOOKUP;
  }

  /** Sends the packet on. */
  pass(flags: number): number {
    if (this.hasCounters) this.errors.counters[this.count.GOOD_PACKETS]++;
    if (this.steps.isOn) this.note(flags);
    return this.next.LOOKUP;
  }

  /** What a packet of a protocol without ports comes to. */
  unknownProtocol(): number {
    if (this.hasCounters) this.errors.increment(this.count.OTHER_PACKETS);
    return this.strategy.unknownProtocol(this.p);
  }

  icmp(): number {
    if (this.hasCounters) this.errors.increment(this.count.ICMP_PACKETS);
    return this.finish(this.strategy.icmp(this.p));
  }

  /** The reason is in the packet. */
  drop(): number {
    const hasMet = this.p.session >= 0 || this.nat.mappings.matchedIndex >= 0;
    if (hasMet) this.note(STEP_UNREPEATABLE);
    return this.next.DROP;
  }

  /** Sends a packet on by what its strategy made of it: its session, or another answer. */
  finish(answer: number): number {
    if (answer >= 0) this.p.session = answer;
    if (answer === DROPPED) return this.drop();
    if (answer === TO_IN2OUT) return this.leaveToIn2out(STEP_UNREPEATABLE);
    if (answer !== NEXT_FEATURE) return this.pass(STEP_UNREPEATABLE);
    this.note(STEP_UNREPEATABLE);
    const node = this.strategy.nextFeature(this.p.b);
    if (this.hasCounters && node === this.next.LOOKUP) this.errors.increment(this.count.GOOD_PACKETS);
    return node;
  }

  /** An inside host's packet after all. */
  leaveToIn2out(flags: number): number {
    this.note(flags);
    return this.next.IN2OUT;
  }

  /** Notes the visit as a step. */
  note(flags: number): void {
    if (!this.steps.isOn) return;
    const { p, steps } = this;
    const { matchedIndex } = this.mappings;
    const at = steps.add(NAT44, this.node, p.b, flags);
    const { words } = steps;
    words[at + SESSION] = p.session;
    words[at + IS_NEW] = p.isNew ? 1 : 0;
    words[at + MAPPING] = matchedIndex < 0 ? -1 : this.mappingOf(matchedIndex);
    words[at + IS_MISSED] = p.isMissed ? 1 : 0;
    if (steps.isDetailed) this.noteHeaders(words, at);
  }

  private noteHeaders(words: Int32Array, at: number): void {
    const { p, before } = this;
    if (!natAddresses(this.nat).has(before[1])) words[at + FIELD.isMissed] = 0;
    words[at + FIELD.protocol] = ip4.protocol(p.view, p.l3);
    words.set(before, at + FIELD.source);
    readHeader(p.b, p.l3, words, at + FIELD.newSource);
  }

  /**
   * The mapping that the packet met, or -1: one that was met for the destination, which a later node translates (hairpinning), has
   * nothing to do with a source's change.
   */
  private mappingOf(met: number): number {
    const { view, l3, source, destination } = this.p;
    if (source === ip4.source(view, l3) || destination !== ip4.destination(view, l3)) return met;
    const { localAddress, locals } = this.nat.mappings.pool.at(met);
    return localAddress === source || locals.values().some(({ address }) => address === source) ? met : -1;
  }
}
