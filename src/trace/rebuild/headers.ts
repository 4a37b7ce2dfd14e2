/** IPv4 headers as a record prints them, with the line of every field. Numbers are in host order; what the text lacks is null. */

import {
  FRAGMENT_FLAGS,
  ICMP4,
  TCP_FLAGS,
  TCP_PORTS,
  TCP_SEQUENCE,
  TCP_WINDOW,
  UDP_FIELDS,
  UDP_PORTS,
} from '../../pipeline/trace/headers.js';
import * as checksum from '../../wire/checksum.js';
import type { LineTemplate } from '../../pipeline/trace/template.js';
import {
  field,
  headerFields,
  lineOf,
  textOf,
  type Field,
  type HeaderField,
  type NodeRecord,
  type TraceLine,
} from '../parse/trace-record.js';

/** Fields of the header by name: offset and octets. */
export const IP4_FIELDS = {
  /** The first octet, where the text shows it; VPP does not where it is 0x45. */
  versionAndLength: [0, 1],
  tos: [1, 1],
  length: [2, 2],
  id: [4, 2],
  /** Flags and fragment offset as they are in the header. */
  fragment: [6, 2],
  ttl: [8, 1],
  protocol: [9, 1],
  checksum: [10, 2],
  source: [12, 4],
  destination: [16, 4],
} as const;
type Ip4Field = keyof typeof IP4_FIELDS;
const NAMES = Object.keys(IP4_FIELDS) as Ip4Field[];

/** An IPv4 header and what follows it, as format_ip4_header prints them. */
export interface Ip4Block extends Readonly<Record<Ip4Field, Field | null>> {
  /** First line. */
  readonly line: number;
  /** What VPP found the checksum should be, where it is wrong. */
  readonly computed: Field | null;
  /** Of the layer above, in the order of the text. */
  readonly l4: readonly HeaderField[];
}

/** A block of fields by their offsets. */
export function blockOf(
  line: number,
  fieldAt: (at: number, bytes: number) => Field | null,
  computed: Field | null,
  l4: readonly HeaderField[],
): Ip4Block {
  const fields = {} as Record<Ip4Field, Field | null>;
  for (const name of NAMES) fields[name] = fieldAt(IP4_FIELDS[name][0], IP4_FIELDS[name][1]);
  return { ...fields, line, computed, l4 };
}

export const L4_TEMPLATES: ReadonlySet<LineTemplate> = new Set([
  ...[TCP_PORTS, TCP_SEQUENCE, TCP_FLAGS, TCP_WINDOW],
  ...[UDP_PORTS, UDP_FIELDS, ICMP4],
]);

export function ip4Block(record: NodeRecord): Ip4Block | null {
  let block = BLOCKS.get(record);
  if (block === undefined) BLOCKS.set(record, (block = readBlock(record)));
  return block;
}

/** Many ask for the same one. */
const BLOCKS = new WeakMap<NodeRecord, Ip4Block | null>();

function readBlock(record: NodeRecord): Ip4Block | null {
  const [addresses, fields, fragment] = ['ip4-addresses', 'ip4-fields', 'ip4-fragment'].map((name) =>
    lineOf(record, name),
  );
  const lines = [addresses, fields, fragment].filter((line) => line !== undefined);
  if (lines.length === 0) return null;
  const word = fragmentOf(fragment, textOf(fields, 'dscp') === undefined);
  const isLater = word !== null && (word.value & 0x1fff) !== 0;
  // A later fragment's L4 header is elsewhere.
  const l4 = isLater ? [] : headerFields(record.lines.filter(({ template }) => L4_TEMPLATES.has(template)));
  const own = headerFields(lines);
  const version = versionOf(lineOf(record, 'ip4-version'));
  const fieldAt = (at: number): Field | null =>
    at === 0 ? version : at === 6 ? word : (own.find((found) => found.at === at) ?? null);
  return blockOf(lines[0].number, fieldAt, field(fields, 'computed'), l4);
}

function versionOf(line: TraceLine | undefined): Field | null {
  const version = field(line, 'version');
  const bytes = field(line, 'headerBytes');
  if (version === null || bytes === null || version.value > 15 || bytes.value > 60) return null;
  return { ...bytes, value: (version.value << 4) | (bytes.value >> 2) };
}

/**
 * Flags and offset. VPP 19.08 takes the offset in bytes, not in units of 8, out of the word before it looks for flags
 * (format_ip4_header: `f ^= o`), so that with offsets from 8192 on the flags it prints are not those of the header.
 * @param isXor the text is of such a release: later ones show DSCP and ECN
 */
function fragmentOf(line: TraceLine | undefined, isXor: boolean): Field | null {
  if (textOf(line, 'id') === undefined || line === undefined || line.isCut) return null;
  let flags = 0;
  let rest = textOf(line, 'flags') ?? '';
  for (const [name, bit] of FRAGMENT_FLAGS)
    if (rest.startsWith(name)) {
      flags |= bit;
      rest = rest.slice(name.length);
    }
  if (rest !== '') return null;
  const bytes = field(line, 'offset')?.value ?? 0;
  return { value: (isXor ? flags ^ (bytes & 0xe000) : flags) | (bytes >> 3), line: line.number, isOpen: true };
}

/** Octets that a text shows. */
export const octetsIn = (text: string | undefined): number[] =>
  (text?.match(/[0-9a-f]{2}/gi) ?? []).map((octet) => parseInt(octet, 16));

/** A value as so many octets in wire order. */
export const octetsOf = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 0xff);

/**
 * True where a block states a whole header of 20 bytes and its checksum: then every field is as it was, and there are no
 * options. A wrong checksum is as good, where the text has the right one too.
 */
export function isChecksumRight(block: Ip4Block): boolean {
  const stated = block.computed ?? block.checksum;
  if (stated === null || (block.versionAndLength?.value ?? VERSION_4_OF_20_BYTES) !== VERSION_4_OF_20_BYTES)
    return false;
  const bytes: number[] = new Array<number>(IP4_BYTES).fill(0);
  bytes[0] = VERSION_4_OF_20_BYTES;
  for (const [name, [at, count]] of Object.entries(IP4_FIELDS)) {
    const found = block[name as keyof typeof IP4_FIELDS];
    if (name === 'versionAndLength' || name === 'checksum') continue;
    if (found === null) return false;
    bytes.splice(at, count, ...octetsOf(found.value, count));
  }
  return internetChecksum(bytes) === stated.value;
}
const VERSION_4_OF_20_BYTES = 0x45;
const IP4_BYTES = 20;

/** RFC 1071 over bytes in wire order, as a number in host order. */
export function internetChecksum(bytes: readonly number[]): number {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const littleEndian = checksum.compute(view, 0, bytes.length);
  return ((littleEndian & 0xff) << 8) | (littleEndian >> 8);
}
