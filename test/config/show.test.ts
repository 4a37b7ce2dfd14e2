/** What `vppcap config` prints. */

import { expect } from 'chai';
import { viewOf } from '../../src/config/node-view.js';
import { parseScript } from '../../src/config/parse-script.js';
import { showNode } from '../../src/config/show.js';
import { aligned } from '../../src/pipeline/command/node-view.js';

const SCRIPT = `
# startup: nat { endpoint-dependent max translations per user 20 }
# interface: GigabitEthernet0/8/0 mac 08:00:27:44:9f:d8
create loopback interface
create tap id 2
set interface state tap2 up
set interface ip address GigabitEthernet0/8/0 192.168.16.1/24
set interface unnumbered tap2 use loop0
set interface mtu packet 1500 tap2
set interface ip table tap2 7
ip table add 7
ip route add 0.0.0.0/0 via 192.168.16.100 GigabitEthernet0/8/0 weight 2
ip route add 0.0.0.0/0 via 192.168.16.101 GigabitEthernet0/8/0
ip route add table 7 10.0.0.0/8 via drop
ip route add 10.9.0.0/16 via drop
ip route del 10.9.0.0/16
set ip arp static tap2 10.1.1.3 00:00:00:00:00:02
set acl-plugin acl tag in permit+reflect
set acl-plugin acl deny src ::/0 dst ::/0, permit
set acl-plugin interface tap2 input acl 0
set acl-plugin interface tap2 input acl 1
set interface nat44 in tap2 out tap2
nat44 add address 192.168.16.1
nat44 add load-balancing static mapping protocol tcp external 10.96.0.10:80 local 10.1.1.3:8080 probability 1 local 10.1.1.4:8080 probability 2 self-twice-nat
create vxlan tunnel src 192.168.16.1 dst 192.168.16.2 vni 10
create bridge-domain 1 flood 0
set interface l2 bridge loop0 1 bvi
l2fib add 1a:2b:3c:4d:5e:02 1 vxlan_tunnel0 static
set acl-plugin session timeout udp idle 5
`;

const EXPECTED = `node.vpp: NAT44 endpoint-dependent, ethernet-input fast

Interfaces
  sw_if_index  name                  MAC                state  addresses            VRF  NAT      ACLs in  ACLs out  MTU          bridge
  0            local0                -                  down   -                    0    -        -        -         -            -
  1            GigabitEthernet0/8/0  08:00:27:44:9f:d8  down   192.168.16.1/24      0    -        -        -         -            -
  2            loop0                 -                  down   -                    0    -        -        -         -            1 bvi
  3            tap2                  -                  up     unnumbered to loop0  7    in, out  0, 1     -         packet 1500  -
  4            vxlan_tunnel0         -                  up     -                    0    -        -        -         -            -

Routes
  0.0.0.0/0   table 0  via 192.168.16.100 GigabitEthernet0/8/0 weight 2
                       via 192.168.16.101 GigabitEthernet0/8/0
  10.0.0.0/8  table 7  via drop

Neighbours
  tap2  10.1.1.3  00:00:00:00:00:02  static

ACLs
  ACL 0 (in)
    0: permit+reflect
  ACL 1
    0: deny src ::/0 dst ::/0
    1: permit

NAT44
  mode                       endpoint-dependent
  forwarding                 disabled
  max translations per user  20
  pool                       192.168.16.1
  mappings
    load-balancing  tcp  10.96.0.10:80  ->  10.1.1.3:8080 probability 1  self-twice-nat
                                        ->  10.1.1.4:8080 probability 2

Bridge domains and tunnels
  bridge domain 1    learn forward uu-flood
  vxlan_tunnel0      192.168.16.1 -> 192.168.16.2 vni 10
  1a:2b:3c:4d:5e:02  bridge domain 1 vxlan_tunnel0 static

Other settings
  ACL session timeout, udp idle (s)  5
`;

function shown(text: string, isVerbose = false): string {
  const script = parseScript(text, 'node.vpp');
  return showNode(viewOf(script), script.release, isVerbose);
}

describe('config: a node in text', () => {
  it('has every section', () => {
    expect(shown(SCRIPT)).to.equal(EXPECTED);
  });

  const NOTES = 'vpp# show version\nvpp# ip probe-neighbor 10.0.0.1 tap0\n19.08';
  it('counts lines without effect, and lists them where that is asked for', () => {
    expect(shown(NOTES)).to.include(
      '\nCommands without effect on packets: 2 (-v lists them)\n\nLines that are no commands: 1 (-v lists them)\n',
    );
    expect(shown(NOTES, true).split('\n').slice(6)).to.deep.equal([
      'Commands without effect on packets',
      '  node.vpp:1  show version',
      '  node.vpp:2  ip probe-neighbor 10.0.0.1 tap0  (the ARP request that it sends, before the first frame, is not among what leaves)',
      '',
      'Lines that are no commands',
      '  node.vpp:3  19.08  (taken for an answer)',
      '',
    ]);
  });

  it('leaves out what is not there', () => {
    expect(shown('').split('\n')).to.have.length(6);
  });

  it('aligns columns and leaves no blanks at the end', () => {
    expect(
      aligned([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).to.deep.equal(['a    bb', 'ccc  d   e']);
  });
});
