/** Records of IPv4 forwarding, local delivery and the ends of the graph (VPP 19.08 src/vnet/ip, src/vnet/mfib, src/vnet/interface.c). */

import type { Tables } from '../engine/tables.js';
import { ADJACENCY_GLEAN, ADJACENCY_REWRITE, type Adjacencies } from '../fib/adjacencies.js';
import { IP4_LINES, ip4Header } from '../trace/headers.js';
import { line } from '../trace/template.js';
import { FORWARD_FIELDS } from '../trace/writers.js';
import { hex, hexBytes } from '../trace/text.js';
import { interfaceName, type TraceContext } from '../trace/trace-context.js';
import { headerRecord, lineRecord, traceRecord } from '../trace/wording.js';
import { formatAddress } from '../../wire/address.js';
import { FINALIZE, RANGE_DISCARD, RANGE_NEW, RANGE_OVERLAP, RANGE_SHRINK } from './local/reassembly.js';

export const IP4_INPUT = headerRecord(64, IP4_LINES, ip4Header);
export const ICMP_INPUT = headerRecord(64, IP4_LINES, ip4Header);

const FLOW_HASH = 'flow hash: 0x{flowHash:hex8';

const LOOKUP = line(
  'lookup',
  `fib {fibIndex:dec=FIB} dpo-idx {dpoIndex:dec=adjacency} ${FLOW_HASH}= "flow hash"}`,
  'route:',
);
export const IP4_LOOKUP = traceRecord(FORWARD_FIELDS, 60, [LOOKUP, ...IP4_LINES], ({ fields, data }, { wording }) => [
  LOOKUP.print(fields),
  ...ip4Header(data, 0, data.length, wording),
]);

export const LOOKUP_DPO = lineRecord(
  ['fibIndex', 'loadBalance', 'address'],
  line('lookup-dpo', '   fib-index:{fibIndex:dec} addr:{address:ip4} load-balance:{loadBalance:dec}'),
);

const TO = 'tx_sw_if_index {fibIndex:dec=interface} dpo-idx {dpoIndex:dec=adjacency} :';
const REWRITE = line(
  'rewrite',
  `${TO} ipv4 via {nextHop:ip4= "next hop"} {interface:interface=}:[ mtu:{mtu:dec=some releases}][ next:{next:dec}]` +
    `[ flags:{flags:brackets}] {rewrite:pairs= "rewrite string"} ${FLOW_HASH}}`,
  'adjacency:',
);
/** Of an adjacency that is not complete, or a line that is cut off: its indices say nothing. */
const OTHER_REWRITE = line('other-rewrite', `${TO.replace(/=\w+/g, '')} {rest:rest}`);
const DUMP = line('dump', '{offset:hex8}: {bytes:pairs}', undefined, { isRepeating: true });
const DUMP_BYTES = 32;

/** format_ip4_rewrite_trace, and in it format_ip_adjacency. */
export const IP4_REWRITE = traceRecord(
  FORWARD_FIELDS,
  60,
  [REWRITE, OTHER_REWRITE, DUMP],
  ({ fields, data }, context) => {
    const lines = [rewriteLine(fields, context)];
    for (let offset = 0; offset < data.length; offset += DUMP_BYTES)
      lines.push(DUMP.print({ offset, bytes: hexBytes(data, offset, Math.min(DUMP_BYTES, data.length - offset)) }));
    return lines;
  },
);

function rewriteLine(fields: Readonly<Record<(typeof FORWARD_FIELDS)[number], number>>, context: TraceContext): string {
  const { tables, wording } = context;
  const { adjacencies } = tables.ip4;
  const { dpoIndex: index, flowHash } = fields;
  const hash = `flow hash: 0x${hex(flowHash, 8)}`;
  if (index < 0 || index >= adjacencies.size)
    return OTHER_REWRITE.print({ ...fields, rest: `<invalid adjacency> ${hash}` });
  const values = {
    ...fields,
    nextHop: adjacencies.nextHop[index],
    interface: interfaceName(context, adjacencies.swIfIndex[index]),
    mtu: wording.rewriteHasMtu ? adjacencies.mtuBytes[index] : undefined,
    rewrite: hexBytes(adjacencies.headerOf(index), 0, adjacencies.rewriteBytes[index]),
  };
  const state = adjacencies.state[index];
  if (state === ADJACENCY_REWRITE)
    return REWRITE.print(wording.forwardHasIndices ? { ...values, ...outputOf(adjacencies, index, tables) } : values);
  if (wording.forwardHasIndices && state !== ADJACENCY_GLEAN) {
    const rest = `arp-ipv4: via ${formatAddress(values.nextHop)} ${values.interface} ${hash}`;
    return OTHER_REWRITE.print({ ...fields, rest });
  }
  const what = state === ADJACENCY_GLEAN ? 'ipv4-glean:' : `arp-ipv4: via ${formatAddress(values.nextHop)}`;
  const mtu = values.mtu === undefined ? '' : ` mtu:${values.mtu}`;
  return OTHER_REWRITE.print({ ...fields, rest: `${what} ${values.interface}:${mtu} ${values.rewrite} ${hash}` });
}

/** Next index of an adjacency's output node at ip4-rewrite, and whether its interface has output features. */
function outputOf({ swIfIndex, rewriteNext }: Adjacencies, index: number, { features }: Tables) {
  const of = swIfIndex[index];
  return { next: rewriteNext.of(of), flags: features.hasAny('ip4-output', of) ? '[features ]' : '[]' };
}

const OPTIONS = line('ip4-option', '  option:{options:rest}');
export const IP4_OPTIONS = traceRecord([], 4, [OPTIONS], ({ data }) => [
  OPTIONS.print({ options: `[${Array.from(data, (byte) => `0x${byte.toString(16)}`).join()}]` }),
]);

