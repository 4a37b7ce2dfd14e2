/** Which of the packets that a node sent stands in for one that the model sends. */

import type { CapturedFrame } from '../captured-frame.js';
import type { ModelledPacket } from '../modelled-packet.js';
import { PacketFacts } from '../packet-facts.js';
import type { SentFrame, SentFrames } from '../sent-frames.js';

/** So far apart in time are packets that may be the same with other bytes. */
const CLOSE_SECONDS = 0.05;
const CLOSE_BYTES = 6;

/**
 * What the node sent in its place: the same packet with other headers, else one with the same ends.
 * @param hasAll nothing came that is not in the captures, so that one that looks alike is this one
 */
export function closest(packet: ModelledPacket, sent: SentFrames, hasAll: boolean): SentFrame | null {
  let found: SentFrame | null = null;
  for (let one = sent.like(packet.key, packet); one !== null; one = sent.nextLike(one, packet))
    if (found === null || (one.swIfIndex === packet.swIfIndex && found.swIfIndex !== packet.swIfIndex)) found = one;
  if (found !== null) return found;
  if (!hasAll) return null;
  const [own, other] = [new PacketFacts(), new PacketFacts()];
  own.read(packet.view, packet.at, packet.length);
  for (const one of sent.open()) {
    if (one.index < packet.index || one.swIfIndex !== packet.swIfIndex || one.suspect !== null) continue;
    if (one.since(packet) > CLOSE_SECONDS) break;
    if (sent.isCopy(one)) continue;
    if (areClose(one, packet) || haveSameEnds(own, other.read(one.view, one.at, one.length))) return one;
  }
  return null;
}

const haveSameEnds = (a: PacketFacts, b: PacketFacts): boolean =>
  a.key !== 0 &&
  b.key !== 0 &&
  a.ipProtocol === b.ipProtocol &&
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort;

/** Frames of the same length and type that differ in few bytes. */
function areClose(a: CapturedFrame, b: CapturedFrame): boolean {
  if (a.length !== b.length) return false;
  let apart = 0;
  for (let i = 0; i < a.length; i++) if (a.bytes[a.at + i] !== b.bytes[b.at + i]) apart++;
  return apart <= CLOSE_BYTES;
}
