/** The nodes by which packets leave a bridge (output_node_index_vec, VPP 19.08 src/vnet/l2/l2_output.c). */

import type { Tables } from '../engine/tables.js';

/** L2OUTPUT_FEAT_OUTPUT, the last output feature, and L2OUTPUT_FEAT_OUTPUT_FEAT_ARC. */
export const OUTPUT_FEATURE_ARC = 1 << 14;
export const OUTPUT_FEATURES_WITH_ARC = OUTPUT_FEATURE_ARC | 1;

/** Node by sw_if_index; -1 for interfaces that are no port. A tunnel has no output node but its encapsulation. */
export const portOutputNodes = (
  { bridgeDomains, interfaces }: Tables,
  outputNodeOf: Int32Array,
  vxlan: number,
): Int32Array =>
  bridgeDomains
    .column(({ swIfIndex }) => swIfIndex, -1)
    .map((port) => {
      if (port < 0) return -1;
      return interfaces.all[port].device === 'vxlan' ? vxlan : outputNodeOf[port];
    });
