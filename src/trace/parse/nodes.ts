/** Nodes of a packet trace: which lines each prints, and what it does to the packet as far as rebuilding frames goes. */

import type { FormName } from './forms.js';

/**
 * What a node's record says about the packet's bytes.
 *
 * - `device`: the frame as it arrived
 * - `relay`: nothing; the frame goes on as it came, to another thread or interface
 * - `ethernet`, `l2`: Ethernet addresses
 * - `ip4`: the packet from its IPv4 header on
 * - `acl`: addresses, ports and TCP flags
 * - `nat`: that addresses and ports may be others from here on
 * - `rewrite`: a new Ethernet header, TTL and checksum
 * - `output`: the frame at an interface; `tx`: as it leaves
 * - `encap`, `decap`: VXLAN headers are put before it, or taken away
 * - `echo`: the packet becomes its answer
 * - `options`: the first four bytes of IP options
 * - `fork`: what follows may be other packets: fragments, copies, a reassembled datagram
 * - `end`: the packet's end
 * - `other`: nothing, or nothing reliable: some nodes print bytes from where no header starts
 */
export type NodeRole =
  | 'device'
  | 'relay'
  | 'ethernet'
  | 'l2'
  | 'ip4'
  | 'acl'
  | 'nat'
  | 'rewrite'
  | 'output'
  | 'tx'
  | 'encap'
  | 'decap'
  | 'echo'
  | 'options'
  | 'fork'
  | 'end'
  | 'other';

export interface NodeForm {
  readonly role: NodeRole;
  readonly forms: readonly FormName[];
}

const IP4: readonly FormName[] = [
  'ip4-addresses',
  'ip4-version',
  'ip4-fields',
  'ip4-fragment',
  'tcp-ports',
  'tcp-sequence',
  'tcp-flags',
  'tcp-window',
  'tcp-options',
  'tcp-option-list',
  'udp-ports',
  'udp-fields',
  'icmp4',
  'gre',
  'truncated',
];
const IP6: readonly FormName[] = ['ip6-addresses', 'ip6-fields'];
const FRAME: readonly FormName[] = ['ethernet', ...IP4, 'arp-fields', 'arp-addresses', ...IP6, 'mpls'];
const BUFFER: readonly FormName[] = ['buffer', 'buffer-words', 'mbuf', 'mbuf-data', 'mbuf-type'];
const ACL: readonly FormName[] = ['acl', 'acl-words', 'acl-tuple', 'acl-tuple-1804', 'acl-tuple-1801'];

const device = (...forms: FormName[]): NodeForm => ({ role: 'device', forms: [...forms, ...BUFFER, ...FRAME] });
const relay = (...forms: FormName[]): NodeForm => ({ role: 'relay', forms });
const other = (...forms: FormName[]): NodeForm => ({ role: 'other', forms });
const ip4: NodeForm = { role: 'ip4', forms: ['forward', ...IP4] };
const lookup: NodeForm = { role: 'ip4', forms: ['lookup', ...IP4] };
const unreliable = other('forward', ...IP4, ...IP6);
const acl: NodeForm = { role: 'acl', forms: ACL };
const nat: NodeForm = { role: 'nat', forms: ['nat'] };
const natReassembly: NodeForm = { role: 'nat', forms: ['nat-reassembly'] };
const drop: NodeForm = { role: 'end', forms: ['drop-rx', 'drop-reason'] };

