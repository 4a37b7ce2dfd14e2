/**
 * What cannot be judged where captures are of some of the node's interfaces: what leaves by the others is not seen, and what came by them
 * may be what the node sent something for, or may have made a NAT44 session, or asked for a neighbour.
 */

import type { Tables } from '../pipeline/engine/tables.js';
import * as ethernet from '../wire/ethernet.js';
import { natAddresses } from '../pipeline/nat-common/missed.js';
import { lastOf } from './findings/blame.js';
import { mappingOf } from './findings/difference.js';
import type { ModelledPacket } from './modelled-packet.js';

export class Unseen {
  /** Captures have frames of bridges without directions: what of them the node received is not known. */
  isBridgeUnclear = false;

  /** @param uncaptured interfaces that the captures are not of, by sw_if_index */
  constructor(
    private readonly tables: Tables,
    private readonly uncaptured: ReadonlySet<number>,
  ) {}

  get isNothing(): boolean {
    return this.uncaptured.size === 0 && !this.isBridgeUnclear;
  }

  /** Why a packet that the model sends need not be in the captures; null where it should be. */
  doubt({ swIfIndex, view, at, story: { before, decisions }, isMade }: ModelledPacket): string | null {
    if (this.isNothing) return null;
    const { nat44, interfaces } = this.tables;
    const isOwn = ethernet.isFrom(view, at, interfaces.all[swIfIndex].mac);
    if (this.isBridgeUnclear && interfaces.l2CountOf[swIfIndex] > 0 && !isOwn) return BRIDGED;
    if (this.uncaptured.has(swIfIndex)) return `in the model they leave by ${interfaces.all[swIfIndex].name}, ${HELP}`;
    const nat = lastOf(decisions, 'nat44');
    if (nat !== null && mappingOf(nat, nat44)?.isLoadBalanced === true) return OTHER_BACK_END;
    return isMade && before !== null && natAddresses(nat44).has(before.destination) ? OTHER_SESSION : null;
  }
}

export const BRIDGED =
  'whether a bridge received frames or passed them on, in captures that do not say directions (pcapng, SLL and SLL2 can say them)';
const HELP = 'which the captures are not of: capture it as well (--whole-node if they are of all interfaces)';
const OTHER_BACK_END = 'whether the back end that the node chose is behind an interface that the captures are not of';
const OTHER_SESSION =
  'whether NAT44 had a session for them, made by what came by an interface that the captures are not of';
export const CAME_UNSEEN = 'what the node sent them for may have come by an interface that the captures are not of';
