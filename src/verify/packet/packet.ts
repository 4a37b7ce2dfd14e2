/** A packet where it lies, in a reader's batch or among those that wait: one record is loaded anew for each packet. */

/** From here on Buffer's comparison, with its set-up, beats the loop over words. */
const BULK_BYTES = 512;

export class Packet {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** It is bytes [at, at + captured). */
  at = 0;
  captured = 0;
  /** Length on the wire. */
  original = 0;
  /** As Dissection.find takes it. */
  linkType = 0;
  seconds = 0;
  nanoseconds = 0;
  /** Number among all packets of its side, from 1; and among those of its stream, from 0. */
  sequence = 0;
  ordinal = 0;

  get end(): number {
    return this.at + this.captured;
  }

  /** The bytes that were captured, where they lie. */
  get content(): Uint8Array {
    return this.bytes.subarray(this.at, this.end);
  }
}

/** Whether two packets have the same bytes and lengths, on links of the same type. */
export function haveSameBytes(one: Packet, other: Packet): boolean {
  const { captured, view: left, at: from } = one;
  const { view: right, at: to } = other;
  if (captured !== other.captured || one.original !== other.original || one.linkType !== other.linkType) return false;
  if (captured >= BULK_BYTES) {
    const whole = Buffer.from(one.bytes.buffer, one.bytes.byteOffset + from, captured);
    return whole.compare(other.bytes, to, to + captured) === 0;
  }
  let k = 0;
  for (; k + 4 <= captured; k += 4) if (left.getInt32(from + k) !== right.getInt32(to + k)) return false;
  for (; k < captured; k++) if (left.getUint8(from + k) !== right.getUint8(to + k)) return false;
  return true;
}
