/**
 * How the flow cache learns: from what the graph did to a packet, by the decisions that nodes left in the buffer.
 *
 * Decisions alone do not tell that nothing else happened to the packet. So the path and the counters of one packet are
 * recorded for every combination of decisions, interfaces and protocol; another flow of the same combination that visits as
 * many nodes has visited the same ones, because none of them can be left out.
 */

import { packKey, NAT_TCP, NAT_UDP } from '../../tables/nat44/session-key.js';
import type { Tables } from '../../tables/tables.js';
import * as ip4 from '../../wire/ip4.js';
import { MANY, type Graph } from '../graph.js';
import { fibBySwIfIndex } from '../nat44/fib-of.js';
import type { PacketBuffer } from '../packet-buffer.js';
import type { CounterProfiles } from './counter-profiles.js';
import * as decisions from './decisions.js';
import * as field from './flow-records.js';
import { MISSING, PENDING, REFUSED, UNUSUAL, type FlowRecords } from './flow-records.js';

const L4_FLAG_IS_INPUT = 1 << 8;
/** Measured packets in a row that may turn out to need the graph before measuring is given up until something new comes. */
const MEASURE_LIMIT = 64;

/** The ACL plugin's order of ports in a key word. */
export const swapPorts = (ports: number): number => (ports >>> 16) | (ports << 16);

/** Fourth word of the ACL plugin's session keys, for TCP and UDP. */
export const aclKeyWord = (protocol: number, swIfIndex: number, isInput: boolean): number =>
  protocol | (isInput ? L4_FLAG_IS_INPUT : 0) | (swIfIndex << 16);

/** Changes when an adjacency or route may have changed, or a session's key leads to another session. */
export const generationOf = ({ ip4: routing, nat44, acl }: Tables): number =>
  (routing.neighbours.generation + nat44.classic.generation + acl.sessions.hash.generation) | 0;

/** What is known of a combination of decisions, interfaces and protocol. */
interface FlowClass {
  readonly visits: number;
  readonly profile: number;
}

export class FlowLearner {
  /** The packet that was left to the graph: whether it can be learned from, its record and its key. */
  private isCandidate = false;
  /** True where the graph has to record the packet's path, and the counters are compared. */
  isMeasuring = false;
  private record = MISSING;
  private source = 0;
  private destination = 0;
  private ports = 0;
  private protocolRx = 0;
  private readonly classes = new Map<number, FlowClass>();
  /** Packets still to be measured because a combination is unknown; 0 where all that was met is known. */
  private measuresLeft = 0;
  private readonly expectedPaths = new Map<number, Int32Array>();
  private readonly outsideAddresses: ReadonlySet<number>;
  private readonly loadBalanceNode: number;
  private readonly fibOf: Int32Array;

  constructor(
    private readonly records: FlowRecords,
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
    this.fibOf = fibBySwIfIndex(tables);
  }

  /** A packet that tells nothing. */
  forget(): void {
    this.isCandidate = false;
    this.isMeasuring = false;
  }

  /** A packet of a flow without a finished record. */
  consider(record: number, source: number, destination: number, ports: number, protocolRx: number): void {
    const profile = record === MISSING ? PENDING : this.records.words[record + field.PROFILE];
    this.isCandidate = profile !== REFUSED;
    this.isMeasuring = profile === UNUSUAL || (profile === PENDING && this.measuresLeft > 0);
    this.record = record;
    this.source = source;
    this.destination = destination;
    this.ports = ports;
    this.protocolRx = protocolRx;
  }

  /** Learns from the packet that was considered last, which the graph has run, recorded where `isMeasuring` is true. */
  learn(b: PacketBuffer, isTransmitted: boolean): void {
    if (this.isMeasuring && this.measuresLeft > 0) this.measuresLeft--;
    if (!this.isCandidate || !isTransmitted || (b.decided & decisions.UNSETTLED) !== 0) return;
    if (this.record === MISSING)
      this.record = this.records.add(this.source, this.destination, this.ports, this.protocolRx);
    this.remember(b);
    if (this.isMeasuring) this.learnMeasured(b);
    else this.learnByClass(b);
  }

