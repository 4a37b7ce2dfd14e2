/** Records of IPv4 forwarding, local delivery and the ends of the graph (VPP 19.08 src/vnet/ip, src/vnet/mfib, src/vnet/interface.c). */

import { IP4_FAMILY } from '../fib/address-family.js';
import {
  echoRecord,
  fragmentationRecord,
  lookupRecord,
  nullRecord,
  rewriteRecord,
} from '../fib/trace/forward-records.js';
import { IP4_LINES, ip4Header } from '../trace/headers.js';
import { line } from '../trace/template.js';
import { headerRecord, lineRecord, traceRecord } from '../trace/wording.js';
import { FINALIZE, RANGE_DISCARD, RANGE_NEW, RANGE_OVERLAP, RANGE_SHRINK } from './local/reassembly.js';

export { MFIB_LOOKUP, MFIB_RPF, REPLICATE, UDP_RX } from '../fib/trace/forward-records.js';

export const IP4_INPUT = headerRecord(64, IP4_LINES, ip4Header);
export const ICMP_INPUT = headerRecord(64, IP4_LINES, ip4Header);

export const IP4_LOOKUP = lookupRecord(60, IP4_LINES, ip4Header);

export const LOOKUP_DPO = lineRecord(
  ['fibIndex', 'loadBalance', 'address'],
  line('lookup-dpo', '   fib-index:{fibIndex:dec} addr:{address:ip4} load-balance:{loadBalance:dec}'),
);

/** format_ip4_rewrite_trace */
export const IP4_REWRITE = rewriteRecord(60, IP4_FAMILY);

const OPTIONS = line('ip4-option', '  option:{options:rest}');
export const IP4_OPTIONS = traceRecord([], 4, [OPTIONS], ({ data }) => [
  OPTIONS.print({ options: `[${Array.from(data, (byte) => `0x${byte.toString(16)}`).join()}]` }),
]);

export const IP_NULL = nullRecord('ip4');

export const IP4_FRAG = fragmentationRecord('IPv4');

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

export const ICMP_ECHO = echoRecord('4');

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
