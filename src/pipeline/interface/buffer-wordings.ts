/** Buffers as drivers' records show them (format_vnet_buffer), and the records in which they do. */

import {
  AF_PACKET_INPUT,
  DPDK_RX,
  DPDK_TX,
  INTERFACE_OUTPUT,
  PG_INPUT,
  PG_OUTPUT,
  VIRTIO_INPUT,
} from '../trace/layouts.js';
import {
  TRACED_IS_NATED,
  TRACED_L2_OFFSET_VALID,
  TRACED_L3_OFFSET_VALID,
  TRACED_L4_CHECKSUM_COMPUTED,
  TRACED_L4_CHECKSUM_CORRECT,
  TRACED_LOCALLY_ORIGINATED,
  TRACED_VLAN_1_DEEP,
} from '../trace/writers.js';
import { ethernetHeader } from '../trace/headers.js';
import type { TraceRelease } from '../trace/release-wording.js';
import { interfaceName, worded, type TraceContext, type WordedLayout } from '../trace/wording.js';

/** Where buffers are is not modelled: each has this index. */
const BUFFER_INDEX = '0x0';

/** VLIB_BUFFER_DEFAULT_DATA_SIZE: longer packets take a chain of buffers. */
const BUFFER_DATA_BYTES = 2048;

interface BufferFields {
  readonly currentData: number;
  readonly length: number;
  readonly flags: number;
  readonly l2Offset: number;
  readonly l3Offset: number;
}

/** Names of the flags that are set (foreach_vnet_buffer_flag), each with a space behind it. */
function flagNames(flags: number, { nattedFlag }: TraceRelease): string {
  const names: readonly (readonly [number, string])[] = [
    [TRACED_L4_CHECKSUM_COMPUTED, 'l4-cksum-computed'],
    [TRACED_L4_CHECKSUM_CORRECT, 'l4-cksum-correct'],
    [TRACED_VLAN_1_DEEP, 'vlan-1-deep'],
    [TRACED_LOCALLY_ORIGINATED, 'local'],
    [TRACED_IS_NATED, nattedFlag],
  ];
  return names.map(([bit, name]) => ((flags & bit) === 0 ? '' : `${name} `)).join('');
}

/** format_vnet_buffer behind a label; what follows in the next line stands below the text, not below the label. */
function bufferLines(label: string, b: BufferFields, { release, handle }: TraceContext): string[] {
  const { bufferOrigin, traceHandle } = release;
  const inFirst = Math.min(b.length, BUFFER_DATA_BYTES - b.currentData);
  const inOthers = b.length - inFirst;
  const chain = inOthers > 0 ? `, totlen-nifb ${inOthers}` : '';
  const first = `${label}current data ${b.currentData}, length ${inFirst}, ${bufferOrigin}${chain}, ${traceHandle} 0x${handle.toString(16)}`;
  const lines = inOthers > 0 ? [first, `${' '.repeat(label.length)}next-present `] : [first];
  const about =
    flagNames(b.flags, release) +
    ((b.flags & TRACED_L2_OFFSET_VALID) === 0 ? '' : `l2-hdr-offset ${b.l2Offset} `) +
    ((b.flags & TRACED_L3_OFFSET_VALID) === 0 ? '' : `l3-hdr-offset ${b.l3Offset} `);
  return about === '' ? lines : [...lines, ' '.repeat(label.length) + about];
}

const MBUF_BYTES = 2176;
const MBUF_DATA_OFFSET = 128;

/** format_dpdk_rte_mbuf. What the card says of a packet is not in a capture: it is as if it said nothing. */
function mbufLines(port: number, bytes: number, { release }: TraceContext): string[] {
  const lines = [
    `PKT MBUF: port ${port}, nb_segs 1, pkt_len ${bytes}`,
    `  buf_len ${MBUF_BYTES}, data_len ${bytes}, ol_flags 0x0, data_off ${MBUF_DATA_OFFSET}, phys_addr 0x0`,
    '  packet_type 0x0 l2_len 0 l3_len 0 outer_l2_len 0 outer_l3_len 0',
  ];
  return release.mbufHasHash ? [...lines, '  rss 0x0 fdir.hi 0x0 fdir.lo 0x0'] : lines;
}

/** mb->port of a packet that was not received by the card. */
const NO_PORT = 65535;

/** DPDK's number of a port: they are counted in the order of their interfaces. */
const portOf = ({ tables }: TraceContext, swIfIndex: number): number =>
  tables.interfaces.all.filter((other) => other.device === 'dpdk' && other.swIfIndex < swIfIndex).length;

export const bufferWordings: readonly WordedLayout[] = [
  worded(PG_INPUT, ({ fields, data }, context) => [
    `stream s${fields.stream}, ${fields.length} bytes, sw_if_index ${fields.swIfIndex}`,
    ...bufferLines('', fields, context),
    ...ethernetHeader(data, 0, data.length),
  ]),
  worded(PG_OUTPUT, ({ fields, data }, context) => [
    ...bufferLines(`  buffer ${BUFFER_INDEX}: `, fields, context),
    ...ethernetHeader(data, 0, data.length),
  ]),
  worded(VIRTIO_INPUT, ({ fields: { hwIfIndex, length } }) => [
    `virtio: hw_if_index ${hwIfIndex} next-index 4 vring 0 len ${length}`,
    '  hdr: flags 0x00 gso_type 0x00 hdr_len 0 gso_size 0 csum_start 0 csum_offset 0 num_buffers 1',
  ]),
  worded(AF_PACKET_INPUT, ({ fields: { hwIfIndex, length } }, { tables }) => {
    const { now } = tables.clock;
    const nanoseconds = Math.floor((now % 1) * 1e9);
    return [
      `af_packet: hw_if_index ${hwIfIndex} next-index 4`,
      '  tpacket2_hdr:',
      `    status 0x20000001 len ${length} snaplen ${length} mac 66 net 80`,
      `    sec 0x${Math.floor(now).toString(16)} nsec 0x${nanoseconds.toString(16)} vlan 0 vlan_tpid 0`,
    ];
  }),
  worded(DPDK_RX, ({ fields, data }, context) => [
    `${interfaceName(context, fields.swIfIndex)} rx queue 0`,
    ...bufferLines(`buffer ${BUFFER_INDEX}: `, fields, context),
    ...mbufLines(portOf(context, fields.swIfIndex), fields.length, context),
    ...ethernetHeader(data, 0, data.length),
  ]),
  worded(DPDK_TX, ({ fields, data }, context) => [
    `${interfaceName(context, fields.swIfIndex)} tx queue 0`,
    ...bufferLines(`buffer ${BUFFER_INDEX}: `, fields, context),
    ...mbufLines(NO_PORT, fields.length, context),
    ...ethernetHeader(data, 0, data.length),
  ]),
  worded(INTERFACE_OUTPUT, ({ fields: { swIfIndex, flags }, data }, context) => {
    const name = interfaceName(context, swIfIndex);
    const { release } = context;
    const valid =
      ((flags & TRACED_L2_OFFSET_VALID) === 0 ? '' : 'l2_hdr_offset_valid ') +
      ((flags & TRACED_L3_OFFSET_VALID) === 0 ? '' : 'l3_hdr_offset_valid ');
    const first = release.outputHasFlags ? `${name} ${flagNames(flags, release)}${valid}` : name;
    return [first, ...ethernetHeader(data, 0, data.length)];
  }),
];
