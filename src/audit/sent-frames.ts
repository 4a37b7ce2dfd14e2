/**
 * What the node sent, as captures have it, until it is found to be what it should have sent: by its bytes, and by the packet that it is
 * whatever NAT made of it.
 */

import { CapturedFrame, FrameStore } from './captured-frame.js';
import { PacketFacts } from './packet-facts.js';
import type { Story } from './modelled-packet.js';

/** Bytes of a frame that are hashed. A capture that cuts them off tells too little. */
export const HASHED_BYTES = 64;
/** VPP writes both records of a packet in one vector. */
const TWIN_SECONDS = 5e-3;

export class SentFrame extends CapturedFrame {
  /** PacketFacts.key, 0 for what is no IPv4 packet; and a hash of the frame. */
  key = 0;
  hash = 0;
  isClaimed = false;
  /** The second record of a packet of which VPP writes two. */
  isTwin = false;
  hasTwin = false;
  /** Behind it in its lists. */
  nextOfHash: SentFrame | null = null;
  nextOfKey: SentFrame | null = null;
  /** What the model made of the frame that seems to have become this one. */
  suspect: Story | null = null;
}

/** A packet that is looked for. */
export interface Wanted {
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
  /** Bytes that a cut took off. */
  readonly cutBytes: number;
}

export class SentFrames {
  /** In the order of the captures. */
  private readonly queue: SentFrame[] = [];
  private head = 0;
  private readonly byHash = new Map<number, SentFrame>();
  private readonly byKey = new Map<number, SentFrame>();
  private readonly store = new FrameStore();
  private readonly facts = new PacketFacts();

  add(frame: SentFrame, bytes: Uint8Array, at: number, length: number): void {
    this.store.keep(frame, bytes, at, length);
    frame.hash = hashOf(frame.view, frame.at, length, frame.originalLength);
    frame.key = this.facts.read(frame.view, frame.at, length).key;
    this.queue.push(frame);
    const sameHash = this.byHash.get(frame.hash);
    if (sameHash) {
      let last = sameHash;
      while (last.nextOfHash) last = last.nextOfHash;
      last.nextOfHash = frame;
    } else this.byHash.set(frame.hash, frame);
    if (frame.key === 0) return;
    const sameKey = this.byKey.get(frame.key);
    if (sameKey) {
      let last = sameKey;
      while (last.nextOfKey) last = last.nextOfKey;
      last.nextOfKey = frame;
    } else this.byKey.set(frame.key, frame);
  }

  /** The first frame with these bytes that left by the interface behind `index` in the captures and that nobody has claimed. */
  equal(wanted: Wanted, swIfIndex: number, index: number): SentFrame | null {
    const { view, at, length, cutBytes } = wanted;
    let frame = this.byHash.get(hashOf(view, at, length, length + cutBytes)) ?? null;
    while (frame !== null && !(isOpen(frame, index) && isBy(frame, swIfIndex) && isEqual(frame, wanted))) frame = frame.nextOfHash;
    return frame;
  }

  /** The first frame behind `index` that nobody has claimed and that is this packet, whatever NAT made of it. */
  like(key: number, index: number): SentFrame | null {
    let frame = key === 0 ? null : (this.byKey.get(key) ?? null);
    while (frame !== null && !isOpen(frame, index)) frame = frame.nextOfKey;
    return frame;
  }

  /** The next of these. */
  nextLike(frame: SentFrame, index: number): SentFrame | null {
    let next = frame.nextOfKey;
    while (next !== null && !isOpen(next, index)) next = next.nextOfKey;
    return next;
  }

  /** All frames that are kept and nobody has claimed. */
  *open(): Generator<SentFrame> {
    for (let i = this.head; i < this.queue.length; i++) if (!this.queue[i].isClaimed) yield this.queue[i];
  }

  /** A later frame with the same bytes that nobody claims, within the time that VPP takes to write a packet's second record. */
  twinOf(frame: SentFrame): SentFrame | null {
    for (let next = frame.nextOfHash; next !== null; next = next.nextOfHash)
      if (!next.isClaimed && next.swIfIndex === frame.swIfIndex && isSame(next, frame))
        return next.since(frame) < TWIN_SECONDS ? next : null;
    return null;
  }

  /** The oldest frame, if it is before `index` and a time; it is forgotten. */
  take(index: number, before: number): SentFrame | null {
    if (this.head === this.queue.length) return null;
    const frame = this.queue[this.head];
    if (frame.index >= index || frame.seconds + frame.nanoseconds * 1e-9 >= before) return null;
    this.head++;
    if (this.head > 4096 && this.head * 2 > this.queue.length) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    if (frame.nextOfHash) this.byHash.set(frame.hash, frame.nextOfHash);
    else this.byHash.delete(frame.hash);
    if (frame.key === 0) return frame;
    if (frame.nextOfKey) this.byKey.set(frame.key, frame.nextOfKey);
    else this.byKey.delete(frame.key);
    return frame;
  }
}

const isOpen = (frame: SentFrame, index: number): boolean => !frame.isClaimed && frame.index > index;
const isBy = ({ swIfIndex: of }: SentFrame, swIfIndex: number): boolean => of === swIfIndex || of < 0;

/** What both captures hold is the same, and so is the length. */
export function isEqual(frame: CapturedFrame, { view, at, length, cutBytes }: Wanted): boolean {
  if (frame.originalLength !== length + cutBytes) return false;
  return areBytesEqual(frame.view, frame.at, view, at, Math.min(length, frame.length));
}

const isSame = (a: CapturedFrame, b: CapturedFrame): boolean =>
  a.length === b.length && a.originalLength === b.originalLength && areBytesEqual(a.view, a.at, b.view, b.at, a.length);

function areBytesEqual(a: DataView, aAt: number, b: DataView, bAt: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4) if (a.getInt32(aAt + i) !== b.getInt32(bAt + i)) return false;
  for (; i < length; i++) if (a.getUint8(aAt + i) !== b.getUint8(bAt + i)) return false;
  return true;
}

function hashOf(view: DataView, at: number, length: number, wireLength: number): number {
  const end = Math.min(length, HASHED_BYTES);
  let hash = wireLength;
  let i = 0;
  for (; i + 4 <= end; i += 4) hash = mix(hash, view.getInt32(at + i));
  for (; i < end; i++) hash = mix(hash, view.getUint8(at + i));
  return hash;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
