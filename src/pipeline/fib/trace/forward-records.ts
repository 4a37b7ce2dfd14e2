/** Records of forwarding that IPv4 and IPv6 nodes leave alike (VPP 19.08 src/vnet/ip, src/vnet/adj, src/vnet/mfib). */

import type { Tables } from '../../engine/tables.js';
import type { TraceLayout } from '../../engine/trace/trace-records.js';
import type { Header } from '../../trace/header.js';
import { line, type LineTemplate } from '../../trace/template.js';
import { hex, hexBytes } from '../../trace/text.js';
import { interfaceName, type TraceContext } from '../../trace/trace-context.js';
import { lineRecord, traceRecord } from '../../trace/wording.js';
import { FORWARD_FIELDS } from '../../trace/writers.js';
import { ADJACENCY_GLEAN, ADJACENCY_MULTICAST, ADJACENCY_REWRITE, type Adjacencies } from '../adjacencies.js';
import { IP6_FAMILY, type AddressFamily } from '../address-family.js';

const FLOW_HASH = 'flow hash: 0x{flowHash:hex8';

const LOOKUP = line(
  'lookup',
  `fib {fibIndex:dec=FIB} dpo-idx {dpoIndex:dec=adjacency} ${FLOW_HASH}= "flow hash"}`,
  'route:',
);

/** format_ip4_lookup_trace, format_ip6_lookup_trace */
export const lookupRecord = (dataBytes: number, lines: readonly LineTemplate[], header: Header): TraceLayout =>
  traceRecord(FORWARD_FIELDS, dataBytes, [LOOKUP, ...lines], ({ fields, data }, { wording }) => [
    LOOKUP.print(fields),
    ...header(data, 0, data.length, wording),
  ]);

const rewriteLineOf = (to: string, family: 'ipv4' | 'ipv6', address: 'ip4' | 'ip') =>
  line(
    'rewrite',
    `${to} ${family} via {nextHop:${address}= "next hop"} {interface:interface=}:[ mtu:{mtu:dec=some releases}][ next:{next:dec}]` +
      `[ flags:{flags:brackets}] {rewrite:pairs= "rewrite string"} ${FLOW_HASH}}`,
    'adjacency:',
  );
/** Of an adjacency that is not complete, or a line that is cut off: its indices say nothing. */
const otherRewrite = (to: string) => line('other-rewrite', `${to.replace(/=\w+/g, '')} {rest:rest}`);
const to = (index: string): string => `tx_sw_if_index {fibIndex:dec=interface} ${index} {dpoIndex:dec=adjacency} :`;
const DUMP = line('dump', '{offset:hex8}: {bytes:pairs}', undefined, { isRepeating: true });
const DUMP_BYTES = 32;

type ForwardFields = Readonly<Record<(typeof FORWARD_FIELDS)[number], number>>;

/** format_ip4_rewrite_trace, format_ip6_rewrite_trace, and in them format_ip_adjacency. */
export function rewriteRecord(dataBytes: number, family: AddressFamily): TraceLayout {
  const { isIp6 } = family;
  const toText = to(isIp6 ? 'adj-idx' : 'dpo-idx');
  const REWRITE = rewriteLineOf(toText, isIp6 ? 'ipv6' : 'ipv4', isIp6 ? 'ip' : 'ip4');
  const OTHER = otherRewrite(toText);
  return traceRecord(FORWARD_FIELDS, dataBytes, [REWRITE, OTHER, DUMP], ({ fields, data }, context) => {
    const lines = [rewriteLine(REWRITE, OTHER, family, fields, context)];
    for (let offset = 0; offset < data.length; offset += DUMP_BYTES)
      lines.push(DUMP.print({ offset, bytes: hexBytes(data, offset, Math.min(DUMP_BYTES, data.length - offset)) }));
    return lines;
  });
}

