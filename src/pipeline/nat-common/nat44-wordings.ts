/** NAT44, classic and endpoint-dependent. */

import { NAT_CLASSIFY, NAT_ED_IN2OUT, NAT_ED_OUT2IN, NAT_IN2OUT, NAT_OUT2IN, NAT_REASS } from '../trace/layouts.js';
import { worded, type NamedRecord, type WordedLayout } from '../trace/wording.js';

type NatFields = NamedRecord<(typeof NAT_IN2OUT.fields)[number]>['fields'];

const pathText = (tag: string, f: NatFields): string[] => [
  `${tag}_${f.isSlowPath === 1 ? 'SLOW' : 'FAST'}_PATH: sw_if_index ${f.swIfIndex}, next index ${f.nextIndex}, session ${f.session}`,
];

export const nat44Wordings: readonly WordedLayout[] = [
  worded(NAT_IN2OUT, ({ fields }) => pathText('NAT44_IN2OUT', fields)),
  worded(NAT_OUT2IN, ({ fields: { swIfIndex, nextIndex, session } }) => [
    `NAT44_OUT2IN: sw_if_index ${swIfIndex}, next index ${nextIndex}, session index ${session}`,
  ]),
  worded(NAT_ED_IN2OUT, ({ fields }) => pathText('NAT44_IN2OUT_ED', fields)),
  worded(NAT_ED_OUT2IN, ({ fields }) => pathText('NAT44_OUT2IN_ED', fields)),
  worded(NAT_REASS, ({ fields: { swIfIndex, nextIndex, isCached } }) => [
    `NAT44_REASS: sw_if_index ${swIfIndex}, next index ${nextIndex}, status ${isCached === 1 ? 'cached' : 'translated'}`,
  ]),
  worded(NAT_CLASSIFY, ({ fields: { isIn2out, isCached } }) => [
    `nat44-classify: ${isCached === 1 ? 'fragment cached' : `next nat44-${isIn2out === 1 ? 'in2out' : 'out2in'}`}`,
  ]),
];
