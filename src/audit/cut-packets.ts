/**
 * Captures with a small snaplen. What both sides of the node hold of a packet may end at different bytes (a tunnel's headers, a cooked
 * link, another snaplen), so keys of packets are made of the IP header alone then, which all have; `alike.ts` compares the rest.
 */

import * as ethernet from '../wire/ethernet.js';
import { PAYLOAD_BYTES } from './alike.js';
import type { CapturedFrame } from './captured-frame.js';

/** What keys of packets are made of: the IP header alone, or what is behind it as well. */
export interface KeyDepth {
  isHeaders: boolean;
}

export const WHOLE: Readonly<KeyDepth> = { isHeaders: false };

/** A frame that is cut off behind these bytes has all that a key is made of: VLAN tags, a tunnel, IP and TCP with options, payload. */
const KEY_BYTES = ethernet.HEADER_BYTES + 8 + 50 + 60 + 60 + PAYLOAD_BYTES;

export const isCutShort = ({ length, originalLength }: CapturedFrame): boolean =>
  length < originalLength && length < KEY_BYTES;
