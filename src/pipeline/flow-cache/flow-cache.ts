/**
 * The flow cache: packets of known flows pass by the nodes, and yet all is as if they had not.
 *
 * What nodes find by a packet's header and the configuration (the rule that matches, the route, that no mapping is for it) is
 * remembered per flow, and so are its sessions. Three passes over a batch of frames do what the nodes would have done:
 *
 *     match     flow-match.ts    which flow is each frame of?   reads only
 *     follow    here             in capture order: may the packet follow its flow? then it is counted; else the graph runs it
 *     rewrite   flow-rewrite.ts  the packets' bytes             changes only those
 *
 * Sessions, counters and lists are told of the counted packets when somebody may look: before the graph runs a packet, and at
 * the end (`settle`). They change as if told one by one: times and counts add up, and lists are in order of last use.
 *
 * Anything out of the ordinary, from a TTL near its end to a SYN, is left to the graph. test/pipeline/flow-cache compares
 * outputs, counters and sessions with those of a replay without the cache.
 */

import type { FrameBatch } from '../../capture/frame-batch.js';
import type { Tables } from '../engine/tables.js';
import type { Graph } from '../engine/graph.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { CounterProfiles } from './counter-profiles.js';
import * as account from './flow-accounts.js';
import { ACCOUNT_DOUBLES, ACCOUNT_WORDS, DETAIL_WORDS, FlowAccounts } from './flow-accounts.js';
import { FlowLearner, type FlowWatcher } from './flow-learner.js';
import { FlowMatcher, NOT_FOR_FLOWS, NOT_THIS_PACKET, type InterfaceMac } from './flow-match.js';
import { FlowClasses, type FlowClass } from './flow-classes.js';
import { FlowRecords } from './flow-records.js';
import { NewFlows } from './new-flows.js';
import { FLOW_WORDS, headerBytesLeaving, headerBytesReceived, leavesOn, receivedOn } from './flow-record.js';
import { MISSING, type FlowTable } from './flow-table.js';

/** Sequence numbers stay below 2^31 with any batch on top. */
const SEQUENCE_LIMIT = 2 ** 30;

/** False where a flow does not decide a packet's way: the generic path of ethernet-input looks at MACs as well. */
export const hasFlows = (tables: Tables): boolean => !tables.ethernetInputGeneric;

export class FlowCache {
  /** Packets that followed a flow, all of them settled. */
  hits = 0;
  /** The same by the port they came in on and by that they left on. */
  readonly receivedBy: Float64Array;
  readonly transmittedBy: Float64Array;
  readonly matcher: FlowMatcher;
  readonly newFlows: NewFlows;
  /** Grows when all flows are forgotten: what was matched before is void. */
  epoch = 0;
  private readonly accounts = new FlowAccounts();
  private readonly profiles: CounterProfiles;
  private readonly learner: FlowLearner;
  private readonly classes: FlowClasses;
  private readonly records: FlowRecords;
  /** When what is due next has to run (FlowPart.nextWake). */
  private readonly wakes: readonly (() => number)[];
  /** Number of the next packet that follows a flow, counted from the last settlement. */
  private sequence = 0;

  constructor(
    readonly table: FlowTable,
    private readonly tables: Tables,
    graph: Graph,
    macs: readonly InterfaceMac[],
    private readonly watcher: FlowWatcher | null = null,
  ) {
    const interfaceCount = tables.interfaces.all.length;
    this.receivedBy = new Float64Array(interfaceCount);
    this.transmittedBy = new Float64Array(interfaceCount);
    this.profiles = new CounterProfiles(graph.errors);
    this.matcher = new FlowMatcher(table, macs, tables.vlans);
    this.newFlows = new NewFlows(tables, this.matcher);
    const parts = graph.nodes.map(({ flow }) => flow?.(tables) ?? null);
    this.wakes = [...new Set(parts.flatMap((part) => part?.nextWake ?? []))];
    this.classes = new FlowClasses(parts);
    this.records = new FlowRecords(table, this.accounts, tables);
    const { accounts, matcher, profiles, classes, records } = this;
    const isSilent = parts.map((part) => part?.isSilent === true);
    this.learner = new FlowLearner(table, accounts, matcher, profiles, classes, records, graph, isSilent, watcher);
  }