export const IP_NULL = lineRecord(
  ['action'],
  line('ip4-null', 'ip4-null action:{action:discard|send-unreachable|send-prohibited}'),
);

/** 18.07 and before have an offset, 19.08 has the next node. */
const FRAG = line(
  'fragmentation',
  'IPv4[ offset: {offset:dec}] mtu: {mtu:dec=} fragments: {fragments:dec=}[ next: {next:dec}]',
);
/** 20.01 and later. */
const FRAG_OF_LENGTH = line(
  'fragmentation',
  'mtu: {mtu:dec=} pkt-size: {length:dec=} fragments: {fragments:dec=} next: {next:dec}',
);
export const IP4_FRAG = traceRecord(
  ['mtu', 'next', 'fragments', 'length'],
  0,
  [FRAG, FRAG_OF_LENGTH],
  ({ fields: { length, ...fields } }, { wording }) => [
    wording.fragmentationHasLength ? FRAG_OF_LENGTH.print({ ...fields, length }) : FRAG.print(fields),
  ],
);

const REASSEMBLY = line(
  'reassembly',
  'reass id: {reassemblyId:dec}, op id: {operationId:dec}, first bi: {buffer:dec}, data len: {totalLength:dec}, ' +
    'ip/fragment\\[{fragmentFirst:dec}, {fragmentLast:dec}\\]',
);
/** Other releases. */
const OTHER_REASSEMBLY = line('reassembly', 'reass id: {rest:rest}');
const RANGE = line(
  'reassembly-range',
  '{action:word} range: \\[{rangeFirst:dec}, {rangeLast:dec}\\], off {dataOffset:dec}, len {dataLength:dec}, bi {buffer:dec}' +
    '[ by {sizeDifference:dec}]',
);
const OTHER_RANGE = line('reassembly-range', 'new range: {rest:rest}');
const REASSEMBLED = line('reassembly-end', 'finalize reassembly');
const RANGE_WORDS: ReadonlyMap<number, string> = new Map([
  [RANGE_NEW, 'new'],
  [RANGE_SHRINK, 'shrink'],
  [RANGE_DISCARD, 'discard'],
  [RANGE_OVERLAP, 'overlapping/ignored'],
]);

/** Where buffers are is not modelled: each has this index. */
const BUFFER_INDEX = 0;
const REASSEMBLY_LINES = [REASSEMBLY, OTHER_REASSEMBLY, RANGE, OTHER_RANGE, REASSEMBLED];
/* prettier-ignore */
const REASSEMBLY_FIELDS = [
  'action', 'reassemblyId', 'operationId', 'rangeFirst', 'rangeLast',
  'dataOffset', 'dataLength', 'sizeDifference', 'fragmentFirst', 'fragmentLast', 'totalLength',
] as const;
export const IP4_FULL_REASS = traceRecord(REASSEMBLY_FIELDS, 0, REASSEMBLY_LINES, ({ fields }) => {
  const values = { ...fields, buffer: BUFFER_INDEX };
  const first = REASSEMBLY.print(values);
  const action = RANGE_WORDS.get(fields.action) ?? '?';
  const sizeDifference = fields.action === RANGE_SHRINK ? fields.sizeDifference : undefined;
  const what = fields.action === FINALIZE ? REASSEMBLED.print({}) : RANGE.print({ ...values, action, sizeDifference });
  // The second line begins below what was written when VPP took the indentation.
  return [first, ' '.repeat(first.indexOf('first bi')) + what];
});

const ECHO = line('icmp-echo', 'ICMP4 echo id {id:u16=} seq {sequence:u16=} {rest:rest}');
export const ICMP_ECHO = traceRecord(['id', 'sequence'], 0, [ECHO], ({ fields }) => [
  ECHO.print({ ...fields, rest: '(unknown)' }),
]);

export const MFIB_LOOKUP = lineRecord(
  ['entryIndex', 'fibIndex'],
  line('mfib-lookup', 'fib {fibIndex:dec} entry {entryIndex:dec}'),
);
const RPF = line('mfib-rpf', 'entry {entryIndex:dec} itf {swIfIndex:dec} flags{rest:rest}');
export const MFIB_RPF = traceRecord(['entryIndex', 'swIfIndex', 'flags'], 0, [RPF], ({ fields }) => [
  RPF.print({ ...fields, rest: fields.flags === 0 ? ' ' : ' Accept,' }),
]);
export const REPLICATE = lineRecord(['index'], line('replicate', 'replicate: {index:dec} via \\[@1\\]: dpo-receive'));

export const UDP_RX = lineRecord(
  ['sourcePort', 'destinationPort', 'isBound'],
  line(
    'udp-lookup',
    'UDP: src-port {sourcePort:u16~ "source"} dst-port {destinationPort:u16~ "destination"}' +
      '[ {isBound:(no listener)|= "listener"}]',
  ),
);

const IPSEC = line('ipsec', 'IPSec: remote:{remote:ip4} spi:{spi:dec} (0x{spiDigits:hex8}) seq {sequence:dec}');
export const IPSEC_IF_INPUT = traceRecord(
  ['remote', 'spi', 'sequence'],
  0,
  [IPSEC],
  ({ fields: { remote, spi, sequence } }) => [
    IPSEC.print({ remote, spi: spi >>> 0, spiDigits: spi, sequence: sequence >>> 0 }),
  ],
);

/** Punt reasons of IPsec, by our own numbers. */
export const PUNT_SPI_0 = 0;
export const PUNT_NO_TUNNEL = 1;
export const PUNT_DISPATCH = lineRecord(
  ['reason'],
  line('punt', 'reason: {reason:ipsec4-spi-o-udp-0|ipsec4-no-such-tunnel}'),
);
