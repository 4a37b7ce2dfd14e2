/** The fields that have names: where each stands in its header and how it is shown. Rules, reports and groups all read this table. */

import { addressFamily } from '../../capture/link-layer.js';
import { formatAddress, formatMac } from '../../wire/address.js';
import * as icmp4 from '../../wire/icmp4.js';
import { Layer, type Layers } from '../../wire/decode.js';

export type FieldFormat = 'decimal' | 'hex' | 'address' | 'mac' | 'family';

export interface Field {
  readonly name: string;
  readonly layer: Layer;
  /** Offset in the header, and width, in bytes. */
  readonly at: number;
  readonly bytes: number;
  /** Bits of a field that shares its bytes with others, as a mask over them; what is shown is shifted down. */
  readonly bits: number | null;
  readonly format: FieldFormat;
  /** Checksums follow from the rest of the packet. */
  readonly isChecksum: boolean;
  /** True where every packet has a value of its own, which says nothing about a cause. */
  readonly isOneOff: boolean;
  /** Number of the field in FIELDS. */
  readonly index: number;
}

const ONE_OFF = /\.(seq|ack|id|checksum|window|len|length|rest)$/;
let fieldsMade = 0;

function field(layer: Layer, name: string, at: number, bytes: number, format: FieldFormat, bits?: number): Field {
  return {
    name,
    layer,
    at,
    bytes,
    bits: bits ?? null,
    format,
    isChecksum: name.endsWith('.checksum'),
    isOneOff: ONE_OFF.test(name),
    index: fieldsMade++,
  };
}

/** In wire order within a header. */
export const FIELDS: readonly Field[] = [
  field(Layer.Ethernet, 'eth.dst', 0, 6, 'mac'),
  field(Layer.Ethernet, 'eth.src', 6, 6, 'mac'),
  field(Layer.Ethernet, 'eth.type', 12, 2, 'hex'),
  field(Layer.Vlan, 'vlan.tci', 0, 2, 'hex'),
  field(Layer.Vlan, 'vlan.type', 2, 2, 'hex'),
  field(Layer.Arp, 'arp.hw_type', 0, 2, 'decimal'),
  field(Layer.Arp, 'arp.proto_type', 2, 2, 'hex'),
  field(Layer.Arp, 'arp.hw_len', 4, 1, 'decimal'),
  field(Layer.Arp, 'arp.proto_len', 5, 1, 'decimal'),
  field(Layer.Arp, 'arp.opcode', 6, 2, 'decimal'),
  field(Layer.Arp, 'arp.src.hw', 8, 6, 'mac'),
  field(Layer.Arp, 'arp.src.ip4', 14, 4, 'address'),
  field(Layer.Arp, 'arp.dst.hw', 18, 6, 'mac'),
  field(Layer.Arp, 'arp.dst.ip4', 24, 4, 'address'),
  field(Layer.Ip4, 'ip4.version_ihl', 0, 1, 'hex'),
  field(Layer.Ip4, 'ip4.tos', 1, 1, 'hex'),
  field(Layer.Ip4, 'ip4.len', 2, 2, 'decimal'),
  field(Layer.Ip4, 'ip4.id', 4, 2, 'hex'),
  field(Layer.Ip4, 'ip4.flags', 6, 2, 'hex', 0xe000),
  field(Layer.Ip4, 'ip4.frag_offset', 6, 2, 'decimal', 0x1fff),
  field(Layer.Ip4, 'ip4.ttl', 8, 1, 'decimal'),
  field(Layer.Ip4, 'ip4.proto', 9, 1, 'decimal'),
  field(Layer.Ip4, 'ip4.checksum', 10, 2, 'hex'),
  field(Layer.Ip4, 'ip4.src', 12, 4, 'address'),
  field(Layer.Ip4, 'ip4.dst', 16, 4, 'address'),
  field(Layer.Tcp, 'tcp.srcport', 0, 2, 'decimal'),
  field(Layer.Tcp, 'tcp.dstport', 2, 2, 'decimal'),
  field(Layer.Tcp, 'tcp.seq', 4, 4, 'decimal'),
  field(Layer.Tcp, 'tcp.ack', 8, 4, 'decimal'),
  field(Layer.Tcp, 'tcp.hdr_len', 12, 1, 'decimal', 0xf0),
  field(Layer.Tcp, 'tcp.reserved', 12, 1, 'hex', 0x0f),
  field(Layer.Tcp, 'tcp.flags', 13, 1, 'hex'),
  field(Layer.Tcp, 'tcp.window', 14, 2, 'decimal'),
  field(Layer.Tcp, 'tcp.checksum', 16, 2, 'hex'),
  field(Layer.Tcp, 'tcp.urgent_pointer', 18, 2, 'decimal'),
  field(Layer.Udp, 'udp.srcport', 0, 2, 'decimal'),
  field(Layer.Udp, 'udp.dstport', 2, 2, 'decimal'),
  field(Layer.Udp, 'udp.length', 4, 2, 'decimal'),
  field(Layer.Udp, 'udp.checksum', 6, 2, 'hex'),
  field(Layer.Icmp, 'icmp.type', 0, 1, 'decimal'),
  field(Layer.Icmp, 'icmp.code', 1, 1, 'decimal'),
  field(Layer.Icmp, 'icmp.checksum', 2, 2, 'hex'),
  field(Layer.Icmp, 'icmp.ident', 4, 2, 'decimal'),
  field(Layer.Icmp, 'icmp.seq', 6, 2, 'decimal'),
  field(Layer.Icmp, 'icmp.rest', 4, 4, 'hex'),
  field(Layer.Vxlan, 'vxlan.flags', 0, 4, 'hex'),
  field(Layer.Vxlan, 'vxlan.vni', 4, 3, 'decimal'),
  field(Layer.Vxlan, 'vxlan.reserved', 7, 1, 'hex'),
  field(Layer.Null, 'null.family', 0, 4, 'family'),
  field(Layer.Sll, 'sll.pkttype', 0, 2, 'decimal'),
  field(Layer.Sll, 'sll.hatype', 2, 2, 'decimal'),
  field(Layer.Sll, 'sll.halen', 4, 2, 'decimal'),
  field(Layer.Sll, 'sll.src.eth', 6, 6, 'mac'),
  field(Layer.Sll, 'sll.unused', 12, 2, 'hex'),
  field(Layer.Sll, 'sll.etype', 14, 2, 'hex'),
  field(Layer.Sll2, 'sll.etype', 0, 2, 'hex'),
  field(Layer.Sll2, 'sll.reserved', 2, 2, 'hex'),
  field(Layer.Sll2, 'sll.ifindex', 4, 4, 'decimal'),
  field(Layer.Sll2, 'sll.hatype', 8, 2, 'decimal'),
  field(Layer.Sll2, 'sll.pkttype', 10, 1, 'decimal'),
  field(Layer.Sll2, 'sll.halen', 11, 1, 'decimal'),
  field(Layer.Sll2, 'sll.src.eth', 12, 6, 'mac'),
  field(Layer.Sll2, 'sll.unused', 18, 2, 'hex'),
];

