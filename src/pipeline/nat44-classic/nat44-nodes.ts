/** The nodes of classic NAT44. */

import type { AnyNode } from '../engine/node.js';
import { classify } from './classify.js';
import { fragmentDrop } from '../nat-common/fragments.js';
import { hairpinDst, hairpinningNode, hairpinSrc } from './hairpin-nodes.js';
import { in2outReass } from './in2out-reass.js';
import { in2outNodes } from './in2out.js';
import { out2inReass } from './out2in-reass.js';
import { out2in } from './out2in.js';

/** In VPP's order of declaration (src/plugins/nat/nat.c), which decides between features that nothing else orders. */
export const nat44Nodes: readonly AnyNode[] = [
  ...in2outNodes,
  out2in,
  classify,
  hairpinDst,
  hairpinSrc,
  hairpinningNode,
  in2outReass,
  out2inReass,
  fragmentDrop,
];
