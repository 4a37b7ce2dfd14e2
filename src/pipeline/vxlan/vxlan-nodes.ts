/** The nodes of VXLAN tunnels. */

import type { AnyNode } from '../engine/node.js';
import { vxlan4Encap } from './vxlan4-encap.js';
import { vxlan4Input } from './vxlan4-input.js';

export const vxlanNodes: readonly AnyNode[] = [vxlan4Input, vxlan4Encap];
