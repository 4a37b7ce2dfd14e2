/**
 * What commands touch that are not modelled, by how they begin. A command that is not listed touches the interfaces that it names, and
 * packets to the IPv4 prefixes that it names; one that names neither touches everything.
 */

import { TYPE_LLDP, TYPE_MPLS } from '../../wire/ethernet.js';

export interface Touch {
  /** The interfaces it names: what they receive and send. */
  readonly interfaces?: true;
  /** Packets to the prefixes it names, or to the first of them. */
  readonly destinations?: 'all' | 'first';
  /** Packets of the route that it makes. */
  readonly route?: true;
  /** Packets for the node itself, but ICMP: to the addresses that it names, or to any. */
  readonly local?: true;
  /** Packets that come to nodes of these names. */
  readonly nodes?: RegExp;
  /** Frames of these types. */
  readonly etherTypes?: readonly number[];
  /** Nothing else than IPv6. */
  readonly ip6Only?: true;
}

/** By itself it changes nothing: another command, which names an interface or a prefix, puts it to use. */
const NOTHING: Touch = {};
const NAMED: Touch = { interfaces: true, destinations: 'all' };
const LOCAL: Touch = { local: true, interfaces: true };
const IP6: Touch = { interfaces: true, ip6Only: true };
const MPLS: Touch = { etherTypes: [TYPE_MPLS] };
const NAT44: Touch = { nodes: /^(nat|snat)/, interfaces: true };
const BRIDGES: Touch = { nodes: /^l2-/ };

const each = (touch: Touch, paths: readonly string[]): [string, Touch][] => paths.map((path) => [path, touch]);

const TOUCHES: ReadonlyMap<string, Touch> = new Map([
  ...each(NOTHING, [
    'interface:', 'abf policy', 'bfd key', 'bier table', 'classify session', 'classify table', 'cnat snat-policy', 'configure policer', 'create nsh entry',
    'create nsh map', 'det44 add', 'det44 plugin', 'dslite', 'flow', 'gbp contract', 'ioam', 'ipsec async', 'ipsec policy', 'ipsec sa', 'ipsec select backend',
    'ipsec spd', 'lb as', 'lb conf', 'map add rule', 'map params', 'mpls table', 'nat64 add', 'nat64 plugin', 'nat66 add', 'nat66 plugin', 'npol ipset',
    'npol policy', 'npol rule', 'policer add', 'policer del', 'qos egress map', 'set cnat snat-policy', 'set crypto', 'set det44', 'set ipsec async',
    'set nsim', 'set pnat', 'set sw_scheduler', 'set wireguard', 'snort create-instance', 'svs table',
  ]),
  ...each(LOCAL, [
    'app', 'bfd', 'dns', 'hsi', 'http', 'ikev2', 'ip punt', 'lisp', 'one', 'prom', 'punt', 'quic', 'session', 'set dhcp', 'set ikev2', 'set punt', 'svs',
    'tls', 'udp decap', 'udp-echo',
  ]),
  ...each(IP6, [
    'create 6rd tunnel', 'create l2tpv3 tunnel', 'dhcp6', 'disable ip6', 'enable ip6', 'ila', 'ip6', 'nat66', 'npt66', 'set dhcpv6', 'set interface ip6',
    'set interface ip6-nd', 'set interface nat66', 'set ip6', 'set npt66', 'set sr', 'sr',
  ]),
  ...each({ destinations: 'first' }, ['cnat translation', 'lb vip']),
  ...each({ destinations: 'all' }, ['ip neighbor', 'set ip arp', 'set ip neighbor', 'stn']),
  ...each({ route: true }, ['ip route']),
  ...each({ interfaces: true }, ['set dhcp client']),
  ...each({ nodes: /^ip4-(mfib|replicate)/ }, ['igmp', 'ip mroute']),
  ...each({ nodes: /reassembly|^(nat44|nat44-ed)-.*reass/ }, ['set ip reassembly', 'nat virtual-reassembly']),
  ...each({ nodes: /^(ip4-arp|arp-reply)$/ }, ['set ip neighbor-config']),
  ...each({ nodes: /^acl-plugin/, interfaces: true }, ['set acl-plugin', 'delete acl-plugin']),
  ...each(NAT44, ['nat44', 'nat', 'set nat', 'set nat44', 'set interface nat44', 'startup: nat']),
  ...each(BRIDGES, ['create bridge-domain', 'set bridge-domain', 'l2fib', 'set l2fib', 'l2 rewrite']),
  ...each({ etherTypes: [TYPE_LLDP] }, ['lldp', 'set lldp', 'set interface lldp']),
  ...each(MPLS, ['mpls', 'set interface mpls', 'sr mpls']),
]); // prettier-ignore

