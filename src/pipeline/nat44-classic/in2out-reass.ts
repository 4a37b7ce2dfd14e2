/**
 * nat44-in2out-reass (VPP 19.08 src/plugins/nat/in2out.c nat44_in2out_reass_node): fragments from the inside.
 *
 * Fragments on their way out of an output-feature interface come here too, but VPP then takes their Ethernet header for
 * the IP header: hardly any looks like a first fragment, so they are kept and never come out again.
 */

import * as ip4 from '../../wire/ip4.js';
import { notTranslateInput } from '../nat-common/state/not-translate.js';
import type { Reassembly } from '../nat-common/state/reassembly.js';
import { keyFib, keyPort, NAT_ICMP, NAT_TCP, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { defineNode, type NodeFunction } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { isCutForNat } from '../nat-common/cut-for-nat.js';
import { fibBySwIfIndex } from '../engine/fib-of.js';
import { isFirstFragment } from '../nat-common/fragments.js';
import { hairpinFragment } from './hairpinning.js';
import { In2OutSlowpath } from './in2out-slowpath.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';
import { in2outReassErrors } from '../nat-common/nat-errors.js';
import { type ReassContext, type ReassNextIndices, ReassWork } from './reass.js';
import { DESTINATION, rewriteAddress, rewriteTcp, rewriteUdp, SOURCE } from '../nat-common/rewrite.js';
import { DROPPED, NO_SESSION } from './session-work.js';
import { reassTrace } from '../nat-common/nat-trace.js';

const NEXT_INDICES: ReassNextIndices = { lookup: 0, drop: 1 };

function create(context: ReassContext): NodeFunction {
  const { cause, errors, tables } = context;
  const nat = tables.nat44;
  const fibOf = fibBySwIfIndex(tables);
  const error = errors.ids(in2outReassErrors);
  const slowpath = new In2OutSlowpath(nat, fibOf, error, cause);
  const work = new ReassWork(context, 'nat44-in2out-reass', error, NEXT_INDICES);

  /** Translates the source, hairpins, and counts. */
  const translate = (b: PacketBuffer, l4: number, session: number, protocol: number, isFirst: boolean): number => {
    const { view, at: l3 } = b;
    const { sessions } = nat;
    const address = sessions.out2inAddress(session);
    const word = sessions.out2inWord(session);
    nat.lastSession = session;
    b.swIfIndexTx = keyFib(word);
    if (!isFirst) rewriteAddress(view, l3, SOURCE, address);
    else if (protocol === NAT_TCP) rewriteTcp(view, l3, l4, SOURCE, address, keyPort(word), 0);
    else rewriteUdp(view, l3, l4, SOURCE, address, keyPort(word));
    hairpinFragment(nat, b, l3, sessions.extHostPort(session), protocol);
    sessions.countPacket(session, nat.clock.now, b.length + b.cutBytes);
    nat.users.touch(session);
    return work.pass();
  };

  const first = (b: PacketBuffer, l4: number, protocol: number, reassembly: Reassembly<object>): number => {
    const { view, at: l3 } = b;
    const fib = fibOf[b.swIfIndexRx];
    const source = ip4.source(view, l3);
    const port = view.getUint16(l4 + SOURCE.port);
    let session = nat.classic.in2out.get(source, packKey(port, protocol, fib));
    if (session < 0) {
      const toPort = view.getUint16(l4 + DESTINATION.port);
      if (notTranslateInput(nat, b.swIfIndexRx, ip4.destination(view, l3), toPort, protocol, fib)) return work.pass();
      session = slowpath.create(b, l3, l4, source, port, protocol, fib);
      if (session === DROPPED) return work.drop();
      if (session === NO_SESSION) return work.pass();
    }
    reassembly.session = session;
    work.release(reassembly, b);
    return translate(b, l4, session, protocol, true);
  };

  return (b) => {
    const { view, at: l3 } = b;
    nat.lastSession = -1;
    if (isCutForNat(b, l3)) return work.drop();
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    const reassembly = work.find(b);
    if (!reassembly) return work.drop();
    const l4 = l3 + ip4.headerLength(view, l3);
    if (isFirstFragment(view, l3)) {
      if (protocol === NAT_ICMP) return work.afterIcmp(slowpath.icmp(b, l3, l4), reassembly, b);
      return first(b, l4, protocol, reassembly);
    }
    if (reassembly.session >= 0) return translate(b, l4, reassembly.session, protocol, false);
    return work.wait(reassembly, b);
  };
}

export const in2outReass = defineNode({
  name: 'nat44-in2out-reass',
  trace: reassTrace(NEXT_INDICES.lookup),
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  errors: [in2outReassErrors],
  causes: NAT_CAUSES,
  create,
});
