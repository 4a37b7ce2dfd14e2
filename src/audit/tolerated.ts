/** Where a packet that VPP made itself may differ from the model's: the IP id, which VPP draws, and a checksum over what a capture cut off. */

import { FLAG_CHECKSUM_UNKNOWN, FLAG_ID_UNKNOWN, type PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import { PacketFacts } from './packet-facts.js';
import type { CapturedFrame } from './captured-frame.js';
import type { SentFrame, SentFrames } from './sent-frames.js';

const facts = new PacketFacts();
const IDENTIFICATION = 4;
const IP_CHECKSUM = 10;

/** The frame that the node sent of a received one and that is the model's packet but for that; null for none. */
export function almostEqual(sent: SentFrames, b: PacketBuffer, of: CapturedFrame): SentFrame | null {
  if ((b.flags & (FLAG_ID_UNKNOWN | FLAG_CHECKSUM_UNKNOWN)) === 0) return null;
  const { key } = new PacketFacts(sent.depth).read(b.view, b.at, b.length);
  let found = sent.like(key, of);
  while (found !== null && !isToleratedFor(found, b)) found = sent.nextLike(found, of);
  return found;
}

/** True where the sent frame is the model's packet but for that. */
function isToleratedFor(frame: SentFrame, b: PacketBuffer): boolean {
  if (frame.swIfIndex >= 0 && frame.swIfIndex !== b.swIfIndexTx) return false;
  if (frame.originalLength !== b.length + b.cutBytes) return false;
  const length = Math.min(frame.length, b.length);
  const { key, l3 } = facts.read(b.view, b.at, length);
  if (key === 0) return false;
  const free: number[] = [];
  const at = l3 - b.at;
  if ((b.flags & FLAG_ID_UNKNOWN) !== 0 && ip4.hasGoodChecksum(frame.view, frame.at + at))
    free.push(at + IDENTIFICATION, at + IP_CHECKSUM);
  if ((b.flags & FLAG_CHECKSUM_UNKNOWN) !== 0) free.push(at + ip4.headerLength(b.view, l3) + icmp4.CHECKSUM);
  for (let i = frame.comparedFrom; i < length; i++) {
    if (frame.view.getUint8(frame.at + i) === b.view.getUint8(b.at + i)) continue;
    if (!free.some((from) => i === from || i === from + 1)) return false;
  }
  return true;
}
