/**
 * Types of the fields of trace lines: what text a value has in VPP's words, what texts can be one, and the value of a text.
 * A type that has octets stands so in a header, and is printed from there.
 */

import { formatAddress, parseAddress } from '../../wire/address.js';
import { formatIp6Bytes } from '../../wire/ip6-address.js';
import {
  ARP_HARDWARE_TYPES,
  ARP_OPERATIONS,
  ETHERNET_TYPE_NAMES,
  ICMP4_CODE_NAMES,
  ICMP4_TYPE_NAMES,
  ICMP6_CODES,
  ICMP6_TYPES,
  IP_PROTOCOL_NAMES,
  type Names,
} from './names.js';
import { hex, mac } from './text.js';
import { interfaceName, type TraceContext } from './trace-context.js';

export type FieldValue = number | string;

export interface FieldType {
  /** Matches a text where it stands (sticky). */
  readonly pattern: RegExp;
  /** True for what can be the beginning of a text that the line's end cut off; of most, any word. */
  readonly isBeginning?: (text: string) => boolean;
  /** Some of its values have no text. */
  readonly mayBeEmpty?: boolean;
  /** Its text cannot have been longer. */
  readonly isFixed?: boolean;
  readonly print: (value: never, context: TraceContext) => string;
  /** The number that a text stands for; null where it cannot be. Left out where the text is the value. */
  readonly read?: (text: string) => number | null;
  /** Octets in a header; `printOctets` where they make no number. */
  readonly octets?: number;
  readonly printOctets?: (bytes: Uint8Array, at: number) => string;
  /** Bits of the header's octets that a text shows; all where left out. */
  readonly bitsOf?: (text: string) => number;
}

const beginsLike =
  (pattern: RegExp): NonNullable<FieldType['isBeginning']> =>
  (text) =>
    pattern.test(text);
const text = (value: FieldValue): string => String(value);

/** A string, as VPP has it from elsewhere. */
const words = (pattern: RegExp, isFixed = false): FieldType => ({ pattern, isFixed, mayBeEmpty: true, print: text });

const DECIMAL = beginsLike(/^-?\d*$/);
const HEXADECIMAL = beginsLike(/^[0-9a-f]*$/i);
const upTo = (limit: number, radix: number) => (digits: string) => {
  const value = parseInt(digits, radix);
  return value >= 0 && value <= limit ? value : null;
};

/** A decimal number in so many octets, or of no header. */
const decimal = (octets?: number, limit = octets === undefined ? Infinity : 256 ** octets - 1): FieldType => ({
  pattern: /-?\d+/y,
  isBeginning: DECIMAL,
  print: text,
  read: limit === Infinity ? (digits) => parseInt(digits, 10) : upTo(limit, 10),
  ...(octets === undefined ? {} : { octets }),
});

/** `%0nx` */
const padded = (digits: number): FieldType => ({
  pattern: new RegExp(`[0-9a-f]{${digits}}(?![0-9a-f])`, 'iy'),
  isBeginning: HEXADECIMAL,
  isFixed: true,
  print: (value: FieldValue) => (typeof value === 'string' ? value : hex(value, digits)),
  ...(digits > 8 ? {} : { read: upTo(256 ** (digits / 2) - 1, 16), octets: digits / 2 }),
});

/** Finds the number of a name. */
function numberOf(names: Names): (name: string) => number | undefined {
  let numbers: ReadonlyMap<string, number> | null = null;
  return (name) => (numbers ??= new Map(Array.from(names.all, ([number, known]) => [known, number]))).get(name);
}

/** A number that VPP has a name for, or prints as `unknown` does. */
function named(
  names: Names,
  octets: number,
  pattern: RegExp,
  unknown: (value: number) => string,
  readUnknown: (text: string) => number,
): FieldType {
  const number = numberOf(names);
  return {
    pattern,
    octets,
    print: (value: number) => names.get(value) ?? unknown(value),
    read: (name) => number(name) ?? upTo(256 ** octets - 1, 10)(String(readUnknown(name))),
  };
}
const unknownHex = (value: number): string => `unknown 0x${value.toString(16)}`;
const readHex = (name: string): number => parseInt(/0x([0-9a-f]+)$/.exec(name)?.[1] ?? '', 16);
const NAMES = /unknown 0x[0-9a-f]+|[a-z0-9_]+/y;

