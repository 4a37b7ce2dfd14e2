/** Records of the NAT44 nodes: written from what a node left in the tables about the packet that it just had. */

import { DONE } from '../engine/node.js';
import type { NodeTrace } from '../engine/node-trace.js';
import type {} from '../engine/node-trace.js';
import type { TraceLayout } from '../engine/trace-records.js';
import { line } from '../trace/template.js';
import { lineRecord, traceRecord } from '../trace/wording.js';

const NAT = line(
  'nat',
  '{what:label=}: sw_if_index {swIfIndex:dec=interface}, next index {nextIndex:dec}' +
    '[, session[ {isIndexed:|index}] {session:dec=NAT44 session}]',
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

/** in2out and out2in: interface, VPP's next index, session. */
export const natTrace = (layout: TraceLayout, isSlowPath: boolean): NodeTrace => ({
  role: 'nat',
  layout,
  when: 'after',
  writer:
    ({ tables: { nat44 } }) =>
    (_, records) => {
      records.write(layout, records.rx, nat44.lastNextIndex, nat44.lastSession, isSlowPath ? 1 : 0);
    },
});

/** The reassembly nodes; `lookup` is the next index that a fragment has which is kept. */
export const reassTrace = (lookup: number): NodeTrace => ({
  role: 'nat',
  layout: NAT_REASS,
  when: 'after',
  writer:
    ({ tables: { nat44 } }) =>
    (_, records) => {
      const isCached = records.next === DONE;
      records.write(NAT_REASS, records.rx, isCached ? lookup : nat44.lastNextIndex, isCached ? 1 : 0);
    },
});
