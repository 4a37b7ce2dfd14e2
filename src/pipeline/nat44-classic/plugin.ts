/** Classic NAT44 (simple mode). */

import type { Plugin } from '../plugin.js';
import { classify } from './classify.js';
import { fragmentDrop } from '../nat-common/fragments.js';
import { hairpinDst, hairpinningNode, hairpinSrc } from './hairpin-nodes.js';
import { in2outReass } from './in2out-reass.js';
import { in2outNodes } from './in2out.js';
import { out2inReass } from './out2in-reass.js';
import { out2in } from './out2in.js';

export const nat44Classic: Plugin = {
  name: 'nat44-classic',
  nodes: [
    ...in2outNodes,
    out2in,
    classify,
    hairpinDst,
    hairpinSrc,
    hairpinningNode,
    in2outReass,
    out2inReass,
    fragmentDrop,
  ],
};
