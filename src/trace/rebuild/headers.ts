/** Headers as a record prints them, with the line of every field. Numbers are in host order; what the text lacks is null. */

import { ICMP4_CODE_NAMES, ICMP4_TYPE_NAMES, IP_PROTOCOL_NAMES } from '../../pipeline/trace/names.js';
import type { FormName } from '../parse/forms.js';
import type { Value } from '../parse/line-form.js';
import type { NodeRecord, TraceLine } from '../parse/records.js';
import { parseAddress, parseMac } from '../../wire/address.js';

/** A field with the line it stands on. */
export interface Field {
  readonly value: number;
  readonly line: number;
  readonly isOpen: boolean;
}

export const lineOf = ({ lines }: NodeRecord, form: FormName): TraceLine | undefined =>
  lines.find((line) => line.form === form);

const numbersOf = (names: ReadonlyMap<number, string>): ReadonlyMap<string, number> =>
  new Map(Array.from(names, ([number, name]) => [name, number]));

const PROTOCOLS = numbersOf(IP_PROTOCOL_NAMES);
const ICMP_TYPES = numbersOf(ICMP4_TYPE_NAMES);

/** A field of a line, read by `read`; null where the line lacks it or the value cannot be. */
export function field(line: TraceLine | undefined, name: string, read: (text: string) => number | null): Field | null {
  const found: Value | undefined = line?.values[name];
  if (line === undefined || found === undefined) return null;
  const value = read(found.text);
  return value === null || Number.isNaN(value) ? null : { value, line: line.number, isOpen: found.isOpen };
}

/** Readers of a field's text, with the values that fit. */
const upTo =
  (limit: number, radix: number) =>
  (text: string): number | null => {
    const value = parseInt(text, radix);
    return value >= 0 && value <= limit ? value : null;
  };
export const octet = upTo(0xff, 10);
export const short = upTo(0xffff, 10);
export const hexShort = upTo(0xffff, 16);
export const hexOctet = upTo(0xff, 16);
/** More bytes than any interface carries. */
export const LONGEST_FRAME = 65_549;
export const frameBytes = upTo(LONGEST_FRAME, 10);
export const vlanId = upTo(0xfff, 10);
export const vlanPriority = upTo(7, 10);
export const vxlanNetwork = upTo(0xffffff, 10);
export const hexWord = upTo(0xffffffff, 16);
export const index = (text: string): number | null => parseInt(text, 10);
/** An unsigned address. */
export const address = (text: string): number | null => {
  const value = parseAddress(text);
  return value === null ? null : value >>> 0;
};

/** An IPv4 header and what follows it, as format_ip4_header prints them. */
export interface Ip4Block {
  /** First line. */
  readonly line: number;
  readonly protocol: Field | null;
  readonly source: Field | null;
  readonly destination: Field | null;
  /** The first octet, where the text shows it; VPP does not where it is 0x45. */
  readonly versionAndLength: Field | null;
  readonly tos: Field | null;
  readonly ttl: Field | null;
  readonly length: Field | null;
  readonly checksum: Field | null;
  /** What VPP found the checksum should be, where it is wrong. */
  readonly computed: Field | null;
  readonly id: Field | null;
  /** Flags and fragment offset as they are in the header. */
  readonly fragment: Field | null;
  readonly l4: L4Block;
}

/** Bytes of the layer above by offset, in the order of the text. */
export interface L4Block {
  readonly protocol: number | null;
  readonly fields: readonly L4Field[];
}

export interface L4Field extends Field {
  readonly at: number;
  readonly bytes: number;
  /** Bits that are stated; all of them where left out. */
  readonly mask?: number;
}

export function ip4Block(record: NodeRecord): Ip4Block | null {
  const addresses = lineOf(record, 'ip4-addresses');
  const fields = lineOf(record, 'ip4-fields');
  const fragment = lineOf(record, 'ip4-fragment');
  const first = addresses ?? fields ?? fragment;
  if (first === undefined) return null;
  const version = lineOf(record, 'ip4-version');
  const protocol = field(addresses, 'protocol', protocolNumber);
  const fragmentField = fragmentOf(fragment);
  return {
    line: first.number,
    protocol,
    source: field(addresses, 'source', address),
    destination: field(addresses, 'destination', address),
    versionAndLength: versionOf(version),
    tos: field(fields, 'tos', hexOctet),
    ttl: field(fields, 'ttl', octet),
    length: field(fields, 'length', short),
    checksum: field(fields, 'checksum', hexShort),
    computed: field(fields, 'computed', hexShort),
    id: field(fragment, 'id', hexShort),
    fragment: fragmentField,
    l4: { protocol: protocol?.value ?? null, fields: isLater(fragmentField) ? [] : l4Fields(record) },
  };
}

