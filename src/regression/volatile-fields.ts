/** Fields that VPP chooses at random, blanked in both frames before they are compared. Names are those of src/verify. */

import { LINKTYPE_ETHERNET } from '../capture/frame-batch.js';
import { linkHeaderBytes } from '../capture/link-layer.js';
import * as ethernet from '../wire/ethernet.js';

/** Where the IPv4 header of an untagged Ethernet frame starts. */
const IP4_AT = ethernet.HEADER_BYTES;
/** Where the inner one starts in a VXLAN packet: IPv4 20, UDP 8, VXLAN 8, Ethernet 14 bytes on. */
const INNER_IP4_AT = IP4_AT + 50;

/** Place and length of a field in the frame. */
const FIELDS: Readonly<Record<string, readonly [at: number, length: number]>> = {
  'ip4.id': [IP4_AT + 4, 2],
  'ip4.checksum': [IP4_AT + 10, 2],
  'inner.ip4.id': [INNER_IP4_AT + 4, 2],
  'inner.ip4.checksum': [INNER_IP4_AT + 10, 2],
};

/** True for a field that can be left out of a comparison. */
export const isVolatileField = (field: string): boolean => Object.hasOwn(FIELDS, field);

/** The names, for messages. */
export const VOLATILE_FIELDS = Object.keys(FIELDS);

/** The frame with the fields zeroed; the frame itself where there are none. */
export function maskFields(
  bytes: Uint8Array,
  fields: readonly string[],
  linkType: number = LINKTYPE_ETHERNET,
): Uint8Array {
  if (fields.length === 0) return bytes;
  const masked = bytes.slice();
  for (const field of fields) {
    const [at, length] = FIELDS[field];
    const place = at - ethernet.HEADER_BYTES + Math.max(linkHeaderBytes(linkType), 0);
    masked.fill(0, place, place + length);
  }
  return masked;
}
