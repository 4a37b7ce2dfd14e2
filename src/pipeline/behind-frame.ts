/**
 * What nodes read behind the end of a short frame: zeros. VPP's nodes look at headers that a cut frame may not have, and find
 * whatever its buffer held before; here it would be the capture's next record. Nobody may see a difference by where in memory
 * a frame happens to be, so the bytes are zero while the frame runs and come back afterwards.
 */

import { TAILROOM_BYTES } from '../capture/frame-batch.js';
import * as ethernet from '../wire/ethernet.js';

const WORD = 4;
const NO_OPTIONS = 0x45;
/** Ethernet, IP without options, ICMP error, quoted IP header with options, its ports: the furthest look into such a frame. */
const PLAIN_BYTES = 112;
/** The same with options, behind VXLAN's headers. */
const MOST_BYTES = 212;

export class BehindFrame {
  private readonly saved = new Int32Array(TAILROOM_BYTES / WORD);
  private words = 0;
  private end = 0;

  /** @param hasTunnels false where no frame holds another one that is looked into */
  constructor(private readonly hasTunnels: boolean) {}

  /** Takes away what lies behind the frame [at, at + length). It needs TAILROOM_BYTES there. */
  clear(view: DataView, at: number, length: number): void {
    const isPlain = !this.hasTunnels && view.getUint8(at + ethernet.HEADER_BYTES) === NO_OPTIONS;
    const missing = (isPlain ? PLAIN_BYTES : MOST_BYTES) - length;
    this.words = 0;
    if (missing <= 0) return;
    const words = missing >= TAILROOM_BYTES ? TAILROOM_BYTES / WORD : (missing + WORD - 1) >> 2;
    const { saved } = this;
    const end = at + length;
    for (let i = 0; i < words; i++) {
      saved[i] = view.getInt32(end + WORD * i);
      view.setInt32(end + WORD * i, 0);
    }
    this.words = words;
    this.end = end;
  }

  /** Puts it back. */
  restore(view: DataView): void {
    const { saved, words, end } = this;
    for (let i = 0; i < words; i++) view.setInt32(end + WORD * i, saved[i]);
  }
}
