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
export const FEATURE_INPUT_FEAT_ARC = 1 << 22;

/** Number of the last feature that a bitmap has, which is visited first. */
export const firstFeature = (bitmap: number): number => 31 - Math.clz32(bitmap);

/** Output features: L2OUTPUT_FEAT_OUTPUT_FEAT_ARC, and that with L2OUTPUT_FEAT_OUTPUT, the last one. VPP 19.08 src/vnet/l2/l2_output.h */
export const OUTPUT_FEATURE_ARC = 1 << 14;
export const OUTPUT_FEATURES_WITH_ARC = OUTPUT_FEATURE_ARC | 1;
