/** Every command form, and the typed command it is. */

import { expect } from 'chai';
import { parseScript } from '../../src/config/parse-script.js';
import { parseAddress, parseMac } from '../../src/wire/address.js';
import type { MacAddress } from '../../src/wire/address.js';
import { ip6Number, parseIp6 } from '../../src/wire/ip6-address.js';
import { ACTION_DENY, ACTION_PERMIT, ACTION_PERMIT_REFLECT } from '../../src/pipeline/acl/match/acl-rules.js';
import type { EiDisable, EiEnable } from '../../src/pipeline/nat44-ei/commands.js';
import type { AnyBody } from './any-body.js';

type EiBody = EiEnable | EiDisable;

const ip = (text: string): number => parseAddress(text) ?? NaN;
const mac = (text: string): MacAddress => parseMac(text) ?? { high: NaN, low: NaN };
const ip6 = (text: string): number => ip6Number(parseIp6(text) ?? [0, 0, 0, 0]);
const hop = (text: string) => ({ address: ip(text), isIp6: false });
const net = (text: string, length: number) => ({ address: ip(text), length });

const plainPath = { special: null, nextHop: null, interfaceName: null, nextHopTable: null, weight: 1, preference: 0 };
const plainRule = {
  action: ACTION_PERMIT,
  isIp6: false,
  source: 0,
  sourceLength: 0,
  destination: 0,
  destinationLength: 0,
  protocol: 0,
  sourcePortFirst: 0,
  sourcePortLast: 65535,
  destinationPortFirst: 0,
  destinationPortLast: 65535,
  tcpFlagsValue: 0,
  tcpFlagsMask: 0,
} as const;
const plainStatic = {
  kind: 'nat44-static-mapping',
  protocol: 'tcp',
  localAddress: ip('10.1.1.3'),
  localPort: 8080,
  externalAddress: ip('192.168.16.1'),
  externalInterface: null,
  poolAddress: null,
  externalPort: 80,
  vrf: null,
  twiceNat: 'none',
  out2inOnly: false,
  isDelete: false,
} as const;
const route = { kind: 'route', prefix: net('10.2.0.0', 16), tableId: 0, isDelete: false } as const;
const neighbor = {
  kind: 'neighbor',
  interfaceName: 'tap0',
  isIp6: false,
  address: ip('10.1.1.3'),
  mac: mac('02:00:00:00:00:03'),
  isStatic: false,
  noFibEntry: false,
} as const;
const natAddress = { kind: 'nat44-address', tenantVrf: null, twiceNat: false, isDelete: false } as const;
const bridge = { flood: true, uuFlood: true, forward: true, learn: true, arpTerm: false };
const loop = (instance: number | null, own: string | null) =>
  ({ kind: 'create-loopback', mac: own === null ? null : mac(own), instance }) as const;

