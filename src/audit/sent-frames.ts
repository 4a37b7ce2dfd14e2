/**
 * What the node sent, as captures have it, until it is found to be what it should have sent: by its bytes, and by the packet that it is
 * whatever NAT made of it.
 */

import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import { CapturedFrame, FrameQueue, FrameStore } from './captured-frame.js';
import { haveSameHeaders, haveSamePayload, isOneHopFrom } from './alike.js';
import { isCutShort, type KeyDepth } from './cut-packets.js';
import { Clocks } from './findings/clocks.js';
import { PacketFacts } from './packet-facts.js';
import type { Story } from './modelled-packet.js';

/** Bytes of a frame that are hashed: behind the MAC addresses, up to the end of most headers. All captures have them, or those of the IP header. */
const HASHED_FROM = 16;
const HASHED_TO = 56;
const HEADERS_TO = ethernet.HEADER_BYTES + ip4.HEADER_BYTES;
/** What comes of a frame leaves within this time. */
export const HORIZON_SECONDS = 0.05;
/** So much may the clocks of captures differ: of another capture, what came of a frame may be before it. */
export const SKEW_SECONDS = 5e-3;
/** VPP writes both records of a packet in one vector. */
const TWIN_SECONDS = 1.5e-3;

/** Lists of frames with hashes alike. Frames come and go in order, so that the oldest is always at the front of its list. */
const BUCKETS = 1 << 12;

export class SentFrame extends CapturedFrame {
  /** PacketFacts.key, 0 for what is no IPv4 packet; and a hash of the frame. */
  key = 0;
  hash = 0;
  isClaimed = false;
  /** The second record of a packet of which VPP writes two. */
  isTwin = false;
  /** Behind it in its lists. */
  nextOfHash: SentFrame | null = null;
  nextOfKey: SentFrame | null = null;
  /** What the model made of the frame that seems to have become this one. */
  suspect: Story | null = null;
}

/** One kind of lists. */
class Lists {
  readonly fronts = new Array<SentFrame | null>(BUCKETS).fill(null);
  private readonly ends = new Array<SentFrame | null>(BUCKETS).fill(null);

  front(hash: number): SentFrame | null {
    return this.fronts[hash & (BUCKETS - 1)];
  }

  /** Puts a frame at the end of its list; returns the one before it. */
  append(hash: number, frame: SentFrame): SentFrame | null {
    const bucket = hash & (BUCKETS - 1);
    const before = this.fronts[bucket] === null ? null : this.ends[bucket];
    if (before === null) this.fronts[bucket] = frame;
    this.ends[bucket] = frame;
    return before;
  }

  /** The front of a list goes. */
  shift(hash: number, next: SentFrame | null): void {
    this.fronts[hash & (BUCKETS - 1)] = next;
  }
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
  /** What keys are made of: less, once a capture has cut frames off. */
  readonly depth: KeyDepth = { isHeaders: false };
  private byHash = new Lists();
  private byKey = new Lists();
  private readonly store = new FrameStore();
  private readonly facts = new PacketFacts(this.depth);
  private readonly wanted = new PacketFacts(this.depth);
  /** In the order of the captures. */
  private readonly queue = new FrameQueue<SentFrame>();
  private readonly unused: SentFrame[] = [];
  /** How long before what it came of a packet left at most, by the clock of another capture. */
  skewSeconds = 0;
  readonly clocks = new Clocks();

  /** A frame to fill in and add. */
  make(): SentFrame {
    return this.unused.pop() ?? new SentFrame();
  }

  /** Nobody looks at a frame that was taken any more. */
  release(frame: SentFrame): void {
    this.store.release(frame);
    frame.isClaimed = false;
    frame.isTwin = false;
    frame.suspect = null;
    frame.isMeant = true;
    frame.nextOfHash = null;
    frame.nextOfKey = null;
    this.unused.push(frame);
  }

  add(frame: SentFrame, bytes: Uint8Array, at: number, length: number): void {
    this.store.keep(frame, bytes, at, length);
    this.queue.push(frame);
    this.list(frame);
    this.noteCut(frame);
    this.clocks.noteSent(frame.key, frame);
  }

  /** A frame may be cut off before what keys are made of. */
  noteCut(frame: CapturedFrame): void {
    if (this.depth.isHeaders || !isCutShort(frame)) return;
    this.depth.isHeaders = true;
    this.byHash = new Lists();
    this.byKey = new Lists();
    for (const one of this.queue.all()) {
      one.nextOfHash = null;
      one.nextOfKey = null;
      this.list(one);
    }
  }

  private list(frame: SentFrame): void {
    const { view, at, length, originalLength } = frame;
    frame.hash = this.hashOf(view, at, length, originalLength);
    frame.key = this.facts.read(view, at, length).key;
    const sameHash = this.byHash.append(frame.hash, frame);
    if (sameHash !== null) sameHash.nextOfHash = frame;
    const sameKey = this.byKey.append(frame.key, frame);
    if (sameKey !== null) sameKey.nextOfKey = frame;
  }

  /** The first frame with these bytes that left by the interface behind the frame `of` in the captures and that nobody has claimed. */
  equal(wanted: Wanted, swIfIndex: number, of: CapturedFrame): SentFrame | null {
    const { view, at, length, cutBytes } = wanted;
    const hash = this.hashOf(view, at, length, length + cutBytes);
    let frame = this.byHash.front(hash);
    for (; frame !== null; frame = frame.nextOfHash)
      if (frame.hash === hash && isOpen(frame, of) && isBy(frame, swIfIndex) && isEqual(frame, wanted)) {
        if (frame.index < of.index) this.skewSeconds = Math.max(this.skewSeconds, of.since(frame));
        return frame;
      }
    return null;
  }

