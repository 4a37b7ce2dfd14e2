/**
 * The flow cache: does to a packet of a known flow what the graph would do to it, without visiting the nodes.
 *
 * What nodes look up by the packet's own header and the configuration (the matching rule, the route, the absence of a
 * mapping) is remembered per flow; what can change between packets (ACL and NAT sessions) is looked up again in the same
 * tables, by the same keys, and has to be as remembered. Then the packet changes times, counts and list orders just as
 * the nodes would have. Anything else, from a TTL near its end to a SYN, is left to the graph, before anything was changed.
 *
 * A flow is learned in two packets: the first that settles its decisions, and a second whose node path and counters the
 * graph records. test/pipeline/flow-cache compares outputs, counters and sessions with and without the cache.
 */

import type { Tables } from '../../tables/tables.js';
import { keyPort, NAT_TCP, NAT_UDP, packKey } from '../../tables/nat44/session-key.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import type { Graph } from '../graph.js';
import { hasGoodChecksum } from '../ip4/ip4-input.js';
import { decrementTtl, prependRewrite } from '../ip4/ip4-rewrite.js';
import { fibBySwIfIndex } from '../nat44/fib-of.js';
import { translateSource } from '../nat44/in2out.js';
import { translateDestination } from '../nat44/out2in-session.js';
import type { PacketBuffer } from '../packet-buffer.js';
import { CounterProfiles } from './counter-profiles.js';
import * as decisions from './decisions.js';
import {
  ADJACENCY,
  DECIDED,
  FlowRecords,
  GENERATION,
  MISSING,
  OUT_DESTINATION,
  OUT_PORTS,
  OUT_SOURCE,
  PENDING,
  PROFILE,
  REFUSED,
} from './flow-records.js';

/** A TTL that every check on the way lets pass: NAT refuses 1 before and after ip4-rewrite takes one off. */
const SAFE_TTL = 3;
const L4_FLAG_IS_INPUT = 1 << 8;

export class FlowCache {
  private readonly records = new FlowRecords();
  private readonly profiles: CounterProfiles;
  private readonly fibOf: Int32Array;
  private readonly expectedPaths = new Map<number, Int32Array>();
  private readonly loadBalanceNode: number;
  /** The packet that `forward` left to the graph: its key, its record, and whether it is worth learning. */
  private isCandidate = false;
  private record = MISSING;
  private source = 0;
  private destination = 0;
  private ports = 0;
  private protocolRx = 0;

  constructor(
    private readonly tables: Tables,
    private readonly graph: Graph,
  ) {
    this.profiles = new CounterProfiles(graph.errors);
    this.fibOf = fibBySwIfIndex(tables);
    this.loadBalanceNode = graph.nodeIndex('ip4-load-balance');
  }

  /** True where the graph has to record the packet's path, because `learn` wants to see it. */
  get isMeasuring(): boolean {
    return this.isCandidate && this.record !== MISSING;
  }

  /**
   * Forwards a frame, as received in b.view at b.at, if its flow is known: rewrites it and leaves it ready for transmission.
   * False where the graph has to do it; the frame and all state are then as they were.
   */
  forward(b: PacketBuffer, swIfIndex: number): boolean {
    this.isCandidate = false;
    const { view, at } = b;
    const { length } = b;
    const l3 = at + ethernet.HEADER_BYTES;
    const l4 = l3 + ip4.HEADER_BYTES;
    if (length < ethernet.HEADER_BYTES + ip4.HEADER_BYTES + udp.HEADER_BYTES || b.cutBytes !== 0) return false;
    if (ethernet.type(view, at) !== ethernet.TYPE_IP4 || ip4.versionIhl(view, l3) !== 0x45) return false;
    const protocol = ip4.protocol(view, l3);
    const totalLength = ip4.totalLength(view, l3);
    if (totalLength > length - ethernet.HEADER_BYTES || ip4.isFragment(view, l3)) return false;
    if (ip4.ttl(view, l3) < SAFE_TTL) return false;
    let tcpFlags = 0;
    if (protocol === ip4.PROTOCOL_TCP) {
      if (totalLength < ip4.HEADER_BYTES + tcp.HEADER_BYTES) return false;
      tcpFlags = tcp.flags(view, l4);
      if ((tcpFlags & tcp.SYN) !== 0) return false; // opens a flow, or has its MSS lowered
    } else if (protocol !== ip4.PROTOCOL_UDP || totalLength < ip4.HEADER_BYTES + udp.HEADER_BYTES) return false;

    const source = ip4.source(view, l3);
    const destination = ip4.destination(view, l3);
    const ports = view.getInt32(l4);
    const protocolRx = protocol | (swIfIndex << 8);
    const record = this.records.find(source, destination, ports, protocolRx);
    this.record = record;
    if (record === MISSING || this.records.words[record + PROFILE] < 0) {
      this.isCandidate = record === MISSING || this.records.words[record + PROFILE] === PENDING;
      this.source = source;
      this.destination = destination;
      this.ports = ports;
      this.protocolRx = protocolRx;
      return false;
    }
    return this.follow(b, record, l3, l4, protocol, tcpFlags, source, destination, ports, swIfIndex);
  }

