/**
 * The hairpinning nodes of endpoint-dependent NAT44 (VPP 19.08 src/plugins/nat/nat44_hairpinning.c): on the ip4-local
 * arc of `in` interfaces, and around `in` interfaces with output feature. None of them leaves a trace record.
 */

import * as ip4 from '../../wire/ip4.js';
import { NAT_ICMP, NAT_UNKNOWN, natProtocolOf } from '../nat-common/state/session-key.js';
import { isCutForHairpin } from '../nat-common/cut-for-nat.js';
import { HAIRPINNING, hairpinSrcNode, isOutsideAddress } from '../nat44-classic/hairpin-nodes.js';
import { DESTINATION } from '../nat-common/rewrite.js';
import { defineNode, type AnyNode } from '../engine/node.js';
import { ED_CAUSES } from './ed-causes.js';
import { edHairpinDstErrors, edHairpinningErrors, edHairpinSrcErrors, edIn2outErrors } from './ed-errors.js';
import { HAIRPINNED, hairpinIcmp, hairpinning, hairpinUnknownProtocol } from './ed-hairpinning.js';
import { DROPPED, EdWork } from './ed-work.js';

/** Local delivery: what is an outside address of another inside host goes back to the lookup. */
const edHairpinning = defineNode({
  name: 'nat44-ed-hairpinning',
  traced: false,
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  errors: [edHairpinningErrors],
  causes: ED_CAUSES,
  create: ({ next, cause, errors, arcs, tables }) => {
    const error = errors.ids(edHairpinningErrors);
    const w = new EdWork(tables, errors, edIn2outErrors, cause);
    return (b) => {
      const { view, at } = b;
      if (isCutForHairpin(b, at)) return next.DROP;
      const l4 = at + ip4.headerLength(view, at);
      const otherwise = arcs.next(b);
      errors.increment(error.PROCESSED);
      const protocol = natProtocolOf(ip4.protocol(view, at));
      const destination = ip4.destination(view, at);
      const answer = hairpinning(w, b, at, l4, protocol, view.getUint16(l4 + DESTINATION.port), true);
      if (answer === DROPPED) return next.DROP;
      if (answer !== HAIRPINNED) return otherwise;
      if (ip4.destination(view, at) !== destination) return next.LOOKUP;
      w.rejectSilently(b, cause.HAIRPIN_LOOP, destination, -1);
      return next.DROP;
    };
  },
});

/** On input of an `in` interface with output feature: translates destinations that are outside addresses. */
const edHairpinDst = defineNode({
  name: 'nat44-ed-hairpin-dst',
  traced: false,
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  errors: [edHairpinDstErrors],
  causes: ED_CAUSES,
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(edHairpinDstErrors);
    const w = new EdWork(tables, errors, edIn2outErrors, cause);
    return (b) => {
      const { view, at } = b;
      errors.increment(error.PROCESSED);
      b.adjIndexRx = 0; // snat.flags shares its place
      if (!isOutsideAddress(tables.nat44, ip4.destination(view, at))) return next.LOOKUP;
      if (isCutForHairpin(b, at)) return next.DROP;
      const protocol = natProtocolOf(ip4.protocol(view, at));
      const l4 = at + ip4.headerLength(view, at);
      if (protocol === NAT_ICMP) hairpinIcmp(w, b, at, l4);
      else if (protocol === NAT_UNKNOWN) hairpinUnknownProtocol(w, b, at);
      else if (hairpinning(w, b, at, l4, protocol, view.getUint16(l4 + DESTINATION.port), true) === DROPPED)
        return next.DROP;
      b.adjIndexRx = HAIRPINNING;
      return next.LOOKUP;
    };
  },
});

const edHairpinSrc = hairpinSrcNode('nat44-ed-hairpin-src', 'nat44-ed-in2out-output', edHairpinSrcErrors);

export const edHairpinNodes: readonly AnyNode[] = [edHairpinning, edHairpinDst, edHairpinSrc];
