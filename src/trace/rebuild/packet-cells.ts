/**
 * A packet as it is at one point of its path: which cell each byte is. Headers are put before it, taken away or written anew as
 * nodes do, whether or not the text says what is in them.
 */

import type { ByteProvenance } from './byte-provenance.js';
import type { Field, HeaderField } from '../parse/trace-record.js';
import { IP4_FIELDS, isChecksumRight, octetsOf, type Ip4Block } from './headers.js';

export const ETHERNET_BYTES = 14;
export const IP4_BYTES = 20;
const TAG_BYTES = 4;
const UDP_BYTES = 8;
const VXLAN_BYTES = 8;
const [ICMP, TCP, UDP] = [1, 6, 17] as const;
const SYN = 0x02;

/** Bytes that were written anew where others had been. */
interface Rewritten {
  readonly before: number[];
  readonly after: number[];
}

export class PacketCells {
  /** Where the IPv4 header starts, -1 where there is none. */
  l3 = -1;
  /** VLAN tags of the Ethernet header. */
  tags = 0;
  /** A node just wrote an IPv4 header of which nothing is known yet. */
  isNewHeader = false;
  /** NAT may just have written addresses and ports, of which nothing is known yet. */
  isNewTranslation = false;
  /** The packet came out of a tunnel. */
  isInner = false;
  /** TCP segments whose options may have been rewritten, header and addresses before and after. */
  private readonly rewrittenOptions: (Rewritten & { readonly options: Rewritten })[] = [];

  constructor(
    private readonly provenance: ByteProvenance,
    public cells: number[],
  ) {}

  /** As many cells as asked for, or none without a place: behind the packet's end are bytes that nobody else asks for. */
  slice(at: number, count: number): number[] {
    if (at < 0) return [];
    const there = this.cells.slice(at, at + count);
    return [...there, ...this.provenance.newCells(count - there.length)];
  }

  /** Bytes of the IPv4 header, 0 where the text does not show it. */
  get headerBytes(): number {
    const { value, mask } = this.provenance.known(this.cells[this.l3] ?? -1);
    return mask === 0xff ? (value & 0xf) * 4 : 0;
  }

  /** Where the layer above IPv4 starts, -1 where the text does not show it. */
  get l4(): number {
    const bytes = this.headerBytes;
    return this.l3 < 0 || bytes < IP4_BYTES ? -1 : this.l3 + bytes;
  }

  get protocol(): number | null {
    return this.l3 < 0 ? null : this.provenance.number(this.slice(this.l3 + 9, 1));
  }

  /** New bytes in the place of some; returns the cells that were there. */
  private renew(at: number, count: number): Rewritten {
    const before = at < 0 ? [] : this.cells.slice(at, at + count);
    const after = this.provenance.newCells(before.length);
    if (before.length > 0) this.cells.splice(at, before.length, ...after);
    return { before, after };
  }

  /** A new Ethernet header before the IPv4 header, in the place of what was there. */
  replaceL2(headerBytes: number): void {
    this.cells = [...this.provenance.newCells(headerBytes), ...this.cells.slice(Math.max(this.l3, 0))];
    this.l3 = headerBytes;
    this.tags = (headerBytes - ETHERNET_BYTES) / TAG_BYTES;
  }

  removeL2(): void {
    this.cells = this.cells.slice(Math.max(this.l3, 0));
    this.l3 = 0;
  }

  renewTtl(): void {
    this.renew(this.l3 + 8, 1);
    this.renew(this.l3 + 10, 2);
  }

  /** Makes the packet as long as the text says: what it did not have before is new. */
  resize(length: number): void {
    if (length < this.cells.length) this.cells.length = length;
    else this.cells.push(...this.provenance.newCells(length - this.cells.length));
  }

  /** IPv4, UDP and VXLAN headers before the Ethernet frame; the cells of the VXLAN header. */
  encapsulate(): number[] {
    const vxlan = this.provenance.newCells(VXLAN_BYTES);
    this.isNewHeader = true;
    this.cells = [...this.provenance.newCells(IP4_BYTES + UDP_BYTES), ...vxlan, ...this.cells];
    this.l3 = 0;
    return vxlan;
  }

