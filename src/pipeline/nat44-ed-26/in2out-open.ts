/** Sessions that begin inside (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_in2out.c slow_path_ed, nat44_ed_in2out_slowpath_unknown_proto). */

import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { NAT_UNKNOWN, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { SESSION_STATIC_MAPPING } from '../nat-common/state/sessions.js';
import type { EdWork } from './ed-work.js';
import { outsideFibFor } from './in2out-choice.js';
import { i2oOf, o2iOf, portsWord, protocolWord } from './state/ed-flows.js';
import { NO_MAPPING } from './state/external-mappings.js';

/** Instead of a session: an identity mapping leaves the packet alone; the packet is dropped, with the reason in it. */
export const PASSED = -1;
export const REFUSED = -2;

/** tcp_flags_is_init */
export const opensConnection = (flags: number): boolean => (flags & (tcp.SYN | tcp.ACK)) === tcp.SYN;

export class In2outOpener {
  /** What a destination that is somebody's outside end becomes. */
  private toAddress = 0;
  private toPort = 0;

  constructor(private readonly work: EdWork) {}

  /** A session for a packet with ports or an identifier: its outside end by static mapping, else from the pool. */
  open(b: PacketBuffer, local: number, remote: number, ports: number, ipProtocol: number, fib: number): number {
    const { work } = this;
    const { nat, ed, error, cause } = work;
    const { mappings } = nat;
    const { now } = nat.clock;
    const localPort = ports & 0xffff;
    const protocol = natProtocolOf(ipProtocol);
    if (ed.isFull(fib) && !ed.freeOne(now)) {
      work.drop(b, error.MAX_SESSIONS_EXCEEDED, cause.SESSION_LIMIT, local);
      return REFUSED;
    }
    const isStatic = matchLocal(nat, local, localPort, protocol, fib);
    if (isStatic && mappings.matchedIsIdentity) return PASSED;
    if (ipProtocol === ip4.PROTOCOL_TCP && !opensConnection(b.icmpTypeOrTcpFlags)) {
      work.drop(b, error.NON_SYN, cause.NON_SYN, local, localPort);
      return REFUSED;
    }
    const [mappedAddress, mappedPort] = [mappings.matchedAddress, mappings.matchedPort];
    const session = ed.allocate(now, ipProtocol);
    const outsideFib = outsideFibFor(work, fib, remote);
    const { sessions, flows } = ed;
    sessions.setIn2out(session, local, packKey(localPort, protocol, fib));
    if (!this.findHairpin(remote, ports >>> 16, ipProtocol, session)) return this.refuseStray(b, session, remote);
    const { toAddress, toPort } = this;
    const isIcmp = ipProtocol === ip4.PROTOCOL_ICMP;
    const o2i = o2iOf(session);
    const outside = isStatic ? mappedAddress : toAddress;
    const outsidePort = isStatic ? mappedPort : 0;
    flows.begin(
      o2i,
      toAddress,
      outside,
      portsWord(isStatic && isIcmp ? outsidePort : toPort, outsidePort),
      protocolWord(ipProtocol, outsideFib),
    );
    flows.rewriteDestination(o2i, local);
    if (isIcmp) flows.rewriteIcmpId(o2i, localPort);
    else flows.rewriteDestinationPort(o2i, localPort);
    flows.rewriteFib(o2i, fib);
    flows.rewriteSource(o2i, remote);
    const given = isStatic
      ? this.takeMapped(b, session, mappedAddress, mappedPort)
      : this.takePort(b, session, ipProtocol, local, remote, localPort, fib);
    if (!given) {
      ed.delete(session);
      return REFUSED;
    }
    const { address, port } = work.outside;
    sessions.setOut2in(session, address, packKey(port, protocol, outsideFib));
    sessions.setExtHost(session, remote, ports >>> 16);
    const i2o = i2oOf(session);
    flows.begin(i2o, local, remote, ports, protocolWord(ipProtocol, fib));
    flows.rewriteSource(i2o, address);
    flows.rewriteDestination(i2o, toAddress);
    if (isIcmp) flows.rewriteIcmpId(i2o, port);
    else {
      flows.rewriteSourcePort(i2o, port);
      flows.rewriteDestinationPort(i2o, toPort);
    }
    flows.rewriteFib(i2o, outsideFib);
    flows.add(i2o, session);
    ed.register(session);
    return session;
  }

  /** A session for a packet of a protocol without ports: one for each outside address and destination. */
  openUnknown(b: PacketBuffer, l3: number, fib: number): number {
    const { work } = this;
    const { nat, ed, error, cause } = work;
    const { sessions, flows } = ed;
    const source = ip4.source(b.view, l3);
    const destination = ip4.destination(b.view, l3);
    const ipProtocol = ip4.protocol(b.view, l3);
    if (ed.isFull(fib)) {
      work.drop(b, error.MAX_SESSIONS_EXCEEDED, cause.SESSION_LIMIT, source);
      return REFUSED;
    }
    const outsideFib = outsideFibFor(work, fib, destination);
    // VPP asks for a mapping of this protocol, which an address-only one is not.
    const outside = this.freeAddress(destination, protocolWord(ipProtocol, outsideFib));
    if (outside === 0) {
      work.dropSilently(b, cause.NO_FREE_ADDRESS, destination, ipProtocol);
      return REFUSED;
    }
    const session = ed.allocate(nat.clock.now, ipProtocol);
    const i2o = i2oOf(session);
    const o2i = o2iOf(session);
    this.findHairpin(destination, 0, ipProtocol, session);
    flows.begin(i2o, source, destination, 0, protocolWord(ipProtocol, fib));
    flows.rewriteSource(i2o, outside);
    flows.rewriteDestination(i2o, this.toAddress);
    flows.rewriteFib(i2o, outsideFib);
    flows.begin(o2i, this.toAddress, outside, 0, protocolWord(ipProtocol, outsideFib));
    flows.rewriteSource(o2i, destination);
    flows.rewriteDestination(o2i, source);
    flows.rewriteFib(o2i, fib);
    sessions.setExtHost(session, destination, 0);
    sessions.setIn2out(session, source, packKey(ipProtocol, NAT_UNKNOWN, fib));
    sessions.setOut2in(session, outside, packKey(ipProtocol, NAT_UNKNOWN, outsideFib));
    flows.add(i2o, session);
    if (!work.outside.putO2i(session)) {
      ed.delete(session);
      work.dropSilently(b, cause.NO_FREE_ADDRESS, destination, ipProtocol);
      return REFUSED;
    }
    ed.register(session);
    return session;
  }

  /** nat44_ed_external_sm_lookup; a load-balanced mapping has local address and port 0. */
  private findHairpin(remote: number, remotePort: number, ipProtocol: number, session: number): boolean {
    const { external, ed } = this.work;
    const index = external.index(remote, remotePort, ipProtocol);
    this.toAddress = remote;
    this.toPort = remotePort;
    if (index === NO_MAPPING) return true;
    const mapping = external.at(index);
    if (mapping === undefined) return false;
    const { localAddress, localPort, isAddressOnly } = mapping;
    this.toAddress = localAddress;
    if (!isAddressOnly) this.toPort = localPort;
    ed.flows.setHairpinning(session);
    return true;
  }

  private refuseStray(b: PacketBuffer, session: number, remote: number): number {
    this.work.ed.delete(session);
    this.work.dropSilently(b, this.work.cause.STRAY_MAPPING, remote);
    return REFUSED;
  }

  private takeMapped(b: PacketBuffer, session: number, address: number, port: number): boolean {
    const { outside, cause, ed } = this.work;
    ed.sessions.addFlags(session, SESSION_STATIC_MAPPING);
    outside.address = address;
    outside.port = port;
    if (outside.addO2i(session)) return true;
    this.work.dropSilently(b, cause.FLOW_TAKEN, address);
    return false;
  }

  private takePort(
    b: PacketBuffer,
    session: number,
    ipProtocol: number,
    local: number,
    remote: number,
    localPort: number,
    fib: number,
  ): boolean {
    const { work } = this;
    const { draws } = work.nat.ports;
    if (work.outside.allocate(session, ipProtocol, local, remote, localPort, fib, b.swIfIndexTx)) {
      work.notePort(b, session, draws);
      return true;
    }
    work.drop(b, work.error.OUT_OF_PORTS, work.cause.OUT_OF_PORTS, local);
    return false;
  }

  /**
   * The outside address of the first session with the destination, where it is free, else the last of the pool that is; 0 for none.
   */
  private freeAddress(destination: number, protocol: number): number {
    const { nat, ed } = this.work;
    const { sessions, flows } = ed;
    const isFree = (address: number): boolean => flows.find(address, destination, 0, protocol) < 0;
    for (let like = 0; like < sessions.length; like++) {
      if (!sessions.isUsed(like) || sessions.extHostAddress(like) !== destination) continue;
      if (sessions.out2inAddress(like) !== 0 && isFree(sessions.out2inAddress(like)))
        return sessions.out2inAddress(like);
      break;
    }
    return nat.pool.addresses.findLast(({ address }) => isFree(address))?.address ?? 0;
  }
}

/** snat_static_mapping_match by local address: in the packet's FIB, else in NAT44's default inside or outside one. */
function matchLocal(nat: Nat44, local: number, port: number, protocol: number, fib: number): boolean {
  const { mappings, insideFibIndex, outsideFibIndex } = nat;
  if (mappings.matchLocal(local, port, protocol, fib, outsideFibIndex)) return true;
  if (fib !== insideFibIndex && mappings.matchLocal(local, port, protocol, insideFibIndex, outsideFibIndex))
    return true;
  return fib !== outsideFibIndex && mappings.matchLocal(local, port, protocol, outsideFibIndex, outsideFibIndex);
}
