/** All nodes of the graph. Order means nothing but for features that no declaration orders. */

import type { Tables } from '../tables/tables.js';
import { aclNodes } from './acl/acl-nodes.js';
import { ethernetNodes } from './ethernet/ethernet-nodes.js';
import { inputNodes } from './input-nodes.js';
import { interfaceNodes } from './interface-output.js';
import { ip4Nodes } from './ip4/ip4-nodes.js';
import { l2Nodes } from './l2/l2-nodes.js';
import { nat44Nodes } from './nat44/nat44-nodes.js';
import { nat44EdNodes } from './nat44-ed/nat44-ed-nodes.js';
import type { AnyNode } from './node.js';
import { vxlanNodes } from './vxlan/vxlan-nodes.js';

/** The nodes for a configuration: the fixed ones, and an output and a tx node per interface. */
export const nodesFor = (tables: Tables): AnyNode[] => [
  ...inputNodes,
  ...ethernetNodes,
  ...ip4Nodes,
  ...aclNodes,
  ...nat44Nodes,
  ...nat44EdNodes,
  ...l2Nodes,
  ...vxlanNodes,
  ...interfaceNodes(tables),
];
