/** From the features still ahead of a bridged packet to the next node (VPP 19.08 src/vnet/l2/feat_bitmap.h). */

import {
  FEATURE_ARP_TERM,
  FEATURE_FLOOD,
  FEATURE_FWD,
  FEATURE_INPUT_FEAT_ARC,
  FEATURE_LEARN,
  FEATURE_UU_FLOOD,
  FEATURE_VTR,
  firstFeature,
} from './l2-features.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

/** Nodes of the L2 input features that the model has. */
export const L2_INPUT_NEXT = {
  FEATURE_DROP: 'feature-bitmap-drop',
  FLOOD: 'l2-flood',
  ARP_TERM: 'arp-term-l2bd',
  FWD: 'l2-fwd',
  LEARN: 'l2-learn',
  VTR: 'l2-input-vtr',
  FEAT_ARC: 'l2-input-feat-arc',
} as const;

/** Node by feature bit. */
export function nodeByFeature(next: Readonly<Record<keyof typeof L2_INPUT_NEXT, number>>): Int32Array {
  const nodes = new Int32Array(32).fill(next.FEATURE_DROP);
  nodes[firstFeature(FEATURE_FLOOD)] = next.FLOOD;
  nodes[firstFeature(FEATURE_ARP_TERM)] = next.ARP_TERM;
  nodes[firstFeature(FEATURE_UU_FLOOD)] = next.FLOOD;
  nodes[firstFeature(FEATURE_FWD)] = next.FWD;
  nodes[firstFeature(FEATURE_LEARN)] = next.LEARN;
  nodes[firstFeature(FEATURE_VTR)] = next.VTR;
  nodes[firstFeature(FEATURE_INPUT_FEAT_ARC)] = next.FEAT_ARC;
  return nodes;
}

/** vnet_l2_feature_next: the node after a feature, which is done. */
export function nextFeature(b: PacketBuffer, nodes: Int32Array, done: number): number {
  b.adjIndexRx &= ~done;
  return nodes[firstFeature(b.adjIndexRx)];
}
