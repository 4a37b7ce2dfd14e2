/** The nodes of endpoint-dependent NAT44. */

import type { AnyNode } from '../node.js';

export const nat44EdNodes: readonly AnyNode[] = [];
