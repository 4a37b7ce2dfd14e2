/** Fields that VPP chooses at random, blanked in both frames before they are compared. Names are those of src/verify. */

import { LINKTYPE_ETHERNET } from '../../capture/frame-batch.js';
import { etherTypeOf, linkHeaderBytes } from '../../capture/link-layer.js';
import { CONTEXT_INNER, Layer, Layers } from '../../wire/decode.js';

/** Of which IPv4 header, and where in it: two bytes each. */
const FIELDS: Readonly<Record<string, readonly [context: number, at: number]>> = {
  'ip4.id': [0, 4],
  'ip4.checksum': [0, 10],
  'inner.ip4.id': [CONTEXT_INNER, 4],
  'inner.ip4.checksum': [CONTEXT_INNER, 10],
};

/** True for a field that can be left out of a comparison. */
export const isVolatileField = (field: string): boolean => Object.hasOwn(FIELDS, field);

export const VOLATILE_FIELDS = Object.keys(FIELDS);

/** The frame with those of the fields zeroed that it has; the frame itself where none are named. */
export function maskFields(
  bytes: Uint8Array,
  fields: readonly string[],
  linkType: number = LINKTYPE_ETHERNET,
): Uint8Array {
  if (fields.length === 0) return bytes;
  const masked = bytes.slice();
  const view = new DataView(masked.buffer);
  const packetAt = Math.max(linkHeaderBytes(linkType), 0);
  const etherType = etherTypeOf(view, 0, bytes.length, bytes.length, linkType);
  const layers = new Layers().decodePacket(view, packetAt, bytes.length, etherType);
  for (const [context, at] of fields.map((field) => FIELDS[field])) {
    const ip4 = layers.indexOf(Layer.Ip4, context);
    const place = packetAt + layers.at[ip4] + at;
    if (ip4 >= 0) masked.fill(0, place, place + 2);
  }
  return masked;
}
