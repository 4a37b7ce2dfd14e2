/** nat44-out2in-reass (VPP 19.08 src/plugins/nat/out2in.c nat44_out2in_reass_node): fragments from the outside. */

import * as ip4 from '../../wire/ip4.js';
import { NAT_ICMP, NAT_UDP, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { REASS_DONT_TRANSLATE, type Reassembly } from '../nat-common/state/reassembly.js';
import { defineNode, type NodeFunction } from '../engine/node.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../engine/packet-buffer.js';
import { isCutForNat } from '../nat-common/cut-for-nat.js';
import { fibBySwIfIndex } from '../engine/fib-of.js';
import { isFirstFragment } from '../nat-common/fragments.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';
import { out2inReassErrors } from '../nat-common/nat-errors.js';
import { Out2InSessions } from './out2in-session.js';
import { type ReassContext, type ReassNextIndices, ReassWork } from './reass.js';
import { DESTINATION } from '../nat-common/rewrite.js';
import { DROPPED } from './session-work.js';
import { reassTrace } from '../nat-common/nat-trace.js';

const NEXT_INDICES: ReassNextIndices = { drop: 0, lookup: 1 };

const DHCP_TO_CLIENT = 68;

function create(context: ReassContext): NodeFunction {
  const { next, cause, errors, arcs, tables } = context;
  const nat = tables.nat44;
  const fibOf = fibBySwIfIndex(tables);
  const error = errors.ids(out2inReassErrors);
  const sessions = new Out2InSessions(nat, fibOf, error, cause);
  const work = new ReassWork(context, 'nat44-out2in-reass', error, NEXT_INDICES);

  /** What a first fragment without session and static mapping comes to. */
  const untranslated = (b: PacketBuffer, port: number, protocol: number, r: Reassembly<object>): number => {
    if (protocol === NAT_UDP && port === DHCP_TO_CLIENT) {
      const feature = arcs.next(b);
      return feature === next.LOOKUP ? work.pass() : feature;
    }
    if (!nat.forwardingEnabled) {
      sessions.refuseUntranslated(b, b.at);
      return work.drop();
    }
    b.flags |= FLAG_NAT44_MISSED;
    r.flags |= REASS_DONT_TRANSLATE;
    work.release(r, b);
    return work.pass();
  };

  const first = (b: PacketBuffer, l4: number, protocol: number, reassembly: Reassembly<object>): number => {
    const { view, at: l3 } = b;
    const fib = fibOf[b.swIfIndexRx];
    const address = ip4.destination(view, l3);
    const port = view.getUint16(l4 + DESTINATION.port);
    let session = nat.classic.out2in.get(address, packKey(port, protocol, fib));
    if (session < 0) {
      if (!nat.mappings.matchExternal(address, port, protocol, 0)) return untranslated(b, port, protocol, reassembly);
      if (nat.mappings.matchedIsIdentity) return work.pass();
      session = sessions.create(b, l4, address, port, protocol, fib);
      if (session === DROPPED) {
        b.error = error.NO_TRANSLATION; // over the reason that the session's making left
        return work.drop();
      }
    }
    reassembly.session = session;
    work.release(reassembly, b);
    nat.lastSession = session;
    sessions.translate(b, l3, l4, session, protocol);
    return work.pass();
  };

  return (b) => {
    const { view, at: l3 } = b;
    nat.lastSession = -1;
    if (isCutForNat(b, l3)) return work.drop();
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    const reassembly = work.find(b);
    if (!reassembly) return work.drop();
    if (isFirstFragment(view, l3)) {
      const l4 = l3 + ip4.headerLength(view, l3);
      if (protocol === NAT_ICMP) return work.afterIcmp(sessions.icmp(b, l3, l4), reassembly, b);
      return first(b, l4, protocol, reassembly);
    }
    if (reassembly.flags & REASS_DONT_TRANSLATE) return work.pass();
    if (reassembly.session < 0) return work.wait(reassembly, b);
    nat.lastSession = reassembly.session;
    sessions.translateFragment(b, l3, reassembly.session);
    return work.pass();
  };
}

export const out2inReass = defineNode({
  name: 'nat44-out2in-reass',
  trace: reassTrace(NEXT_INDICES.lookup),
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  errors: [out2inReassErrors],
  causes: NAT_CAUSES,
  create,
});
