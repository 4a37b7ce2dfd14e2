/** Packets as columns: those of a reader's batch and those kept until their counterpart is found are looked at alike. */

export interface PacketColumns {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Packet i is bytes [offset[i], offset[i] + capturedLength[i]). */
  readonly offset: Uint32Array;
  readonly capturedLength: Uint32Array;
  /** Length on the wire. */
  readonly originalLength: Uint32Array;
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
  readonly linkType: Uint16Array;
  /** Number among all packets of its side, from 1. */
  readonly sequence: Uint32Array;
  /** Number among the packets of its lane, from 0. */
  readonly ordinal: Uint32Array;
  /** Ports in it that may be bound; valid where hasKey is 1. */
  readonly portCount: Uint8Array;
  /** Hash of what is compared, with the ports that may be bound left out; valid where hasKey is 1. */
  readonly keyHigh: Int32Array;
  readonly keyLow: Int32Array;
  /** The same with these ports. */
  readonly exactKey: Int32Array;
  readonly hasKey: Uint8Array;
}

/** From here on Buffer's comparison, with its set-up, beats the loop over words. */
const BULK_BYTES = 512;

/** True where two packets have the same bytes, lengths and link type. Both must have 3 bytes behind the end that may be read. */
export function areSameBytes(a: PacketColumns, i: number, b: PacketColumns, j: number): boolean {
  const length = a.capturedLength[i];
  if (length !== b.capturedLength[j] || a.originalLength[i] !== b.originalLength[j]) return false;
  if (a.linkType[i] !== b.linkType[j]) return false;
  let from = a.offset[i];
  let to = b.offset[j];
  if (length >= BULK_BYTES) {
    const left = Buffer.from(a.bytes.buffer, a.bytes.byteOffset + from, length);
    return left.compare(b.bytes, to, to + length) === 0;
  }
  const end = from + length;
  const { view: left } = a;
  const { view: right } = b;
  for (; from + 4 <= end; from += 4, to += 4) if (left.getInt32(from) !== right.getInt32(to)) return false;
  for (; from < end; from++, to++) if (left.getUint8(from) !== right.getUint8(to)) return false;
  return true;
}