  /** Does what the record says, unless something is no longer as it was when the flow was learned. */
  private follow(
    b: PacketBuffer,
    record: number,
    l3: number,
    l4: number,
    protocol: number,
    tcpFlags: number,
    source: number,
    destination: number,
    ports: number,
    rx: number,
  ): boolean {
    const { words } = this.records;
    const { acl, nat44, ip4: routing, clock } = this.tables;
    const { now } = clock;
    const { view, length } = b;
    const decided = words[record + DECIDED];
    const adjacency = words[record + ADJACENCY];
    if (words[record + GENERATION] !== routing.neighbours.generation) {
      words[record + PROFILE] = PENDING;
      return false;
    }
    if (!hasGoodChecksum(view, l3)) return false;
    if (ip4.totalLength(view, l3) > routing.adjacencies.mtuBytes[adjacency]) return false;
    if ((decided & (decisions.ACL_IN | decisions.ACL_OUT)) !== 0 && acl.sessions.cleaner.isDue(now)) return false;

    let aclIn = -1;
    if ((decided & decisions.ACL_IN) !== 0) {
      const l4Word = protocol | L4_FLAG_IS_INPUT | (rx << 16);
      aclIn = acl.sessions.hash.get(source, destination, swapPorts(ports), l4Word);
      const isSession = (decided & decisions.ACL_IN_SESSION) !== 0;
      if (isSession ? aclIn < 0 || !acl.sessions.isSettled(aclIn, tcpFlags, true) : aclIn >= 0) return false;
    }

    const natProtocol = protocol === ip4.PROTOCOL_TCP ? NAT_TCP : NAT_UDP;
    const { classic, sessions } = nat44;
    const fib = this.fibOf[rx];
    let natIn = -1;
    let outSource = source;
    let outDestination = destination;
    let outPorts = ports;
    if ((decided & decisions.OUT2IN) !== 0) {
      natIn = classic.out2in.get(destination, packKey(ports & 0xffff, natProtocol, fib));
      if (natIn >= 0 !== ((decided & decisions.NAT_OUT2IN) !== 0)) return false;
      if (natIn >= 0) {
        outDestination = sessions.in2outAddress(natIn);
        outPorts = (ports & ~0xffff) | keyPort(sessions.in2outWord(natIn));
      }
    } else if ((decided & decisions.NAT_IN2OUT) !== 0) {
      natIn = classic.in2out.get(source, packKey(ports >>> 16, natProtocol, fib));
      if (natIn < 0) return false;
      outSource = sessions.out2inAddress(natIn);
      outPorts = (ports & 0xffff) | (keyPort(sessions.out2inWord(natIn)) << 16);
    }
    // The output ACL's rule and the route were chosen for these.
    if (
      outSource !== words[record + OUT_SOURCE] ||
      outDestination !== words[record + OUT_DESTINATION] ||
      outPorts !== words[record + OUT_PORTS]
    )
      return false;

    const tx = routing.adjacencies.swIfIndex[adjacency];
    let aclOut = -1;
    if ((decided & decisions.ACL_OUT) !== 0) {
      aclOut = acl.sessions.hash.get(outSource, outDestination, swapPorts(outPorts), protocol | (tx << 16));
      const isSession = (decided & decisions.ACL_OUT_SESSION) !== 0;
      if (isSession ? aclOut < 0 || !acl.sessions.isSettled(aclOut, tcpFlags, false) : aclOut >= 0) return false;
    }
    let natOut = -1;
    if ((decided & decisions.NAT_IN2OUT_OUTPUT) !== 0) {
      natOut = classic.in2out.get(outSource, packKey(outPorts >>> 16, natProtocol, fib));
      if (natOut < 0) return false;
    }

    // From here on nothing can fail.
    if (aclIn >= 0) acl.sessions.keepAlive(aclIn, now);
    b.length = length - ethernet.HEADER_BYTES;
    if ((decided & decisions.NAT_IN2OUT) !== 0) translateSource(nat44, b, l3, l4, natIn, natProtocol);
    else if (natIn >= 0) translateDestination(nat44, b, l3, l4, natIn, natProtocol);
    b.length = length;
    decrementTtl(view, l3);
    prependRewrite(view, l3, routing.adjacencies, adjacency);
    if (aclOut >= 0) acl.sessions.keepAlive(aclOut, now);
    if (natOut >= 0) translateSource(nat44, b, l3, l4, natOut, natProtocol);
    this.profiles.count(words[record + PROFILE]);
    b.swIfIndexTx = tx;
    return true;
  }

