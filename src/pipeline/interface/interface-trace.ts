/** Records of drivers and of interfaces' own nodes: buffers as they show them (format_vnet_buffer), and what is theirs. */

import {
  BUFFER_FLAGS,
  TRACED_L2_OFFSET_VALID,
  TRACED_L3_OFFSET_VALID,
  TRACED_TOTAL_LENGTH_VALID,
} from '../trace/writers.js';
import { ethernetHeader, FRAME_LINES } from '../trace/headers.js';
import { line, vagueLine } from '../trace/template.js';
import { interfaceName, type TraceContext, type TraceWording } from '../trace/trace-context.js';
import { traceRecord } from '../trace/wording.js';

/** Where buffers are is not modelled: each has this index. */
const BUFFER_INDEX = 0;
/** VLIB_BUFFER_DEFAULT_DATA_SIZE: longer packets take a chain of buffers. */
const BUFFER_DATA_BYTES = 2048;
/** VLIB_BUFFER_PRE_DATA_SIZE: the drivers' and the packet generator's records keep so much of the frame. */
const PRE_DATA_BYTES = 128;

const BUFFER = line(
  'buffer',
  '[buffer 0x{buffer:hex}: ]current data {currentData:dec}, length {length:frameBytes}, {rest:rest}',
);
/** Flags, offsets and what else a state of the buffer adds, each on a condition of its own. */
const BUFFER_WORDS = line('buffer-words', '{words:bufferWords}', undefined, { isDistinct: false, isRepeating: true });
const MBUF = [
  line('mbuf', 'PKT MBUF: port {port:dec}, nb_segs {segments:dec}, pkt_len {length:frameBytes=}'),
  line('mbuf-data', '  buf_len {bufferLength:dec}, data_len {dataLength:frameBytes}, {rest:rest}'),
  line('mbuf-type', '  packet_type 0x{type:hex} {rest:rest}'),
  line('mbuf-hash', '  rss 0x{rss:hex} fdir.hi 0x{high:hex} fdir.lo 0x{low:hex}'),
];
/** What any driver's record may show of a frame. */
export const DEVICE_LINES = [BUFFER, BUFFER_WORDS, ...MBUF, ...FRAME_LINES];

/** Any word may be a name. */
const INTERFACE = vagueLine('interface', '{interface:interface}[ flags 0x{flagsWord:hex8}][ {flags:rest}]');
const TX_QUEUE = line('tx-queue', '{interface:interface} tx queue {queue:dec}');
/** And what a record may show of it as it leaves. */
export const TX_LINES = [TX_QUEUE, ...DEVICE_LINES, INTERFACE];

/** What a driver's record and an interface's tx record have of the buffer (vlib_buffer_t). */
const FIELDS = ['currentData', 'length', 'flags', 'l2Offset', 'l3Offset'] as const;
type BufferFields = Readonly<Record<(typeof FIELDS)[number], number>>;

/** Names of the flags that are set (foreach_vnet_buffer_flag), each with a space behind it. */
const flagNames = (flags: number, { bufferFlags }: TraceWording): string =>
  BUFFER_FLAGS.map(([, bit, name]) => ((flags & bit) === 0 ? '' : `${bufferFlags[name] ?? name} `)).join('');

