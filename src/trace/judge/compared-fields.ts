/** What of a trace's lines is compared, and how. */

import type { FormName } from '../parse/forms.js';

/**
 * - `equal`: the same text
 * - an index (`interface`, `adjacency`, …): numbers that follow the order in which a node was configured or used. Another number
 *   is no difference where it stands for the same thing throughout; -1 is -1.
 */
export type Comparison = 'equal' | IndexKind;
export type IndexKind =
  | 'interface'
  | 'adjacency'
  | 'load balance'
  /** At ip4-load-balance: 2018 prints the load balance again, 19.08 the adjacency that the packet goes to. */
  | 'object behind a load balance'
  | 'FIB'
  | 'ACL'
  | 'NAT44 session'
  | 'bridge domain';

type Fields = Readonly<Record<string, Comparison>>;

const all = (...names: readonly string[]): Fields => Object.fromEntries(names.map((name) => [name, 'equal']));

const MACS = all('source', 'destination');
const TUPLE = all(
  'family',
  'fragment',
  'source',
  'destination',
  'protocol',
  'sourcePort',
  'destinationPort',
  'tcpFlags',
);

/**
 * By form of line. Forms and fields that are not here are not compared: times and places in memory, numbers of next nodes (which
 * the path tells better), words that repeat what the line below says, what a driver says about itself.
 */
export const COMPARED: Partial<Readonly<Record<FormName, Fields>>> = {
  ethernet: { ...MACS, ...all('type', 'vlan', 'priority', 'cfi') },
  'ip4-addresses': all('protocol', 'source', 'destination'),
  'ip4-version': all('version', 'headerBytes'),
  'ip4-fields': all('tos', 'ttl', 'length', 'checksum', 'computed'),
  'ip4-fragment': all('id', 'offset', 'flags'),
  'tcp-ports': all('source', 'destination'),
  'tcp-sequence': all('sequence', 'acknowledgment'),
  'tcp-flags': all('flags', 'headerBytes'),
  'tcp-window': all('window', 'checksum'),
  'udp-ports': all('source', 'destination'),
  'udp-fields': all('length', 'checksum'),
  icmp4: all('type', 'checksum'),
  'arp-fields': all('operation'),
  'arp-addresses': all('senderMac', 'sender', 'targetMac', 'target'),
  pg: all('length'),
  virtio: all('length'),
  mbuf: all('length'),
  lookup: { fib: 'FIB', adjacency: 'adjacency', flowHash: 'equal' },
  rewrite: {
    swIfIndex: 'interface',
    adjacency: 'adjacency',
    nextHop: 'equal',
    interface: 'equal',
    mtu: 'equal',
    rewrite: 'equal',
  },
  acl: { swIfIndex: 'interface', action: 'equal', acl: 'ACL', rule: 'equal', traceBits: 'equal' },
  'acl-tuple': TUPLE,
  'acl-tuple-1804': TUPLE,
  'acl-tuple-1801': TUPLE,
  nat: { what: 'equal', swIfIndex: 'interface', session: 'NAT44 session' },
  'nat-reassembly': { swIfIndex: 'interface', status: 'equal' },
  'nat-classify': all('status'),
  'udp-lookup': all('source', 'destination', 'listener'),
  'icmp-echo': all('id', 'sequence'),
  fragmentation: all('mtu', 'fragments'),
  'vxlan-decap': all('tunnel', 'vni', 'error'),
  'vxlan-decap-error': all('vni'),
  'vxlan-encap': all('tunnel', 'vni'),
  'l2-input': { ...MACS, swIfIndex: 'interface' },
  'l2-learn': { ...MACS, swIfIndex: 'interface', bridge: 'bridge domain' },
  'l2-fwd': { ...MACS, swIfIndex: 'interface', bridge: 'bridge domain' },
  'l2-flood': { ...MACS, swIfIndex: 'interface', bridge: 'bridge domain' },
  'l2-output': { ...MACS, swIfIndex: 'interface', data: 'equal' },
  'drop-rx': all('interface'),
  'drop-reason': all('node', 'reason'),
};

/** The action of the ACL plugin for a packet of a session; `rule` is then the session's number. */
export const ACTION_SESSION = '3';

/** How a field of a node's line is compared, given the ACL plugin's action and the node that comes next. */
export function comparisonOf(
  node: string,
  form: FormName,
  field: string,
  action: string | undefined,
  next: string | null,
): Comparison | null {
  if (form === 'lookup' && field === 'adjacency') {
    if (node === 'ip4-load-balance') return 'object behind a load balance';
    if (next === 'ip4-load-balance') return 'load balance';
  }
  // A session is one of the packet's own ends whatever its number, and numbers are given anew when sessions time out.
  if (form === 'acl' && field === 'rule' && action === ACTION_SESSION) return null;
  return COMPARED[form]?.[field] ?? null;
}

/** Words for a field in a report: VPP's where it has some. */
const WORDS: Readonly<Record<string, string>> = {
  adjacency: 'dpo-idx',
  swIfIndex: 'sw_if_index',
  flowHash: 'flow hash',
  nextHop: 'next hop',
  rewrite: 'rewrite string',
  traceBits: 'trace_bits',
  sourcePort: 'source port',
  destinationPort: 'destination port',
  tcpFlags: 'TCP flags',
  headerBytes: 'header length',
  bridge: 'bd_index',
  computed: 'checksum that it should be',
};

const PROTOCOLS: Partial<Readonly<Record<FormName, string>>> = {
  ethernet: 'Ethernet',
  'ip4-addresses': 'IPv4',
  'ip4-fields': 'IPv4',
  'ip4-fragment': 'IPv4 fragment',
  'tcp-ports': 'TCP port of the',
  'tcp-sequence': 'TCP',
  'tcp-flags': 'TCP',
  'tcp-window': 'TCP',
  'udp-ports': 'UDP port of the',
  'udp-fields': 'UDP',
  icmp4: 'ICMP',
  lookup: 'route:',
  rewrite: 'adjacency:',
  'vxlan-encap': 'VXLAN',
  'vxlan-decap': 'VXLAN',
};

/** 'IPv4 ttl', 'TCP port of the source', 'rule'. */
export const fieldWords = (form: FormName, field: string): string =>
  [PROTOCOLS[form], WORDS[field] ?? field].filter((word) => word !== undefined).join(' ');
