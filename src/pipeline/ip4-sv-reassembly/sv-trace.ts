/** Records of shallow virtual reassembly: one for each thing that happens (VPP 26.06 src/vnet/ip/reass/ip4_sv_reass.c format_ip4_sv_reass_trace). */

import { line } from '../trace/template.js';
import { traceRecord } from '../trace/wording.js';

/** What happens; the last four print nothing of a reassembly. */
export const CACHED = 0;
export const FIRST_FRAGMENT = 1;
export const LAST_FRAGMENT = 2;
export const FORWARDED = 3;
export const LOOKUP = 4;
export const FREED_TIMEOUT = 5;
export const FREED_LRU = 6;
export const FREED_ERROR = 7;
export const NOT_FRAGMENTED = 8;

const TRUNCATED = '[ \\[{isTruncated:|l4-hdr-truncated}\\]]';
const PORTS =
  'ip proto={l4Protocol:dec=}, src_port={sourcePort:u16~ "source"}, dst_port={destinationPort:u16~ "destination"}';
const WITH_ID = 'reass id: {reassemblyId:dec}, op id: {operationId:dec} ';

const OF_REASSEMBLY = line('sv-reassembly', `${WITH_ID}\\[{what:cached|last-frag-seen=}\\]${TRUNCATED}`);
const OF_FIRST = line('sv-reassembly-ports', `${WITH_ID}\\[{what:first-frag-seen|forward=}, ${PORTS}\\]${TRUNCATED}`);
const KEY = line('sv-reassembly-key', `\\[lookup, key: key {fibAndSource:word=} {rest:word=} value {value:dec}\\]`);
const FREED = line('sv-reassembly-end', '\\[free, {what:timed out|LRU pressure|error occurred=}\\]');
const WHOLE = line('sv-reassembly-whole', `\\[not-fragmented\\]${TRUNCATED}`);

/** Address and port are in network order in VPP's 64-bit key words. */
const swap = (word: number): bigint =>
  BigInt((((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0);
const swap16 = (word: number): bigint => BigInt(((word & 0xff) << 8) | (word >>> 8));

/** Fields 0 to 5 are a LOOKUP's FIB, source, destination, identification and protocol in those of others. */
export const IP4_SV_REASS = traceRecord(
  ['action', 'isTruncated', 'id', 'operation', 'protocol', 'source', 'destination'],
  0,
  [OF_REASSEMBLY, OF_FIRST, KEY, FREED, WHOLE],
  ({ fields }) => {
    const { action, isTruncated, id, operation, protocol, source, destination } = fields;
    const values = {
      reassemblyId: id,
      operationId: operation,
      l4Protocol: protocol,
      sourcePort: source,
      destinationPort: destination,
      isTruncated: isTruncated === 0 ? undefined : 1,
    };
    switch (action) {
      case LOOKUP: {
        const first = BigInt(id) | (swap(source) << 32n);
        const second = swap(destination) | (swap16(operation) << 32n) | (BigInt(protocol) << 48n);
        return [KEY.print({ fibAndSource: String(first), rest: String(second), value: 0 })];
      }
      case CACHED:
      case LAST_FRAGMENT:
        return [OF_REASSEMBLY.print({ ...values, what: action === CACHED ? 0 : 1 })];
      case FIRST_FRAGMENT:
      case FORWARDED:
        return [OF_FIRST.print({ ...values, what: action === FIRST_FRAGMENT ? 0 : 1 })];
      case NOT_FRAGMENTED:
        return [WHOLE.print(values)];
      default:
        return [FREED.print({ what: action - FREED_TIMEOUT })];
    }
  },
);
