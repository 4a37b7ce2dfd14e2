/** Endpoint-dependent NAT44. */

import type { Plugin } from '../plugin.js';
import { edClassify } from './ed-classify.js';
import { edHairpinNodes } from './ed-hairpin-nodes.js';
import { in2outEdNodes } from './in2out-ed.js';
import { in2outEdReassNodes } from './in2out-ed-reass.js';
import { out2inEdNodes } from './out2in-ed.js';
import { out2inEdReassNodes } from './out2in-ed-reass.js';

export const nat44Ed: Plugin = {
  name: 'nat44-ed',
  nodes: [
    ...in2outEdNodes,
    ...out2inEdNodes,
    edClassify,
    ...in2outEdReassNodes,
    ...out2inEdReassNodes,
    ...edHairpinNodes,
  ],
};
