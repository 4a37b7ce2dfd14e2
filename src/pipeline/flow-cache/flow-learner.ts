/**
 * How the flow cache learns: from what the graph did to a packet, by the decisions that nodes left in the buffer.
 *
 * Decisions alone do not tell that nothing else happened to the packet. So the path and the counters of one packet are
 * recorded for every combination of decisions, interfaces and protocol; another flow of the same combination that visits as
 * many nodes has visited the same ones, because none of them can be left out.
 */

import type { Tables } from '../engine/tables.js';
import * as ip4 from '../../wire/ip4.js';
import { MANY, type Graph } from '../engine/graph.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { CounterProfiles } from './counter-profiles.js';
import * as decisions from '../engine/decisions.js';
import {
  ACCOUNT_WORDS,
  DETAIL_WORDS,
  PENDING,
  REFUSED,
  STATE,
  UNUSUAL,
  WAS_USED,
  type FlowAccounts,
} from './flow-accounts.js';
import type { FlowMatcher } from './flow-match.js';
import { writeFlow } from './flow-sessions.js';
import { MISSING, type FlowTable } from './flow-table.js';

/** Measured packets in a row that may turn out to need the graph before measuring is given up until something new comes. */
const MEASURE_LIMIT = 64;

/** What is known of a combination of decisions, interfaces and protocol. */
interface FlowClass {
  readonly visits: number;
  readonly profile: number;
}

export class FlowLearner {
  /** The packet that was left to the graph: whether it can be learned from, and its flow; its key is the matcher's. */
  private isCandidate = false;
  private flow = MISSING;
  /** True where the graph has to record the packet's path, and the counters are compared. */
  isMeasuring = false;
  private readonly classes = new Map<number, FlowClass>();
  /** Packets still to be measured because a combination is unknown; 0 where all that was met is known. */
  private measuresLeft = 0;
  private readonly expectedPaths = new Map<number, Int32Array>();
  private readonly outsideAddresses: ReadonlySet<number>;
  private readonly loadBalanceNode: number;

  constructor(
    private readonly table: FlowTable,
    private readonly accounts: FlowAccounts,
    private readonly matcher: FlowMatcher,
    private readonly profiles: CounterProfiles,
    private readonly tables: Tables,
    private readonly graph: Graph,
  ) {
    const { pool, mappings } = tables.nat44;
    this.outsideAddresses = new Set([
      ...pool.addresses.map(({ address }) => address),
      ...mappings.pool.values().map(({ externalAddress }) => externalAddress),
    ]);
    this.loadBalanceNode = graph.nodeIndex('ip4-load-balance');
  }

  /** A packet that tells nothing. */
  forget(): void {
    this.isCandidate = false;
    this.isMeasuring = false;
  }

  /** A packet, matched last, of a flow that is not ready: MISSING, or not known well enough. */
  consider(flow: number): void {
    const state = flow === MISSING ? PENDING : this.accounts.words[flow * ACCOUNT_WORDS + STATE];
    this.isCandidate = state !== REFUSED;
    this.isMeasuring = state === UNUSUAL || (state === PENDING && this.measuresLeft > 0);
    this.flow = flow;
  }

  /** Learns from the packet that was considered last, which the graph has run, recorded where `isMeasuring` is true. */
  learn(b: PacketBuffer, isTransmitted: boolean): void {
    if (this.isMeasuring && this.measuresLeft > 0) this.measuresLeft--;
    if (!this.isCandidate || !isTransmitted || (b.decided & decisions.UNSETTLED) !== 0) return;
    if (!this.reserveRecord()) return;
    if (this.isMeasuring) this.learnMeasured(b);
    else this.learnByClass(b);
  }

  /** Finds a record that nothing has been rewritten by yet; false where the table is full. */
  private reserveRecord(): boolean {
    const { flow, accounts, table, matcher } = this;
    if (flow !== MISSING && accounts.details[flow * DETAIL_WORDS + WAS_USED] === 0) return true;
    if (table.isFull) return false;
    this.flow = table.add(matcher.source, matcher.destination, matcher.ports, matcher.protocolRx);
    accounts.open(this.flow);
    return true;
  }

  private learnByClass(b: PacketBuffer): void {
    const flowClass = this.classes.get(this.classKey(b));
    if (flowClass === undefined) {
      this.measuresLeft = MEASURE_LIMIT;
      this.setState(PENDING);
    } else if (flowClass.visits === this.graph.visits[0]) this.finish(b, flowClass.profile);
    else this.setState(UNUSUAL);
  }

  private learnMeasured(b: PacketBuffer): void {
    if (!this.isPlainPath(b)) {
      this.setState(REFUSED);
      return;
    }
    const profile = this.profiles.finish();
    this.finish(b, profile);
    // With a load balance on its way, a packet could visit as many nodes in another way.
    if (this.hasLoadBalance() || this.graph.visits[0] === MANY) return;
    this.classes.set(this.classKey(b), { visits: this.graph.visits[0], profile });
    this.measuresLeft = 0;
  }

  private setState(state: number): void {
    this.accounts.words[this.flow * ACCOUNT_WORDS + STATE] = state;
  }

  /** The flow is known: what its packets meet is written down. */
  private finish(b: PacketBuffer, profile: number): void {
    const isForEver = !this.outsideAddresses.has(this.matcher.destination);
    const isPassedForEver = (b.decided & decisions.NAT_OUT2IN_PASSED) !== 0 && isForEver;
    const decided = b.decided | (isPassedForEver ? decisions.NEVER_OUT2IN : 0);
    if (!writeFlow(this.table, this.accounts, this.tables, this.flow, b, decided, profile)) this.setState(REFUSED);
  }

  private classKey(b: PacketBuffer): number {
    // Below 2^53: 9 bits of decisions, 1 of protocol, 16 and 16 of interfaces.
    const { protocolRx } = this.matcher;
    const isTcp = (protocolRx & 0xff) === ip4.PROTOCOL_TCP ? 1 : 0;
    return ((protocolRx >>> 8) * 0x10000 + b.swIfIndexTx) * 1024 + b.decided * 2 + isTcp;
  }

  /** True where the measured packet visited the nodes of its decisions, in their order, and no others. */
  private isPlainPath(b: PacketBuffer): boolean {
    const { path, pathLength } = this.graph;
    const expected = this.expectedPath(b.decided, b.swIfIndexTx);
    let matched = 0;
    for (let i = 0; i < pathLength; i++) {
      if (path[i] === this.loadBalanceNode) continue;
      if (path[i] !== expected[matched++]) return false;
    }
    return matched === expected.length;
  }

  private hasLoadBalance(): boolean {
    const { path, pathLength } = this.graph;
    return path.subarray(0, pathLength).includes(this.loadBalanceNode);
  }

  /** Node indices of decisions.pathOf. */
  private expectedPath(decided: number, swIfIndexTx: number): Int32Array {
    const key = (swIfIndexTx << decisions.BITS) | decided;
    const known = this.expectedPaths.get(key);
    if (known) return known;
    const names = decisions.pathOf(decided, this.tables.interfaces.all[swIfIndexTx].name);
    const path = Int32Array.from(names, (name) => this.graph.nodeIndex(name));
    this.expectedPaths.set(key, path);
    return path;
  }
}