  /** True where something is to be learned from the packet that `follow` stopped at. */
  get isLearning(): boolean {
    return this.learner.isCandidate;
  }

  /** True where the packet that `follow` stopped at has to be measured: its path recorded, its counters compared. */
  get isMeasuring(): boolean {
    return this.learner.isMeasuring;
  }

  /** Before the graph runs a packet that is measured. */
  startMeasuring(): void {
    this.profiles.start();
  }

  /** After the graph has run the packet that `follow` stopped at. */
  learn(b: PacketBuffer, isTransmitted: boolean): void {
    this.learner.learn(b, isTransmitted);
  }

  /** True where nothing more can be learned before `reset`. */
  get isFull(): boolean {
    return this.table.isFull || this.watcher?.isFull === true;
  }

  /** Forgets all flows: no thread may use any of them any more. */
  reset(): void {
    this.settle();
    this.accounts.reset();
    this.table.reset();
    this.watcher?.forgotten();
    this.epoch++;
  }

  /**
   * Counts the packets [first, end) of a matched batch as forwarded, up to one that the graph has to run: its index is
   * returned, or `end`. `batch.flow` then names the flows that the packets before it really followed.
   */
  follow(batch: FrameBatch, first: number, end: number, bindings: Int32Array): number {
    const { flow } = batch;
    if (this.sequence >= SEQUENCE_LIMIT) this.settle();
    for (let i = first; i < end;) {
      // The loop of known flows begins with one, so that V8 compiles it for these only.
      if (flow[i] >= 0) i = this.followKnown(batch, i, end);
      if (i === end) break;
      flow[i] = this.lookAgain(batch, i, flow[i], bindings);
      if (flow[i] < 0) return i;
    }
    return end;
  }

  /** How far the packets [first, end) may follow their flows: `follow` goes as far at least, unless the graph runs before. Counts nothing. */
  ahead(batch: FrameBatch, first: number, end: number, bindings: Int32Array): number {
    const { flow } = batch;
    for (let i = first; i < end; i++) {
      flow[i] = this.lookAgain(batch, i, flow[i], bindings);
      if (flow[i] < 0) return i;
    }
    return end;
  }

  /** Counts packets up to one that may not follow its flow as it stands. */
  private followKnown(batch: FrameBatch, first: number, end: number): number {
    const { accounts } = this;
    const { clock, flowStamps } = this.tables;
    const { words, doubles, deadlines } = accounts;
    const stamp = flowStamps.ofUse;
    const absenceStamp = flowStamps.ofAbsence;
    const wake = this.nextWake();
    const { flow, capturedLength, seconds, nanoseconds } = batch;
    let last = clock.now;
    let i = first;
    for (; i < end; i++) {
      const now = clock.at(seconds[i], nanoseconds[i], last);
      const f = flow[i];
      if (f < 0) break;
      const at = f * ACCOUNT_WORDS;
      const state = words[at + account.STATE];
      const expected = (state & account.NEEDS_ABSENCE) === 0 ? stamp : absenceStamp;
      if (state < 0 || words[at + account.STAMP] !== expected) break;
      const limits = state & account.DEPENDS_ON_TIME;
      if (limits !== 0) {
        if ((limits & account.IS_TIMED) !== 0 && now >= wake) break;
        if ((limits & account.HAS_DEADLINE) !== 0 && now > deadlines[f]) break;
      }
      last = now;
      const packets = words[at + account.PACKETS];
      words[at + account.PACKETS] = packets + 1;
      words[at + account.SEQUENCE] = this.sequence + (i - first);
      doubles[f * ACCOUNT_DOUBLES + account.LAST] = now;
      if (packets === 0) {
        doubles[f * ACCOUNT_DOUBLES + account.BYTES] = capturedLength[i];
        accounts.note(f);
      } else doubles[f * ACCOUNT_DOUBLES + account.BYTES] += capturedLength[i];
    }
    clock.now = last;
    this.sequence += i - first;
    return i;
  }