/** Fields of each layer. */
const FIELDS_OF_LAYER: Field[][] = [];
for (const each of FIELDS) (FIELDS_OF_LAYER[each.layer] ??= []).push(each);

const ICMP_FIELDS = FIELDS_OF_LAYER[Layer.Icmp];
const ICMP_QUERY_FIELDS = ICMP_FIELDS.filter(({ name }) => name !== 'icmp.rest');
const ICMP_OTHER_FIELDS = ICMP_FIELDS.filter(({ name }) => name !== 'icmp.ident' && name !== 'icmp.seq');

/** Fields of header i, whatever of it is there. */
export function fieldsOf(layers: Layers, i: number, view: DataView): readonly Field[] {
  const kind = layers.kind[i];
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
};

/** A field's value as it is shown; `at` is where its header begins. */
export function fieldText({ at: offset, bytes, bits, format }: Field, view: DataView, at: number): string {
  const from = at + offset;
  if (format === 'mac') return formatMac({ high: view.getUint16(from), low: view.getUint32(from + 2) });
  if (format === 'address') return formatAddress(view.getInt32(from));
  if (format === 'family') return String(addressFamily(view, from));
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 256 + view.getUint8(from + i);
  let digits = bytes * 2;
  if (bits !== null) {
    const shift = 31 - Math.clz32(bits & -bits);
    value = (value & bits) >>> shift;
    digits = Math.ceil((32 - Math.clz32(bits >>> shift)) / 4);
    // The fragment offset counts in eight bytes, the TCP header length in four.
    if (bits === 0x1fff) value *= 8;
    if (bits === 0xf0) value *= 4;
  }
  return format === 'hex' ? `0x${value.toString(16).padStart(digits, '0')}` : String(value);
}

/** 'aabbcc' of bytes. */
export const formatHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
