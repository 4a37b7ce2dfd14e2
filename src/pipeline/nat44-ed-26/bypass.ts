/**
 * Sessions of flows that come in untranslated, with forwarding enabled: they let the answers out untranslated (VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed_out2in.c create_bypass_for_fwd). The packet itself counts with 0 bytes.
 */

import * as ip4 from '../../wire/ip4.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { isIcmpError } from '../nat-common/icmp-error.js';
import { natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { SESSION_FWD_BYPASS } from '../nat-common/state/sessions.js';
import type { EdWork } from './ed-work.js';
import { i2oOf, portsWord, protocolWord } from './state/ed-flows.js';

/** Finds or makes the session of the packet, whose key has been read. */
export function bypassForward(work: EdWork, b: PacketBuffer, l3: number, fib: number): void {
  const { ed, nat } = work;
  const { now } = nat.clock;
  const isIcmp = ip4.protocol(b.view, l3) === ip4.PROTOCOL_ICMP;
  // The answer's ends; an ICMP message keeps the order of its ports.
  const ports = isIcmp ? work.ports : portsWord(work.ports >>> 16, work.ports & 0xffff);
  let session = ed.flows.find(work.destination, work.source, ports, protocolWord(work.protocol, fib));
  if (session < 0) {
    if ((isIcmp && isIcmpError(b.icmpTypeOrTcpFlags)) || ed.isFull(fib)) return;
    session = open(work, b, l3, ports, fib);
  }
  if (ip4.protocol(b.view, l3) === ip4.PROTOCOL_TCP) ed.trackTcp(session, b.icmpTypeOrTcpFlags, false, now);
  ed.account(session, now, 0);
}

/** Of the two flows only the answers' is in the hash. */
function open({ ed, nat }: EdWork, b: PacketBuffer, l3: number, ports: number, fib: number): number {
  const { sessions, flows } = ed;
  const host = ip4.source(b.view, l3);
  const inside = ip4.destination(b.view, l3);
  const ipProtocol = ip4.protocol(b.view, l3);
  const session = ed.allocate(nat.clock.now, ipProtocol);
  const word = packKey(ports & 0xffff, natProtocolOf(ipProtocol), fib);
  sessions.setExtHost(session, host, ports >>> 16);
  sessions.addFlags(session, SESSION_FWD_BYPASS);
  sessions.setOut2in(session, inside, word);
  sessions.setIn2out(session, inside, word);
  const i2o = i2oOf(session);
  flows.begin(i2o, inside, host, ports, protocolWord(ipProtocol, fib));
  flows.rewriteFib(i2o, fib);
  flows.add(i2o, session);
  ed.register(session);
  return session;
}