/** ICMP type and code in one; codes without a name do not show. */
function icmp(types: Names, codes: Names): FieldType {
  const typeNumber = numberOf(types);
  const codeOf = (name: string): number => {
    const [type, code] = name.split(/\s+/);
    for (const [key, known] of codes.all) if (key >> 8 === typeNumber(type) && known === code) return key & 0xff;
    return -1;
  };
  return {
    pattern: /unknown 0x[0-9a-f]+|[a-z0-9_]+(?:\s+(?!checksum)[a-z0-9_]+)?/y,
    octets: 2,
    print: (value: number) => {
      const name = types.get(value >> 8);
      const code = codes.get(value);
      return name === undefined ? unknownHex(value >> 8) : name + (code === undefined ? '' : ` ${code}`);
    },
    read: (name) => {
      const type = typeNumber(name.split(/\s+/)[0]) ?? readHex(name);
      return type <= 0xff ? (type << 8) | Math.max(codeOf(name), 0) : null;
    },
    bitsOf: (name) => (codeOf(name) < 0 ? 0xff00 : 0xffff),
  };
}

/** What a buffer's second and third lines are made of (VPP 18.01 to 26.06 src/vlib/buffer.h, src/vnet/buffer.h). */
const BUFFER_WORD = [
  /(?:outer-)?l[234]-hdr-(?:offset|len) -?\d+|gso-size \d+|qos \d+\.\d+|loop-counter \d+/,
  /next-present|ext-hdr-valid|external|is-trace|l4-cksum-(?:computed|correct)|vlan-\d-deep|span-clone|handoff-next-valid/,
  /loop-counter-valid|local|ip[46]|offload(?:-[a-z0-9]+)*|natt?ed|l[234]_hdr_offset_valid|flow-report|dvr|qos-data-valid/,
  /gso|avail\d+/,
]
  .map(({ source }) => source)
  .join('|');

/** Unsigned. */
const readIp4 = (dotted: string): number | null => {
  const value = parseAddress(dotted);
  return value === null ? null : value >>> 0;
};

/** More bytes than any interface carries. */
export const LONGEST_FRAME = 65_549;

