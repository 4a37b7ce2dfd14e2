/**
 * The hairpinning nodes (VPP 19.08 src/plugins/nat/nat44_hairpinning.c): on the ip4-local arc of `in` interfaces, and around `in`
 * interfaces with output feature. None of them leaves a trace record.
 */

import { defineNode, type AnyNode } from '../../engine/node.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import { STEP_UNREPEATABLE } from '../../engine/steps.js';
import { isCutForHairpin } from '../cut-for-nat.js';
import { HAIRPINNED, hairpin, hairpinIcmp, hairpinUnknownProtocol } from './hairpinning.js';
import type { In2out } from './in2out.js';
import { NAT_CAUSES } from '../nat-causes.js';
import { hairpinErrors } from '../nat-errors.js';
import { NatShell, type NatContext, type NatRole } from './nat-shell.js';
import { DROPPED } from './nat-strategy.js';
import { DESTINATION } from '../rewrite.js';
import type { Nat44 } from '../state/nat44.js';
import { NAT_ICMP, NAT_UNKNOWN, packKey } from '../state/session-key.js';

/** More visits than the packets of one frame, its fragments included, can have made. */
const VISITS_LIMIT = 16;

/** SNAT_FLAG_HAIRPINNING */
const HAIRPINNING = 1;

/** nat_hairpin_dst's question: an address of the pool, or the external one of an address-only mapping. */
function isOutsideAddress({ pool, mappings }: Nat44, address: number): boolean {
  return pool.has(address) || mappings.byExternal.get(address, packKey(0, 0, 0)) >= 0;
}

/** The three nodes of a kind of NAT44, whose nodes' names begin with `prefix`. */
export function hairpinNodes(prefix: string, role: NatRole<In2out>): readonly AnyNode[] {
  const shared = { traced: false, causes: NAT_CAUSES } as const;

  /** What the nodes that translate are made of. */
  const hairpinner = (context: NatContext) => {
    const shell = new NatShell(context, role, false);
    const { p, strategy } = shell;
    return {
      p,
      begin: (b: PacketBuffer): void => {
        shell.begin(b);
        p.readEnds(true);
      },
      /** Translates a packet's destination as TCP's or UDP's, notes it, and returns HAIRPINNED, NOT_HAIRPINNED or DROPPED. */
      translate: (): number => noteOf(shell, hairpin(strategy, p, p.portAt(DESTINATION), true)),
      /** As `translate`, by the packet's protocol. */
      translateAny: (): number => {
        if (p.protocol === NAT_ICMP) return noteOf(shell, hairpinIcmp(strategy, p) ? HAIRPINNED : 0);
        if (p.protocol === NAT_UNKNOWN) return noteOf(shell, hairpinUnknownProtocol(strategy, p) ? HAIRPINNED : 0);
        return noteOf(shell, hairpin(strategy, p, p.portAt(DESTINATION), true));
      },
    };
  };

  /** Local delivery: what is an outside address of another inside host goes back to the lookup. */
  const hairpinning = defineNode({
    ...shared,
    name: `${prefix}-hairpinning`,
    next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
    errors: [hairpinErrors(`${prefix}-hairpinning`)],
    create: (context) => {
      const { next, cause, errors, arcs } = context;
      const error = errors.ids(hairpinErrors(`${prefix}-hairpinning`));
      const { p, begin, translate } = hairpinner(context);
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
        begin(b);
        if (isCutForHairpin(p)) return next.DROP;
        const otherwise = arcs.next(b);
        errors.increment(error.PROCESSED);
        const answer = translate();
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
      const { p, begin, translateAny } = hairpinner(context);
      return (b) => {
        begin(b);
        errors.increment(error.PROCESSED);
        b.adjIndexRx = 0; // snat.flags shares its place
        if (!isOutsideAddress(tables.nat44, p.destination)) return next.LOOKUP;
        if (isCutForHairpin(p) || translateAny() === DROPPED) return next.DROP;
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

function noteOf(shell: NatShell<In2out>, answer: number): number {
  if (answer === HAIRPINNED || shell.nat.mappings.matchedIndex >= 0) shell.note(STEP_UNREPEATABLE);
  return answer;
}
