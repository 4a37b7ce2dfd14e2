/**
 * Sessions that begin outside, by static mapping (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_out2in.c
 * create_session_for_static_mapping_ed, nat44_ed_out2in_slowpath_unknown_proto).
 */

import * as ip4 from '../../wire/ip4.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { keyFib, keyPort, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import {
  SESSION_AFFINITY,
  SESSION_LOAD_BALANCING,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
} from '../nat-common/state/sessions.js';
import { AFFINITY_LB, NO_LB, TWICE_NAT, TWICE_NAT_SELF } from '../nat-common/state/static-mappings.js';
import type { EdWork } from './ed-work.js';
import { REFUSED } from './in2out-open.js';
import type { Out2inErrors } from './out2in-fast.js';
import { i2oOf, o2iOf, portsWord, protocolWord } from './state/ed-flows.js';

export class Out2inOpener {
  constructor(
    private readonly work: EdWork,
    private readonly error: Out2inErrors,
  ) {}

  /** A session for the mapping that was matched last. @param port the packet's outside port or identifier */
  open(
    b: PacketBuffer,
    l3: number,
    port: number,
    ipProtocol: number,
    fib: number,
    twiceNat: number,
    lb: number,
  ): number {
    const { work } = this;
    const { nat, ed, cause } = work;
    const { sessions, flows } = ed;
    const { matchedAddress: inside, matchedPort: insidePort, matchedFibIndex: insideFib, matchedIndex } = nat.mappings;
    const host = ip4.source(b.view, l3);
    const outside = ip4.destination(b.view, l3);
    const own = ip4.protocol(b.view, l3);
    if (ed.isFull(fib)) {
      work.drop(b, this.error.MAX_SESSIONS_EXCEEDED, cause.SESSION_LIMIT, inside);
      return REFUSED;
    }
    const isIcmp = ipProtocol === ip4.PROTOCOL_ICMP;
    const hostPort = isIcmp ? 0 : b.l4SourcePort;
    const session = ed.allocate(nat.clock.now, ipProtocol);
    const balanced = lb === NO_LB ? 0 : SESSION_LOAD_BALANCING | (lb === AFFINITY_LB ? SESSION_AFFINITY : 0);
    sessions.addFlags(session, SESSION_STATIC_MAPPING | balanced);
    sessions.setExtHost(session, host, hostPort);
    sessions.setOut2in(session, outside, packKey(port, natProtocolOf(ipProtocol), fib));
    sessions.setIn2out(session, inside, packKey(insidePort, natProtocolOf(ipProtocol), insideFib));
    const o2i = o2iOf(session);
    const i2o = i2oOf(session);
    flows.begin(o2i, host, outside, portsWord(isIcmp ? port : hostPort, port), protocolWord(own, fib));
    if (isIcmp) flows.rewriteIcmpId(o2i, insidePort);
    else flows.rewriteDestinationPort(o2i, insidePort);
    flows.rewriteDestination(o2i, inside);
    flows.rewriteFib(o2i, insideFib);
    flows.add(o2i, session);
    const isTwice = twiceNat === TWICE_NAT || (twiceNat === TWICE_NAT_SELF && host === inside);
    if (!isTwice)
      flows.begin(
        i2o,
        inside,
        host,
        portsWord(insidePort, isIcmp ? insidePort : hostPort),
        protocolWord(own, insideFib),
      );
    else if (!this.translateHost(b, session, matchedIndex, ipProtocol)) {
      work.drop(b, this.error.OUT_OF_PORTS, cause.NO_TWICE_NAT_PORT, outside, port);
      ed.delete(session);
      return REFUSED;
    }
    flows.rewriteSource(i2o, outside);
    if (isIcmp) flows.rewriteIcmpId(i2o, port);
    else flows.rewriteSourcePort(i2o, port);
    if (isTwice) flows.seal(i2o);
    else flows.add(i2o, session);
    ed.register(session);
    return session;
  }

  /** A session for a packet of a protocol without ports, by a mapping of that protocol; address-only mappings are of none. */
  openUnknown(b: PacketBuffer, l3: number): number {
    const { work } = this;
    const { ed, cause } = work;
    const destination = ip4.destination(b.view, l3);
    if (ed.isFull(work.fibOf[b.swIfIndexRx]))
      work.drop(b, this.error.MAX_SESSIONS_EXCEEDED, cause.SESSION_LIMIT, destination);
    else work.drop(b, this.error.NO_TRANSLATION, cause.UNKNOWN_WITHOUT_MAPPING, destination, ip4.protocol(b.view, l3));
    return REFUSED;
  }

  /** Twice-nat: the client gets an address and a port of the twice-nat pool, towards the inside host. False where there is none. */
  private translateHost(b: PacketBuffer, session: number, mapping: number, ipProtocol: number): boolean {
    const { work } = this;
    const { nat, ed, outside } = work;
    const { sessions, flows } = ed;
    const inside = sessions.in2outAddress(session);
    const insideWord = sessions.in2outWord(session);
    const [insidePort, fib] = [keyPort(insideWord), keyFib(insideWord)];
    const { draws } = nat.ports;
    const exact = nat.mappings.pool.at(mapping).poolAddress;
    if (exact !== null && nat.twicePool.has(exact))
      outside.takeTwicePort(session, exact, ipProtocol, inside, insidePort, fib);
    else if (!outside.allocateTwice(session, ipProtocol, inside, insidePort, fib)) return false;
    work.notePort(b, session, draws);
    sessions.setExtHostNat(session, outside.address, outside.port);
    sessions.addFlags(session, SESSION_TWICE_NAT);
    const [host, hostPort] = [sessions.extHostAddress(session), sessions.extHostPort(session)];
    const o2i = o2iOf(session);
    const i2o = i2oOf(session);
    const isIcmp = ipProtocol === ip4.PROTOCOL_ICMP;
    flows.rewriteSource(o2i, outside.address);
    if (isIcmp) flows.rewriteIcmpId(o2i, outside.port);
    else flows.rewriteSourcePort(o2i, outside.port);
    flows.seal(o2i);
    flows.rewriteDestination(i2o, host);
    if (isIcmp) flows.rewriteIcmpId(i2o, hostPort);
    else flows.rewriteDestinationPort(i2o, hostPort);
    return true;
  }
}