/** format_vnet_buffer behind a label; what follows in the next line stands below the text, not below the label. */
function bufferLines(buffer: number | undefined, columns: number, b: BufferFields, context: TraceContext): string[] {
  const { wording, handle } = context;
  const { bufferOrigin, traceHandle, totalLengthByFlag } = wording;
  const length = Math.min(b.length, BUFFER_DATA_BYTES - b.currentData);
  const inOthers = b.length - length;
  const hasTotal = totalLengthByFlag && (b.flags & TRACED_TOTAL_LENGTH_VALID) !== 0;
  const rest = `${bufferOrigin}${inOthers > 0 || hasTotal ? `, totlen-nifb ${inOthers}` : ''}, ${traceHandle} 0x${handle.toString(16)}`;
  const lines = [BUFFER.print({ buffer, currentData: b.currentData, length, rest })];
  const indent = ' '.repeat(columns);
  if (inOthers > 0) lines.push(indent + BUFFER_WORDS.print({ words: 'next-present ' }));
  const words =
    flagNames(b.flags, wording) +
    ((b.flags & TRACED_L2_OFFSET_VALID) === 0 ? '' : `l2-hdr-offset ${b.l2Offset} `) +
    ((b.flags & TRACED_L3_OFFSET_VALID) === 0 ? '' : `l3-hdr-offset ${b.l3Offset} `);
  if (words !== '') lines.push(indent + BUFFER_WORDS.print({ words }));
  return lines;
}
const LABEL_COLUMNS = 'buffer 0x0: '.length;

/** format_dpdk_rte_mbuf. What the card says of a packet is not in a capture: it is as if it said nothing. */
function mbufLines(port: number, bytes: number, { wording }: TraceContext): string[] {
  const values = {
    ...{ port, segments: 1, length: bytes, bufferLength: 2176, dataLength: bytes },
    ...{ type: 0, rss: 0, high: 0, low: 0 },
  };
  const [mbuf, data, type, hash] = MBUF;
  return [
    mbuf.print(values),
    data.print({ ...values, rest: 'ol_flags 0x0, data_off 128, phys_addr 0x0' }),
    type.print({ ...values, rest: 'l2_len 0 l3_len 0 outer_l2_len 0 outer_l3_len 0' }),
    ...(wording.mbufHasHash ? [hash.print(values)] : []),
  ];
}

/** mb->port of a packet that was not received by the card. */
const NO_PORT = 65535;

/** DPDK's number of a port: they are counted in the order of their interfaces. */
const portOf = ({ tables }: TraceContext, swIfIndex: number): number =>
  tables.interfaces.all.filter((other) => other.device === 'dpdk' && other.swIfIndex < swIfIndex).length;

const STREAM = line(
  'pg',
  'stream {stream:word}, {length:frameBytes=} bytes, sw_if_index {swIfIndex:dec}[, next_node {nextNode:word}]',
);
export const PG_INPUT = traceRecord(
  ['stream', 'swIfIndex', ...FIELDS],
  PRE_DATA_BYTES,
  [STREAM, ...DEVICE_LINES],
  ({ fields, data }, context) => [
    STREAM.print({
      ...fields,
      stream: `s${fields.stream}`,
      nextNode: context.wording.streamHasNextNode ? 'ethernet-input' : undefined,
    }),
    ...bufferLines(undefined, 0, fields, context),
    ...ethernetHeader(data, 0, data.length, context.wording),
  ],
);
export const PG_OUTPUT = traceRecord(FIELDS, PRE_DATA_BYTES, TX_LINES, ({ fields, data }, context) => {
  const [first, ...more] = bufferLines(BUFFER_INDEX, LABEL_COLUMNS + 2, fields, context);
  return [`  ${first}`, ...more, ...ethernetHeader(data, 0, data.length, context.wording)];
});

const VIRTIO = line(
  'virtio',
  'virtio: hw_if_index {hwIfIndex:dec} next-index {next:dec} vring {vring:dec} len {length:frameBytes=}',
);
const VIRTIO_HEADER = line(
  'virtio-header',
  '  hdr: flags 0x{flags:hex2} gso_type 0x{gsoType:hex2} hdr_len {headerLength:dec} gso_size {gsoSize:dec} ' +
    'csum_start {checksumStart:dec} csum_offset {checksumOffset:dec} num_buffers {buffers:dec}',
);
/** Of a frame without offloads. */
const NO_OFFLOADS = {
  ...{ flags: 0, gsoType: 0, headerLength: 0, gsoSize: 0 },
  ...{ checksumStart: 0, checksumOffset: 0, buffers: 1 },
};
const NEXT_ETHERNET_INPUT = 4;
export const VIRTIO_INPUT = traceRecord(
  ['hwIfIndex', 'length'],
  0,
  [VIRTIO, VIRTIO_HEADER, ...DEVICE_LINES],
  ({ fields }) => [VIRTIO.print({ ...fields, next: NEXT_ETHERNET_INPUT, vring: 0 }), VIRTIO_HEADER.print(NO_OFFLOADS)],
);

