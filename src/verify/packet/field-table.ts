/** The fields that have names: where each stands in its header and how it is shown. Rules, reports and groups all read this table. */

import { addressFamily } from '../../capture/link-layer.js';
import { formatAddress, formatMac } from '../../wire/address.js';
import { Layer, type Layers } from '../../wire/decode.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as icmp6 from '../../wire/icmp6.js';
import { formatIp6Bytes } from '../../wire/ip6-address.js';

export interface Field {
  readonly name: string;
  readonly layer: Layer;
  /** Offset in the header, and width, in bytes. */
  readonly at: number;
  readonly bytes: number;
  /** Bits of a field that shares its bytes with others, as a mask over them; what is shown is shifted down. */
  readonly bits: number | null;
  readonly format: 'decimal' | 'hex' | 'address' | 'address6' | 'mac' | 'family';
  /** What the number counts in: the fragment offset in eight bytes, the TCP header length in four. */
  readonly unit: number;
  /** Checksums follow from the rest of the packet. */
  readonly isChecksum: boolean;
  readonly isOneOff: boolean;
  /** Its number among all fields. */
  readonly index: number;
}

/** Fields that may have another value in every packet, which says nothing about a cause. */
export const isOneOff = (name: string): boolean =>
  /^payload@|^frame\.time$|\.(seq|ack|id|fraghdr\.ident|checksum|window|len|plen|unpadded_len|length|options|rest)$/.test(
    name,
  );

const FIELD = /^(.+):(?:([a-z]+6?)|(\d+)(x)?(?:\*(\d+))?)$/;
/** Formats that are words, with their bits. */
const WIDTHS = { mac: 48, address: 32, address6: 128, family: 32 } as const;

let fieldsMade = 0;

/**
 * The fields of a header in wire order: `name:bits`, with `x` for those that are shown as hex, `*8` for those that count in eight bytes; or
 * `name:mac` and the like. `-` has no name.
 */
function header(layer: Layer, prefix: string, picture: string): Field[] {
  let bit = 0;
  return picture.split(' ').flatMap((text) => {
    const [, given = '', word, digits, hex, unit = 1] = (FIELD.exec(text) ?? []) as (string | undefined)[];
    const width = word === undefined ? Number(digits) : WIDTHS[word as keyof typeof WIDTHS];
    const [at, end] = [bit >> 3, (bit + width + 7) >> 3];
    const bits = width % 8 === 0 && bit % 8 === 0 ? null : (2 ** width - 1) << (8 * end - bit - width);
    bit += width;
    if (given === '-') return [];
    const format = (word ?? (hex === undefined ? 'decimal' : 'hex')) as Field['format'];
    const name = `${prefix}.${given}`;
    const kind = { isChecksum: given === 'checksum', isOneOff: isOneOff(name), index: fieldsMade++ };
    return { name, layer, at, bytes: end - at, bits, format, unit: Number(unit), ...kind };
  });
}

const ICMP6_REST = header(Layer.Icmp6, 'icmp6', '-:32 rest:32x target:address6');
const ICMP_REST = header(Layer.Icmp, 'icmp', '-:32 rest:32x');

