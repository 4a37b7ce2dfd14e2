/**
 * What NAT44 may change of an IPv4 packet, in seven words, to tell what a node made of it:
 *
 *     source, destination, ports;  of the packet that an ICMP error quotes: source, destination, ports, protocol
 *
 * Ports are source << 16 | destination, an ICMP query's identifier stands in both halves; 0 is none. The last word is -1 where
 * nothing is quoted.
 */

import { ECHO_REPLY, ECHO_REQUEST, identifier, type } from '../../wire/icmp4.js';
import { formatAddress } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import { isIcmpError, quotedHeader } from './icmp-error.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

export const HEADER_WORDS = 7;
const QUOTED = 3;
const QUOTED_PROTOCOL = 6;
const NOTHING_QUOTED = -1;

const hasPorts = (protocol: number): boolean => protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP;

/** Writes the seven words of the header at `l3`. */
export function readHeader({ view, at, length }: PacketBuffer, l3: number, to: Int32Array, word: number): void {
  const l4 = l3 + ip4.headerLength(view, l3);
  const isError =
    ip4.protocol(view, l3) === ip4.PROTOCOL_ICMP &&
    ip4.fragmentOffset(view, l3) === 0 &&
    isIcmpError(type(view, l4)) &&
    quotedHeader(l4) + ip4.HEADER_BYTES + ECHO_BYTES <= at + length;
  readEnds(view, l3, to, word);
  to.fill(0, word + QUOTED, word + QUOTED_PROTOCOL);
  to[word + QUOTED_PROTOCOL] = NOTHING_QUOTED;
  if (!isError) return;
  readEnds(view, quotedHeader(l4), to, word + QUOTED);
  to[word + QUOTED_PROTOCOL] = ip4.protocol(view, quotedHeader(l4));
}

/** What an error has to quote behind the IPv4 header (RFC 792). */
const ECHO_BYTES = 8;

function readEnds(view: DataView, l3: number, to: Int32Array, word: number): void {
  to[word] = ip4.source(view, l3);
  to[word + 1] = ip4.destination(view, l3);
  to[word + 2] = ip4.fragmentOffset(view, l3) === 0 ? portsOf(view, l3) : 0;
}

function portsOf(view: DataView, l3: number): number {
  const l4 = l3 + ip4.headerLength(view, l3);
  switch (ip4.protocol(view, l3)) {
    case ip4.PROTOCOL_TCP:
    case ip4.PROTOCOL_UDP:
      return view.getInt32(l4);
    case ip4.PROTOCOL_ICMP: {
      const isQuery = type(view, l4) === ECHO_REQUEST || type(view, l4) === ECHO_REPLY;
      return isQuery ? Math.imul(identifier(view, l4), 0x10001) : 0;
    }
    default:
      return 0;
  }
}

/** One thing that was translated. */
export interface Change {
  readonly what: 'source' | 'destination' | 'identifier';
  /** Of the packet that an ICMP error quotes. */
  readonly isQuoted: boolean;
  /** '10.1.1.3:41084', '10.1.1.3 (identifier 1)', an address or an identifier alone. */
  readonly before: string;
  readonly after: string;
}

/** The IP protocol of the session that a packet belongs to: for an ICMP error, of the packet that it quotes. */
export const sessionProtocol = (words: Int32Array, at: number, protocol: number): number =>
  words[at + QUOTED_PROTOCOL] === NOTHING_QUOTED ? protocol : words[at + QUOTED_PROTOCOL];

/** The outside end that NAT44 looked for in a packet from outside: its destination, or the source of the packet that an error quotes. */
export function outsideEnd(words: Int32Array, at: number, protocol: number): string {
  const quoted = words[at + QUOTED_PROTOCOL];
  return quoted === NOTHING_QUOTED
    ? endTextOf(words, at, protocol)(words, at, 1)
    : endTextOf(words, at + QUOTED, quoted)(words, at + QUOTED, 0);
}

/** What differs between the seven words at `before` and those at `after`. */
export function headerChanges(words: Int32Array, before: number, after: number, protocol: number): Change[] {
  const own = endChanges(words, before, after, protocol, false);
  const quotedProtocol = words[before + QUOTED_PROTOCOL];
  if (quotedProtocol === NOTHING_QUOTED) return own;
  return [...own, ...endChanges(words, before + QUOTED, after + QUOTED, quotedProtocol, true)];
}

function endChanges(words: Int32Array, before: number, after: number, protocol: number, isQuoted: boolean): Change[] {
  const changed = ([0, 1] as const).filter((end) => words[before + end] !== words[after + end]);
  if (changed.length === 0 && words[before + 2] === words[after + 2]) return [];
  // An ICMP query has one identifier, which belongs to the end that NAT44 translates.
  const isQuery = protocol === ip4.PROTOCOL_ICMP && words[before + 2] !== 0;
  if (isQuery && changed.length !== 1 && words[before + 2] !== words[after + 2])
    return [
      ...changed.map((end) => changeOf(words, before, after, end, addressText, isQuoted)),
      { what: 'identifier', isQuoted, before: idText(words, before), after: idText(words, after) },
    ];
  const text = endTextOf(words, before, protocol);
  return ([0, 1] as const)
    .filter((end) => (isQuery ? changed.includes(end) : text(words, before, end) !== text(words, after, end)))
    .map((end) => changeOf(words, before, after, end, text, isQuoted));
}

type EndText = (words: Int32Array, at: number, end: number) => string;

const changeOf = (
  words: Int32Array,
  before: number,
  after: number,
  end: 0 | 1,
  text: EndText,
  isQuoted: boolean,
): Change => ({
  what: end === 0 ? 'source' : 'destination',
  isQuoted,
  before: text(words, before, end),
  after: text(words, after, end),
});

const addressText: EndText = (words, at, end) => formatAddress(words[at + end]);
const endTextOf = (words: Int32Array, at: number, protocol: number): EndText => {
  if (words[at + 2] === 0) return addressText;
  return protocol === ip4.PROTOCOL_ICMP ? queryText : hasPorts(protocol) ? portText : addressText;
};
const idText = (words: Int32Array, at: number): string => String(words[at + 2] & 0xffff);
const queryText: EndText = (words, at, end) => `${addressText(words, at, end)} (identifier ${idText(words, at)})`;
const portText: EndText = (words, at, end) =>
  `${addressText(words, at, end)}:${end === 0 ? words[at + 2] >>> 16 : words[at + 2] & 0xffff}`;
