/** What becomes of frames that are not plain IPv4: node path and drop reason, by hand from the places in VPP 19.08 named. */

import { expect } from 'chai';
import { Bench, TWO_INTERFACES } from '../packets.js';

const IP4 = '4500001c0001000040115fbd0a010103080808081388177000080000';
const IP6 = (destination: string, hopLimit = '40', version = '6'): string =>
  `${version}00000000008 11${hopLimit}${'00'.repeat(15)}01${destination}1388177000080000`.replaceAll(' ', '');
const TO_GLOBAL = `2001${'00'.repeat(13)}02`;
const TO_MULTICAST = `ff02${'00'.repeat(13)}01`;
const FILL = '00'.repeat(20);

const MACS = '02fe00000001020000000103';
const GENERIC = '# ethernet-input: generic';
const MAC = 'set interface mac address pg0 02:fe:00:00:00:01';
const UNNUMBERED = 'set interface unnumbered pg2 use pg0';
const PG2 = 'create packet-generator interface pg2';

interface Row {
  readonly name: string;
  readonly config?: readonly string[];
  readonly on?: string;
  /** Everything behind the MAC addresses. */
  readonly given: string;
  readonly nodes: string;
  readonly drop: string | null;
}

const FORWARDED = 'ethernet-input ip4-input ip4-lookup ip4-rewrite pg1-output';
const DROPPED = 'ethernet-input error-drop drop';
const PUNTED = 'ethernet-input error-punt punt';
const BLACKHOLED = 'null-node: blackholed packets';
const UNKNOWN_VLAN = 'ethernet-input: unknown vlan';
const UNKNOWN_TYPE = 'ethernet-input: unknown ethernet type';

const ROWS: readonly Row[] = [
  // src/vnet/ethernet/node.c, eth_input_tag_lookup: a priority tag is stripped, two tags or an id need a sub-interface
  { name: 'priority tag', given: `810060000800${IP4}`, nodes: FORWARDED, drop: null },
  { name: '802.1ad priority tag', given: `88a800000800${IP4}`, nodes: FORWARDED, drop: null },
  { name: 'VLAN 5', given: `810000050800${IP4}`, nodes: DROPPED, drop: UNKNOWN_VLAN },
  { name: 'two priority tags', given: `8100000081000000 0800${IP4}`, nodes: DROPPED, drop: UNKNOWN_VLAN },
  { name: '802.1ad in 802.1Q', given: `8100000088a800000800${IP4}`, nodes: PUNTED, drop: UNKNOWN_TYPE },
  { name: '0x9100 is unknown to the fast path', given: `910000000800${IP4}`, nodes: PUNTED, drop: BLACKHOLED },
  // parse_header, identify_subint
  { name: 'generic: priority tag', config: [GENERIC, MAC], given: `810000000800${IP4}`, nodes: FORWARDED, drop: null },
  {
    name: 'generic: 0x9100 is a tag',
    config: [GENERIC, MAC],
    given: `910000000800${IP4}`,
    nodes: FORWARDED,
    drop: null,
  },
  {
    name: 'generic: 802.1ad in 802.1Q is an unknown type, not a second tag',
    config: [GENERIC, MAC],
    given: `8100000088a800000800${IP4}`,
    nodes: PUNTED,
    drop: UNKNOWN_TYPE,
  },
  {
    name: 'generic: three tags',
    config: [GENERIC, MAC],
    given: `8100000081000000810000000800${IP4}`,
    nodes: DROPPED,
    drop: UNKNOWN_VLAN,
  },
  // src/vnet/llc/node.c, src/vnet/snap/node.c, src/vnet/osi/node.c
  {
    name: 'spanning tree',
    given: `0026424203${FILL}`,
    nodes: 'ethernet-input llc-input error-drop drop',
    drop: 'llc-input: unknown llc ssap/dsap',
  },
  {
    name: 'IS-IS',
    given: `0026fefe0383${FILL}`,
    nodes: 'ethernet-input llc-input osi-input error-drop drop',
    drop: 'osi-input: unknown osi protocol',
  },
  {
    name: 'CDP: SNAP of another OUI',
    given: `0026aaaa0300000c2000${FILL}`,
    nodes: 'ethernet-input llc-input snap-input error-drop drop',
    drop: 'snap-input: unknown oui/snap protocol',
  },
  // src/vnet/mpls/mpls_input.c
  {
    name: 'MPLS',
    given: `884700010140${IP4}`,
    nodes: 'ethernet-input mpls-input mpls-not-enabled error-drop drop',
    drop: 'mpls-input: MPLS not enabled',
  },
  {
    name: 'MPLS with TTL 0',
    given: `884700010100${IP4}`,
    nodes: 'ethernet-input mpls-input error-drop drop',
    drop: 'mpls-input: MPLS ttl expired',
  },
  // src/vnet/ip/ip6_input.h: the checks set no error; src/vnet/interface.c: unnumbered enables IPv6
  {
    name: 'IPv6',
    given: `86dd${IP6(TO_GLOBAL)}`,
    nodes: 'ethernet-input ip6-input ip6-not-enabled error-drop drop',
    drop: BLACKHOLED,
  },
  {
    name: 'IPv6 multicast passes no ACL',
    config: ['set acl-plugin acl permit src 0.0.0.0/0 dst 0.0.0.0/0', 'set acl-plugin interface pg0 input acl 0'],
    given: `86dd${IP6(TO_MULTICAST)}`,
    nodes: 'ethernet-input ip6-input ip6-not-enabled error-drop drop',
    drop: BLACKHOLED,
  },
  {
    name: 'IPv4 that says it is IPv6',
    given: `86dd${IP6(TO_GLOBAL, '40', '4')}`,
    nodes: 'ethernet-input ip6-input error-drop drop',
    drop: BLACKHOLED,
  },
  {
    name: 'IPv6 with hop limit 0: no address to answer from',
    given: `86dd${IP6(TO_GLOBAL, '00')}`,
    nodes: 'ethernet-input ip6-input ip6-icmp-error error-drop drop',
    drop: BLACKHOLED,
  },
  {
    name: 'IPv6 on an unnumbered interface is looked up',
    config: [PG2, 'set interface state pg2 up', UNNUMBERED],
    on: 'pg2',
    given: `86dd${IP6(TO_GLOBAL)}`,
    nodes: 'ethernet-input ip6-input ip6-lookup ip6-drop error-drop drop',
    drop: BLACKHOLED,
  },
];

describe('EtherTypes', () => {
  for (const { name, config = [], on = 'pg0', given, nodes, drop } of ROWS)
    it(name, () => {
      const bench = new Bench([...TWO_INTERFACES, ...config]);
      const { verdict } = bench.send(on, Uint8Array.from(Buffer.from(MACS + given.replaceAll(' ', ''), 'hex')));
      expect({ nodes: verdict.nodes.join(' '), drop: verdict.drop }).to.deep.equal({ nodes, drop });
    });
});