const NODES: Readonly<Record<string, NodeForm>> = {
  'pg-input': device('pg'),
  'virtio-input': device('virtio', 'virtio-header'),
  'dpdk-input': device('rx-queue'),
  'af-packet-input': device('af-packet', 'af-packet-header'),
  'memif-input': device('memif'),
  'vhost-user-input': device('vhost-queue'),
  'tapcli-rx': device('rx-interface'),
  'tuntap-rx': device(),
  'worker-handoff': relay('worker-handoff'),
  handoff_trace: relay('handed-off'),
  'bond-input': relay('bond'),
  'span-input': relay('span'),
  'device-input': relay(),
  'ethernet-input': { role: 'ethernet', forms: ['frame', 'ethernet', 'truncated'] },
  'ip4-input': ip4,
  'ip4-input-no-checksum': ip4,
  'ip4-lookup': lookup,
  'ip4-load-balance': lookup,
  'ip4-local': ip4,
  'ip4-icmp-input': ip4,
  'ip4-icmp-echo-request': { role: 'echo', forms: IP4 },
  'ip4-icmp-echo-reply': other('icmp-echo'),
  'ip4-icmp-error': unreliable,
  'ip4-drop': unreliable,
  'ip4-punt': unreliable,
  'ip4-glean': unreliable,
  'ip4-arp': unreliable,
  'ip4-local-end-of-arc': unreliable,
  'ip4-not-enabled': unreliable,
  'ip6-input': unreliable,
  'ip6-not-enabled': unreliable,
  'ip4-options': { role: 'options', forms: ['ip4-option'] },
  'ip4-rewrite': { role: 'rewrite', forms: ['rewrite', 'other-rewrite', 'dump'] },
  'ip4-frag': { role: 'fork', forms: ['fragmentation', 'fragmentation-2001'] },
  'ip4-full-reassembly': { role: 'fork', forms: ['reassembly', 'reassembly-range', 'reassembly-end'] },
  'ip4-reassembly': { role: 'fork', forms: ['reassembly', 'reassembly-range', 'reassembly-end'] },
  'ip4-mfib-forward-lookup': other('mfib-lookup'),
  'ip4-mfib-forward-rpf': other('mfib-rpf'),
  'ip4-udp-lookup': other('udp-lookup'),
  'arp-input': other('arp-fields', 'arp-addresses'),
  /** Answers a request in its own buffer. */
  'arp-reply': { role: 'fork', forms: ['arp-fields', 'arp-addresses'] },
  'acl-plugin-in-ip4-fa': acl,
  'acl-plugin-out-ip4-fa': acl,
  'acl-plugin-in-ip4-l2': acl,
  'acl-plugin-out-ip4-l2': acl,
  'acl-plugin-in-ip6-fa': other(...ACL),
  'acl-plugin-out-ip6-fa': other(...ACL),
  'nat44-in2out': nat,
  'nat44-in2out-slowpath': nat,
  'nat44-in2out-output': nat,
  'nat44-in2out-output-slowpath': nat,
  'nat44-out2in': nat,
  'nat44-in2out-reass': natReassembly,
  'nat44-in2out-reass-output': natReassembly,
  'nat44-out2in-reass': natReassembly,
  'nat44-classify': other('nat-classify'),
  'nat44-ed-classify': other('nat-classify'),
  'nat44-ed-in2out': nat,
  'nat44-ed-in2out-slowpath': nat,
  'nat44-ed-in2out-output': nat,
  'nat44-ed-in2out-output-slowpath': nat,
  'nat44-ed-out2in': nat,
  'nat44-ed-out2in-slowpath': nat,
  'nat44-ed-in2out-reass': natReassembly,
  'nat44-ed-in2out-reass-output': natReassembly,
  'nat44-ed-out2in-reass': natReassembly,
  'vxlan4-input': { role: 'decap', forms: ['vxlan-decap', 'vxlan-decap-error'] },
  'vxlan4-encap': { role: 'encap', forms: ['vxlan-encap'] },
  'l2-input': { role: 'l2', forms: ['l2-input'] },
  'l2-learn': { role: 'l2', forms: ['l2-learn'] },
  'l2-fwd': { role: 'l2', forms: ['l2-fwd'] },
  'l2-output': { role: 'l2', forms: ['l2-output'] },
  'l2-flood': { role: 'fork', forms: ['l2-flood'] },
  'l2-input-classify': other('l2-classify'),
  'l2-input-feat-arc': other('l2-features'),
  'l2-input-feat-arc-end': other('l2-features'),
  'l2-output-feat-arc': other('l2-features'),
  'l2-output-feat-arc-end': other('l2-features'),
  'llc-input': other('llc'),
  'snap-input': other('snap'),
  'lldp-input': other(),
  'mpls-input': other('mpls-input'),
  'mpls-not-enabled': other(),
  'ethernet-input-type': other(...FRAME),
  'ip4-hairpinning': other(),
  'error-drop': drop,
  'error-punt': drop,
  drop,
  punt: drop,
};