  /** The Ethernet frame inside UDP and VXLAN; the cells of the VXLAN header, or null where the text does not show where it is. */
  decapsulate(): number[] | null {
    const { l4 } = this;
    if (l4 < 0) return null;
    const vxlan = this.slice(l4 + UDP_BYTES, VXLAN_BYTES);
    this.cells = this.cells.slice(l4 + UDP_BYTES + VXLAN_BYTES);
    this.isInner = true;
    this.tags = 0;
    this.isNewHeader = this.isNewTranslation = false;
    this.l3 = this.cells.length > ETHERNET_BYTES ? ETHERNET_BYTES : -1;
    return vxlan;
  }

  /** An echo request becomes its reply: all of the IPv4 header, type, code and checksum. */
  becomeEchoReply(): void {
    const { l4 } = this;
    this.isNewHeader = true;
    if (l4 < 0) this.renew(this.l3, this.cells.length);
    else {
      this.renew(this.l3, l4 - this.l3);
      this.renew(l4, 4);
    }
  }

  /** Everything that NAT44 may write: addresses, checksums, ports or ICMP identifier, what an ICMP error quotes, the MSS option. */
  renewTranslated(): void {
    const { provenance, l3, l4, protocol, headerBytes } = this;
    // Nothing has been stated since the last time, so there is nothing to tell apart.
    if (l3 < 0 || this.isNewHeader || this.isNewTranslation) return;
    this.isNewTranslation = true;
    const before = this.cells.slice();
    this.renew(l3 + 10, 10);
    const isLater = this.isLaterFragment();
    if (l4 < 0 || protocol === null || isLater === null) {
      this.renew(l3 + IP4_BYTES, this.cells.length);
      return;
    }
    if (headerBytes > IP4_BYTES) this.renew(l3 + IP4_BYTES, headerBytes - IP4_BYTES);
    if (isLater) return;
    if (protocol === TCP) {
      this.renew(l4, 4);
      this.renew(l4 + 16, 2);
      const flags = provenance.known(before[l4 + 13] ?? -1);
      const isSynPossible = (flags.mask & SYN) === 0 || (flags.value & SYN) !== 0;
      if (isSynPossible) {
        const options = this.renew(l4 + 20, 40);
        const header = { before: before.slice(l3, l4 + 20), after: this.cells.slice(l3, l4 + 20) };
        this.rewrittenOptions.push({ ...header, options });
      }
    } else if (protocol === UDP) {
      this.renew(l4, 4);
      this.renew(l4 + 6, 2);
    } else if (protocol === ICMP) {
      const type = provenance.number(before.slice(l4, l4 + 1));
      const isQuery = type === 0 || type === 8 || (type !== null && type >= 13 && type <= 18);
      this.renew(l4 + 2, isQuery ? 4 : this.cells.length);
    }
  }

  /** null where the text does not show it. */
  isLaterFragment(): boolean | null {
    const word = this.provenance.number(this.slice(this.l3 + 6, 2));
    return word === null ? null : (word & 0x1fff) !== 0;
  }

  /**
   * TCP options that NAT's MSS clamping left alone: the change of addresses and ports explains all of the checksum's. What is
   * known of them on one side is known on the other. Returns the older cell of each pair by the newer.
   */
  pairOptions(): Map<number, number> {
    const older = new Map<number, number>();
    const kept = this.rewrittenOptions.filter(({ before, after }) => this.hasEqualSum(before, after));
    const pairs = kept.flatMap(({ options }) => options.after.map((cell, i) => [cell, options.before[i]] as const));
    for (const [after, before] of pairs.toReversed()) this.provenance.copy(after, before);
    for (const [after, before] of pairs) {
      this.provenance.copy(before, after);
      older.set(after, older.get(before) ?? before);
    }
    return older;
  }