  /** Before the graph runs a packet that is measured. */
  startMeasuring(): void {
    this.profiles.start();
  }

  /** After the graph has run the packet that `forward` left to it. */
  learn(b: PacketBuffer, isTransmitted: boolean): void {
    if (!this.isCandidate) return;
    if (this.record === MISSING) {
      // A first packet is worth a record only if it shows that nothing about the flow is in flux.
      if (!isTransmitted || (b.decided & decisions.UNSETTLED) !== 0) return;
      this.record = this.records.add(this.source, this.destination, this.ports, this.protocolRx);
      this.remember(b);
      return;
    }
    const { words } = this.records;
    if (!isTransmitted || !this.isPlainPath(b)) words[this.record + PROFILE] = REFUSED;
    else if (!this.isAsRemembered(b)) this.remember(b);
    else words[this.record + PROFILE] = this.profiles.finish();
  }

  private remember(b: PacketBuffer): void {
    const { words } = this.records;
    const at = this.record;
    words[at + PROFILE] = PENDING;
    words[at + DECIDED] = b.decided;
    words[at + GENERATION] = this.tables.ip4.neighbours.generation;
    words[at + ADJACENCY] = b.adjIndexTx;
    words[at + OUT_SOURCE] = this.sourceBeforeOutputNat(b);
    words[at + OUT_DESTINATION] = ip4.destination(b.view, b.l3);
    words[at + OUT_PORTS] = this.portsBeforeOutputNat(b);
  }

  private isAsRemembered(b: PacketBuffer): boolean {
    const { words } = this.records;
    const at = this.record;
    return (
      words[at + DECIDED] === b.decided &&
      words[at + GENERATION] === this.tables.ip4.neighbours.generation &&
      words[at + ADJACENCY] === b.adjIndexTx &&
      words[at + OUT_SOURCE] === this.sourceBeforeOutputNat(b) &&
      words[at + OUT_DESTINATION] === ip4.destination(b.view, b.l3) &&
      words[at + OUT_PORTS] === this.portsBeforeOutputNat(b)
    );
  }

  /** True where the packet visited the nodes of its decisions, in their order, and no others. */
  private isPlainPath(b: PacketBuffer): boolean {
    if ((b.decided & decisions.UNSETTLED) !== 0) return true; // not settled yet: look again at the next packet
    const { path, pathLength } = this.graph;
    const expected = this.expectedPath(b.decided, b.swIfIndexTx);
    let matched = 0;
    for (let i = 0; i < pathLength; i++) {
      if (path[i] === this.loadBalanceNode) continue;
      if (path[i] !== expected[matched++]) return false;
    }
    return matched === expected.length;
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

  /** Source and ports between input and output NAT. Behind input NAT of sources this is not what `follow` finds, so that it leaves such flows to the graph. */
  private sourceBeforeOutputNat(b: PacketBuffer): number {
    return (b.decided & decisions.NAT_IN2OUT_OUTPUT) !== 0 ? this.source : ip4.source(b.view, b.l3);
  }

  private portsBeforeOutputNat(b: PacketBuffer): number {
    const ports = b.view.getInt32(b.l3 + ip4.HEADER_BYTES);
    if ((b.decided & decisions.NAT_IN2OUT_OUTPUT) === 0) return ports;
    return (ports & 0xffff) | (this.ports & ~0xffff);
  }
}

/** The ACL plugin's order of ports in a word. */
const swapPorts = (ports: number): number => (ports >>> 16) | (ports << 16);