const OUTPUT: NodeForm = { role: 'output', forms: [...FRAME, 'interface'] };
const TX: NodeForm = { role: 'tx', forms: ['tx-queue', ...BUFFER, ...FRAME, 'interface'] };
/** Another driver's: avf-input, rdma-input, vmxnet3-input, and whatever else there may be. */
const DRIVER = device('driver', 'driver-descriptor');
const UNKNOWN: NodeForm = { role: 'other', forms: [] };
/** A driver's node is named so; a protocol's as well (all of VPP 19.08 and 26.06 that the table does not have). */
const DRIVERS = /-(?:input|rx)$/;
const PROTOCOLS = new RegExp(
  '^(?:' +
    '(?:ah|bfd-udp|bfd-udp-echo|esp|geneve|gre|gtpu|ipip|ipsec|lisp-gpe-ip|pvti|sctp|srp|tcp|udp|vrrp|vxlan|wg)[46]-.*|' +
    'ip[46]-.*|l2-.*|l2tp.*|lisp-.*|(?:.*-)?(?:arp|arping|bier|bift|cdp|cop|adl|crypto|hdlc|igmp|lacp|lldp|llc|mpls|nsh|osi|p2p-ethernet|ppp|' +
    'pppoe|pnat|policer|punt-socket|quic|session|snap|span-l2|srp|stats-collect|vxlan-flow|gtpu4-flow|epoll|nat-external|npt66)' +
    '(?:-.*)?)$',
);

/** The name that 19.08 has for a node of a later release: NAT44 became two plugins (21.06), ip4-local is ip4-receive (22.02). */
export const nameOf1908 = (node: string): string =>
  node === 'ip4-receive' ? 'ip4-local' : node.replace(/^nat44-ei-/, 'nat44-');

/** True for a node that the table names, or that belongs to an interface or a driver. */
export const isKnownNode = (node: string): boolean => namedForm(node) !== null;

/** What is declared of a node, by its name in the trace. */
export const nodeForm = (node: string): NodeForm => namedForm(node) ?? cutNodeForm(node) ?? UNKNOWN;

function namedForm(name: string): NodeForm | null {
  const node = nameOf1908(name);
  if (Object.hasOwn(NODES, node)) return NODES[node];
  if (/^.+-output$/.test(node)) return OUTPUT;
  if (/^.+-tx$/.test(node)) return TX;
  return DRIVERS.test(node) && !PROTOCOLS.test(node) ? DRIVER : null;
}

/** A name that lost its end: what the nodes have in common that it may have been. */
function cutNodeForm(node: string): NodeForm | null {
  const all = nodesBeginning(node).map((name) => NODES[name]);
  return all.every(({ role }) => role === all[0].role) ? (all.at(0) ?? null) : null;
}
/** The interface whose output or tx node this is, or null. */
export function interfaceOfNode(node: string): string | null {
  const { role } = nodeForm(node);
  return role === 'output' || role === 'tx' ? node.slice(0, node.lastIndexOf('-')) : null;
}

/** The one node whose name begins so and that prints lines of these forms; null where there are several. */
export function completedNode(name: string, forms: readonly FormName[]): string | null {
  const all = nodesBeginning(name).filter((node) => forms.every((form) => NODES[node].forms.includes(form)));
  return all.length === 1 ? all[0] : null;
}

/** True for what may be the name of a known node that lost its end. */
export const isCutName = (name: string): boolean => !isKnownNode(name) && nodesBeginning(name).length > 0;

/** The nodes of the table whose names begin so, and go on. */
const nodesBeginning = (name: string): string[] =>
  name.length < SHORTEST_BEGINNING ? [] : Object.keys(NODES).filter((node) => node.startsWith(name) && node !== name);

/** Fewer letters say nothing. */
const SHORTEST_BEGINNING = 2;

/** The one node that prints this form, or null: tells whose record it is where the line with the node's name is lost. */
export function ownerOf(form: FormName): string | null {
  const owners = Object.keys(NODES).filter((node) => NODES[node].forms.includes(form));
  return owners.length === 1 ? owners[0] : null;
}
