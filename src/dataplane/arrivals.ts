/**
 * What of the frames that arrive is not as it comes from a wire: checksums that are wrong, and what checksum and segmentation
 * offload leave for the card to fill in, which a capture on the sender sees before the card does. Where that is asked for, it is
 * filled in before the frame runs (checksum-fixer.ts).
 *
 * Adding up every byte takes some 15 ns for a small frame and 150 for a large one. So frames are looked at until so many bytes
 * were sound, and further on where one was not; `looked` says how many were. Where each frame is told about, all are.
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import { ip4At } from '../wire/decode.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import { l4State, PSEUDO_HEADER, WRONG, ZERO } from '../wire/l4-checksum.js';
import { ChecksumFixer, type FixCounts } from './checksum-fixer.js';

/** Sound bytes after which no more is looked at: some 3 ms of a replay. */
const ENOUGH_BYTES = 16 * 1024 * 1024;
/** The longest frame of an Ethernet without jumbo frames, and without VLAN tag. */
export const LARGEST_ORDINARY_BYTES = 1514;

/** What may be peculiar about a packet, in bits. */
export const LARGE = 1;
export const ZERO_IP_LENGTH = 2;
export const ZERO_IP_CHECKSUM = 4;
export const PSEUDO_HEADER_CHECKSUM = 8;
export const ZERO_CHECKSUM = 16;
/** Of TCP, UDP or ICMP, and neither of these two. */
export const WRONG_CHECKSUM = 32;
const KINDS = 64;
/** Instead: the packet has not been looked at. */
const UNSEEN = KINDS;

/** What is peculiar about the packet whose IPv4 header is at `l3` and that was captured up to `end`, as it arrived; its bytes on the wire from there on. */
export function peculiarities(view: DataView, l3: number, end: number, packetBytes: number): number {
  const isLarge =
    packetBytes > LARGEST_ORDINARY_BYTES - ethernet.HEADER_BYTES && ip4.protocol(view, l3) === ip4.PROTOCOL_TCP;
  let found = isLarge ? LARGE : 0;
  if (ip4.totalLength(view, l3) === 0) found |= ZERO_IP_LENGTH;
  if (ip4.checksum(view, l3) === 0 && !ip4.hasGoodChecksum(view, l3)) found |= ZERO_IP_CHECKSUM;
  const state = l4State(view, l3, end);
  if (state < ZERO) return found;
  if (state === WRONG) return found | WRONG_CHECKSUM;
  return found | (state === PSEUDO_HEADER ? PSEUDO_HEADER_CHECKSUM : ZERO_CHECKSUM);
}

/** Of an Ethernet frame that follows a flow: nothing of it is missing. */
function peculiaritiesAt({ view, offset, capturedLength }: FrameBatch, i: number): number {
  const [at, length] = [offset[i], capturedLength[i]];
  const l3 = ip4At(view, at, length);
  return l3 < 0 ? 0 : peculiarities(view, l3, at + length, at + length - l3);
}

/** Looks at those frames of a matched batch before their turn that may follow flows: any thread can. `lookAtFlows` counts them. */
export function lookAhead(batch: FrameBatch): void {
  const { flow, peculiarity } = batch;
  for (let i = 0; i < batch.count; i++) peculiarity[i] = flow[i] < 0 ? UNSEEN : peculiaritiesAt(batch, i);
}

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
  private unsound = 0;
  /** Frames that were looked at, by what is peculiar about them. */
  private readonly seen = new Float64Array(KINDS);

  get counts(): ArrivalCounts {
    const having = (bits: number): number =>
      this.seen.reduce((sum, count, found) => sum + ((found & bits) !== 0 ? count : 0), 0);
    return {
      looked: this.seen[0] + having(KINDS - 1),
      wrongChecksum: having(WRONG_CHECKSUM | PSEUDO_HEADER_CHECKSUM | ZERO_CHECKSUM),
      pseudoHeaderChecksum: having(PSEUDO_HEADER_CHECKSUM),
      zeroChecksum: having(ZERO_CHECKSUM),
      zeroIpChecksum: having(ZERO_IP_CHECKSUM),
      zeroIpLength: having(ZERO_IP_LENGTH),
      unsound: this.unsound,
      large: having(LARGE),
    };
  }

  /** What was filled in; null where nothing is to be. */
  get fixed(): FixCounts | null {
    return this.fixer?.counts ?? null;
  }

  /** True where every frame is looked at, whatever was found. */
  get looksAtAll(): boolean {
    return this.isLooking && this.enough === Number.POSITIVE_INFINITY;
  }

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
    const l3 = ip4At(view, at, length);
    this.count(l3 < 0 ? 0 : peculiarities(view, l3, at + length, wireBytes - (l3 - at)), length);
  }

  /** Frames [first, end) of a batch that follow flows. They are not rewritten yet. */
  lookAtFlows(batch: FrameBatch, first: number, end: number): void {
    const { isLookedAt, peculiarity, capturedLength } = batch;
    for (let i = first; i < end && this.isLooking; i++) {
      const isSeen = isLookedAt && peculiarity[i] !== UNSEEN;
      this.count(isSeen ? peculiarity[i] : peculiaritiesAt(batch, i), capturedLength[i]);
    }
  }

  private count(found: number, length: number): void {
    this.seen[found]++;
    this.seenBytes += length;
    if ((found & ~LARGE) !== 0) this.unsound++;
    if (this.seenBytes <= this.enough || this.unsound > 0) return;
    this.isLooking = false;
    this.looks = this.fixer !== null;
  }
}