  /** The first frame behind `of` that nobody has claimed and that is this packet, whatever NAT made of it. */
  like(key: number, of: CapturedFrame): SentFrame | null {
    return key === 0 ? null : this.openLike(this.byKey.front(key), key, of);
  }

  /** The next of these. */
  nextLike(frame: SentFrame, of: CapturedFrame): SentFrame | null {
    return this.openLike(frame.nextOfKey, frame.key, of);
  }

  private openLike(frame: SentFrame | null, key: number, of: CapturedFrame): SentFrame | null {
    while (frame !== null && !(frame.key === key && isOpen(frame, of) && this.agrees(frame, of)))
      frame = frame.nextOfKey;
    return frame;
  }

  /** Keys alike are packets alike, unless they are made of IP headers alone. */
  private agrees(frame: SentFrame, of: CapturedFrame): boolean {
    if (!this.depth.isHeaders) return true;
    const { facts, wanted } = this;
    const hasBoth =
      facts.read(frame.view, frame.at, frame.length).key !== 0 && wanted.read(of.view, of.at, of.length).key !== 0;
    if (!hasBoth) return true;
    const [a, b] = [facts.placeIn(frame), wanted.placeIn(of)];
    return isOneHopFrom(a, b) && haveSameHeaders(a, b) && haveSamePayload(a, b);
  }

  private hashOf(view: DataView, at: number, length: number, wireLength: number): number {
    const to = this.depth.isHeaders ? HEADERS_TO : HASHED_TO;
    const end = length < to ? length : to;
    let hash = wireLength;
    let i = HASHED_FROM;
    for (; i + 4 <= end; i += 4) hash = mix(hash, view.getInt32(at + i));
    for (; i < end; i++) hash = mix(hash, view.getUint8(at + i));
    return hash;
  }

  /** All frames that are kept and nobody has claimed. */
  *open(): Generator<SentFrame> {
    for (const frame of this.queue.all()) if (!frame.isClaimed) yield frame;
  }

  /** True for a frame of whose packet another record has been claimed. */
  isCopy(frame: SentFrame): boolean {
    for (let other = this.byHash.front(frame.hash); other !== null && other !== frame; other = other.nextOfHash)
      if (other.isClaimed && other.hash === frame.hash && isSame(other, frame)) return true;
    return false;
  }

  /** Later frames with the same bytes that nobody has claimed. */
  *copiesOf(frame: SentFrame): Generator<SentFrame> {
    for (let next = frame.nextOfHash; next !== null; next = next.nextOfHash)
      if (!next.isClaimed && next.hash === frame.hash && isSame(next, frame)) yield next;
  }

  /** A later frame with the same bytes that nobody claims, within the time that VPP takes to write a packet's second record. */
  twinOf(frame: SentFrame): SentFrame | null {
    for (let next = frame.nextOfHash; next !== null; next = next.nextOfHash)
      if (!next.isClaimed && next.hash === frame.hash && next.swIfIndex === frame.swIfIndex && isSame(next, frame))
        return next.since(frame) < TWIN_SECONDS ? next : null;
    return null;
  }

  /** The oldest frame, if it is before `index` and a time, or claimed and old enough to have no twin; it is forgotten. */
  take(index: number, before: number): SentFrame | null {
    const frame = this.queue.front;
    if (frame === null || frame.index >= index) return null;
    const keptUntil = frame.isClaimed ? before + HORIZON_SECONDS - TWIN_SECONDS : before;
    if (frame.time >= keptUntil && index - frame.index < KEPT_FRAMES) return null;
    this.queue.shift();
    this.byHash.shift(frame.hash, frame.nextOfHash);
    this.byKey.shift(frame.key, frame.nextOfKey);
    return frame;
  }
}

/** Captured frames after which a sent one is forgotten at the latest. */
const KEPT_FRAMES = 1 << 16;

const isOpen = (frame: SentFrame, of: CapturedFrame): boolean =>
  !frame.isClaimed && (frame.index > of.index || (frame.capture !== of.capture && of.since(frame) <= SKEW_SECONDS));
const isBy = ({ swIfIndex: of }: SentFrame, swIfIndex: number): boolean => of === swIfIndex || of < 0;

/** What both captures hold is the same, and so is the length. */
export function isEqual(frame: CapturedFrame, { view, at, length, cutBytes }: Wanted): boolean {
  if (frame.originalLength !== length + cutBytes) return false;
  const from = frame.comparedFrom;
  return areBytesEqual(frame.view, frame.at + from, view, at + from, Math.min(length, frame.length) - from);
}

const isSame = (a: CapturedFrame, b: CapturedFrame): boolean =>
  a.length === b.length && a.originalLength === b.originalLength && areBytesEqual(a.view, a.at, b.view, b.at, a.length);

function areBytesEqual(a: DataView, aAt: number, b: DataView, bAt: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4) if (a.getInt32(aAt + i) !== b.getInt32(bAt + i)) return false;
  for (; i < length; i++) if (a.getUint8(aAt + i) !== b.getUint8(bAt + i)) return false;
  return true;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
