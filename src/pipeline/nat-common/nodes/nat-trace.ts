/** Records of the NAT44 nodes, and their wording: written from what a node left in the packet record about the packet that it just had. */

import { DONE } from '../../engine/node.js';
import type { NodeTrace } from '../../engine/trace/node-trace.js';
import type { TraceLayout } from '../../engine/trace/trace-records.js';
import { line } from '../../trace/template.js';
import { lineRecord, traceRecord } from '../../trace/wording.js';
import type { NatNexts } from './nat-shell.js';

/** What all of NAT44's nodes write of a packet. */
export const NAT = line(
  'nat',
  '{what:label=}: sw_if_index {swIfIndex:dec=interface}, next index {nextIndex:dec}[, session[ {isIndexed:|index}] ' +
    "{session:dec=NAT44 session}[, translation result '{result:success|translation-failed|flow-mismatch|packet-truncated|" +
    "inner-ip-corrupted|invalid-checksum=}' via {via:o2if|i2of=}]]",
);

const FIELDS = ['swIfIndex', 'nextIndex', 'session', 'isSlowPath'] as const;

/** @param tags what the line begins with, by path */
const natRecord = (...tags: string[]): TraceLayout =>
  traceRecord(FIELDS, 0, [NAT], ({ fields }) => [
    NAT.print({ ...fields, what: tags[fields.isSlowPath] ?? tags[0], isIndexed: tags.length === 1 ? 1 : 0 }),
  ]);
const byPath = (name: string): string[] => [`${name}_FAST_PATH`, `${name}_SLOW_PATH`];

export const NAT_IN2OUT = natRecord(...byPath('NAT44_IN2OUT'));
export const NAT_OUT2IN = natRecord('NAT44_OUT2IN');
export const NAT_ED_IN2OUT = natRecord(...byPath('NAT44_IN2OUT_ED'));
export const NAT_ED_OUT2IN = natRecord(...byPath('NAT44_OUT2IN_ED'));

export const NAT_REASS = lineRecord(
  ['swIfIndex', 'nextIndex', 'isCached'],
  line(
    'nat-reassembly',
    'NAT44_REASS: sw_if_index {swIfIndex:dec=interface}, next index {nextIndex:dec}, ' +
      'status {isCached:translated|cached= "status"}',
  ),
);

const CLASSIFY = line('nat-classify', 'nat44-classify: {status:next nat44-out2in|next nat44-in2out|fragment cached=}');
export const NAT_CLASSIFY = traceRecord(
  ['isIn2out', 'isCached'],
  0,
  [CLASSIFY],
  ({ fields: { isIn2out, isCached } }) => [CLASSIFY.print({ status: isCached === 1 ? 2 : isIn2out })],
);

/** By node: VPP's next index, which is the place among the node's next nodes; LOOKUP's for other features. */
function nextIndices(next: NatNexts, names: readonly string[]): Int32Array {
  const order: string[] = Object.values(next);
  return Int32Array.from(names, (name) => order.indexOf(order.includes(name) ? name : next.LOOKUP));
}

/**
 * in2out and out2in: interface, VPP's next index, session.
 * @param pairsFrom VPP has packets in pairs where so many are left in a vector, and then the second one's record does not say that it is
 * the slow path's
 */
export const natTrace = (layout: TraceLayout, isSlowPath: boolean, next: NatNexts, pairsFrom: number): NodeTrace => ({
  role: 'nat',
  layout,
  when: 'after',
  writer: ({ names, tables: { nat44 } }) => {
    const indices = nextIndices(next, names);
    return (_, records) => {
      const isSecond = (records.position & 1) === 1 && records.vectorLength - records.position >= pairsFrom - 1;
      const saysSlow = isSlowPath && !isSecond;
      records.write(layout, records.rx, indices[records.next], nat44.packet.session, saysSlow ? 1 : 0);
    };
  },
});

/** The reassembly nodes; a fragment that is kept has LOOKUP's index. */
export const reassTrace = (next: NatNexts): NodeTrace => ({
  role: 'nat',
  layout: NAT_REASS,
  when: 'after',
  writer: ({ names, nodeIndex }) => {
    const indices = nextIndices(next, names);
    const lookup = nodeIndex(next.LOOKUP);
    return (_, records) => {
      const isKept = records.next === DONE;
      records.write(NAT_REASS, records.rx, indices[isKept ? lookup : records.next], isKept ? 1 : 0);
    };
  },
});