export const FIELD_TYPES = {
  dec: decimal(),
  u8: decimal(1),
  u16: decimal(2),
  u32: { ...decimal(4), print: (value: number) => text(value >>> 0) },
  vni: decimal(3),
  vlan: decimal(undefined, 0xfff),
  priority: decimal(undefined, 7),
  frameBytes: decimal(undefined, LONGEST_FRAME),
  hex: {
    pattern: /[0-9a-f]+/iy,
    isBeginning: HEXADECIMAL,
    print: (value: number) => (value >>> 0).toString(16),
    read: (digits: string) => parseInt(digits, 16),
  },
  /** Two octets, without zeros before. */
  short: {
    pattern: /[0-9a-f]+/iy,
    isBeginning: HEXADECIMAL,
    print: (value: number) => value.toString(16),
    read: upTo(0xffff, 16),
    octets: 2,
  },
  hex2: padded(2),
  hex4: padded(4),
  hex8: padded(8),
  hex16: padded(16),
  ip4: {
    pattern: /\d{1,3}(?:\.\d{1,3}){3}/y,
    isBeginning: beginsLike(/^[\d.]*$/),
    print: formatAddress,
    read: readIp4,
    octets: 4,
  },
  /** Of either version; only those of IPv4 are numbers. */
  ip: { ...words(/[0-9a-f:.]+/iy), read: readIp4 },
  ip6: {
    ...words(/[0-9a-f]*:[0-9a-f:.]*/iy),
    isBeginning: beginsLike(/^[0-9a-f:.]*$/i),
    octets: 16,
    printOctets: formatIp6Bytes,
  },
  mac: {
    ...words(/[0-9a-f]{2}(?::[0-9a-f]{2}){5}/iy, true),
    isBeginning: beginsLike(/^(?:[0-9a-f]{2}:)*[0-9a-f]{0,2}$/i),
    octets: 6,
    printOctets: mac,
  },
  protocol: named(
    IP_PROTOCOL_NAMES,
    1,
    /unknown \d+|[A-Z0-9_]*[A-Z][A-Z0-9_]*/y,
    (value) => `unknown ${value}`,
    (name) => Number(/^unknown (\d+)$/.exec(name)?.[1]),
  ),
  ethertype: named(ETHERNET_TYPE_NAMES, 2, /0x[0-9a-f]{4}|[A-Z0-9_]+/y, (value) => `0x${hex(value, 4)}`, readHex),
  arpOperation: named(ARP_OPERATIONS, 2, NAMES, unknownHex, readHex),
  arpHardware: named(ARP_HARDWARE_TYPES, 2, NAMES, unknownHex, readHex),
  icmp4: icmp(ICMP4_TYPE_NAMES, ICMP4_CODE_NAMES),
  icmp6: icmp(ICMP6_TYPES, ICMP6_CODES),
  /** TCP's data offset in bytes. */
  dataOffset: {
    ...decimal(),
    print: (value: number) => text((value >>> 4) * 4),
    read: (digits: string) => ((upTo(0xff, 10)(digits) ?? NaN) << 2) & 0xf0,
    octets: 1,
    bitsOf: () => 0xf0,
  },
  /** Names of TCP flags. */
  tcpFlags: words(/[A-Z]+(?:\s+[A-Z]+)*/y),
  /** Run together, as `MORE_FRAGMENTSDONT_FRAGMENT`. */
  fragmentFlags: words(/[A-Z_]+/y),
  word: words(/[^\s,]+/y),
  name: words(/[a-z0-9_]+/y),
  /** Up to a colon. */
  label: words(/[^\s:,]+/y),
  /** An interface's name, as format_vnet_sw_interface_name prints it for an index; all of VPP's begin with a letter. */
  interface: {
    pattern: /[a-z][^\s:,]*/iy,
    print: (value: FieldValue, context: TraceContext) =>
      typeof value === 'string' ? value : interfaceName(context, value),
  },
  /** In any order: each is printed on a condition of its own. */
  bufferWords: words(new RegExp(`(?:${BUFFER_WORD})(?:\\s+(?:${BUFFER_WORD}))*(?=\\s|$)`, 'y')),
  /** `[features ]` */
  brackets: words(/\[[^\]]*\]/y),
  /** Octets as two digits with spaces between. */
  octets12: {
    ...words(/[0-9a-f]{2}(?:\s+[0-9a-f]{2}){11}/iy, true),
    isBeginning: beginsLike(/^(?:[0-9a-f]{2}\s+)*[0-9a-f]{0,2}$/i),
  },
  /** Pairs of digits without spaces. An odd digit at the end does not count. */
  pairs: words(/(?:[0-9a-f]{2})+/iy, true),
  /** TCP options as 20.01 and later list them. */
  tcpOptions: words(/(?:mss|window scale|timestamp|sack permitted|echo\/reflected|no operation|nop|end of).*/y),
  /** Offset of a line of octets, which may be behind some that take no line of their own. */
  numbered: words(/(?:[0-9a-f]*\/)?[0-9a-f]{8}/y),
  rest: words(/.*/y),
} as const satisfies Readonly<Record<string, FieldType>>;

/** Words by number, as `fast|slow`; an empty word does not show. */
export function choiceOf(choices: readonly string[]): FieldType {
  const shown = choices.filter((choice) => choice !== '');
  const patterns = shown.map((choice) => choice.replace(/[()[\]/.]/g, '\\$&'));
  return {
    pattern: new RegExp(`(?:${patterns.toSorted((a, b) => b.length - a.length).join('|')})(?![a-z0-9-])`, 'y'),
    isBeginning: (begun) => shown.some((choice) => choice.startsWith(begun)),
    isFixed: true,
    mayBeEmpty: true,
    print: (value: number) => choices[value] ?? String(value),
    read: (choice) => choices.indexOf(choice),
  };
}
