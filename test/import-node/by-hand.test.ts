/** Scripts of nodes from text by hand: expected commands follow from the text line by line, and are what a person would write. */

import { expect } from 'chai';
import { importNode, type ImportedNode } from '../../src/import-node/import-node.js';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { Node } from '../../src/node/node.js';
import { CONTIV_ANSWERS } from './contiv-answers.js';

const imported = (text: string): ImportedNode => importNode([{ file: 'show.txt', text, asks: null }]);

const asText = (answers: Readonly<Record<string, string>>, lead = '### '): string =>
  Object.entries(answers)
    .map(([command, answer]) => `${lead}${command}\n${answer}\n`)
    .join('');

const without = (...commands: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(CONTIV_ANSWERS).filter(([command]) => !commands.includes(command)));

const commandsOf = ({ script }: ImportedNode): string[] =>
  script.split('\n').filter((line) => line !== '' && !/^# (?!interface:|startup:|release:)/.test(line));

const refusal = (text: string): string => {
  try {
    imported(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing';
};

const CONTIV_COMMANDS = [
  '# startup: nat { endpoint-dependent }',
  'ip table add 1',
  '# interface: GigabitEthernet0/8/0 mac 08:00:27:c7:6c:5b',
  'create tap id 0 hw-addr 01:23:45:67:89:42',
  'create loopback interface mac 1a:2b:3c:4d:5e:02 instance 0',
  'create vxlan tunnel src 192.168.16.2 dst 192.168.16.1 vni 10 instance 0',
  '# interface: unknown5',
  'create tap id 1 hw-addr 02:fe:fc:07:21:82',
  'set interface state GigabitEthernet0/8/0 up',
  'set interface state tap0 up',
  'set interface state loop0 up',
  'set interface state tap1 up',
  'set interface mtu packet 1500 GigabitEthernet0/8/0',
  'set interface mtu packet 1450 tap0',
  'set interface mtu packet 1450 loop0',
  'set interface mtu packet 1450 tap1',
  'set interface ip table loop0 1',
  'set interface ip table tap1 1',
  'set interface ip address GigabitEthernet0/8/0 192.168.16.2/24',
  'set interface ip address tap0 172.30.2.1/24',
  'set interface ip address loop0 192.168.30.2/24',
  'set interface unnumbered tap1 use loop0',
  'create bridge-domain 1 learn 0',
  'set interface l2 bridge loop0 1 bvi',
  'set interface l2 bridge vxlan_tunnel0 1 1',
  'l2fib add 1a:2b:3c:4d:5e:01 1 vxlan_tunnel0 static',
  'set ip arp loop0 192.168.30.1 1a:2b:3c:4d:5e:01 static',
  'set ip arp tap1 10.1.2.3 00:00:00:00:00:02 static',
  'ip route add 0.0.0.0/0 via 192.168.16.100 GigabitEthernet0/8/0',
  'ip route add 10.1.2.0/24 via 0.0.0.0 next-hop-table 1',
  'ip route add 198.51.100.0/24 via 192.168.16.100 GigabitEthernet0/8/0',
  'ip route add 198.51.100.0/24 via 192.168.16.101 GigabitEthernet0/8/0 weight 3',
  'ip route add 0.0.0.0/0 table 1 via 0.0.0.0 next-hop-table 0',
  'ip route add 10.1.2.3/32 table 1 via 10.1.2.3 tap1',
  'ip route add 10.1.1.0/24 table 1 via 192.168.30.1 next-hop-table 1',
  'set acl-plugin acl tag free-0 deny src 255.255.255.255/32 dst 255.255.255.255/32',
  'set acl-plugin acl tag contiv/vpp-policy-REFLECTION permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0',
  'set acl-plugin acl tag free-2 deny src 255.255.255.255/32 dst 255.255.255.255/32',
  'set acl-plugin acl tag contiv/vpp-policy-GLOBAL permit src 0.0.0.0/0 dst 10.1.2.3/32 proto 6 sport 0-65535 dport 80-80 tcpflags 2 mask 18, deny src 0.0.0.0/0 dst 0.0.0.0/0',
  'set acl-plugin interface tap1 input acl 1',
  'set acl-plugin interface tap1 output acl 3',
  'nat44 add interface address GigabitEthernet0/8/0',
  'nat44 add address 10.1.2.254 twice-nat',
  'nat44 add static mapping tcp local 192.168.16.1 6443 external 10.96.0.1 443 self-twice-nat out2in-only',
  'nat44 add load-balancing static mapping protocol udp external 10.96.0.10:53 local 10.1.1.3:53 vrf 1 probability 1 local 10.1.2.3:53 vrf 1 probability 2 self-twice-nat out2in-only',
  'nat44 add identity mapping 192.168.16.2 udp 4789',
  'nat44 add identity mapping 192.168.16.2 udp 4789 vrf 1',
  'nat44 add static mapping local 10.1.2.9 external 192.168.16.9',
  'nat44 add static mapping tcp local 10.1.2.3 8080 external GigabitEthernet0/8/0 30080 vrf 1',
  'set interface nat44 in tap0 out tap0',
  'set interface nat44 in tap1 out tap1',
  'set interface nat44 out GigabitEthernet0/8/0 output-feature',
];

const INTERFACES = [
  '### show interface',
  '              Name               Idx    State  MTU (L3/IP4/IP6/MPLS)     Counter          Count     ',
  'local0                            0     down          0/0/0/0       ',
  'pg0                               1      up          9000/0/0/0     rx packets                    30',
  'pg1                               2     down         9000/0/0/0     ',
].join('\n');

describe('the script of a node from text by hand', () => {
  it('a Contiv node', () => {
    const node = imported(asText(CONTIV_ANSWERS));
    expect(commandsOf(node)).to.deep.equal(CONTIV_COMMANDS);
    expect([...node.findings.missing.keys()]).to.deep.equal([]);
    expect(new Node(node.script).interfaces.length).to.equal(7);
  });

  it('the same in any order, behind prompts, with commands cut short', () => {
    const reversed = Object.fromEntries(Object.entries(CONTIV_ANSWERS).toReversed());
    expect(commandsOf(imported(asText(reversed, 'vpp# ')))).to.deep.equal(CONTIV_COMMANDS);
    const short = asText(CONTIV_ANSWERS, 'DBGvpp# ')
      .replace('show interface address', 'sh int addr')
      .replace('show hardware-interfaces', 'sh hard');
    expect(commandsOf(imported(short))).to.deep.equal(CONTIV_COMMANDS);
  });

  it('the same without commands, as far as answers tell whose they are', () => {
    const answers = without('show nat mss-clamping');
    expect(commandsOf(imported(Object.values(answers).join('\n')))).to.deep.equal(CONTIV_COMMANDS);
  });

  const MISSING: readonly { readonly command: string; readonly says: string }[] = [
    { command: 'show version', says: 'the release of VPP: taken to be 19.08' },
    { command: 'show interface address', says: 'addresses of interfaces' },
    { command: 'show vxlan tunnel', says: 'the ends and the VNI of vxlan_tunnel0, for which a device stands in' },
    {
      command: 'show bridge-domain 1 detail',
      says: 'whether bridge domain 1 learns, forwards and floods, and the order of its ports',
    },
    { command: 'show l2fib verbose', says: 'static entries of MAC tables' },
    { command: 'show ip fib', says: 'tables and routes' },
    { command: 'show ip arp', says: 'neighbours' },
    { command: 'show acl-plugin acl', says: 'ACLs' },
    { command: 'show acl-plugin interface', says: 'the order of ACLs on interfaces' },
    { command: 'show nat44 addresses', says: "addresses of NAT44's pools" },
    { command: 'show nat44 interfaces', says: 'interfaces of NAT44, inside and outside' },
    { command: 'show nat44 static mappings', says: 'static and load-balancing mappings of NAT44' },
    { command: 'show nat timeouts', says: "NAT44's timeouts: taken to be VPP's own" },
  ];
  for (const { command, says } of MISSING)
    it(`without "${command}"`, () => {
      const { missing } = imported(asText(without(command))).findings;
      expect(Object.fromEntries(missing)).to.deep.equal({ [command]: says });
    });

  it('without addresses: routes tell them', () => {
    const answers = without('show interface address');
    const node = imported(asText(answers));
    expect(commandsOf(node)).to.include.members([
      'set interface ip address GigabitEthernet0/8/0 192.168.16.2/24',
      'set interface ip address tap0 172.30.2.1/24',
    ]);
    expect(node.findings.assumed).to.include('addresses of interfaces are those that routes tell');
  });

  it('without "show hardware-interfaces": routes tell the MACs of some', () => {
    const answers = without('show hardware-interfaces');
    const node = imported(asText(answers));
    expect(commandsOf(node)).to.include.members([
      '# interface: GigabitEthernet0/8/0 mac 08:00:27:c7:6c:5b',
      'create tap id 0',
    ]);
    expect(Object.fromEntries(node.findings.missing)).to.deep.equal({ 'show hardware-interfaces': 'the MAC of tap0' });
  });

  it('says which release answered', () => {
    const text = (version: string): string => `### show version\nvpp v${version}\n${INTERFACES}`;
    expect(imported(text('26.06-release built by root')).script).to.include('\n# release: 26.06\n');
    expect(imported(text('19.08.2-0~gec9ce338f05')).release.name).to.equal('19.08');
    expect(refusal(text('20.01-rc0'))).to.equal(
      'show.txt:2:1: VPP 20.01 is not modelled, only 19.08 and 26.06 (--release names the one to take)',
    );
    expect(imported(`${INTERFACES}\n### show ip neighbors\n`).release.name).to.equal('26.06');
  });

  const CONTRADICTIONS: readonly { readonly name: string; readonly more: string; readonly says: string }[] = [
    {
      name: 'a number that two interfaces have',
      more: '### show interface\npg7                               2      up          9000/0/0/0     ',
      says: 'show.txt:7:1: sw_if_index 2 is pg7 here and pg1 in show.txt:5',
    },
    {
      name: 'an interface that is up and down',
      more: '### show interface addr\npg1 (up):',
      says: 'show.txt:7:1: the state of pg1 is up here and down in show.txt:5',
    },
    {
      name: 'other addresses in a second answer, as of another node',
      more: '### show interface addr\npg0 (up):\n  L3 10.1.4.1/24\n### show interface addr\npg0 (up):\n  L3 192.168.16.1/24',
      says: 'show.txt:10:1: the list of addresses of pg0 is 192.168.16.1/24 here and 10.1.4.1/24 in show.txt:7',
    },
    {
      name: 'a neighbour on an unknown interface',
      more: '### show ip arp\n       .4271    10.1.1.22      S    02:00:00:00:01:16 pg9',
      says: 'show.txt:7:1: no answer to "show interface" has an interface "pg9"',
    },
    {
      name: 'an ACL on an unknown interface',
      more: '### show acl-plugin interface\nsw_if_index 9:\n  input acl(s): 0',
      says: 'show.txt:8:1: no answer to "show interface" has an interface with sw_if_index 9',
    },
    {
      name: 'an ACL that is not there',
      more: '### show acl-plugin interface\nsw_if_index 1:\n  input acl(s): 4\n### show acl-plugin acl\nacl-index 0 count 0 tag {}',
      says: 'show.txt:8:1: no answer to "show acl-plugin acl" has ACL 4',
    },
    {
      name: 'an ACL that two answers apply otherwise',
      more: '### show acl-plugin acl\nacl-index 0 count 0 tag {}\n  applied inbound on sw_if_index: 1, 2\n### show acl-plugin interface\nsw_if_index 1:\n  input acl(s): 0\nsw_if_index 2:\n  input acl(s): 1\n### show acl-plugin acl\nacl-index 1 count 0 tag {}',
      says: 'show.txt:8:1: ACL 0 is applied to input of sw_if_index 2 here and not in show.txt:13',
    },
    {
      name: 'a rule that is none',
      more: '### show acl-plugin acl\nacl-index 0 count 1 tag {}\n   0: ipv4 permit src 0.0.0.0/0',
      says: 'show.txt:8:1: no ACL rule can be read here',
    },
    {
      name: 'a mapping that is none',
      more: '### show nat44 static mappings\nNAT44 static mappings:\n tcp local 10.1.1.1:80',
      says: 'show.txt:8:1: no NAT44 mapping can be read here',
    },
    {
      name: 'a NAT44 interface that is not there',
      more: '### show nat44 interfaces\nNAT44 interfaces:\n pg8 in',
      says: 'show.txt:8:1: no answer to "show interface" has an interface "pg8"',
    },
  ];
  for (const { name, more, says } of CONTRADICTIONS)
    it(`refuses ${name}`, () => {
      expect(refusal(`${INTERFACES}\n${more}`)).to.equal(says);
    });

  it('refuses text without interfaces', () => {
    expect(refusal('nothing of VPP')).to.equal(
      'show.txt:1:1: no answer of a show command that tells of interfaces: expected "show interface", "show interface addr" or "show hardware-interfaces"',
    );
  });

  it('takes numbers from "show hardware-interfaces" where nothing else has them', () => {
    const hardware = [
      '### show hardware-interfaces',
      'local0    0   down  local0',
      'pg1   2   up  pg1',
      '  Ethernet address 02:fe:00:00:00:02',
      'pg0   1   up  pg0',
      '  Ethernet address 02:fe:00:00:00:01',
    ];
    const node = imported(hardware.join('\n'));
    expect(commandsOf(node)).to.include.members([
      'create packet-generator interface pg0',
      'set interface mac address pg1 02:fe:00:00:00:02',
    ]);
    expect(node.findings.assumed).to.include(
      'sw_if_index of interfaces is not shown: taken to be that of "show hardware-interfaces"',
    );
  });
});