  /** RFC 1624: the words that NAT44 changes and the checksum add up to the same. */
  private hasEqualSum(before: readonly number[], after: readonly number[]): boolean {
    const l4 = before.length - 20;
    const sums = [before, after].map((cells) => {
      const words = [12, 14, 16, 18, l4, l4 + 2, l4 + 16].map((at) =>
        this.provenance.statedNumber(cells.slice(at, at + 2)),
      );
      return words.includes(null) ? null : words.reduce((sum: number, word) => sum + (word ?? 0), 0) % 0xffff;
    });
    return sums[0] !== null && sums[0] === sums[1];
  }

  /**
   * Whether a block is of this packet, by what no node on the way rewrites: 'same' where it is equal, 'other' where it differs,
   * 'unknown' where the text does not have it on both sides.
   */
  identify({ protocol, length, id }: Ip4Block): 'same' | 'other' | 'unknown' {
    const { provenance, l3 } = this;
    const cells = { protocol: this.slice(l3 + 9, 1), length: this.slice(l3 + 2, 2), id: this.slice(l3 + 4, 2) };
    const same = (at: readonly number[], found: Field | null): boolean =>
      found === null || provenance.agrees(at, octetsOf(found.value, at.length));
    if (!same(cells.protocol, protocol) || !same(cells.length, length) || !same(cells.id, id)) return 'other';
    const isKnown = id !== null && provenance.number(cells.id) !== null && provenance.number(cells.length) !== null;
    return isKnown && length !== null ? 'same' : 'unknown';
  }

  /**
   * True where the block shows that addresses, ports and checksum are still those of the cells: each is stated before and now,
   * and equal.
   */
  isUntranslated({ source, destination, l4: fields }: Ip4Block): boolean {
    const { provenance, l3, l4, protocol } = this;
    const equal = (at: number, bytes: number, found: Field | undefined | null): boolean =>
      found?.value === (provenance.statedNumber(this.slice(at, bytes)) ?? NaN);
    if (!equal(l3 + 12, 4, source) || !equal(l3 + 16, 4, destination)) return false;
    if (this.isLaterFragment() === true) return true;
    const checksumAt = protocol === TCP ? 16 : protocol === UDP ? 6 : protocol === ICMP ? 2 : -1;
    if (checksumAt < 0) return protocol !== null;
    const at = (offset: number): HeaderField | undefined =>
      fields.find((entry) => entry.at === offset && entry.bytes === 2);
    const hasPorts = protocol !== ICMP;
    return equal(l4 + checksumAt, 2, at(checksumAt)) && (!hasPorts || (equal(l4, 2, at(0)) && equal(l4 + 2, 2, at(2))));
  }

  /** States what a block says. */
  stateBlock(block: Ip4Block): void {
    const { provenance, l3 } = this;
    if (l3 < 0) return;
    this.isNewHeader = this.isNewTranslation = false;
    const isVerified = isChecksumRight(block);
    for (const [name, [at, bytes]] of Object.entries(IP4_FIELDS)) {
      const found =
        block[name as keyof typeof IP4_FIELDS] ?? (name === 'versionAndLength' && isVerified ? PLAIN(block) : null);
      // Lines that lost their flags look alike, so a second one proves nothing.
      if (found === null || (name === 'fragment' && !isVerified && !provenance.trustsOpen)) continue;
      provenance.stateNumber(this.slice(l3 + at, bytes), found.value, found.line, found.isOpen && !isVerified);
    }
    const { l4 } = this;
    // Whether there is an L4 header here at all depends on the fragment offset.
    if (l4 < 0 || this.isLaterFragment() !== false) return;
    for (const { at, bytes, value, line, isOpen, bits } of block.l4) {
      const cells = this.slice(l4 + at, bytes);
      if (cells.length < bytes) continue;
      // VPP prints the checksum of ICMP without leading zeros.
      if (isOpen && block.protocol?.value === ICMP && value <= 0xfff) provenance.stateTwice(cells, value, line);
      else provenance.stateNumber(cells, value, line, isOpen && block.protocol?.value !== ICMP, bits);
    }
  }
}

/** VPP does not print version 4 and 20 bytes; the checksum shows that it had no others to print. */
const PLAIN = ({ checksum }: Ip4Block): Field | null => checksum && { ...checksum, value: 0x45 };
