/** Records of IPv6 forwarding and local delivery (VPP 19.08 src/vnet/ip, src/vnet/dpo). */

import { formatIp6Bytes } from '../../wire/ip6-address.js';
import { IP6_FAMILY } from '../fib/address-family.js';
import {
  echoRecord,
  fragmentationRecord,
  lookupRecord,
  nullRecord,
  rewriteRecord,
} from '../fib/trace/forward-records.js';
import { IP6_LINES, ip6Header } from '../trace/headers.js';
import { line } from '../trace/template.js';
import { headerRecord, lineRecord, traceRecord } from '../trace/wording.js';
import { IP6_FORWARD_BYTES } from '../trace/writers.js';
import { FINALIZE, PASSTHROUGH, RANGE_OVERLAP } from './local/reassembly6.js';

export {
  MFIB_LOOKUP as MFIB6_LOOKUP,
  MFIB_RPF as MFIB6_RPF,
  REPLICATE as REPLICATE6,
  UDP_RX as UDP6_RX,
} from '../fib/trace/forward-records.js';

export const IP6_INPUT = headerRecord(64, IP6_LINES, ip6Header);
export const ICMP6_INPUT = headerRecord(64, IP6_LINES, ip6Header);
export const IP6_LOOKUP = lookupRecord(IP6_FORWARD_BYTES, IP6_LINES, ip6Header);
/** format_ip6_rewrite_trace */
export const IP6_REWRITE = rewriteRecord(IP6_FORWARD_BYTES, IP6_FAMILY);
export const IP6_NULL_TRACE = nullRecord('ip6');
export const IP6_FRAG = fragmentationRecord('IPv6');
export const ICMP6_ECHO = echoRecord('6');

const LOOKUP_LINE = line('lookup-dpo', '   fib-index:{fibIndex:dec} addr:{address:ip} load-balance:{loadBalance:dec}');
export const LOOKUP6_DPO = traceRecord(
  ['fibIndex', 'loadBalance', 'a', 'b', 'c', 'd'],
  0,
  [LOOKUP_LINE],
  ({ fields: { fibIndex, loadBalance, a, b, c, d } }) => {
    const view = new DataView(new ArrayBuffer(16));
    [a, b, c, d].forEach((word, index) => {
      view.setInt32(index * 4, word);
    });
    return [LOOKUP_LINE.print({ fibIndex, loadBalance, address: formatIp6Bytes(new Uint8Array(view.buffer), 0) })];
  },
);

/** format_ip6_ll_dpo_trace */
export const IP6_LINK_LOCAL = lineRecord(
  ['swIfIndex', 'fibIndex'],
  line('ip6-link-local', 'sw_if_index:{swIfIndex:dec=interface} fib_index:{fibIndex:dec=FIB}'),
);

const HOP_BY_HOP_LINE = line(
  'ip6-hop-by-hop',
  'IP6_LOCAL_HOP_BY_HOP: protocol {protocol:dec=},  next index {next:dec}',
);
export const HOP_BY_HOP = traceRecord(['protocol', 'next'], 0, [HOP_BY_HOP_LINE], ({ fields }) => [
  HOP_BY_HOP_LINE.print(fields),
  '',
]);

const REASSEMBLY = line(
  'reassembly',
  'reass id: {reassemblyId:dec}, op id: {operationId:dec}[,] first bi: {buffer:dec}, data len: {totalLength:dec}, ' +
    'ip/fragment\\[{fragmentFirst:dec}, {fragmentLast:dec}\\]',
);
const RANGE = line(
  'reassembly-range',
  '{action:word} range: \\[{rangeFirst:dec}, {rangeLast:dec}\\], off {dataOffset:dec}, len {dataLength:dec}, bi {buffer:dec}',
);
const REASSEMBLED = line('reassembly-end', 'finalize reassembly');
const PASSED = line('reassembly-passed', 'passthrough - not a fragment');
/** Where buffers are is not modelled: each has this index. */
const BUFFER_INDEX = 0;

/** format_ip6_full_reass_trace */
export const IP6_FULL_REASS = traceRecord(
  ['action', 'reassemblyId', 'operationId', 'first', 'last', 'dataLength', 'totalLength'],
  0,
  [REASSEMBLY, RANGE, REASSEMBLED, PASSED],
  ({ fields }, { wording }) => {
    const { action, reassemblyId, operationId, first, last, dataLength, totalLength } = fields;
    if (action === PASSTHROUGH) return [PASSED.print({})];
    const comma = wording.forwardHasIndices ? ',' : '';
    const start = `reass id: ${reassemblyId}, op id: ${operationId}${comma} `;
    const rest = `first bi: ${BUFFER_INDEX}, data len: ${totalLength}, ip/fragment[${first}, ${last}]`;
    const range = { rangeFirst: first, rangeLast: last, dataOffset: 0, dataLength, buffer: BUFFER_INDEX };
    const what =
      action === FINALIZE
        ? REASSEMBLED.print({})
        : RANGE.print({ ...range, action: action === RANGE_OVERLAP ? 'overlap' : 'new' });
    // The second line begins below what was written when VPP took the indentation.
    return [start + rest, ' '.repeat(start.length) + what];
  },
);
