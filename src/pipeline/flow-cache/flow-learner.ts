/**
 * How the flow cache learns: from what the graph did to a packet, by the steps that the nodes noted.
 *
 * Steps alone do not tell that nothing else happened to the packet. So the path and the counters of one packet of every class are
 * recorded; another flow of the class that visits as many nodes has visited the same ones, because none of them can be left out.
 */

import * as ip4 from '../../wire/ip4.js';
import { MANY, type Graph } from '../engine/graph.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { CounterProfiles } from './counter-profiles.js';
import {
  ACCOUNT_WORDS,
  BYPASS,
  DETAIL_WORDS,
  PENDING,
  STATE,
  UNUSUAL,
  WAS_USED,
  type FlowAccounts,
} from './flow-accounts.js';
import type { FlowClass, FlowClasses } from './flow-classes.js';
import type { FlowMatcher } from './flow-match.js';
import type { FlowRecords } from './flow-records.js';
import { FLOW_IS_IP6, PROTOCOL_MASK, RX_SHIFT } from './flow-record.js';
import { MISSING, type FlowTable } from './flow-table.js';

/** Is told of flows whose packets pass by the nodes, to tell about these packets. */
export interface FlowWatcher {
  /** True where it can remember no more: all flows are to be forgotten. */
  readonly isFull: boolean;
  /**
   * A flow's packets will fare as the one did that the graph ran last; false where they cannot be told about.
   * @param counted what each counts: counter ids and increments in turns, the same for all flows of a profile
   */
  learned(flow: number, profile: number, counted: Int32Array): boolean;
  /** Packets followed a flow, and nothing has happened since. */
  followed(flow: number, packets: number): void;
  /** All flows are forgotten. */
  forgotten(): void;
}

/** Measured packets in a row that may turn out to need the graph before measuring is given up until something new comes. */
const MEASURE_LIMIT = 64;

export class FlowLearner {
  /** The packet that was left to the graph: whether it can be learned from, and its flow; its key is the matcher's. */
  isCandidate = false;
  private flow = MISSING;
  /** True where the graph has to record the packet's path, and the counters are compared. */
  isMeasuring = false;
  /** Packets still to be measured because a class is unknown; 0 where all that was met is known. */
  private measuresLeft = 0;
  /** Nodes before the first that notes a step, but for the first of them where there are tags: of IPv4, of IPv6. */
  private readonly heads: readonly (readonly number[])[];

  constructor(
    private readonly table: FlowTable,
    private readonly accounts: FlowAccounts,
    private readonly matcher: FlowMatcher,
    private readonly profiles: CounterProfiles,
    private readonly classes: FlowClasses,
    private readonly records: FlowRecords,
    private readonly graph: Graph,
    /** By node: packets pass by it without a step (FlowPart.isSilent). */
    private readonly isSilent: readonly boolean[],
    private readonly watcher: FlowWatcher | null,
  ) {
    this.heads = ['ip4-input', 'ip6-input'].map((input) => [graph.nodeIndex('ethernet-input'), graph.nodeIndex(input)]);
  }

  /** A packet that tells nothing. */
  forget(): void {
    this.isCandidate = false;
    this.isMeasuring = false;
    this.graph.steps.want(false);
  }

  /** A packet, matched last, of a flow that is not ready: MISSING, or not known well enough. */
  consider(flow: number): void {
    const state = flow === MISSING ? PENDING : this.accounts.words[flow * ACCOUNT_WORDS + STATE];
    this.isCandidate = state !== BYPASS;
    this.graph.steps.want(this.isCandidate);
    this.isMeasuring = state === UNUSUAL || (state === PENDING && this.measuresLeft > 0);
    this.flow = flow;
  }

  /** Learns from the packet that was considered last, which the graph has run, recorded where `isMeasuring` is true. */
  learn(b: PacketBuffer, isTransmitted: boolean): void {
    if (this.isMeasuring && this.measuresLeft > 0) this.measuresLeft--;
    if (!isTransmitted) return;
    const { protocolRx } = this.matcher;
    const isTcp = (protocolRx & PROTOCOL_MASK) === ip4.PROTOCOL_TCP;
    const flowClass = this.classes.find(this.graph.steps, protocolRx >>> RX_SHIFT, this.records.leavesOn(b), isTcp);
    if (flowClass === null || !this.reserveRecord()) return;
    if (this.isMeasuring) this.learnMeasured(b, flowClass);
    else this.learnByClass(b, flowClass);
  }

  /** Finds a record that nothing has been rewritten by yet; false where the table is full. */
  private reserveRecord(): boolean {
    const { flow, accounts, table, matcher } = this;
    if (flow !== MISSING && accounts.details[flow * DETAIL_WORDS + WAS_USED] === 0) return true;
    if (table.isFull) return false;
    this.flow = table.add(matcher);
    accounts.open(this.flow);
    return true;
  }

  private learnByClass(b: PacketBuffer, flowClass: FlowClass): void {
    if (flowClass.visits < 0) {
      this.measuresLeft = MEASURE_LIMIT;
      this.setState(PENDING);
    } else if (flowClass.visits === this.graph.visits[0]) this.finish(b, flowClass, flowClass.profile);
    else this.setState(UNUSUAL);
  }

  private learnMeasured(b: PacketBuffer, flowClass: FlowClass): void {
    const visits = this.graph.visits[0];
    if (visits === MANY || !this.isPlainPath(b, flowClass)) {
      this.setState(BYPASS);
      return;
    }
    const profile = this.profiles.finish();
    this.finish(b, flowClass, profile);
    flowClass.visits = visits;
    flowClass.profile = profile;
    this.measuresLeft = 0;
  }

  private setState(state: number): void {
    this.accounts.words[this.flow * ACCOUNT_WORDS + STATE] = state;
  }

  /** The flow is known: what its packets meet is written down. */
  private finish(b: PacketBuffer, flowClass: FlowClass, profile: number): void {
    if (!this.records.write(this.flow, flowClass, this.graph.steps, b, profile)) this.setState(BYPASS);
    else if (this.watcher?.learned(this.flow, profile, this.profiles.of(profile)) === false) this.setState(BYPASS);
  }

  /** True where the measured packet visited the nodes that noted its steps, in their order, and no others but silent ones. */
  private isPlainPath(b: PacketBuffer, { nodes }: FlowClass): boolean {
    const { path, pathLength, outputNodeOf } = this.graph;
    // A path names a node once where a packet comes there twice in a row, as to the levels of a recursive route.
    const head = this.heads[(this.matcher.protocolRx & FLOW_IS_IP6) !== 0 ? 1 : 0];
    const output = outputNodeOf[b.swIfIndexTx];
    const stepNodes = nodes.filter((node, i) => node !== nodes[i - 1] && node !== head[0] && node !== output);
    const expected = [...head, ...stepNodes, output];
    let at = 0;
    for (let i = 0; i < pathLength; i++) {
      if (path[i] === expected[at]) at++;
      else if (!this.isSilent[path[i]]) return false;
    }
    return at === expected.length;
  }
}
