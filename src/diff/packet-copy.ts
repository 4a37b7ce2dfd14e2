/** A packet with bytes of its own, which are written anew for each. */

/** Shorter ones are copied byte by byte, which is faster than a subarray. */
const SHORT = 64;

/** Changes are told apart by these. */
const HEADERS_BYTES = 128;

export class PacketCopy {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  length = 0;
  /** Bytes on the wire. */
  wireLength = 0;

  set(from: Uint8Array, at: number, length: number, wireLength: number): void {
    if (length > this.bytes.length) {
      this.bytes = new Uint8Array(2 * length);
      this.view = new DataView(this.bytes.buffer);
    }
    const { bytes } = this;
    if (length > SHORT) bytes.set(from.subarray(at, at + length));
    else for (let i = 0; i < length; i++) bytes[i] = from[at + i];
    this.length = length;
    this.wireLength = wireLength;
  }

  /** Puts the bytes back where they came from. */
  restore(to: Uint8Array, at: number): void {
    const { bytes, length } = this;
    if (length > SHORT) to.set(this.content, at);
    else for (let i = 0; i < length; i++) to[at + i] = bytes[i];
  }

  get content(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  isSameAs(other: PacketCopy): boolean {
    const { view, bytes, length } = this;
    if (length !== other.length || this.wireLength !== other.wireLength) return false;
    let i = 0;
    for (; i + 4 <= length; i += 4) if (view.getInt32(i) !== other.view.getInt32(i)) return false;
    for (; i < length; i++) if (bytes[i] !== other.bytes[i]) return false;
    return true;
  }

  /** Which of the first bytes differ, in pairs, as a number: another one for another set, nearly always. */
  differenceFrom(other: PacketCopy): number {
    let hash = (this.wireLength << 16) ^ other.wireLength;
    const end = Math.min(this.length, other.length, HEADERS_BYTES) - 1;
    for (let i = 0; i < end; i += 2)
      if (this.view.getInt16(i) !== other.view.getInt16(i)) hash = Math.imul(hash, 31) + i;
    return hash | 0;
  }
}

/** A packet that a node sends. */
export class SentPacket extends PacketCopy {
  swIfIndex = 0;
  /** PacketBuffer.number */
  number = 0;
  /** A packet that the node makes, or a fragment. */
  isMade = false;
}
