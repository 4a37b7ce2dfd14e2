/** All nodes of the graph. Order means nothing but for features that no declaration orders. */

import type { Tables } from '../pipeline/engine/tables.js';
import { aclNodes } from '../pipeline/acl/acl-nodes.js';
import { ethernetNodes } from '../pipeline/ethernet/ethernet-nodes.js';
import { inputNodes } from '../pipeline/interface/input-nodes.js';
import { interfaceNodes } from '../pipeline/interface/interface-output.js';
import { ip4Nodes } from '../pipeline/ip4/ip4-nodes.js';
import { l2Nodes } from '../pipeline/l2/l2-nodes.js';
import { nat44Nodes } from '../pipeline/nat44-classic/nat44-nodes.js';
import { nat44EdNodes } from '../pipeline/nat44-ed/nat44-ed-nodes.js';
import type { AnyNode } from '../pipeline/engine/node.js';
import { vxlanNodes } from '../pipeline/vxlan/vxlan-nodes.js';

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
