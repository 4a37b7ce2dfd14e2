/**
 * The flow cache: does to a packet of a known flow what the graph would do to it, without visiting the nodes.
 *
 * What nodes find by the packet's header and the configuration (the rule that matches, the route, that no mapping is for
 * it) is remembered per flow, and so are its sessions. A session is used only while it has the key it was found by and no
 * key has changed hands (`generation`); where there was none, it is looked for again. Then the packet changes times, counts
 * and list orders as the nodes would have. Anything else, from a TTL near its end to a SYN, is left to the graph, before
 * anything was changed.
 *
 * test/pipeline/flow-cache compares outputs, counters and sessions of replays with and without it. It takes a 60-byte frame
 * of an established flow through ACLs and NAT44 in less than half the time of the graph (bench/README.md, "Parts").
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
import { aclKeyWord, FlowLearner, generationOf, swapPorts } from './flow-learner.js';
import * as field from './flow-records.js';
import { FlowRecords, MISSING, PENDING } from './flow-records.js';

/** A TTL that every check on the way lets pass: NAT refuses 1 before and after ip4-rewrite takes one off. */
const SAFE_TTL = 3;
const VERSION_4_NO_OPTIONS = 0x45;
const SHORTEST = ethernet.HEADER_BYTES + ip4.HEADER_BYTES + udp.HEADER_BYTES;

export class FlowCache {
  /** Packets forwarded. */
  hits = 0;
  private readonly records = new FlowRecords();
  private readonly profiles: CounterProfiles;
  private readonly learner: FlowLearner;
  private readonly fibOf: Int32Array;

  constructor(
    private readonly tables: Tables,
    graph: Graph,
  ) {
    this.profiles = new CounterProfiles(graph.errors);
    this.learner = new FlowLearner(this.records, this.profiles, tables, graph);
    this.fibOf = fibBySwIfIndex(tables);
  }

  /** True where the packet that `forward` left to the graph has to be measured: its path recorded, its counters compared. */
  get isMeasuring(): boolean {
    return this.learner.isMeasuring;
  }

  /** Before the graph runs a packet that is measured. */
  startMeasuring(): void {
    this.profiles.start();
  }

  /** After the graph has run the packet that `forward` left to it. */
  learn(b: PacketBuffer, isTransmitted: boolean): void {
    this.learner.learn(b, isTransmitted);
  }

