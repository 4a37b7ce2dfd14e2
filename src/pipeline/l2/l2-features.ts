/**
 * L2 features by bit: a packet in a bridge carries a bitmap of those still ahead of it and visits the highest bit first
 * (VPP 19.08 src/vnet/l2/l2_input.h foreach_l2input_feat, l2_output.h foreach_l2output_feat, feat_bitmap.h).
 */

export const FEATURE_DROP = 1 << 0;
export const FEATURE_FLOOD = 1 << 2;
export const FEATURE_ARP_UFWD = 1 << 3;
export const FEATURE_ARP_TERM = 1 << 4;
export const FEATURE_UU_FLOOD = 1 << 5;
export const FEATURE_GBP_FWD = 1 << 6;
export const FEATURE_UU_FWD = 1 << 7;
export const FEATURE_FWD = 1 << 8;
export const FEATURE_LEARN = 1 << 10;
export const FEATURE_VTR = 1 << 17;
export const FEATURE_INPUT_FEAT_ARC = 1 << 22;

/** The features by bit: names of their nodes, and their bits in 26.06, where others are no more. */
const FEATURES: readonly (readonly [feature: number, node: string, later: number])[] = [
  [FEATURE_INPUT_FEAT_ARC, 'l2-input-feat-arc', 17],
  [FEATURE_VTR, 'l2-input-vtr', 11],
  [FEATURE_LEARN, 'l2-learn', 9],
  [FEATURE_FWD, 'l2-fwd', 7],
  [FEATURE_UU_FWD, 'l2-uu-fwd', 6],
  [FEATURE_UU_FLOOD, 'l2-flood', 5],
  [FEATURE_ARP_TERM, 'arp-term-l2bd', 4],
  [FEATURE_ARP_UFWD, 'l2-uu-fwd', 3],
  [FEATURE_FLOOD, 'l2-flood', 2],
  [FEATURE_DROP, 'feature-bitmap-drop', 0],
];

/** format_l2_input_feature_bitmap of 26.06 */
export const featureNames = (bitmap: number): string =>
  bitmap === 0
    ? '  none configured'
    : FEATURES.map(([feature, node]) => ((bitmap & feature & ~FEATURE_DROP) === 0 ? '' : `${node} `)).join('');

/** A bitmap as 26.06 has it. */
export const laterBitmap = (bitmap: number): number =>
  FEATURES.reduce((sum, [feature, , later]) => ((bitmap & feature) === 0 ? sum : sum | (1 << later)), 0);

/** Number of the last feature that a bitmap has, which is visited first. */
export const firstFeature = (bitmap: number): number => 31 - Math.clz32(bitmap);

/** Output features: L2OUTPUT_FEAT_OUTPUT_FEAT_ARC, and that with L2OUTPUT_FEAT_OUTPUT, the last one. VPP 19.08 src/vnet/l2/l2_output.h */
export const OUTPUT_FEATURE_ARC = 1 << 14;
export const OUTPUT_FEATURES_WITH_ARC = OUTPUT_FEATURE_ARC | 1;

/** Of output features, as 26.06 has it. */
export const laterOutputBitmap = (bitmap: number): number =>
  (bitmap & 1) | ((bitmap & OUTPUT_FEATURE_ARC) === 0 ? 0 : 1 << 11);
