/**
 * What of the frames that arrive is not as it comes from a wire: checksums that are wrong, and what checksum and segmentation
 * offload leave for the card to fill in, which a capture on the sender sees before the card does. Where that is asked for, it is
 * filled in before the frame runs (checksum-fixer.ts).
 *
 * Adding up every byte takes some 15 ns for a small frame and 150 for a large one. So frames are looked at until so many bytes
 * were sound, and further on where one was not; `looked` says how many were. Where each frame is told about, all are.
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import { plainIp4At } from '../wire/decode.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import { l4State, PSEUDO_HEADER, WRONG, ZERO } from '../wire/l4-checksum.js';
import { ChecksumFixer, type FixCounts } from './checksum-fixer.js';

/** Sound bytes after which no more is looked at: some 3 ms of a replay. */
const ENOUGH_BYTES = 16 * 1024 * 1024;
/** The longest frame of an Ethernet without jumbo frames, and without VLAN tag. */
export const LARGEST_ORDINARY_BYTES = 1514;

/** Frames received, by what is peculiar about them; one frame may be several of these. */
export interface ArrivalCounts {
  /** Frames that were looked at: all that were received, or those of the beginning where it was sound. */
  readonly looked: number;
  /** With a wrong TCP, UDP or ICMP checksum, the next two included. Cut frames and fragments cannot be verified. */
  readonly wrongChecksum: number;
  /** The checksum is the sum of the pseudo header alone. */
  readonly pseudoHeaderChecksum: number;
  /** The checksum is 0; UDP's 0 means that there is none and is right. */
  readonly zeroChecksum: number;
  /** The IPv4 header's checksum is 0, and wrong. */
  readonly zeroIpChecksum: number;
  /** The IPv4 total length is 0. */
  readonly zeroIpLength: number;
  /** Frames with one of the above. */
  readonly unsound: number;
  /** TCP in a frame of more than 1514 bytes on the wire. */
  readonly large: number;
}

export class Arrivals {
  /** False once enough was sound. */
  isLooking = true;
  /** False where `look` would do nothing. */
  looks = true;
  private fixer: ChecksumFixer | null = null;
  private enough = ENOUGH_BYTES;
  private seenBytes = 0;
  private readonly seen = {
    looked: 0,
    wrongChecksum: 0,
    pseudoHeaderChecksum: 0,
    zeroChecksum: 0,
    zeroIpChecksum: 0,
    zeroIpLength: 0,
    unsound: 0,
    large: 0,
  };

  get counts(): ArrivalCounts {
    return { ...this.seen };
  }

  /** What was filled in; null where nothing is to be. */
  get fixed(): FixCounts | null {
    return this.fixer?.counts ?? null;
  }

  /** Looks at every frame, however sound they are. */
  lookAtAll(): void {
    this.enough = Number.POSITIVE_INFINITY;
  }

  /** Fills in from now on what offload leaves out. */
  fix(): void {
    this.fixer = new ChecksumFixer();
  }

  /** An Ethernet frame that is received: `length` bytes were captured, `wireBytes` were on the wire. */
  look(view: DataView, at: number, length: number, wireBytes: number): void {
    if (this.fixer !== null) this.fixer.fix(view, at, length, wireBytes);
    if (!this.isLooking) return;
    this.seen.looked++;
    const l3 = plainIp4At(view, at, length);
    if (l3 < 0) this.count(true, length);
    else {
      if (isLarge(view, l3, wireBytes)) this.seen.large++;
      this.count(this.isSound(view, l3, at + length), length);
    }
  }

  /** Frames [first, end) of a batch that follow flows: whole, plain IPv4. They are not rewritten yet. */
  lookAtFlows({ view, offset, capturedLength }: FrameBatch, first: number, end: number): void {
    for (let i = first; i < end && this.isLooking; i++) {
      const at = offset[i];
      const length = capturedLength[i];
      this.seen.looked++;
      const l3 = at + ethernet.HEADER_BYTES;
      if (isLarge(view, l3, length)) this.seen.large++;
      this.count(this.isSound(view, l3, at + length), length);
    }
  }

  private stop(): void {
    this.isLooking = false;
    this.looks = this.fixer !== null;
  }

  private count(isSound: boolean, length: number): void {
    if (!isSound) this.seen.unsound++;
    this.seenBytes += length;
    if (this.seenBytes > this.enough && this.seen.unsound === 0) this.stop();
  }

  /** Counts what is wrong with a packet; true where nothing is. */
  private isSound(view: DataView, l3: number, end: number): boolean {
    let isSound = true;
    if (ip4.totalLength(view, l3) === 0) {
      this.seen.zeroIpLength++;
      isSound = false;
    }
    if (ip4.checksum(view, l3) === 0 && !ip4.hasGoodChecksum(view, l3)) {
      this.seen.zeroIpChecksum++;
      isSound = false;
    }
    const state = l4State(view, l3, end);
    if (state < ZERO) return isSound;
    this.seen.wrongChecksum++;
    if (state === PSEUDO_HEADER) this.seen.pseudoHeaderChecksum++;
    else if (state !== WRONG) this.seen.zeroChecksum++;
    return false;
  }
}

const isLarge = (view: DataView, l3: number, wireBytes: number): boolean =>
  wireBytes > LARGEST_ORDINARY_BYTES && ip4.protocol(view, l3) === ip4.PROTOCOL_TCP;
