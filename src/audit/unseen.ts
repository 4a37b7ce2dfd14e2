/**
 * What cannot be judged where captures are of some of the node's interfaces: what leaves by the others is not seen, and what came by them
 * may be what the node sent something for, or may have made a NAT44 session, or asked for a neighbour.
 */

import type { Tables } from '../pipeline/engine/tables.js';
import * as ethernet from '../wire/ethernet.js';
import { natAddresses } from '../pipeline/nat-common/missed.js';
import { lastOf } from './findings/blame.js';
import { mappingOf } from './findings/difference.js';
import type { CapturedFrame } from './captured-frame.js';
import type { ModelledPacket } from './modelled-packet.js';
import { HORIZON_SECONDS, SKEW_SECONDS, type SentFrame } from './sent-frames.js';

export class Unseen {
  /** Captures have frames of bridges without directions: what of them the node received is not known. */
  isBridgeUnclear = false;
  /** A capture may have ended too early for what arrived then, or for what was sent. */
  hasEnded: (time: number) => boolean = () => false;
  /** How many seconds the captures go on behind a time. */
  secondsLeft: (time: number) => number = () => Infinity;
  /** When frames arrived of which it is not known what VPP did with them, as far as what came of them is to be judged. */
  private readonly unmodelledTimes: number[] = [];

  /** @param uncaptured interfaces that the captures are not of, by sw_if_index */
  constructor(
    private readonly tables: Tables,
    private readonly uncaptured: ReadonlySet<number>,
  ) {}

  get isNothing(): boolean {
    return this.uncaptured.size === 0 && !this.isBridgeUnclear;
  }

  noteUnmodelled({ time }: CapturedFrame): void {
    this.unmodelledTimes.push(time);
  }

  /** Why it is not known what the node sent a frame for; null where it is. */
  whyUnclear({ key, suspect, time }: SentFrame): string | null {
    if (!this.isNothing && (suspect === null || key === 0)) return CAME_UNSEEN;
    if (suspect !== null) return null;
    return this.hasEnded(time) ? ENDED : this.mayComeOfUnmodelled(time) ? CAME_OF_UNMODELLED : null;
  }

  /** An answer, a request for a neighbour, an ICMP error: whatever VPP may have made of such a frame. */
  private mayComeOfUnmodelled(time: number): boolean {
    const { unmodelledTimes: times } = this;
    while (times.length > 0 && times[0] < time - HORIZON_SECONDS) times.shift();
    return times.length > 0 && times[0] <= time + SKEW_SECONDS;
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
export const ENDED = 'a capture is damaged, and ends before what became of them';
const CAME_OF_UNMODELLED = 'the node may have sent them for a frame of which it is not known what VPP did with it';
const CAME_UNSEEN = 'what the node sent them for may have come by an interface that the captures are not of';
