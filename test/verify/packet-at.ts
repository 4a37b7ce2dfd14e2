/** A packet as the comparison looks at it, for tests of its parts. */

import { LINKTYPE_ETHERNET, TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import { Packet } from '../../src/verify/packet/packet.js';

/** One frame somewhere in a buffer. */
export function packetAt(bytes: Uint8Array, offset: number, linkType = LINKTYPE_ETHERNET): Packet {
  const packet = new Packet();
  packet.bytes = new Uint8Array(offset + bytes.length + TAILROOM_BYTES);
  packet.bytes.set(bytes, offset);
  packet.view = new DataView(packet.bytes.buffer);
  packet.at = offset;
  packet.captured = bytes.length;
  packet.original = bytes.length;
  packet.linkType = linkType;
  packet.sequence = 1;
  return packet;
}