  private learnByClass(b: PacketBuffer): void {
    const flowClass = this.classes.get(this.classKey(b));
    if (flowClass === undefined) {
      this.measuresLeft = MEASURE_LIMIT;
      this.finish(PENDING);
    } else this.finish(flowClass.visits === this.graph.visits[0] ? flowClass.profile : UNUSUAL);
  }

  private learnMeasured(b: PacketBuffer): void {
    if (!this.isPlainPath(b)) {
      this.finish(REFUSED);
      return;
    }
    const profile = this.profiles.finish();
    this.finish(profile);
    // With a load balance on its way, a packet could visit as many nodes in another way.
    if (this.hasLoadBalance() || this.graph.visits[0] === MANY) return;
    this.classes.set(this.classKey(b), { visits: this.graph.visits[0], profile });
    this.measuresLeft = 0;
  }

  private finish(profile: number): void {
    this.records.words[this.record + field.PROFILE] = profile;
  }

  private classKey(b: PacketBuffer): number {
    // Below 2^53: 9 bits of decisions, 1 of protocol, 16 and 16 of interfaces.
    const isTcp = (this.protocolRx & 0xff) === ip4.PROTOCOL_TCP ? 1 : 0;
    return ((this.protocolRx >>> 8) * 0x10000 + b.swIfIndexTx) * 1024 + b.decided * 2 + isTcp;
  }

  private remember(b: PacketBuffer): void {
    const { source, destination, ports, tables } = this;
    const { words } = this.records;
    const { acl, nat44 } = tables;
    const at = this.record;
    const protocol = this.protocolRx & 0xff;
    const rx = this.protocolRx >>> 8;
    const fib = this.fibOf[rx];
    const natProtocol = protocol === ip4.PROTOCOL_TCP ? NAT_TCP : NAT_UDP;
    const hasOutputNat = (b.decided & decisions.NAT_IN2OUT_OUTPUT) !== 0;
    const finalPorts = b.view.getInt32(b.l3 + ip4.HEADER_BYTES);
    // Output NAT changes the source; behind input NAT of sources this is not what `follow` computes, so it never follows.
    const outSource = hasOutputNat ? source : ip4.source(b.view, b.l3);
    const outDestination = ip4.destination(b.view, b.l3);
    const outPorts = hasOutputNat ? (finalPorts & 0xffff) | (ports & ~0xffff) : finalPorts;
    const isPassedForEver = (b.decided & decisions.NAT_OUT2IN_PASSED) !== 0 && !this.outsideAddresses.has(destination);
    words[at + field.DECIDED] = b.decided | (isPassedForEver ? decisions.NEVER_OUT2IN : 0);
    words[at + field.GENERATION] = generationOf(tables);
    words[at + field.ADJACENCY] = b.adjIndexTx;
    const { hash } = acl.sessions;
    words[at + field.ACL_IN] = hash.get(source, destination, swapPorts(ports), aclKeyWord(protocol, rx, true));
    words[at + field.NAT_IN] =
      (b.decided & decisions.NAT_OUT2IN) !== 0
        ? nat44.classic.out2in.get(destination, packKey(ports & 0xffff, natProtocol, fib))
        : nat44.classic.in2out.get(source, packKey(ports >>> 16, natProtocol, fib));
    const aclOutKey = aclKeyWord(protocol, b.swIfIndexTx, false);
    words[at + field.ACL_OUT] = hash.get(outSource, outDestination, swapPorts(outPorts), aclOutKey);
    words[at + field.NAT_OUT] = nat44.classic.in2out.get(outSource, packKey(outPorts >>> 16, natProtocol, fib));
    words[at + field.OUT_SOURCE] = outSource;
    words[at + field.OUT_DESTINATION] = outDestination;
    words[at + field.OUT_PORTS] = outPorts;
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
