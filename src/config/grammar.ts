/**
 * All commands, as the tree of their words. As in VPP, a word may be abbreviated as far as it stays unique among the words
 * that may stand in its place (`set int state`), which is why the tree knows commands that are not modelled as well.
 * VPP 19.08 src/vlib/cli.c
 */

import type { CommandRow } from './command-row.js';
import { aclRows } from './grammar-acl.js';
import { interfaceRows } from './grammar-interfaces.js';
import { ipRows } from './grammar-ip.js';
import { l2Rows } from './grammar-l2.js';
import { nat44Rows } from './grammar-nat44.js';

/** Commands of VPP 19.08 that change a node and are not modelled. */
const NOT_MODELLED = [
  'create bond', 'create geneve tunnel', 'create gre tunnel', 'create gtpu tunnel', 'create interface avf',
  'create interface memif', 'create interface rdma', 'create interface virtio', 'create interface vmxnet3',
  'create ipip tunnel', 'create ipsec tunnel', 'create memif socket', 'create sub-interfaces', 'create vhost-user',
  'create vxlan-gbp tunnel', 'create vxlan-gpe tunnel', 'classify session', 'classify table', 'delete host-interface',
  'delete tap', 'ip mroute', 'ip probe-neighbor', 'ip punt', 'ip scan-neighbor', 'ip urpf-accept', 'ip virtual', 'ip6 route',
  'ip6 table', 'l2fib del', 'l2fib flush-mac', 'lcp', 'mpls', 'nat addr-port-assignment-alg', 'nat ha', 'nat ipfix logging',
  'nat set logging level', 'nat virtual-reassembly', 'nat44 add load-balancing back-end', 'nat44 del session',
  'nat44 deterministic', 'nat64', 'nat66', 'packet-generator', 'set acl-plugin event-trace', 'set acl-plugin heap',
  'set acl-plugin macip', 'set acl-plugin reclassify-sessions', 'set acl-plugin session table',
  'set acl-plugin skip-ipv6-extension-header', 'set bridge-domain arp', 'set bridge-domain flood',
  'set bridge-domain forward', 'set bridge-domain learn', 'set bridge-domain mac-age', 'set bridge-domain uu-flood',
  'set interface feature', 'set interface hw-class', 'set interface input acl', 'set interface ip classify',
  'set interface ip directed-broadcast', 'set interface ip source-check', 'set interface ip vxlan-bypass',
  'set interface ip6', 'set interface l2 flood', 'set interface l2 forward', 'set interface l2 learn',
  'set interface l2 tag-rewrite', 'set interface l2 xconnect', 'set interface l3', 'set interface lldp',
  'set interface mpls', 'set interface nat64', 'set interface nat66', 'set interface output acl',
  'set interface promiscuous', 'set interface proxy-arp', 'set interface reassembly', 'set interface rx-mode',
  'set interface rx-placement', 'set interface span', 'set interface tag', 'set ip classify',
  'set ip source-and-port-range-check', 'set ip6', 'set nat workers',
]; // prettier-ignore

export interface CommandNode {
  readonly children: ReadonlyMap<string, CommandNode>;
  readonly row: CommandRow | null;
}

interface GrowingNode extends CommandNode {
  readonly children: Map<string, GrowingNode>;
  row: CommandRow | null;
}

function plant(rows: readonly CommandRow[]): CommandNode {
  const root: GrowingNode = { children: new Map(), row: null };
  for (const row of rows) {
    let node = root;
    for (const text of row.path.split(' ')) {
      let child = node.children.get(text);
      if (!child) node.children.set(text, (child = { children: new Map(), row: null }));
      node = child;
    }
    node.row = row;
  }
  return root;
}

/** `exec FILE` is for the reader of scripts, which knows where files are. */
export const EXEC = 'exec';

export const commandTree: CommandNode = plant([
  ...interfaceRows,
  ...ipRows,
  ...aclRows,
  ...nat44Rows,
  ...l2Rows,
  { path: EXEC, read: null },
  ...NOT_MODELLED.map((path) => ({ path, read: null })),
]);

/** The children of `node` that `text` names or abbreviates; a word in full is only itself. */
export function childrenNamed(node: CommandNode, text: string): readonly [string, CommandNode][] {
  const exact = node.children.get(text);
  return exact ? [[text, exact]] : [...node.children].filter(([name]) => name.startsWith(text));
}
