/**
 * The most frequent way in which two packets differ and are the same: in one port that NAT has drawn, and the checksum. Told without making
 * their forms, in a third of the time (PacketForm decides the same; test/verify/one-port-apart.test.ts compares the two).
 */

import { Layer, type Layers } from '../packet/layers.js';
import { adjusted } from '../packet/ones-complement.js';
import type { PacketColumns } from '../packet/packet-columns.js';
import type { PortSlots } from './port-slots.js';

const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;

/**
 * Whether the expected packet is the actual one but for the port in the only slot of the latter, and a checksum that follows. Returns that
 * port, or -1 where this is not so, or cannot be told so simply. `layers` and `slots` are those of the actual packet in its batch.
 */
export function portOneApart(
  expected: PacketColumns,
  i: number,
  actual: PacketColumns,
  j: number,
  layers: Layers,
  slots: PortSlots,
): number {
  const length = actual.capturedLength[j];
  if (expected.capturedLength[i] !== length || expected.originalLength[i] !== actual.originalLength[j]) return -1;
  if (expected.linkType[i] !== actual.linkType[j] || slots.count !== 1) return -1;
  // One transport header, the last; nothing quoted, nothing tunnelled.
  const last = layers.count - 1;
  const kind = layers.kind[last];
  if (layers.context[last] !== 0 || (kind !== (Layer.Tcp as number) && kind !== (Layer.Udp as number))) return -1;
  const to = actual.offset[j];
  const from = expected.offset[i];
  const portAt = slots.at[0];
  const checksumAt = layers.at[last] + (kind === (Layer.Tcp as number) ? TCP_CHECKSUM : UDP_CHECKSUM);
  if (!areSame(expected, from, actual, to, 0, portAt)) return -1;
  if (!areSame(expected, from, actual, to, portAt + 2, checksumAt)) return -1;
  if (!areSame(expected, from, actual, to, checksumAt + 2, length)) return -1;
  const port = expected.view.getUint16(from + portAt);
  const [before, after] = [expected.view.getUint16(from + checksumAt), actual.view.getUint16(to + checksumAt)];
  if (kind === (Layer.Udp as number) && (before === 0 || after === 0)) return before === after ? port : -1;
  return adjusted(before, port, 0) === adjusted(after, slots.port[0], 0) ? port : -1;
}

/** Bytes [start, end) of two packets. */
function areSame(
  { view: left }: PacketColumns,
  from: number,
  { view: right }: PacketColumns,
  to: number,
  start: number,
  end: number,
): boolean {
  let at = start;
  for (; at + 4 <= end; at += 4) if (left.getInt32(from + at) !== right.getInt32(to + at)) return false;
  for (; at < end; at++) if (left.getUint8(from + at) !== right.getUint8(to + at)) return false;
  return true;
}