export const FIELDS: readonly Field[] = [
  ...header(Layer.Ethernet, 'eth', 'dst:mac src:mac type:16x'),
  ...header(Layer.Vlan, 'vlan', 'tci:16x type:16x'),
  ...header(
    Layer.Arp,
    'arp',
    'hw_type:16 proto_type:16x hw_len:8 proto_len:8 opcode:16 src.hw:mac src.ip4:address dst.hw:mac dst.ip4:address',
  ),
  ...header(
    Layer.Ip4,
    'ip4',
    'version_ihl:8x tos:8x len:16 id:16x flags:3x frag_offset:13*8 ttl:8 proto:8 checksum:16x src:address dst:address',
  ),
  ...header(
    Layer.Tcp,
    'tcp',
    'srcport:16 dstport:16 seq:32 ack:32 hdr_len:4*4 reserved:4x flags:8x window:16 checksum:16x urgent_pointer:16',
  ),
  ...header(Layer.Udp, 'udp', 'srcport:16 dstport:16 length:16 checksum:16x'),
  ...header(Layer.Icmp, 'icmp', 'type:8 code:8 checksum:16x ident:16 seq:16'),
  ...ICMP_REST,
  ...header(Layer.Ip6, 'ip6', 'version:4 tclass:8x flow:20x plen:16 nxt:8 hlim:8 src:address6 dst:address6'),
  ...header(Layer.Ip6Extension, 'ip6.ext', 'nxt:8 len:8'),
  ...header(Layer.Ip6Fragment, 'ip6.fraghdr', 'nxt:8 reserved:8x offset:13*8 -:2 more:1 ident:32x'),
  ...header(Layer.Icmp6, 'icmp6', 'type:8 code:8 checksum:16x ident:16 seq:16'),
  ...ICMP6_REST,
  ...header(Layer.Vxlan, 'vxlan', 'flags:32x vni:24 reserved:8x'),
  ...header(Layer.Null, 'null', 'family:family'),
  ...header(Layer.Sll, 'sll', 'pkttype:16 hatype:16 halen:16 src.eth:mac unused:16x etype:16x'),
  ...header(Layer.Sll2, 'sll', 'etype:16x reserved:16x ifindex:32 hatype:16 pkttype:8 halen:8 src.eth:mac unused:16x'),
];

/** Fields of each layer. */
const FIELDS_OF_LAYER: Field[][] = [];
for (const each of FIELDS) (FIELDS_OF_LAYER[each.layer] ??= []).push(each);

const queryFields = (layer: Layer, rest: readonly Field[]): Field[] =>
  FIELDS_OF_LAYER[layer].filter((field) => !rest.includes(field));
const ICMP_QUERY_FIELDS = queryFields(Layer.Icmp, ICMP_REST);
const ICMP_OTHER_FIELDS = [...ICMP_QUERY_FIELDS.slice(0, 3), ...ICMP_REST];
const ICMP6_QUERY_FIELDS = queryFields(Layer.Icmp6, ICMP6_REST);
const ICMP6_OTHER_FIELDS = [...ICMP6_QUERY_FIELDS.slice(0, 3), ...ICMP6_REST];

/** Fields of header i, whatever of it is there. */
export function fieldsOf(layers: Layers, i: number, view: DataView): readonly Field[] {
  const kind = layers.kind[i];
  if (kind === (Layer.Icmp6 as number))
    return icmp6.isEcho(view.getUint8(layers.at[i])) ? ICMP6_QUERY_FIELDS : ICMP6_OTHER_FIELDS;
  if (kind !== (Layer.Icmp as number)) return FIELDS_OF_LAYER[kind];
  return icmp4.hasIdentifier(view.getUint8(layers.at[i])) ? ICMP_QUERY_FIELDS : ICMP_OTHER_FIELDS;
}

/** Length of the fixed part of each layer's header: what follows it up to its end are options. */
export const FIXED_BYTES: readonly number[] = FIELDS_OF_LAYER.map((fields) =>
  Math.max(...fields.map(({ at, bytes }) => at + bytes)),
);

/** The names of options, by layer. */
export const OPTIONS_NAME: Readonly<Record<number, string>> = {
  [Layer.Ip4]: 'ip4.options',
  [Layer.Tcp]: 'tcp.options',
  [Layer.Ip6Extension]: 'ip6.ext.options',
};

/** A field's value as it is shown; `at` is where its header begins. */
export function fieldText({ at: offset, bytes, bits, format, unit }: Field, view: DataView, at: number): string {
  const from = at + offset;
  if (format === 'mac') return formatMac({ high: view.getUint16(from), low: view.getUint32(from + 2) });
  if (format === 'address') return formatAddress(view.getInt32(from));
  if (format === 'address6') return formatIp6Bytes(new Uint8Array(view.buffer, view.byteOffset), from);
  if (format === 'family') return String(addressFamily(view, from));
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 256 + view.getUint8(from + i);
  const shift = bits === null ? 0 : 31 - Math.clz32(bits & -bits);
  if (bits !== null) value = (value & bits) >>> shift;
  if (format === 'decimal') return String(value * unit);
  const digits = bits === null ? bytes * 2 : Math.ceil((32 - Math.clz32(bits >>> shift)) / 4);
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** 'aabbcc' of bytes. */
export const formatHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
