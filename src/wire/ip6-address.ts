/**
 * IPv6 addresses as text, and by number. Whatever the configuration or a neighbour names gets a number, which stands for it wherever an IPv4
 * address would be its own: in prefixes, next hops, neighbours. Numbers begin at 0, which is `::`, and are never given back; packets' own
 * addresses get none. Words are big-endian and signed.
 */

export type Ip6Words = readonly [number, number, number, number];

const ADDRESS_BYTES = 16;

/** An address as VPP prints it (format_ip6_address): the longest run of zeros, where longer than one, is left out. */
export function formatIp6Bytes(bytes: Uint8Array, from: number): string {
  const words = Array.from({ length: 8 }, (_, i) => (bytes[from + i * 2] << 8) | bytes[from + i * 2 + 1]);
  let longest = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && words[at + length] === 0) length++;
    if (length > longest.length) longest = { at, length };
  }
  const text = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  if (longest.at < 0) return text(words);
  return `${text(words.slice(0, longest.at))}::${text(words.slice(longest.at + longest.length))}`;
}

/** The words of an address, or null where the text is none. A dotted quad may stand in the place of the last two groups. */
export function parseIp6(text: string): Ip6Words | null {
  if (!text.includes(':')) return null;
  const dotted = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (dotted) {
    const octets = dotted.slice(2).map(Number);
    if (octets.some((octet) => octet > 255)) return null;
    const [a, b, c, d] = octets;
    return parseIp6(`${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  if (!/^[\da-f:]*:[\da-f:]*$/i.test(text)) return null;
  const halves = text.split('::');
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const count = groups.reduce((sum, { length }) => sum + length, 0);
  if (halves.length > 2 || (halves.length === 2 ? count > 7 : count !== 8)) return null;
  const all = halves.length === 2 ? [...groups[0], ...Array<string>(8 - count).fill('0'), ...groups[1]] : groups[0];
  if (all.some((group) => !/^[\da-f]{1,4}$/i.test(group))) return null;
  const words = all.map((group) => parseInt(group, 16));
  const word = (at: number): number => (words[at] << 16) | words[at + 1];
  return [word(0), word(2), word(4), word(6)];
}

/** The mask of a prefix's word: `index` from 0. */
export function maskWord(length: number, index: number): number {
  const bits = length - 32 * index;
  return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits);
}

const mix = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

/** Addresses by number. */
class Ip6Addresses {
  private words = new Int32Array(256);
  private bytes = new Uint8Array(ADDRESS_BYTES);
  private view = new DataView(this.bytes.buffer);
  private used = 0;
  /** Number + 1 by hash; 0 for a free slot. */
  private slots = new Int32Array(128);

  constructor() {
    this.number(0, 0, 0, 0);
  }

  private slotOf(a: number, b: number, c: number, d: number): number {
    const { slots, words } = this;
    const mask = slots.length - 1;
    for (let slot = mix(mix(mix(mix(0, a), b), c), d) & mask; ; slot = (slot + 1) & mask) {
      const at = (slots[slot] - 1) * 4;
      if (at < 0) return slot;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot;
    }
  }

  /** The number of an address; -1 where nothing has named it. */
  find(a: number, b: number, c: number, d: number): number {
    return this.slots[this.slotOf(a, b, c, d)] - 1;
  }

  /** The number of an address, given to it where it has none. */
  number(a: number, b: number, c: number, d: number): number {
    const slot = this.slotOf(a, b, c, d);
    if (this.slots[slot] !== 0) return this.slots[slot] - 1;
    const number = this.used++;
    if (this.used * 4 > this.words.length) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    this.words.set([a, b, c, d], number * 4);
    this.slots[slot] = number + 1;
    if (this.used * 2 > this.slots.length) this.rehash();
    return number;
  }

  private rehash(): void {
    const { words } = this;
    this.slots = new Int32Array(this.slots.length * 2);
    for (let number = 0; number < this.used; number++) {
      const at = number * 4;
      this.slots[this.slotOf(words[at], words[at + 1], words[at + 2], words[at + 3])] = number + 1;
    }
  }

  word(number: number, index: number): number {
    return this.words[number * 4 + index];
  }

  format(number: number): string {
    for (let index = 0; index < 4; index++) this.view.setInt32(index * 4, this.word(number, index));
    return formatIp6Bytes(this.bytes, 0);
  }
}

const addresses = new Ip6Addresses();

export const ip6Word = (address: number, index: number): number => addresses.word(address, index);
export const ip6Number = ([a, b, c, d]: Ip6Words): number => addresses.number(a, b, c, d);
export const formatIp6 = (address: number): string => addresses.format(address);

/** The number of the address that stands at a place in a packet; -1 where nothing has named it. */
export const findIp6At = (view: DataView, at: number): number =>
  addresses.find(view.getInt32(at), view.getInt32(at + 4), view.getInt32(at + 8), view.getInt32(at + 12));

/** As `findIp6At`, with a number given to it where it has none. */
export const ip6NumberAt = (view: DataView, at: number): number =>
  addresses.number(view.getInt32(at), view.getInt32(at + 4), view.getInt32(at + 8), view.getInt32(at + 12));

/** Writes an address at a place in a packet. */
export function writeIp6(address: number, view: DataView, at: number): void {
  for (let index = 0; index < 4; index++) view.setInt32(at + index * 4, addresses.word(address, index));
}

/** The address with the host bits of a prefix cleared. */
export const maskIp6 = (address: number, length: number): number =>
  ip6Number([
    ip6Word(address, 0) & maskWord(length, 0),
    ip6Word(address, 1) & maskWord(length, 1),
    ip6Word(address, 2) & maskWord(length, 2),
    ip6Word(address, 3) & maskWord(length, 3),
  ]);

/** fe80::/10 (RFC 4291 section 2.5.6). */
export const isLinkLocal = (address: number): boolean => ip6Word(address, 0) >>> 22 === 0xfe80 >>> 6;

/** Addresses of packets that sentences are made of soon: the last ones noted, by numbers of their own. */
const NOTED = 1024;
const noted = new Uint8Array(NOTED * ADDRESS_BYTES);
let notedCount = 0;

/** Notes the address at a place in a packet. */
export function noteIp6(bytes: Uint8Array, at: number): number {
  const number = notedCount++ % NOTED;
  noted.set(bytes.subarray(at, at + ADDRESS_BYTES), number * ADDRESS_BYTES);
  return number;
}

/** An address that was noted; true as long as no more than 1024 others were. */
export const formatNotedIp6 = (number: number): string => formatIp6Bytes(noted, number * ADDRESS_BYTES);
