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
  /** As Layers.find takes it. */
  readonly linkType: Uint32Array;
  /** Number among all packets of its side, from 1. */
  readonly sequence: Uint32Array;
  /** Number among the packets of its lane, from 0. */
  readonly ordinal: Uint32Array;
  /** What the keys are worth (Key); the columns below are valid where there is one. */
  readonly hasKey: Uint8Array;
  /** Hash of what is compared, with the ports that may be bound left out. */
  readonly keyHigh: Int32Array;
  readonly keyLow: Int32Array;
  /** The same with these ports. */
  readonly exactKey: Int32Array;
  /** Ports in it that may be bound: 0, 1 where it is in the packet's own TCP or UDP header, 2 where there are several or elsewhere. */
  readonly portCount: Uint8Array;
  /** Where it is 1: the port's address, and NAT protocol · 2^16 + port. */
  readonly boundAddress: Int32Array;
  readonly boundPort: Int32Array;
}

/** What the keys of a packet say. */
export enum Key {
  /** There are none. */
  None,
  /** Packets with other keys are other packets. */
  Decisive,
  /** The capture cut the packet shorter than keys allow for, so that its counterpart may have others. */
  OfStub,
}

/** True where the keys of two packets are known and tell that they are different ones. */
export const areKeysApart = (expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean =>
  expected.hasKey[i] === (Key.Decisive as number) &&
  actual.hasKey[j] === (Key.Decisive as number) &&
  (expected.keyLow[i] !== actual.keyLow[j] || expected.keyHigh[i] !== actual.keyHigh[j]);

/** Whether a packet was not cut and is no longer than `limit`. */
export const isWhole = ({ capturedLength, originalLength }: PacketColumns, i: number, limit: number): boolean =>
  capturedLength[i] >= originalLength[i] && capturedLength[i] <= limit;

/** From here on Buffer's comparison, with its set-up, beats the loop over words. */
const BULK_BYTES = 512;

/**
 * Where the first bytes are, from the packets' start, that two packets do not share: up to 3 bytes before the first (where it is, is only
 * asked to rule out what is behind). -1 where all are the same; 0 where lengths or link types differ.
 */
export function firstByteApart(a: PacketColumns, i: number, b: PacketColumns, j: number): number {
  const length = a.capturedLength[i];
  if (length !== b.capturedLength[j] || a.originalLength[i] !== b.originalLength[j]) return 0;
  if (a.linkType[i] !== b.linkType[j]) return 0;
  let from = a.offset[i];
  let to = b.offset[j];
  if (length >= BULK_BYTES) {
    const left = Buffer.from(a.bytes.buffer, a.bytes.byteOffset + from, length);
    if (left.compare(b.bytes, to, to + length) === 0) return -1;
  }
  const end = from + length;
  const start = from;
  const { view: left } = a;
  const { view: right } = b;
  for (; from + 4 <= end; from += 4, to += 4) if (left.getInt32(from) !== right.getInt32(to)) return from - start;
  for (; from < end; from++, to++) if (left.getUint8(from) !== right.getUint8(to)) return from - start;
  return -1;
}