const AF_PACKET = [
  line('af-packet', 'af_packet: hw_if_index {hwIfIndex:dec}[ rx-queue {queue:dec}] next-index {next:dec}'),
  line('af-packet-block', '  tpacket2_hdr:'),
  line(
    'af-packet-header',
    '    status 0x{status:hex} len {length:frameBytes} snaplen {captured:dec} mac {mac:dec} net {net:dec}',
  ),
  line('af-packet-time', '    sec 0x{sec:hex} nsec 0x{nsec:hex} vlan {vlan:dec} vlan_tpid {tpid:dec}'),
];
export const AF_PACKET_INPUT = traceRecord(
  ['hwIfIndex', 'length'],
  0,
  [...AF_PACKET, ...DEVICE_LINES],
  ({ fields: { hwIfIndex, length } }, { tables: { clock } }) => {
    const values = {
      ...{ hwIfIndex, next: NEXT_ETHERNET_INPUT, status: 0x20000001, length, captured: length, mac: 66, net: 80 },
      ...{ sec: Math.floor(clock.now), nsec: Math.floor((clock.now % 1) * 1e9), vlan: 0, tpid: 0 },
    };
    return AF_PACKET.map((template) => template.print(values));
  },
);

const RX_QUEUE = line('rx-queue', '{interface:interface} rx queue {queue:dec}');
const DPDK_FIELDS = ['swIfIndex', ...FIELDS] as const;
export const DPDK_RX = traceRecord(
  DPDK_FIELDS,
  PRE_DATA_BYTES,
  [RX_QUEUE, ...DEVICE_LINES],
  ({ fields, data }, context) => [
    RX_QUEUE.print({ interface: fields.swIfIndex, queue: 0 }, context),
    ...bufferLines(BUFFER_INDEX, LABEL_COLUMNS, fields, context),
    ...mbufLines(portOf(context, fields.swIfIndex), fields.length, context),
    ...ethernetHeader(data, 0, data.length, context.wording),
  ],
);
export const DPDK_TX = traceRecord(DPDK_FIELDS, PRE_DATA_BYTES, TX_LINES, ({ fields, data }, context) => [
  TX_QUEUE.print({ interface: fields.swIfIndex, queue: 0 }, context),
  ...bufferLines(BUFFER_INDEX, LABEL_COLUMNS, fields, context),
  ...mbufLines(NO_PORT, fields.length, context),
  ...ethernetHeader(data, 0, data.length, context.wording),
]);

export const INTERFACE_OUTPUT = traceRecord(
  ['swIfIndex', 'flags'],
  116,
  [...FRAME_LINES, INTERFACE],
  ({ fields: { swIfIndex, flags }, data }, context) => {
    const { outputFlags } = context.wording;
    const header = ethernetHeader(data, 0, data.length, context.wording);
    const name = interfaceName(context, swIfIndex);
    if (outputFlags === 'none') return [INTERFACE.print({ interface: name }), ...header];
    if (outputFlags === 'number') return [INTERFACE.print({ interface: name, flagsWord: flags }), ...header];
    const names =
      flagNames(flags, context.wording) +
      ((flags & TRACED_L2_OFFSET_VALID) === 0 ? '' : 'l2_hdr_offset_valid ') +
      ((flags & TRACED_L3_OFFSET_VALID) === 0 ? '' : 'l3_hdr_offset_valid ');
    // VPP has a space behind the name even where no flag follows.
    return [names === '' ? `${name} ` : INTERFACE.print({ interface: name, flags: names }), ...header];
  },
);
