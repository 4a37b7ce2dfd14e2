/**
 * The hairpinning nodes (VPP 19.08 src/plugins/nat/nat44_hairpinning.c): on the ip4-local arc of `in` interfaces, and around `in`
 * interfaces with output feature. None of them leaves a trace record.
 */

import { defineNode, type AnyNode } from '../../engine/node.js';
import { STEP_UNREPEATABLE } from '../../engine/steps.js';
import { isCutForHairpin } from '../cut-for-nat.js';
import { HAIRPINNED, NOT_HAIRPINNED, hairpin, hairpinIcmp, hairpinUnknownProtocol } from './hairpinning.js';
import type { In2out } from './in2out.js';
import { NAT_CAUSES } from '../nat-causes.js';
import { hairpinErrors } from '../nat-errors.js';
import { NatShell, type NatRole } from './nat-shell.js';
import { DROPPED } from './nat-strategy.js';
import { DESTINATION } from '../rewrite.js';
import type { Nat44 } from '../state/nat44.js';
import { NAT_ICMP, NAT_UNKNOWN } from '../state/session-key.js';

/** More visits than the packets of one frame, its fragments included, can have made. */
const VISITS_LIMIT = 16;

/** SNAT_FLAG_HAIRPINNING */
const HAIRPINNING = 1;

/** nat_hairpin_dst's question: an address of the pool, or the external one of an address-only mapping. */
function isOutsideAddress({ pool, mappings }: Nat44, address: number): boolean {
  return pool.has(address) || mappings.wholeByExternal(address) >= 0;
}

/** The three nodes of a kind of NAT44, whose nodes' names begin with `prefix`. */
export function hairpinNodes(prefix: string, role: NatRole<In2out>): readonly AnyNode[] {
  const shared = { traced: false, causes: NAT_CAUSES } as const;

  /** Local delivery: what is an outside address of another inside host goes back to the lookup. */
  const hairpinning = defineNode({
    ...shared,
    name: `${prefix}-hairpinning`,
    next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
    errors: [hairpinErrors(`${prefix}-hairpinning`)],
    create: (context) => {
      const { next, cause, errors, arcs } = context;
      const error = errors.ids(hairpinErrors(`${prefix}-hairpinning`));
      const shell = new NatShell(context, role, false);
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
        shell.begin(b);
        if (isCutForHairpin(shell.p)) return next.DROP;
        const otherwise = arcs.next(b);
        errors.increment(error.PROCESSED);
        const answer = translate(shell, false);
        if (answer === DROPPED) return next.DROP;
        return answer === HAIRPINNED ? next.LOOKUP : otherwise;
      };
    },
  });

  /** On input of an `in` interface with output feature: translates destinations that are outside addresses. */
  const hairpinDst = defineNode({
    ...shared,
    name: `${prefix}-hairpin-dst`,
    next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
    errors: [hairpinErrors(`${prefix}-hairpin-dst`)],
    create: (context) => {
      const { next, errors, tables } = context;
      const error = errors.ids(hairpinErrors(`${prefix}-hairpin-dst`));
      const shell = new NatShell(context, role, false);
      const { p } = shell;
      return (b) => {
        shell.begin(b);
        errors.increment(error.PROCESSED);
        b.adjIndexRx = 0; // snat.flags shares its place
        if (!isOutsideAddress(tables.nat44, p.destination)) return next.LOOKUP;
        if (isCutForHairpin(p) || translate(shell, true) === DROPPED) return next.DROP;
        b.adjIndexRx = HAIRPINNING;
        return next.LOOKUP;
      };
    },
  });

  /** On output of an `in` interface with output feature: the other half of hairpinning, translation of the source. */
  const hairpinSrc = defineNode({
    ...shared,
    name: `${prefix}-hairpin-src`,
    next: { IN2OUT: `${prefix}-in2out-output` },
    errors: [hairpinErrors(`${prefix}-hairpin-src`)],
    create: ({ next, errors, arcs, tables: { nat44 } }) => {
      const error = errors.ids(hairpinErrors(`${prefix}-hairpin-src`));
      return (b) => {
        const otherwise = arcs.next(b);
        errors.increment(error.PROCESSED);
        const isHairpinned =
          (b.adjIndexRx & HAIRPINNING) !== 0 && nat44.interfaces.isInsideOutputFeature(b.swIfIndexRx);
        return isHairpinned ? next.IN2OUT : otherwise;
      };
    },
  });
  return [hairpinning, hairpinDst, hairpinSrc];
}

/** Translates the packet's destination as TCP's or UDP's, or by its protocol, and notes it. */
function translate(shell: NatShell<In2out>, isByProtocol: boolean): number {
  const { p, strategy } = shell;
  let answer: number;
  if (isByProtocol && p.protocol === NAT_ICMP) answer = hairpinIcmp(strategy, p) ? HAIRPINNED : NOT_HAIRPINNED;
  else if (isByProtocol && p.protocol === NAT_UNKNOWN)
    answer = hairpinUnknownProtocol(strategy, p) ? HAIRPINNED : NOT_HAIRPINNED;
  else answer = hairpin(strategy, p, p.portAt(DESTINATION), true);
  if (answer === HAIRPINNED || shell.nat.mappings.matchedIndex >= 0) shell.note(STEP_UNREPEATABLE);
  return answer;
}