function rewriteLine(
  REWRITE: LineTemplate,
  OTHER: LineTemplate,
  family: AddressFamily,
  fields: ForwardFields,
  context: TraceContext,
): string {
  const { tables, wording } = context;
  const { adjacencies } = tables.ip4;
  const { dpoIndex: index, flowHash } = fields;
  const hash = `flow hash: 0x${hex(flowHash, 8)}`;
  if (index < 0 || index >= adjacencies.size) return OTHER.print({ ...fields, rest: `<invalid adjacency> ${hash}` });
  const link = adjacencies.isIp6[index] === 1 ? 'ipv6' : 'ipv4';
  const values = {
    ...fields,
    nextHop: family === IP6_FAMILY ? family.format(adjacencies.nextHop[index]) : adjacencies.nextHop[index],
    interface: interfaceName(context, adjacencies.swIfIndex[index]),
    mtu: wording.rewriteHasMtu ? adjacencies.mtuBytes[index] : undefined,
    rewrite: hexBytes(adjacencies.headerOf(index), 0, adjacencies.rewriteBytes[index]),
  };
  const state = adjacencies.state[index];
  const output = wording.forwardHasIndices ? outputOf(adjacencies, index, tables) : {};
  if (state === ADJACENCY_REWRITE) return REWRITE.print({ ...values, ...output });
  const nextHop = family.format(adjacencies.nextHop[index]);
  if (wording.forwardHasIndices && state !== ADJACENCY_GLEAN && state !== ADJACENCY_MULTICAST)
    return OTHER.print({ ...fields, rest: `arp-${link}: via ${nextHop} ${values.interface} ${hash}` });
  const kinds: Readonly<Record<number, string>> = {
    [ADJACENCY_GLEAN]: `${link}-glean:`,
    [ADJACENCY_MULTICAST]: `${link}-mcast:`,
  };
  const mtu = values.mtu === undefined ? '' : ` mtu:${values.mtu}`;
  const what = kinds[state] ?? `arp-${link}: via ${nextHop}`;
  return OTHER.print({ ...fields, rest: `${what} ${values.interface}:${mtu} ${values.rewrite} ${hash}` });
}

/** Next index of an adjacency's output node at its rewrite node, and whether its interface has output features. */
function outputOf(adjacencies: Adjacencies, index: number, { features }: Tables) {
  const of = adjacencies.swIfIndex[index];
  const isIp6 = adjacencies.isIp6[index] === 1;
  const next = (isIp6 ? adjacencies.ip6RewriteNext : adjacencies.rewriteNext).of(of);
  return { next, flags: features.hasAny(isIp6 ? 'ip6-output' : 'ip4-output', of) ? '[features ]' : '[]' };
}

/** 18.07 and before have an offset, 19.08 has the next node. */
const fragmentationLine = (version: string) =>
  line(
    'fragmentation',
    `${version}[ offset: {offset:dec}] mtu: {mtu:dec=} fragments: {fragments:dec=}[ next: {next:dec}]`,
  );
/** 20.01 and later. */
const FRAG_OF_LENGTH = line(
  'fragmentation',
  'mtu: {mtu:dec=} pkt-size: {length:dec=} fragments: {fragments:dec=} next: {next:dec}',
);
/** format_ip_frag_trace */
export function fragmentationRecord(version: 'IPv4' | 'IPv6') {
  const FRAG = fragmentationLine(version);
  return traceRecord(
    ['mtu', 'next', 'fragments', 'length'],
    0,
    [FRAG, FRAG_OF_LENGTH],
    ({ fields: { length, ...fields } }, { wording }) => [
      wording.fragmentationHasLength ? FRAG_OF_LENGTH.print({ ...fields, length }) : FRAG.print(fields),
    ],
  );
}

/** format_ip_null_dpo */
export const nullRecord = (protocol: 'ip4' | 'ip6'): TraceLayout<'action'> =>
  lineRecord(
    ['action'],
    line(`${protocol}-null`, `${protocol}-null action:{action:discard|send-unreachable|send-prohibited}`),
  );

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

/** format_icmp_echo_trace of the ping plugin. */
export const echoRecord = (version: '4' | '6') => {
  const ECHO = line('icmp-echo', `ICMP${version} echo id {id:u16=} seq {sequence:u16=} {rest:rest}`);
  return traceRecord(['id', 'sequence'], 0, [ECHO], ({ fields }) => [ECHO.print({ ...fields, rest: '(unknown)' })]);
};