  /**
   * Forwards a frame, as received at b.at, if its flow is known: rewrites it in place and leaves it ready for transmission.
   * False where the graph has to do it; the frame and all state are then as they were.
   */
  forward(b: PacketBuffer, swIfIndex: number): boolean {
    const { learner } = this;
    learner.forget();
    const { view, at, length } = b;
    const l3 = at + ethernet.HEADER_BYTES;
    const l4 = l3 + ip4.HEADER_BYTES;
    if (length < SHORTEST) return false;
    if (ethernet.type(view, at) !== ethernet.TYPE_IP4 || ip4.versionIhl(view, l3) !== VERSION_4_NO_OPTIONS)
      return false;
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
    if (record === MISSING || this.records.words[record + field.PROFILE] < 0) {
      learner.consider(record, source, destination, ports, protocolRx);
      return false;
    }
    if (!hasGoodChecksum(view, l3)) return false;
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
    const { tables, fibOf } = this;
    const { words } = this.records;
    const { acl, nat44 } = tables;
    const { adjacencies } = tables.ip4;
    const { hash } = acl.sessions;
    const { classic, sessions } = nat44;
    const { now } = tables.clock;
    const { view, length } = b;
    const decided = words[record + field.DECIDED];
    const adjacency = words[record + field.ADJACENCY];
    if (words[record + field.GENERATION] !== generationOf(tables)) {
      words[record + field.PROFILE] = PENDING;
      return false;
    }
    if (ip4.totalLength(view, l3) > adjacencies.mtuBytes[adjacency]) return false;
    if ((decided & (decisions.ACL_IN | decisions.ACL_OUT)) !== 0 && acl.sessions.cleaner.isDue(now)) return false;

    const aclIn = words[record + field.ACL_IN];
    if ((decided & decisions.ACL_IN) !== 0) {
      const l4Word = aclKeyWord(protocol, rx, true);
      if ((decided & decisions.ACL_IN_SESSION) !== 0) {
        if (!acl.sessions.isSettled(aclIn, source, destination, swapPorts(ports), l4Word, tcpFlags)) return false;
      } else if (hash.hasAny(rx) && hash.get(source, destination, swapPorts(ports), l4Word) >= 0) return false;
    }

    const natProtocol = protocol === ip4.PROTOCOL_TCP ? NAT_TCP : NAT_UDP;
    const natIn = words[record + field.NAT_IN];
    let outSource = source;
    let outDestination = destination;
    let outPorts = ports;
    if ((decided & decisions.NAT_OUT2IN) !== 0) {
      if (!sessions.hasOut2in(natIn, destination, packKey(ports & 0xffff, natProtocol, fibOf[rx]))) return false;
      outDestination = sessions.in2outAddress(natIn);
      outPorts = (ports & ~0xffff) | keyPort(sessions.in2outWord(natIn));
    } else if ((decided & decisions.NAT_IN2OUT) !== 0) {
      if (!sessions.hasIn2out(natIn, source, packKey(ports >>> 16, natProtocol, fibOf[rx]))) return false;
      outSource = sessions.out2inAddress(natIn);
      outPorts = (ports & 0xffff) | (keyPort(sessions.out2inWord(natIn)) << 16);
    } else if ((decided & (decisions.NAT_OUT2IN_PASSED | decisions.NEVER_OUT2IN)) === decisions.NAT_OUT2IN_PASSED) {
      if (classic.out2in.get(destination, packKey(ports & 0xffff, natProtocol, fibOf[rx])) >= 0) return false;
    }
    if (
      outSource !== words[record + field.OUT_SOURCE] ||
      outDestination !== words[record + field.OUT_DESTINATION] ||
      outPorts !== words[record + field.OUT_PORTS]
    )
      return false;

    const tx = adjacencies.swIfIndex[adjacency];
    const aclOut = words[record + field.ACL_OUT];
    if ((decided & decisions.ACL_OUT) !== 0) {
      const l4Word = aclKeyWord(protocol, tx, false);
      if ((decided & decisions.ACL_OUT_SESSION) !== 0) {
        if (!acl.sessions.isSettled(aclOut, outSource, outDestination, swapPorts(outPorts), l4Word, tcpFlags))
          return false;
      } else if (hash.hasAny(tx) && hash.get(outSource, outDestination, swapPorts(outPorts), l4Word) >= 0) return false;
    }
    const natOut = words[record + field.NAT_OUT];
    if ((decided & decisions.NAT_IN2OUT_OUTPUT) !== 0) {
      if (!sessions.hasIn2out(natOut, outSource, packKey(outPorts >>> 16, natProtocol, fibOf[rx]))) return false;
    }

    // From here on nothing can fail.
    if ((decided & decisions.ACL_IN_SESSION) !== 0) acl.sessions.keepAlive(aclIn, now);
    b.length = length - ethernet.HEADER_BYTES;
    if ((decided & decisions.NAT_IN2OUT) !== 0) translateSource(nat44, b, l3, l4, natIn, natProtocol);
    else if ((decided & decisions.NAT_OUT2IN) !== 0) translateDestination(nat44, b, l3, l4, natIn, natProtocol);
    b.length = length;
    decrementTtl(view, l3);
    prependRewrite(view, l3, adjacencies, adjacency);
    if ((decided & decisions.ACL_OUT_SESSION) !== 0) acl.sessions.keepAlive(aclOut, now);
    if ((decided & decisions.NAT_IN2OUT_OUTPUT) !== 0) translateSource(nat44, b, l3, l4, natOut, natProtocol);
    this.profiles.count(words[record + field.PROFILE]);
    b.swIfIndexTx = tx;
    this.hits++;
    return true;
  }
}