const FORMS: readonly { given: string; expected: AnyBody | readonly AnyBody[] }[] = [
  // Interfaces
  {
    given: '# interface: GigabitEthernet0/8/0 mac 08:00:27:44:9f:d8',
    expected: { kind: 'create-interface', name: 'GigabitEthernet0/8/0', device: 'dpdk', mac: mac('08:00:27:44:9f:d8') },
  },
  { given: '#interface: eth', expected: { kind: 'create-interface', name: 'eth', device: 'dpdk', mac: null } },
  {
    given: 'create packet-generator interface pg3',
    expected: { kind: 'create-interface', name: 'pg3', device: 'pg', mac: null },
  },
  {
    given: 'create tap id 4 host-if-name vpp1 hw-addr 02:fe:00:00:00:04 rx-ring-size 256',
    expected: { kind: 'create-interface', name: 'tap4', device: 'tap', mac: mac('02:fe:00:00:00:04') },
  },
  {
    given: 'create host-interface hw-addr 02fe.0000.0004 name veth1',
    expected: { kind: 'create-interface', name: 'host-veth1', device: 'af-packet', mac: mac('02:fe:00:00:00:04') },
  },
  { given: 'create loopback interface', expected: loop(null, null) },
  { given: 'create loopback interface mac 1a:2b:3c:4d:5e:01 instance 3', expected: loop(3, '1a:2b:3c:4d:5e:01') },
  { given: 'loopback create-interface instance 3', expected: loop(3, null) },
  {
    given: 'set interface state GigabitEthernet0/8/0 up',
    expected: { kind: 'interface-state', interfaceName: 'GigabitEthernet0/8/0', up: true },
  },
  { given: 'set int st tap0 down', expected: { kind: 'interface-state', interfaceName: 'tap0', up: false } },
  {
    given: 'set interface mac address tap0 02:fe:00:00:00:01',
    expected: { kind: 'interface-mac', interfaceName: 'tap0', mac: mac('02:fe:00:00:00:01') },
  },
  {
    given: 'set interface ip address tap0 10.1.1.1/24',
    expected: { kind: 'interface-address', interfaceName: 'tap0', prefix: net('10.1.1.1', 24), isDelete: false },
  },
  {
    given: 'set interface ip address del tap0 10.1.1.1/24',
    expected: { kind: 'interface-address', interfaceName: 'tap0', prefix: net('10.1.1.1', 24), isDelete: true },
  },
  {
    given: 'set interface unnumbered tap0 use loop0',
    expected: { kind: 'interface-unnumbered', interfaceName: 'tap0', useInterface: 'loop0' },
  },
  {
    given: 'set interface mtu 1500 tap0',
    expected: { kind: 'interface-mtu', interfaceName: 'tap0', layer: 'hardware', mtu: 1500 },
  },
  {
    given: 'set interface mtu packet 1500 tap0',
    expected: { kind: 'interface-mtu', interfaceName: 'tap0', layer: 'packet', mtu: 1500 },
  },
  {
    given: 'set interface ip table tap0 10',
    expected: { kind: 'interface-table', interfaceName: 'tap0', tableId: 10 },
  },
  // IPv4
  { given: 'ip table add 10', expected: { kind: 'ip-table-add', tableId: 10 } },
  { given: 'ip table 10 name red', expected: { kind: 'ip-table-add', tableId: 10 } },
  {
    given: 'set ip flow-hash table 20 src dst proto',
    expected: { kind: 'ip-flow-hash', tableId: 20, fields: ['src', 'dst', 'proto'] },
  },
  { given: 'set ip arp tap0 10.1.1.3 02:00:00:00:00:03', expected: neighbor },
  { given: 'set ip arp del tap0 10.1.1.3 02:00:00:00:00:03', expected: { ...neighbor, isDelete: true } },
  { given: 'set ip arp static tap0 10.1.1.3 02:00:00:00:00:03', expected: { ...neighbor, isStatic: true } },
  {
    given: 'set ip arp tap0 10.1.1.3 0200.0000.0003 static no-fib-entry',
    expected: { ...neighbor, isStatic: true, noFibEntry: true },
  },
  { given: 'set ip neighbor static tap0 10.1.1.3 02:00:00:00:00:03', expected: { ...neighbor, isStatic: true } },
  {
    given: 'set ip arp count 2 tap0 10.1.1.255 02:ff:ff:ff:ff:ff',
    expected: [
      { ...neighbor, address: ip('10.1.1.255'), mac: mac('02:ff:ff:ff:ff:ff') },
      { ...neighbor, address: ip('10.1.2.0'), mac: mac('03:00:00:00:00:00') },
    ],
  },
  {
    given: 'ip route add 10.2.0.0/16 via 10.1.1.3 tap0',
    expected: { ...route, paths: [{ ...plainPath, nextHop: hop('10.1.1.3'), interfaceName: 'tap0' }] },
  },
  { given: 'ip route 10.2.0.0/16 via tap0', expected: { ...route, paths: [{ ...plainPath, interfaceName: 'tap0' }] } },
  {
    given: 'ip route add 10.2.0.0/16 via 10.1.1.3',
    expected: { ...route, paths: [{ ...plainPath, nextHop: hop('10.1.1.3') }] },
  },
  { given: 'ip route add 10.2.0.0/16 via drop', expected: { ...route, paths: [{ ...plainPath, special: 'drop' }] } },
  { given: 'ip route add 10.2.0.0/16 via local', expected: { ...route, paths: [{ ...plainPath, special: 'local' }] } },
  {
    given: 'ip route add 10.2.0.0/16 via null-send-unreach',
    expected: { ...route, paths: [{ ...plainPath, special: 'unreach' }] },
  },
  {
    given: 'ip route add table 7 10.2.0.0/16 via weight 3 10.1.1.3 tap0 via 10.1.1.4 next-hop-table 2 preference 1',
    expected: {
      ...route,
      tableId: 7,
      paths: [
        { ...plainPath, nextHop: hop('10.1.1.3'), interfaceName: 'tap0', weight: 3 },
        { ...plainPath, nextHop: hop('10.1.1.4'), nextHopTable: 2, preference: 1 },
      ],
    },
  },
  { given: 'ip route del 10.2.0.0/16', expected: { ...route, paths: [], isDelete: true } },
  {
    given: 'ip route add count 2 10.2.0.0/16 via drop',
    expected: [
      { ...route, paths: [{ ...plainPath, special: 'drop' }] },
      { ...route, prefix: net('10.3.0.0', 16), paths: [{ ...plainPath, special: 'drop' }] },
    ],
  },
  // ACLs
  {
    given: 'set acl-plugin acl tag pod permit+reflect src 10.1.0.0/16 dst 0.0.0.0/0 proto 6 sport 1-2 dport 80, deny',
    expected: {
      kind: 'acl',
      index: undefined,
      tag: 'pod',
      rules: [
        {
          ...plainRule,
          action: ACTION_PERMIT_REFLECT,
          source: ip('10.1.0.0'),
          sourceLength: 16,
          protocol: 6,
          sourcePortFirst: 1,
          sourcePortLast: 2,
          destinationPortFirst: 80,
          destinationPortLast: 80,
          text: 'permit+reflect src 10.1.0.0/16 dst 0.0.0.0/0 proto 6 sport 1-2 dport 80',
        },
        { ...plainRule, action: ACTION_DENY, text: 'deny' },
      ],
    },
  },
  {
    given: 'set acl-plugin acl ipv4 permit src 10.1.1.1/32 dst 10.1.1.2/32 proto 6 tcpflags 2 18',
    expected: {
      kind: 'acl',
      index: undefined,
      tag: '',
      rules: [
        {
          ...plainRule,
          source: ip('10.1.1.1'),
          sourceLength: 32,
          destination: ip('10.1.1.2'),
          destinationLength: 32,
          protocol: 6,
          tcpFlagsValue: 2,
          tcpFlagsMask: 18,
          text: 'ipv4 permit src 10.1.1.1/32 dst 10.1.1.2/32 proto 6 tcpflags 2 18',
        },
      ],
    },
  },
  {
    given: 'set acl-plugin acl permit src fd00::/64 dst ::/0',
    expected: {
      kind: 'acl',
      index: undefined,
      tag: '',
      rules: [
        {
          ...plainRule,
          isIp6: true,
          source: ip6('fd00::'),
          sourceLength: 64,
          text: 'permit src fd00::/64 dst ::/0',
        },
      ],
    },
  },
  {
    given: 'set acl-plugin acl index 2 permit',
    expected: { kind: 'acl', index: 2, tag: '', rules: [{ ...plainRule, text: 'permit' }] },
  },
  {
    given: 'set acl-plugin interface tap0 output acl 1 del',
    expected: { kind: 'acl-interface', interfaceName: 'tap0', direction: 'output', aclIndex: 1, isDelete: true },
  },
  {
    given: 'set acl-plugin interface tap0 output acl 3',
    expected: { kind: 'acl-interface', interfaceName: 'tap0', direction: 'output', aclIndex: 3, isDelete: false },
  },
  {
    given: 'set acl-plugin session timeout tcp transient 30',
    expected: { kind: 'acl-session-timeout', which: 'tcp transient', seconds: 30 },
  },
  {
    given: 'set acl-plugin l4-match-nonfirst-fragment 0',
    expected: { kind: 'acl-l4-match-nonfirst-fragment', enabled: false },
  },
  { given: 'set acl-plugin use-hash-acl-matching 1', expected: { kind: 'acl-hash-matching', enabled: true } },
  // NAT44
  {
    given: 'set interface nat44 in tap0 in tap1 out tap2',
    expected: {
      kind: 'nat44-interface',
      inside: ['tap0', 'tap1'],
      outside: ['tap2'],
      outputFeature: false,
      isDelete: false,
    },
  },
  {
    given: 'set interface nat44 out tap2 output-feature del',
    expected: { kind: 'nat44-interface', inside: [], outside: ['tap2'], outputFeature: true, isDelete: true },
  },
  { given: 'nat44 forwarding enable', expected: { kind: 'nat44-forwarding', enabled: true } },
  { given: 'nat44 forwarding disable', expected: { kind: 'nat44-forwarding', enabled: false } },
  {
    given: 'nat44 add address 192.168.16.1',
    expected: { ...natAddress, first: ip('192.168.16.1'), last: ip('192.168.16.1') },
  },
  {
    given: 'nat44 add address 192.168.16.1 - 192.168.16.4 tenant-vrf 3',
    expected: { ...natAddress, first: ip('192.168.16.1'), last: ip('192.168.16.4'), tenantVrf: 3 },
  },
  {
    given: 'nat44 add address 192.168.16.1-192.168.16.4 twice-nat del',
    expected: { ...natAddress, first: ip('192.168.16.1'), last: ip('192.168.16.4'), twiceNat: true, isDelete: true },
  },
  {
    given: 'nat44 add interface address tap0 twice-nat',
    expected: { kind: 'nat44-interface-address', isDelete: false, interfaceName: 'tap0', twiceNat: true },
  },
  { given: 'nat44 add static mapping tcp local 10.1.1.3 8080 external 192.168.16.1 80', expected: plainStatic },
  {
    given: 'nat44 add static mapping external 192.168.16.1 80 out2in-only vrf 2 twice-nat local 10.1.1.3 8080 udp',
    expected: { ...plainStatic, protocol: 'udp', twiceNat: 'twice-nat', out2inOnly: true, vrf: 2 },
  },
  {
    given: 'nat44 add static mapping tcp local 10.1.1.3 8080 external tap0 80 self-twice-nat del',
    expected: {
      ...plainStatic,
      externalAddress: 0,
      externalInterface: 'tap0',
      twiceNat: 'self-twice-nat',
      isDelete: true,
    },
  },
  {
    given: 'nat44 add static mapping local 10.1.1.3 external 192.168.16.1',
    expected: { ...plainStatic, protocol: null, localPort: 0, externalPort: 0 },
  },
  {
    given: 'nat44 add identity mapping 192.168.16.1 udp 4789',
    expected: {
      kind: 'nat44-identity-mapping',
      address: ip('192.168.16.1'),
      interfaceName: null,
      protocol: 'udp',
      port: 4789,
      vrf: null,
      isDelete: false,
    },
  },
  {
    given: 'nat44 add identity mapping external tap0 vrf 1',
    expected: {
      kind: 'nat44-identity-mapping',
      address: 0,
      interfaceName: 'tap0',
      protocol: null,
      port: 0,
      vrf: 1,
      isDelete: false,
    },
  },
  {
    given:
      'nat44 add load-balancing static mapping protocol tcp external 10.96.0.10:80 local 10.1.1.3:8080 probability 1 ' +
      'local 10.1.1.4:8080 vrf 2 probability 3 self-twice-nat out2in-only affinity 60',
    expected: {
      kind: 'nat44-lb-static-mapping',
      protocol: 'tcp',
      externalAddress: ip('10.96.0.10'),
      externalPort: 80,
      locals: [
        { address: ip('10.1.1.3'), port: 8080, probability: 1, vrf: 0 },
        { address: ip('10.1.1.4'), port: 8080, probability: 3, vrf: 2 },
      ],
      twiceNat: 'self-twice-nat',
      out2inOnly: true,
      affinity: 60,
      isDelete: false,
    },
  },
  {
    given: 'set nat timeout udp 10 icmp 5',
    expected: [
      { kind: 'nat-timeout', which: 'udp', seconds: 10 },
      { kind: 'nat-timeout', which: 'icmp', seconds: 5 },
    ],
  },
  {
    given: 'set nat timeout reset',
    expected: [
      { kind: 'nat-timeout', which: 'udp', seconds: 300 },
      { kind: 'nat-timeout', which: 'tcp-established', seconds: 7440 },
      { kind: 'nat-timeout', which: 'tcp-transitory', seconds: 240 },
      { kind: 'nat-timeout', which: 'icmp', seconds: 60 },
    ],
  },
  { given: 'nat mss-clamping 1400', expected: { kind: 'nat-mss-clamping', mss: 1400 } },
  { given: 'nat mss-clamping disable', expected: { kind: 'nat-mss-clamping', mss: 0 } },
  // Bridge domains and VXLAN
  {
    given: 'create vxlan tunnel vni 10 dst 192.168.16.2 src 192.168.16.1 decap-next l2 encap-vrf-id 4',
    expected: {
      kind: 'vxlan-tunnel',
      source: ip('192.168.16.1'),
      destination: ip('192.168.16.2'),
      vni: 10,
      encapVrf: 4,
      instance: null,
      isDelete: false,
    },
  },
  { given: 'create bridge-domain 1', expected: { kind: 'bridge-domain', id: 1, ...bridge } },
  {
    given: 'create bridge-domain 1 learn 0 forward 1 uu-flood 0 flood 0 arp-term 1',
    expected: { kind: 'bridge-domain', id: 1, ...bridge, learn: false, uuFlood: false, flood: false, arpTerm: true },
  },
  {
    given: 'set interface l2 bridge loop0 1 bvi',
    expected: { kind: 'l2-bridge', interfaceName: 'loop0', bridgeDomain: 1, bvi: true, splitHorizonGroup: 0 },
  },
  {
    given: 'set interface l2 bridge vxlan_tunnel0 1 1',
    expected: { kind: 'l2-bridge', interfaceName: 'vxlan_tunnel0', bridgeDomain: 1, bvi: false, splitHorizonGroup: 1 },
  },
  {
    given: 'l2fib add 1a:2b:3c:4d:5e:02 1 vxlan_tunnel0 static',
    expected: {
      kind: 'l2fib-add',
      mac: mac('1a:2b:3c:4d:5e:02'),
      bridgeDomain: 1,
      interfaceName: 'vxlan_tunnel0',
      isStatic: true,
      isFilter: false,
      isBvi: false,
    },
  },
  {
    given: 'l2fib add 1a:2b:3c:4d:5e:02 1 filter',
    expected: {
      kind: 'l2fib-add',
      mac: mac('1a:2b:3c:4d:5e:02'),
      bridgeDomain: 1,
      interfaceName: '',
      isStatic: true,
      isFilter: true,
      isBvi: false,
    },
  },
];

