/** IPv4 forwarding, local delivery and the ends of the graph. */

import {
  ERROR,
  ICMP_ECHO,
  ICMP_INPUT,
  IP4_FORWARD_NEXT,
  IP4_FRAG,
  IP4_FULL_REASS,
  IP4_INPUT,
  IP4_LOOKUP,
  IP4_OPTIONS,
  IP4_REWRITE,
  IP_NULL,
  IPSEC_IF_INPUT,
  LOOKUP_DPO,
  MFIB_LOOKUP,
  MFIB_RPF,
  PUNT_DISPATCH,
  UDP_RX,
  VNET_ERROR,
} from '../trace/layouts.js';
import { FINALIZE, RANGE_DISCARD, RANGE_NEW, RANGE_OVERLAP, RANGE_SHRINK } from './local/reassembly.js';
import { ADJACENCY_GLEAN, ADJACENCY_REWRITE } from '../fib/adjacencies.js';
import { formatAddress } from '../../wire/address.js';
import { ip4Header } from '../trace/headers.js';
import { hex, hexDump, indented } from '../trace/text.js';
import { interfaceName, worded, type TraceContext, type WordedLayout } from '../trace/wording.js';

/** format_ip_adjacency */
function adjacencyText(index: number, context: TraceContext): string {
  const { adjacencies } = context.tables.ip4;
  if (index < 0 || index >= adjacencies.size) return '<invalid adjacency>';
  const [a, b, c] = adjacencies.rewrite.subarray(index * 3, index * 3 + 3);
  const bytes = hex(a, 8) + hex(b, 8) + hex(c, 8) + hex(adjacencies.etherType[index], 4);
  const mtu = context.release.rewriteHasMtu ? ` mtu:${adjacencies.mtuBytes[index]}` : '';
  const rewrite = `${interfaceName(context, adjacencies.swIfIndex[index])}:${mtu} ${bytes}`;
  const state = adjacencies.state[index];
  if (state === ADJACENCY_GLEAN) return `ipv4-glean: ${rewrite}`;
  const via = `via ${formatAddress(adjacencies.nextHop[index])} ${rewrite}`;
  return state === ADJACENCY_REWRITE ? `ipv4 ${via}` : `arp-ipv4: ${via}`;
}

const RANGE_WORDS: ReadonlyMap<number, string> = new Map([
  [RANGE_NEW, 'new'],
  [RANGE_SHRINK, 'shrink'],
  [RANGE_DISCARD, 'discard'],
  [RANGE_OVERLAP, 'overlapping/ignored'],
]);

/** Where buffers are is not modelled: each has this index. */
const BUFFER_INDEX = 0;

const NULL_ACTIONS = ['discard', 'send-unreachable', 'send-prohibited'];
const PUNT_REASONS = ['ipsec4-spi-o-udp-0', 'ipsec4-no-such-tunnel'];

export const ip4Wordings: readonly WordedLayout[] = [
  worded(IP4_INPUT, ({ data }) => ip4Header(data, 0, data.length)),
  worded(ICMP_INPUT, ({ data }) => ip4Header(data, 0, data.length)),
  worded(IP4_FORWARD_NEXT, ({ data }) => indented(ip4Header(data, 0, data.length), 2)),
  worded(IP4_LOOKUP, ({ fields: { fibIndex, dpoIndex, flowHash }, data }) => [
    `fib ${fibIndex} dpo-idx ${dpoIndex} flow hash: 0x${hex(flowHash, 8)}`,
    ...ip4Header(data, 0, data.length),
  ]),
  worded(LOOKUP_DPO, ({ fields: { fibIndex, address, loadBalance } }) => [
    `   fib-index:${fibIndex} addr:${formatAddress(address)} load-balance:${loadBalance}`,
  ]),
  worded(IP4_REWRITE, ({ fields: { fibIndex, dpoIndex, flowHash }, data }, context) => [
    `tx_sw_if_index ${fibIndex} dpo-idx ${dpoIndex} : ${adjacencyText(dpoIndex, context)} flow hash: 0x${hex(flowHash, 8)}`,
    ...hexDump(data),
  ]),
  worded(IP4_OPTIONS, ({ data }) => [`  option:[${Array.from(data, (byte) => `0x${byte.toString(16)}`).join()}]`]),
  worded(IP_NULL, ({ fields: { action } }) => [`ip4-null action:${NULL_ACTIONS[action] ?? String(action)}`]),
  worded(IP4_FRAG, ({ fields: { mtu, next, fragments } }) => [
    `IPv4 mtu: ${mtu} fragments: ${fragments} next: ${next}`,
  ]),
  worded(IP4_FULL_REASS, ({ fields: f }) => {
    const about = `reass id: ${f.reassemblyId}, op id: ${f.operationId}, `;
    const first = `${about}first bi: ${BUFFER_INDEX}, data len: ${f.totalLength}, ip/fragment[${f.fragmentFirst}, ${f.fragmentLast}]`;
    const range = `range: [${f.rangeFirst}, ${f.rangeLast}], off ${f.dataOffset}, len ${f.dataLength}, bi ${BUFFER_INDEX}`;
    const by = f.action === RANGE_SHRINK ? ` by ${f.sizeDifference}` : '';
    const what = f.action === FINALIZE ? 'finalize reassembly' : `${RANGE_WORDS.get(f.action) ?? '?'} ${range}${by}`;
    // The second line begins below what was written when VPP took the indentation.
    return [first, ' '.repeat(about.length) + what];
  }),
  worded(ICMP_ECHO, ({ fields: { id, sequence } }) => [`ICMP4 echo id ${id} seq ${sequence} (unknown)`]),
  worded(MFIB_LOOKUP, ({ fields: { fibIndex, entryIndex } }) => [`fib ${fibIndex} entry ${entryIndex}`]),
  worded(MFIB_RPF, ({ fields: { entryIndex, swIfIndex } }) => [`entry ${entryIndex} itf ${swIfIndex} flags `]),
  worded(UDP_RX, ({ fields: { sourcePort, destinationPort, isBound } }) => [
    `UDP: src-port ${sourcePort} dst-port ${destinationPort}${isBound === 0 ? ' (no listener)' : ''}`,
  ]),
  worded(IPSEC_IF_INPUT, ({ fields: { remote, spi, sequence } }) => [
    `IPSec: remote:${formatAddress(remote)} spi:${spi >>> 0} (0x${hex(spi, 8)}) seq ${sequence >>> 0}`,
  ]),
  worded(PUNT_DISPATCH, ({ fields: { reason } }) => [`reason: ${PUNT_REASONS[reason] ?? String(reason)}`]),
  worded(VNET_ERROR, ({ fields: { swIfIndex } }, context) => [`rx:${interfaceName(context, swIfIndex)}`]),
  worded(ERROR, ({ fields: { error } }, { errorNames }) => [errorNames[error]]),
];
