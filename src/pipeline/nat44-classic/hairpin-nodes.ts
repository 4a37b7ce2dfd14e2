/**
 * The hairpinning nodes of classic NAT44 (VPP 19.08 src/plugins/nat/nat44_hairpinning.c): on the ip4-local arc of `in`
 * interfaces, and around `in` interfaces with output feature. None of them leaves a trace record.
 */

import * as ip4 from '../../wire/ip4.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { NAT_ICMP, NAT_UNKNOWN, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import type { ErrorSet } from '../engine/errors.js';
import { defineNode, type AnyNode } from '../engine/node.js';
import { isCutForHairpin } from '../nat-common/cut-for-nat.js';
import { hairpinning, hairpinUnknownProtocol, icmpHairpinning } from './hairpinning.js';
import { hairpinDstErrors, hairpinningErrors, hairpinSrcErrors } from '../nat-common/nat-errors.js';

/** More visits than the packets of one frame, its fragments included, can have made. */
const VISITS_LIMIT = 16;

/** SNAT_FLAG_HAIRPINNING */
export const HAIRPINNING = 1;

/** nat_hairpin_dst's question: an address of the pool, or the external one of an address-only mapping. */
export function isOutsideAddress({ pool, mappings }: Nat44, address: number): boolean {
  for (const entry of pool.addresses) if (entry.address === address) return true;
  return mappings.byExternal.get(address, packKey(0, 0, 0)) >= 0;
}

/** Local delivery: what is an outside address of another inside host goes back to the lookup. */
export const hairpinningNode = defineNode({
  name: 'nat44-hairpinning',
  traced: false,
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  errors: [hairpinningErrors],
  causes: {
    ENDLESS_LOOP:
      'not modelled: VPP 19.08 sends this packet round and round between ip4-lookup and hairpinning, since the static ' +
      'mapping leads from the address to itself',
  },
  create: ({ next, cause, errors, arcs, tables: { nat44 } }) => {
    const error = errors.ids(hairpinningErrors);
    let frame = -1;
    let visits = 0;
    return (b) => {
      if (b.frame !== frame) {
        frame = b.frame;
        visits = 0;
      }
      if (visits++ === VISITS_LIMIT) {
        b.cause = cause.ENDLESS_LOOP;
        visits = 0;
        return next.DROP;
      }
      const { view, at } = b;
      if (isCutForHairpin(b, at)) return next.DROP;
      const protocol = natProtocolOf(ip4.protocol(view, at));
      const otherwise = arcs.next(b);
      errors.increment(error.PROCESSED);
      return hairpinning(nat44, b, at, at + ip4.headerLength(view, at), protocol) ? next.LOOKUP : otherwise;
    };
  },
});

/** On input of an `in` interface with output feature: translates destinations that are outside addresses. */
export const hairpinDst = defineNode({
  name: 'nat44-hairpin-dst',
  traced: false,
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
  errors: [hairpinDstErrors],
  create: ({ next, errors, tables: { nat44 } }) => {
    const error = errors.ids(hairpinDstErrors);
    return (b) => {
      const { view, at } = b;
      errors.increment(error.PROCESSED);
      b.adjIndexRx = 0; // snat.flags shares its place
      if (!isOutsideAddress(nat44, ip4.destination(view, at))) return next.LOOKUP;
      if (isCutForHairpin(b, at)) return next.DROP;
      const protocol = natProtocolOf(ip4.protocol(view, at));
      const l4 = at + ip4.headerLength(view, at);
      if (protocol === NAT_ICMP) icmpHairpinning(nat44, b, at, l4);
      else if (protocol === NAT_UNKNOWN) hairpinUnknownProtocol(nat44, b, at);
      else hairpinning(nat44, b, at, l4, protocol);
      b.adjIndexRx = HAIRPINNING;
      return next.LOOKUP;
    };
  },
});

/** On output of an `in` interface with output feature: the other half of hairpinning, translation of the source. */
export const hairpinSrcNode = (name: string, in2outOutput: string, set: ErrorSet<'PROCESSED'>): AnyNode =>
  defineNode({
    name,
    traced: false,
    next: { IN2OUT: in2outOutput },
    errors: [set],
    create: ({ next, errors, arcs, tables: { nat44 } }) => {
      const error = errors.ids(set);
      return (b) => {
        const otherwise = arcs.next(b);
        errors.increment(error.PROCESSED);
        const isHairpinned =
          (b.adjIndexRx & HAIRPINNING) !== 0 && nat44.interfaces.isInsideOutputFeature(b.swIfIndexRx);
        return isHairpinned ? next.IN2OUT : otherwise;
      };
    },
  });

export const hairpinSrc = hairpinSrcNode('nat44-hairpin-src', 'nat44-in2out-output', hairpinSrcErrors);
