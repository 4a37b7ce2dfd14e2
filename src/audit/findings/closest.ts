/** Which of the packets that a node sent stands in for one that the model sends. */

import { l4State, RIGHT } from '../../wire/l4-checksum.js';
import * as ip4 from '../../wire/ip4.js';
import { haveSameHeaders, haveSamePayload } from '../alike.js';
import type { CapturedFrame } from '../captured-frame.js';
import type { ModelledPacket } from '../modelled-packet.js';
import { PacketFacts } from '../packet-facts.js';
import type { SentFrame, SentFrames } from '../sent-frames.js';

/** So far apart in time are packets that may be the same with other bytes. */
const CLOSE_SECONDS = 0.05;
const CLOSE_BYTES = 6;

/**
 * What the node sent in its place: the same packet with other headers, else one that seems to be it with other bytes.
 * @param hasAll nothing came that is not in the captures, so that one that looks alike is this one
 */
export function closest(packet: ModelledPacket, sent: SentFrames, hasAll: boolean): SentFrame | null {
  const own = new PacketFacts(sent.depth).read(packet.view, packet.at, packet.length);
  let found: SentFrame | null = null;
  for (let one = sent.like(own.key, packet); one !== null; one = sent.nextLike(one, packet))
    if (found === null || (one.swIfIndex === packet.swIfIndex && found.swIfIndex !== packet.swIfIndex)) found = one;
  if (found !== null) return found;
  if (!hasAll) return null;
  const other = new PacketFacts();
  for (const one of sent.open()) {
    if (one.index < packet.index || one.swIfIndex !== packet.swIfIndex || one.suspect !== null) continue;
    if (one.since(packet) > CLOSE_SECONDS) break;
    if (sent.isCopy(one)) continue;
    other.read(one.view, one.at, one.length);
    const isIp4 = own.key !== 0 && other.key !== 0;
    if (isIp4 ? mayBe(own, packet, other, one) : own.key === other.key && areClose(one, packet)) return one;
  }
  return null;
}

/** Packets of a flow look alike: the IP id or what is behind the IP header tells one from the next. */
function mayBe(own: PacketFacts, packet: CapturedFrame, other: PacketFacts, frame: CapturedFrame): boolean {
  const [a, b] = [own.placeIn(packet), other.placeIn(frame)];
  const id = ip4.identification(a.view, a.l3);
  const isSameId = id === ip4.identification(b.view, b.l3);
  if (isSameId && id !== 0 && areClose(frame, packet)) return true;
  if (!(isSameId || own.ipProtocol === ip4.PROTOCOL_ICMP) || !haveSameEnds(own, other) || !haveSameHeaders(a, b))
    return false;
  // A node that spoils bytes does not mend the checksum over them.
  return haveSamePayload(a, b) || l4State(b.view, b.l3, b.end) !== RIGHT;
}

const haveSameEnds = (a: PacketFacts, b: PacketFacts): boolean =>
  a.ipProtocol === b.ipProtocol &&
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort;

/** Frames of the same length that differ in few bytes. */
function areClose(a: CapturedFrame, b: CapturedFrame): boolean {
  if (a.originalLength !== b.originalLength) return false;
  let apart = 0;
  for (let i = Math.max(a.comparedFrom, b.comparedFrom); i < Math.min(a.length, b.length); i++)
    if (a.bytes[a.at + i] !== b.bytes[b.at + i]) apart++;
  return apart <= CLOSE_BYTES;
}
