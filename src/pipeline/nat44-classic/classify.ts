/**
 * nat44-classify (VPP 19.08 src/plugins/nat/nat44_classify.c, classic mode): on interfaces that are inside and outside,
 * packets to outside addresses take nat44-out2in, all others nat44-in2out.
 */

import * as ip4 from '../../wire/ip4.js';
import { CLASSIFY_IN2OUT, CLASSIFY_NONE, CLASSIFY_OUT2IN } from '../nat-common/state/reassembly.js';
import { natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { DONE, defineNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { isCutForHairpin } from '../nat-common/cut-for-nat.js';
import { FragmentKeeper, isFirstFragment } from '../nat-common/fragments.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';
import { classifyErrors } from '../nat-common/nat-errors.js';
import { DESTINATION } from '../nat-common/rewrite.js';

function create(context: NodeContext<'IN2OUT' | 'OUT2IN' | 'DROP', keyof typeof NAT_CAUSES>): NodeFunction {
  const { next, cause, errors, tables, graph } = context;
  const { nat44 } = tables;
  const { pool, mappings } = nat44;
  const error = errors.ids(classifyErrors);
  const self = graph.nodeIndex('nat44-classify');
  const keeper = new FragmentKeeper(nat44, context.buffers, graph, -1, cause.DROP_FRAGMENT);

  const drop = (b: PacketBuffer, reason: number, why: number): number => {
    b.error = reason;
    b.cause = why;
    return next.DROP;
  };
  const choose = (isOut2in: boolean): number => {
    errors.increment(isOut2in ? error.NEXT_OUT2IN : error.NEXT_IN2OUT);
    return isOut2in ? next.OUT2IN : next.IN2OUT;
  };
  /** A mapping of an address to itself is no reason to translate the destination. */
  const translates = (index: number): boolean => {
    const { localAddress, externalAddress } = mappings.pool.at(index);
    return localAddress !== externalAddress;
  };

  const classifyFragment = (b: PacketBuffer): number => {
    const reassembly = keeper.find(b, b.at);
    if (!reassembly) return drop(b, error.MAX_REASS, cause.MAX_REASS);
    if (reassembly.classifyNext !== CLASSIFY_NONE) return choose(reassembly.classifyNext === CLASSIFY_OUT2IN);
    if (!keeper.keep(reassembly, b)) return drop(b, error.MAX_FRAG, cause.MAX_FRAG);
    errors.increment(error.FRAG_CACHED);
    return DONE;
  };

  return (b) => {
    const { view, at: l3 } = b;
    const destination = ip4.destination(view, l3);
    for (const entry of pool.addresses) if (entry.address === destination) return choose(true);
    if (mappings.pool.count === 0) return choose(false);
    const byAddress = mappings.byExternal.get(destination, packKey(0, 0, 0));
    if (byAddress >= 0) return choose(translates(byAddress));
    const isFragment = ip4.isFragment(view, l3);
    if (isFragment && !isFirstFragment(view, l3)) return classifyFragment(b);
    if (isCutForHairpin(b, l3)) return next.DROP;
    const port = view.getUint16(l3 + ip4.headerLength(view, l3) + DESTINATION.port);
    const byPort = mappings.byExternal.get(destination, packKey(port, natProtocolOf(ip4.protocol(view, l3)), 0));
    const isOut2in = byPort >= 0 && translates(byPort);
    if (!isFragment) return choose(isOut2in);
    const reassembly = keeper.find(b, l3);
    if (!reassembly) return drop(b, error.MAX_REASS, cause.MAX_REASS);
    reassembly.classifyNext = isOut2in ? CLASSIFY_OUT2IN : CLASSIFY_IN2OUT;
    keeper.release(reassembly, b, self);
    return choose(isOut2in);
  };
}

export const classify = defineNode({
  name: 'nat44-classify',
  next: { IN2OUT: 'nat44-in2out', OUT2IN: 'nat44-out2in', DROP: 'error-drop' },
  errors: [classifyErrors],
  causes: NAT_CAUSES,
  create,
});
