/** Frames of captures that are kept for a while: their bytes lie one behind the other in chunks. */

/** A frame with what its capture says of it. */
export class CapturedFrame {
  bytes: Uint8Array = NOTHING;
  view: DataView = NO_VIEW;
  at = 0;
  /** Bytes captured, and on the wire. */
  length = 0;
  originalLength = 0;
  seconds = 0;
  nanoseconds = 0;
  /** Interface that it came or left by; -1 where that is not known. */
  swIfIndex = -1;
  /** Index in the merged input, the capture it is of, and its number there. */
  index = 0;
  capture = 0;
  number = 0;

  /** The captured bytes. */
  get content(): Uint8Array {
    return this.bytes.subarray(this.at, this.at + this.length);
  }

  /** Seconds since another frame. */
  since(other: { readonly seconds: number; readonly nanoseconds: number }): number {
    return this.seconds - other.seconds + (this.nanoseconds - other.nanoseconds) * 1e-9;
  }
}

const NOTHING = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);

const CHUNK_BYTES = 1 << 20;

export class FrameStore {
  private bytes = new Uint8Array(0);
  private view = NO_VIEW;
  private used = 0;

  /** Gives a frame bytes of its own. */
  keep(frame: CapturedFrame, from: Uint8Array, at: number, length: number): void {
    if (this.used + length > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(CHUNK_BYTES, length));
      this.view = new DataView(this.bytes.buffer);
      this.used = 0;
    }
    // A packet is short: a loop is faster than a subarray.
    const { bytes, used } = this;
    for (let i = 0; i < length; i++) bytes[used + i] = from[at + i];
    frame.bytes = bytes;
    frame.view = this.view;
    frame.at = used;
    frame.length = length;
    this.used += length;
  }
}