/** True for a fragment that is not the first: its L4 header is elsewhere. */
const isLater = (fragment: Field | null): boolean => fragment !== null && (fragment.value & 0x1fff) !== 0;

function protocolNumber(text: string): number | null {
  const unnamed = /^unknown (\d+)$/.exec(text);
  return unnamed ? octet(unnamed[1]) : (PROTOCOLS.get(text) ?? null);
}

function versionOf(line: TraceLine | undefined): Field | null {
  const version = field(line, 'version', octet);
  const bytes = field(line, 'headerBytes', octet);
  if (version === null || bytes === null || version.value > 15 || bytes.value > 60) return null;
  return { ...bytes, value: (version.value << 4) | (bytes.value >> 2) };
}

const FLAGS = { MORE_FRAGMENTS: 0x2000, DONT_FRAGMENT: 0x4000, CONGESTION: 0x8000 } as const;

/**
 * Flags and offset. VPP 19.08 takes the offset in bytes, not in units of 8, out of the word before it looks for flags
 * (format_ip4_header: `f ^= o`), so that with offsets from 8192 on the flags it prints are not those of the header.
 */
function fragmentOf(line: TraceLine | undefined): Field | null {
  if (line?.values['id'] === undefined || line.isCut) return null;
  const offset = field(line, 'offset', short);
  const names = line.values['flags']?.text ?? '';
  let flags = 0;
  let rest = names;
  for (const [name, bit] of Object.entries(FLAGS))
    if (rest.startsWith(name)) {
      flags |= bit;
      rest = rest.slice(name.length);
    }
  if (rest !== '') return null;
  const bytes = offset?.value ?? 0;
  return { value: (flags ^ (bytes & 0xe000)) | (bytes >> 3), line: line.number, isOpen: true };
}

function l4Fields(record: NodeRecord): L4Field[] {
  const tcp = lineOf(record, 'tcp-ports');
  const sequence = lineOf(record, 'tcp-sequence');
  const flags = lineOf(record, 'tcp-flags');
  const window = lineOf(record, 'tcp-window');
  const udp = lineOf(record, 'udp-ports');
  const udpFields = lineOf(record, 'udp-fields');
  const icmp = lineOf(record, 'icmp4');
  const headerBytes = field(flags, 'headerBytes', octet);
  const type = field(icmp, 'type', icmpType);
  const code = field(icmp, 'type', icmpCode);
  const all: [number, number, Field | null, number?][] = [
    [0, 2, field(tcp ?? udp, 'source', short)],
    [2, 2, field(tcp ?? udp, 'destination', short)],
    [4, 4, field(sequence, 'sequence', hexWord)],
    [8, 4, field(sequence, 'acknowledgment', hexWord)],
    [12, 1, headerBytes && { ...headerBytes, value: (headerBytes.value << 2) & 0xf0 }, 0xf0],
    [13, 1, field(flags, 'flags', hexOctet)],
    [14, 2, field(window, 'window', short)],
    [16, 2, field(window, 'checksum', hexShort)],
    [4, 2, field(udpFields, 'length', short)],
    [6, 2, field(udpFields, 'checksum', hexShort)],
    [0, 1, type],
    [1, 1, code],
    [2, 2, field(icmp, 'checksum', hexShort)],
  ];
  return all.flatMap(([at, bytes, found, mask]) =>
    found === null ? [] : [{ ...found, at, bytes, ...(mask === undefined ? {} : { mask }) }],
  );
}

function icmpType(text: string): number | null {
  const unnamed = /^unknown 0x([0-9a-f]+)$/.exec(text);
  return unnamed ? hexOctet(unnamed[1]) : (ICMP_TYPES.get(text.split(/\s+/)[0]) ?? null);
}

/** A code that has a name; the others do not show. */
function icmpCode(text: string): number | null {
  const [type, code] = text.split(/\s+/);
  const number = ICMP_TYPES.get(type);
  for (const [key, name] of ICMP4_CODE_NAMES) if (key >> 8 === number && name === code) return key & 0xff;
  return null;
}

/** The six octets of a MAC address. */
export function macOctets(text: string): number[] {
  const mac = parseMac(text);
  if (mac === null) return [];
  return [
    mac.high >> 8,
    mac.high & 0xff,
    mac.low >>> 24,
    (mac.low >> 16) & 0xff,
    (mac.low >> 8) & 0xff,
    mac.low & 0xff,
  ];
}
