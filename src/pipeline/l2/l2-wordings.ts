/** Bridge domains and VXLAN. */

import {
  L2_FLOOD,
  L2_FWD,
  L2_IN_FEAT_ARC,
  L2_INPUT,
  L2_LEARN,
  L2_OUT_FEAT_ARC,
  L2_OUTPUT,
  VXLAN_ENCAP,
  VXLAN_RX,
} from '../trace/layouts.js';
import { hex, hexBytes, mac } from '../trace/text.js';
import { worded, type NamedRecord, type WordedLayout } from '../trace/wording.js';

const macs = (data: Uint8Array): string => `dst ${mac(data, 0)} src ${mac(data, 6)}`;

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

type ArcFields = NamedRecord<(typeof L2_IN_FEAT_ARC.fields)[number]>['fields'];

const arcText = (name: string, f: ArcFields): string[] => [
  `${name}: head ${f.isHead} feature_bitmap ${(f.featureBitmap >>> 0).toString(16)} ethertype ${f.etherType.toString(16)} ` +
    `sw_if_index ${f.swIfIndex}, next_index ${f.nextIndex}`,
];

export const l2Wordings: readonly WordedLayout[] = [
  worded(L2_INPUT, ({ fields: { swIfIndex }, data }) => [`l2-input: sw_if_index ${swIfIndex} ${macs(data)}`]),
  worded(L2_LEARN, ({ fields: { swIfIndex, bdIndex }, data }) => [
    `l2-learn: sw_if_index ${swIfIndex} ${macs(data)} bd_index ${bdIndex}`,
  ]),
  worded(L2_FWD, ({ fields: { swIfIndex, bdIndex, resultPort, resultFlags, resultMinute }, data }) => [
    `l2-fwd:   sw_if_index ${swIfIndex} ${macs(data)} bd_index ${bdIndex} result ${resultText(resultPort, resultFlags, resultMinute)}`,
  ]),
  worded(L2_FLOOD, ({ fields: { swIfIndex, bdIndex }, data }) => [
    `l2-flood: sw_if_index ${swIfIndex} ${macs(data)} bd_index ${bdIndex}`,
  ]),
  worded(L2_OUTPUT, ({ fields: { swIfIndex }, data }) => [
    `l2-output: sw_if_index ${swIfIndex} ${macs(data)} data ${hexBytes(data, 12, 12).replace(/..(?!$)/g, '$& ')}`,
  ]),
  worded(L2_IN_FEAT_ARC, ({ fields }) => arcText('IN-FEAT-ARC', fields)),
  worded(L2_OUT_FEAT_ARC, ({ fields }) => arcText('OUT-FEAT-ARC', fields)),
  worded(VXLAN_RX, ({ fields: { tunnelIndex, vni, nextIndex, error } }) =>
    tunnelIndex < 0
      ? [`VXLAN decap error - tunnel for vni ${vni} does not exist`]
      : [`VXLAN decap from vxlan_tunnel${tunnelIndex} vni ${vni} next ${nextIndex} error ${error}`],
  ),
  worded(VXLAN_ENCAP, ({ fields: { tunnelIndex, vni } }) => [`VXLAN encap to vxlan_tunnel${tunnelIndex} vni ${vni}`]),
];
