/**
 * What nodes read behind the end of a short frame: zeros. VPP's nodes look at headers that a cut frame may not have, and find
 * whatever its buffer held before; here it would be the capture's next record. Nobody may see a difference by where in memory
 * a frame happens to be, so the bytes are zero while the frame runs and come back afterwards.
 */

import { TAILROOM_BYTES } from '../capture/frame-batch.js';
import * as ethernet from '../wire/ethernet.js';
import * as words from '../wire/header-loads.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';

const WORD = 4;
const NO_OPTIONS = 0x45;
const TCP_BYTES = ethernet.HEADER_BYTES + ip4.HEADER_BYTES + tcp.HEADER_BYTES;
/** Ethernet, IP without options, ICMP error, quoted IP header with options, its ports: the furthest look into such a frame. */
const PLAIN_BYTES = 112;
/** The same with options, behind VXLAN's headers. */
const MOST_BYTES = 212;

export class BehindFrame {
  private readonly saved = new Int32Array(TAILROOM_BYTES / WORD);
  private count = 0;
  private end = 0;

  /** @param hasTunnels false where no frame holds another one that is looked into */
  constructor(public hasTunnels: boolean) {}

  /** Takes away what lies behind the frame [at, at + length). It needs TAILROOM_BYTES there. */
  clear(view: DataView, at: number, length: number): void {
    this.count = 0;
    if (this.hasWholeHeaders(view, at, length)) return;
    const isPlain = !this.hasTunnels && view.getUint8(at + ethernet.HEADER_BYTES) === NO_OPTIONS;
    const missing = (isPlain ? PLAIN_BYTES : MOST_BYTES) - length;
    if (missing <= 0) return;
    const count = missing >= TAILROOM_BYTES ? TAILROOM_BYTES / WORD : (missing + WORD - 1) >> 2;
    const { saved } = this;
    const end = at + length;
    for (let i = 0; i < count; i++) {
      saved[i] = view.getInt32(end + WORD * i);
      view.setInt32(end + WORD * i, 0);
    }
    this.count = count;
    this.end = end;
  }

  /**
   * True for a whole TCP or UDP header behind an IP header without options: nobody looks further than the datagram goes, unless
   * another frame is in it. Most frames are so, and clearing takes a tenth of the time that their nodes take.
   */
  private hasWholeHeaders(view: DataView, at: number, length: number): boolean {
    if (length < words.SHORTEST || !words.isPlainIp4(words.typeAndVersion(view, at))) return false;
    const fragmentAndTtl = words.fragmentAndTtl(view, at);
    if (words.isFragmentWord(fragmentAndTtl)) return false;
    const protocol = words.protocolOf(fragmentAndTtl);
    if (protocol === ip4.PROTOCOL_TCP) return length >= TCP_BYTES;
    return protocol === ip4.PROTOCOL_UDP && !this.hasTunnels;
  }

  restore(view: DataView): void {
    const { saved, count, end } = this;
    for (let i = 0; i < count; i++) view.setInt32(end + WORD * i, saved[i]);
  }
}
