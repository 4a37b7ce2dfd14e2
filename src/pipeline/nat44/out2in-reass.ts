/** nat44-out2in-reass (VPP 19.08 src/plugins/nat/out2in.c nat44_out2in_reass_node): fragments from the outside. */

import * as ip4 from '../../wire/ip4.js';
import { NAT_ICMP, NAT_UDP, natProtocolOf, packKey } from '../../tables/nat44/session-key.js';
import { REASS_DONT_TRANSLATE, type Reassembly } from '../../tables/nat44/reassembly.js';
import { DONE, defineNode, type NodeContext, type NodeFunction } from '../node.js';
import type { PacketBuffer } from '../packet-buffer.js';
import { fibBySwIfIndex } from './fib-of.js';
import { FragmentKeeper, isFirstFragment } from './fragments.js';
import { DROPPED, NO_SESSION } from './in2out-slowpath.js';
import { NAT_CAUSES } from './nat-causes.js';
import { out2inReassErrors } from './nat-errors.js';
import { Out2InSessions } from './out2in-session.js';
import { DESTINATION } from './rewrite.js';

/** VPP's next indices, for traces. */
const NEXT_DROP = 0;
const NEXT_LOOKUP = 1;

const DHCP_TO_CLIENT = 68;

function create(context: NodeContext<'LOOKUP' | 'DROP', keyof typeof NAT_CAUSES>): NodeFunction {
  const { next, cause, errors, arcs, tables, graph } = context;
  const nat = tables.nat44;
  const fibOf = fibBySwIfIndex(tables);
  const error = errors.ids(out2inReassErrors);
  const sessions = new Out2InSessions(nat, fibOf, error, cause);
  const keeper = new FragmentKeeper(nat, context.buffers, graph, error.DROP_FRAGMENT, cause.DROP_FRAGMENT);
  const self = graph.nodeIndex('nat44-out2in-reass');

  const drop = (): number => {
    nat.lastNextIndex = NEXT_DROP;
    return next.DROP;
  };
  const pass = (): number => {
    nat.lastNextIndex = NEXT_LOOKUP;
    errors.increment(error.PROCESSED_FRAGMENTS);
    return next.LOOKUP;
  };

  const firstIcmp = (b: PacketBuffer, l4: number, reassembly: Reassembly<object>): number => {
    const session = sessions.icmp(b, b.at, l4);
    if (session === DROPPED) return drop();
    if (session === NO_SESSION) reassembly.flags |= REASS_DONT_TRANSLATE;
    else reassembly.session = session;
    keeper.release(reassembly, b, self);
    return pass();
  };

  /** What a first fragment without session and static mapping comes to. */
  const untranslated = (
    b: PacketBuffer,
    address: number,
    port: number,
    protocol: number,
    r: Reassembly<object>,
  ): number => {
    if (protocol === NAT_UDP && port === DHCP_TO_CLIENT) {
      const feature = arcs.next(b);
      return feature === next.LOOKUP ? pass() : feature;
    }
    if (!nat.forwardingEnabled) {
      sessions.refuseUntranslated(b, address, port);
      return drop();
    }
    r.flags |= REASS_DONT_TRANSLATE;
    keeper.release(r, b, self);
    return pass();
  };

  const first = (b: PacketBuffer, l4: number, protocol: number, reassembly: Reassembly<object>): number => {
    const { view, at: l3 } = b;
    const fib = fibOf[b.swIfIndexRx];
    const address = ip4.destination(view, l3);
    const port = view.getUint16(l4 + DESTINATION.port);
    let session = nat.classic.out2in.get(address, packKey(port, protocol, fib));
    if (session < 0) {
      if (!nat.mappings.matchExternal(address, port, protocol, 0))
        return untranslated(b, address, port, protocol, reassembly);
      if (nat.mappings.matchedIsIdentity) return pass();
      session = sessions.create(b, l4, address, port, protocol, fib);
      if (session === DROPPED) {
        b.error = error.NO_TRANSLATION; // over the reason that the session's making left
        return drop();
      }
    }
    reassembly.session = session;
    keeper.release(reassembly, b, self);
    nat.lastSession = session;
    sessions.translate(b, l3, l4, session, protocol);
    return pass();
  };

  return (b) => {
    const { view, at: l3 } = b;
    nat.lastSession = -1;
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    const reassembly = keeper.find(b, l3);
    if (!reassembly) {
      b.error = error.MAX_REASS;
      b.cause = cause.MAX_REASS;
      return drop();
    }
    const l4 = l3 + ip4.headerLength(view, l3);
    if (isFirstFragment(view, l3))
      return protocol === NAT_ICMP ? firstIcmp(b, l4, reassembly) : first(b, l4, protocol, reassembly);
    if (reassembly.flags & REASS_DONT_TRANSLATE) return pass();
    if (reassembly.session < 0) {
      if (keeper.keep(reassembly, b)) {
        errors.increment(error.CACHED_FRAGMENTS);
        return DONE;
      }
      b.error = error.MAX_FRAG;
      b.cause = cause.MAX_FRAG;
      return drop();
    }
    nat.lastSession = reassembly.session;
    sessions.translateFragment(b, l3, reassembly.session);
    return pass();
  };
}

export const out2inReass = defineNode({
  name: 'nat44-out2in-reass',
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  errors: [out2inReassErrors],
  causes: NAT_CAUSES,
  create,
});
