/** The nodes of endpoint-dependent NAT44. */

import type { AnyNode } from '../engine/node.js';
import { edClassify } from './ed-classify.js';
import { edHairpinNodes } from './ed-hairpin-nodes.js';
import { in2outEdNodes } from './in2out-ed.js';
import { in2outEdReassNodes } from './in2out-ed-reass.js';
import { out2inEdNodes } from './out2in-ed.js';
import { out2inEdReassNodes } from './out2in-ed-reass.js';

export const nat44EdNodes: AnyNode[] = [
  ...in2outEdNodes,
  ...out2inEdNodes,
  edClassify,
  ...in2outEdReassNodes,
  ...out2inEdReassNodes,
  ...edHairpinNodes,
];