/** Of the commands listed, the one with the most words that the path begins with. */
export function touchOf(path: string): Touch {
  const words = path.split(' ');
  for (let count = words.length; count > 0; count--) {
    const touch = TOUCHES.get(words.slice(0, count).join(' '));
    if (touch) return touch;
  }
  return NAMED;
}

/** Whether by itself it changes nothing. */
export const touchesNothing = (path: string): boolean => touchOf(path) === NOTHING;

/** Names of the interfaces that a command makes; `free` numbers those of a kind. */
type Names = (words: readonly string[], free: (stem: string) => string) => readonly string[];

const behind = (words: readonly string[], ...keys: readonly string[]): string | undefined =>
  words[words.findIndex((word) => keys.includes(word)) + 1];

const numbered =
  (stem: string, ...keys: readonly string[]): Names =>
  (words, free) => {
    const at = words.findIndex((word) => keys.includes(word));
    return [at < 0 ? free(stem) : `${stem}${words[at + 1]}`];
  };

const MAKERS: Readonly<Partial<Record<string, Names>>> = {
  'interface:': (words) => words,
  'create gre tunnel': numbered('gre', 'instance'),
  'create ipip tunnel': numbered('ipip', 'instance'),
  'create 6rd tunnel': numbered('ipip'),
  'create ipsec tunnel': numbered('ipsec', 'instance'),
  'ipsec itf create': numbered('ipsec', 'instance'),
  'wireguard create': numbered('wg', 'instance'),
  'create vxlan tunnel': numbered('vxlan_tunnel', 'instance'),
  'create vxlan-gpe tunnel': numbered('vxlan_gpe_tunnel'),
  'create vxlan-gbp tunnel': numbered('vxlan_gbp_tunnel', 'instance'),
  'create geneve tunnel': numbered('geneve_tunnel'),
  'create gtpu tunnel': numbered('gtpu_tunnel'),
  'create l2tpv3 tunnel': numbered('l2tpv3_tunnel'),
  'create pppoe session': numbered('pppoe_session'),
  'create loopback interface': numbered('loop', 'instance'),
  'create bond': numbered('BondEthernet', 'id'),
  'mpls tunnel': numbered('mpls-tunnel'),
  'pvti interface create': numbered('pvti'),
  'create tap': (words, free) =>
    words.includes('if-name')
      ? [behind(words, 'if-name') ?? '']
      : numbered(words.includes('tun') ? 'tun' : 'tap', 'id')(words, free),
  'create packet-generator': (words) => [behind(words, 'interface') ?? ''],
  'create host-interface': (words) => [`host-${behind(words, 'name') ?? ''}`],
  'create netmap': (words) => [`netmap-${behind(words, 'name') ?? ''}`],
  'create interface memif': (words) => {
    const of = (key: string): string => (words.includes(key) ? (behind(words, key) ?? '') : '0');
    return [`memif${of('socket-id')}/${of('id')}`];
  },
  'create vhost-user': numbered('VirtualEthernet0/0/', 'renumber'),
  'create sub-interfaces': (words) => [`${words[2]}.${words[3]}`],
  'pipe create': (words, free) => {
    const [name] = numbered('pipe', 'instance')(words, free);
    return [name, `${name}.0`, `${name}.1`];
  },
};

/** Names of the interfaces that a command makes, which is not modelled. */
export function namesMade(path: string, words: readonly string[], names: ReadonlySet<string>): readonly string[] {
  const free = (stem: string): string => {
    let number = 0;
    while (names.has(`${stem}${String(number)}`)) number++;
    return `${stem}${String(number)}`;
  };
  return MAKERS[path]?.(words, free).filter((name) => name !== '' && !names.has(name)) ?? [];
}