  /** Tells sessions, counters and lists of all packets counted so far. */
  settle(): void {
    this.sequence = 0;
    const { accounts, table, profiles, classes, watcher } = this;
    const { portOf, receivedOf, transmittedOf } = this.tables.interfaces;
    if (!accounts.hasDirty) return;
    const { words, doubles, details } = accounts;
    const flows = accounts.take();
    const count = accounts.takenCount;
    for (let k = 0; k < count; k++) {
      const flow = flows[k];
      const at = flow * ACCOUNT_WORDS;
      const d = flow * DETAIL_WORDS;
      const packets = words[at + account.PACKETS];
      const record = flow * FLOW_WORDS;
      const headers = packets * headerBytesLeaving(table.words, record);
      const bytes =
        doubles[flow * ACCOUNT_DOUBLES + account.BYTES] - packets * headerBytesReceived(table.words, record);
      const last = doubles[flow * ACCOUNT_DOUBLES + account.LAST];
      classes.all[details[d + account.CLASS]].account(details, d + account.VALUES, packets, bytes, last, headers);
      profiles.count(words[at + account.STATE] >> account.PROFILE_SHIFT, packets);
      this.hits += packets;
      const rx = receivedOn(table.words, record);
      const tx = leavesOn(table.words, record);
      receivedOf[rx] += packets;
      transmittedOf[tx] += packets;
      this.receivedBy[portOf[rx]] += packets;
      this.transmittedBy[portOf[tx]] += packets;
      watcher?.followed(flow, packets);
      words[at + account.PACKETS] = 0;
      details[d + account.WAS_USED] = 1;
    }
  }

  /**
   * A packet's turn has come and it may not follow `flow` as it stands: the flow may have become known meanwhile, or
   * something may have happened that does not concern it. Returns the flow it follows, or a negative number.
   */
  private lookAgain(batch: FrameBatch, i: number, flow: number, bindings: Int32Array): number {
    const { matcher, table, learner } = this;
    learner.forget();
    if (flow === NOT_FOR_FLOWS) return NOT_FOR_FLOWS;
    const now = this.tables.clock.at(batch.seconds[i], batch.nanoseconds[i]);
    if (flow >= 0 && this.isReady(flow)) return this.isDue(flow, now) ? MISSING : flow;
    let found = matcher.matchOne(batch, i, bindings, table.size, table.count);
    if (found === NOT_FOR_FLOWS) return NOT_FOR_FLOWS;
    const known = matcher.found;
    if (known === MISSING || !this.isReady(known)) {
      learner.consider(known);
      return MISSING;
    }
    if (found === NOT_THIS_PACKET) {
      this.records.updateTcpFlags(known, this.classOf(known));
      found = matcher.matchOne(batch, i, bindings, table.size, table.count);
    }
    return found >= 0 && this.isDue(found, now) ? MISSING : found;
  }

  private classOf(flow: number): FlowClass {
    return this.classes.all[this.accounts.details[flow * DETAIL_WORDS + account.CLASS]];
  }

  private nextWake(): number {
    let next = Infinity;
    for (const wake of this.wakes) next = Math.min(next, wake());
    return next;
  }

  /**
   * True where something is due that has to run first, such as the ACL plugin's cleaner, as it does before the packet's ACL node; or
   * where the packet itself needs the graph, because time has passed.
   */
  private isDue(flow: number, now: number): boolean {
    const state = this.accounts.words[flow * ACCOUNT_WORDS + account.STATE];
    if ((state & account.IS_TIMED) !== 0 && now >= this.nextWake()) return true;
    if ((state & account.HAS_DEADLINE) === 0 || now <= this.accounts.deadlines[flow]) return false;
    return !this.records.renew(flow, this.classOf(flow), now);
  }

  /**
   * True where packets may follow the flow: it is known, and its sessions are what they were. Notes that they were looked at,
   * or that the flow has to be learned anew. Then none of its packets is unsettled: sessions change only when the graph runs.
   */
  private isReady(flow: number): boolean {
    const { words } = this.accounts;
    const { flowStamps } = this.tables;
    const at = flow * ACCOUNT_WORDS;
    const state = words[at + account.STATE];
    if (state < 0) return false;
    const stamp = (state & account.NEEDS_ABSENCE) !== 0 ? flowStamps.ofAbsence : flowStamps.ofUse;
    if (words[at + account.STAMP] === stamp) return true;
    const flowClass = this.classOf(flow);
    const isReady = this.records.isUnchanged(flow, flowClass);
    if (isReady) {
      words[at + account.STAMP] = stamp;
      this.records.updateDeadline(flow, flowClass);
    } else words[at + account.STATE] = account.PENDING;
    return isReady;
  }
}