/** Forms that only 26.06 has (src/plugins/nat/nat44-ei/nat44_ei_cli.c, nat44-ed/nat44_ed_cli.c). */
const FORMS_26: readonly { given: string; expected: AnyBody | EiBody }[] = [
  {
    given: 'nat44 ei plugin enable',
    expected: {
      kind: 'nat44-ei-enable',
      users: 1024,
      sessions: 10240,
      userSessions: 10240,
      insideVrf: 0,
      outsideVrf: 0,
    },
  },
  {
    given: 'nat44 ei plugin enable inside-vrf 10 outside-vrf 20 users 5 sessions 100 user-sessions 7',
    expected: {
      kind: 'nat44-ei-enable',
      users: 5,
      sessions: 100,
      userSessions: 7,
      insideVrf: 10,
      outsideVrf: 20,
    },
  },
  { given: 'nat44 ei plugin disable', expected: { kind: 'nat44-ei-disable' } },
  {
    given: 'nat44 ei add address 192.168.16.10 - 192.168.16.12 tenant-vrf 10',
    expected: { ...natAddress, first: ip('192.168.16.10'), last: ip('192.168.16.12'), tenantVrf: 10 },
  },
  {
    given: 'set interface nat44 ei in tap0 out tap1 output-feature',
    expected: {
      kind: 'nat44-interface',
      inside: ['tap0'],
      outside: ['tap1'],
      outputFeature: true,
      isDelete: false,
    },
  },
  {
    given: 'nat44 ei add static mapping tcp local 10.1.1.3 8080 external 192.168.16.1 80',
    expected: plainStatic,
  },
];

describe('config: command forms', () => {
  for (const { given, expected } of FORMS) {
    it(given, () => {
      const { commands } = parseScript(given, 'node.vpp');
      expect(commands.map(({ body }) => body)).to.deep.equal('kind' in expected ? [expected] : expected);
    });
  }

  for (const { given, expected } of FORMS_26)
    it(`26.06: ${given}`, () => {
      const { commands } = parseScript(given, 'node.vpp', { release: '26.06' });
      expect(commands.map(({ body }) => body)).to.deep.equal([expected]);
    });

  it('a tap without id takes the first that is free', () => {
    const { commands } = parseScript('create tap id 0\ncreate tap id 2\ncreate tap\ncreate tap', 'node.vpp');
    const names = commands.map(({ body, row }) => row.makes?.(body));
    expect(names).to.deep.equal(['tap0', 'tap2', 'tap1', 'tap3']);
  });
});
