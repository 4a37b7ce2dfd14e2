/** Records of the nodes of bridge domains (VPP 19.08 src/vnet/l2). */

import { line, type LineTemplate } from '../trace/template.js';
import { hex, hexBytes } from '../trace/text.js';
import { featureNames, laterBitmap, laterOutputBitmap } from './l2-features.js';
import { traceRecord, type Wording } from '../trace/wording.js';

const MACS = 'dst {destination:mac@0=} src {source:mac@6=}';
const INTERFACE = 'sw_if_index {swIfIndex:dec=interface}';
const BRIDGE = 'bd_index {bdIndex:dec=bridge domain}';

/** A line of the fields, with the addresses of the packet. */
const withMacs =
  (template: LineTemplate): Wording<string> =>
  ({ fields, data }) => [template.printHeader(data, 0, fields)];

const INPUT = line('l2-input', `l2-input: ${INTERFACE} ${MACS}[ {features:brackets}]`);
export const L2_INPUT = traceRecord(['swIfIndex', 'featureBitmap'], 12, [INPUT], ({ fields, data }, { wording }) => {
  const features = wording.l2InputHasFeatures ? `[${featureNames(fields.featureBitmap)}]` : undefined;
  return [INPUT.printHeader(data, 0, { ...fields, features })];
});

const LEARN = line('l2-learn', `l2-learn: ${INTERFACE} ${MACS} ${BRIDGE}`);
export const L2_LEARN = traceRecord(['swIfIndex', 'bdIndex'], 12, [LEARN], withMacs(LEARN));

const FLOOD = line('l2-flood', `l2-flood: ${INTERFACE} ${MACS} ${BRIDGE}`);
export const L2_FLOOD = traceRecord(['swIfIndex', 'bdIndex'], 12, [FLOOD], withMacs(FLOOD));

/** format_l2fib_entry_result_flags, by bit. */
const ENTRY_FLAGS = ['static', 'age-not', 'bvi', 'filter', 'learn-event', 'learn-move'];

/** Sequence number of a learned entry: that of its bridge domain, 0, and that of its port, which was put into a bridge once. */
const LEARNED_SEQUENCE = '0001';

/**
 * Result of a look-up as VPP keeps it in 64 bits (l2fib_entry_result_t): sequence number, minute in which it was learned, flags,
 * port; all ones for a MAC address that is not known. Configured entries have no sequence number and no minute.
 */
function resultText(port: number, flags: number, minute: number): string {
  const age = minute < 0 ? '' : LEARNED_SEQUENCE + hex(minute, 2);
  const raw = flags < 0 ? 'ffffffffffffffff' : (age + hex(flags, 2) + hex(port, 8)).replace(/^0+(?=.)/, '');
  const names = ENTRY_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).map((name) => `${name} `);
  return `[0x${raw}, ${port}] ${flags === 0 ? 'none' : names.join('')}`;
}

const FWD = line('l2-fwd', `l2-fwd:   ${INTERFACE} ${MACS} ${BRIDGE}[ result {result:rest}]`);
export const L2_FWD = traceRecord(
  ['swIfIndex', 'bdIndex', 'resultPort', 'resultFlags', 'resultMinute'],
  12,
  [FWD],
  ({ fields, data }) => {
    const result = resultText(fields.resultPort, fields.resultFlags, fields.resultMinute);
    return [FWD.printHeader(data, 0, { ...fields, result })];
  },
);

/** A line of the interface, the addresses and the twelve octets behind them. */
const octetsRecord = (name: string) => {
  const octets = line(name, `${name}: ${INTERFACE} ${MACS} data {data:octets12=}`);
  return traceRecord(['swIfIndex'], 24, [octets], ({ fields, data }) => [
    octets.printHeader(data, 0, { ...fields, data: hexBytes(data, 12, 12).replace(/..(?!$)/g, '$& ') }),
  ]);
};
export const L2_OUTPUT = octetsRecord('l2-output');
export const L2_INPUT_VTR = octetsRecord('l2-input-vtr');

/** 2018, where a classifier did what a feature arc does in 19.08. */
export const L2_CLASSIFY = line(
  'l2-classify',
  'l2-classify: sw_if_index {swIfIndex:dec}, table {table:dec}, offset {offset:dec}, next {next:dec}',
);

const FEATURES = line(
  'l2-features',
  '{what:word} head {isHead:dec} feature_bitmap {featureBitmap:hex} ethertype {etherType:hex} ' +
    'sw_if_index {swIfIndex:dec}, next_index {nextIndex:dec}',
);
const FEATURE_ARC = ['swIfIndex', 'nextIndex', 'featureBitmap', 'etherType', 'isHead'] as const;
export const L2_IN_FEAT_ARC = traceRecord(FEATURE_ARC, 0, [FEATURES], ({ fields }, { wording }) => {
  const featureBitmap = wording.l2InputHasFeatures ? laterBitmap(fields.featureBitmap) : fields.featureBitmap;
  return [FEATURES.print({ ...fields, featureBitmap, what: 'IN-FEAT-ARC:' })];
});
export const L2_OUT_FEAT_ARC = traceRecord(FEATURE_ARC, 0, [FEATURES], ({ fields }, { wording }) => {
  const { featureBitmap: given } = fields;
  const featureBitmap = wording.l2InputHasFeatures ? laterOutputBitmap(given) : given;
  return [FEATURES.print({ ...fields, featureBitmap, what: 'OUT-FEAT-ARC:' })];
});
