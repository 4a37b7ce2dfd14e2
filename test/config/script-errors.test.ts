/** What is wrong with a script, in the words its author reads. */

import { expect } from 'chai';
import { ConfigErrors } from '../../src/pipeline/command/config-error.js';
import { parseScript } from '../../src/config/parse-script.js';

const ERRORS: readonly { given: string; expected: string }[] = [
  // The command
  { given: 'set interfce state tap0 up', expected: '1:5: unknown command "set interfce": did you mean "set interface"?' },
  { given: 'nat44 add adress 10.0.0.1', expected: '1:11: unknown command "nat44 add adress": did you mean "nat44 add address"?' },
  { given: '  frobnicate', expected: '1:3: unknown command "frobnicate"' },
  { given: 'set acl-plugin session frobnicate', expected: '1:24: unknown command "set acl-plugin session frobnicate": after "set acl-plugin session" comes timeout or table' },
  { given: 'dpdk {', expected: '1:1: the "{" of this line is not closed' },
  { given: 'nat { endpoint-dependant }', expected: '1:1: unexpected "endpoint-dependant": did you mean "endpoint-dependent"?' },
  { given: 'dpdk x', expected: '1:6: unknown command "dpdk x"' },
  { given: 'nat44', expected: '1:6: incomplete command "nat44": after "nat44" comes forwarding, add, del or deterministic' },
  { given: 'set i state tap0 up', expected: '1:5: ambiguous "i": "interface", "ip", "ip6", "ikev2", "ioam", "ioam-trace" or "ipfix"' },
  { given: 'create ipip tunnel src 10.0.0.1 dst 10.0.0.2', expected: '1:1: VPP has the command "create ipip tunnel", but it is not modelled' },
  { given: 'lb vip 10.0.0.0/24', expected: '1:1: VPP has the command "lb vip" (plugin lb), but it is not modelled' },
  { given: 'set acl-plugin macip acl add permit', expected: '1:1: "set acl-plugin macip acl" is a command of VPP 26.06 (plugin acl); VPP 19.08, which is modelled, does not have it' },
  { given: 'set int span tap0', expected: '1:1: VPP has the command "set interface span", but it is not modelled' },
  { given: 'set interface nat64 in tap0', expected: '1:1: VPP has the command "set interface nat64" (plugin nat), but it is not modelled' },
  { given: 'nat44 plugin enable', expected: '1:1: "nat44 plugin enable" is a command of VPP 26.06; VPP 19.08 has "# startup: nat { endpoint-dependent }" in its place' },
  { given: 'set interface nat44 ei in tap0', expected: '1:1: "set interface nat44 ei" is a command of VPP 26.06; VPP 19.08 has "set interface nat44" in its place' },
  { given: 'nat44 ei plugin enable', expected: '1:1: "nat44 ei plugin enable" is a command of VPP 26.06; VPP 19.08 needs no such command' },
  { given: 'ip6 route add ::/0 via drop', expected: '1:5: unknown command "ip6 route": after "ip6" comes table, nd or punt' },
  { given: '// taps', expected: '1:1: unknown command "//": a comment begins with #, or is comment { … }' },
  { given: 'comment two words', expected: '1:13: VPP takes one word for a comment; braces make it more: comment { … }' },
  { given: 'nat addr-port-assignment-alg map-e psid 1', expected: '1:30: not modelled: ports by MAP-E' },
  // Values
  { given: 'ip route add 10.0.0.0/8 via 10.1.1 tap0', expected: '1:29: expected an IP address, found "10.1.1"' },
  { given: 'ip route add 10.0.0.0/33 via tap0', expected: '1:14: expected an IP prefix, found "10.0.0.0/33"' },
  { given: 'nat44 add address fd00::1', expected: '1:19: unexpected "fd00::1": IPv6 is not modelled here' },
  { given: 'ip route add fd00::/129 via tap0', expected: '1:14: expected an IP prefix, "add", "del", "table", "count", "via" or the end of the line, found "fd00::/129"' },
  { given: 'ip route add fd00::/64 via 10.0.0.1', expected: '1:1: "ip route": not modelled: a next hop of the other IP version' },
  { given: 'set ip arp static tap0 10.0.0.1 02:00:00:00:01', expected: '1:33: expected a MAC address, found "02:00:00:00:01"' },
  { given: 'nat44 add static mapping tcp local 10.1.1.1 80000 external 10.0.0.1 80', expected: '1:45: expected a port (0-65535), found "80000"' },
  { given: 'set acl-plugin acl permit sport 20-10', expected: '1:33: expected a port or a range of ports (FIRST-LAST), found "20-10"' },
  { given: 'create vxlan tunnel src 10.0.0.1 dst 10.0.0.2 vni 16777216', expected: '1:51: expected a VNI (1-16777215), found "16777216"' },
  { given: 'set interface state uplink up', expected: '1:21: expected an interface name, found "uplink": a device that DPDK finds is declared before, by a line "# interface: uplink"' },
  { given: 'set interface state $IF up', expected: '1:21: expected an interface name, found "$IF": variables of a shell have no value here' },
  // Words
  { given: 'set interface state tap0 upp', expected: '1:26: expected "up" or "down", found "upp": did you mean "up"?' },
  { given: 'set interface state tap0', expected: '1:25: expected "up" or "down" at the end of the line' },
  { given: 'ip route add 10.0.0.0/8 via 10.0.0.1 wieght 2', expected: '1:38: unexpected "wieght": did you mean "weight"?' },
  { given: 'nat44 forwarding enable now', expected: '1:25: expected the end of the line, found "now"' },
  { given: 'set interface state all up', expected: '1:21: expected an interface name, found "all": VPP takes one interface at a time' },
  { given: 'show intrefaces', expected: '1:6: unknown command "show intrefaces": did you mean "show interface"?' },
  { given: 'create bond mode lcap', expected: '1:18: unexpected "lcap": did you mean "lacp"?' },
  { given: 'create interface avf 0000:06:00', expected: '1:22: expected a PCI address (DOMAIN:BUS:SLOT.FUNCTION), found "0000:06:00"' },
  { given: 'set interface state tap0 \\', expected: '1:26: a line is a command: VPP does not continue lines' },
  // A word that is missing before it
  { given: 'nat44 add identity mapping tap0 tcp 22', expected: '1:28: unexpected "tap0": did you mean "external tap0"?' },
  { given: 'set interface nat44 tap0 out tap1', expected: '1:21: unexpected "tap0": did you mean "in tap0" or "out tap0"?' },
  { given: 'ip route add 10.0.0.0/8 10.0.0.1 tap0', expected: '1:25: expected an IP prefix, found "10.0.0.1": did you mean "via 10.0.0.1"?' },
  // What does not go together
  { given: 'ip route add 10.0.0.0/8', expected: '1:1: "ip route": "via ..." is missing' },
  { given: 'nat44 add static mapping tcp local 10.1.1.1 80', expected: '1:1: "nat44 add static mapping": "external ADDRESS" is missing' },
  { given: 'nat44 add static mapping local 10.1.1.1 80 external 10.0.0.1 80', expected: '1:1: "nat44 add static mapping": the protocol (tcp, udp or icmp) is missing' },
  { given: 'nat44 add load-balancing static mapping protocol tcp external 10.0.0.1:80 local 10.1.1.1:80 probability 1', expected: '1:1: "nat44 add load-balancing static mapping": at least two "local ADDRESS:PORT probability N" are needed' },
  { given: 'set acl-plugin acl permit, src 10.0.0.0/8', expected: '1:1: "set acl-plugin acl": the action of rule 1 (permit, deny or permit+reflect) is missing' },
  { given: 'set acl-plugin acl permit src 10.0.0.0/8 dst ::/0', expected: '1:1: "set acl-plugin acl": rule 0 mixes IPv4 and IPv6' },
  { given: 'create vxlan tunnel src 10.0.0.1 dst 10.0.0.1 vni 1', expected: '1:1: "create vxlan tunnel": "src" and "dst" are the same address' },
  // What VPP does and the model does not
  { given: 'ip route add 10.0.0.0/8 via punt', expected: '1:29: not modelled: routes that punt' },
  { given: 'ip table del 1', expected: '1:10: not modelled: deleting a table (leave out the line that made it)' },
  // Comments that are read
  { given: '# startup: nat { endpoint-dependant }', expected: '1:18: unexpected "endpoint-dependant": did you mean "endpoint-dependent"?' },
  { given: '# startup: nat { deterministic }', expected: '1:18: not modelled: deterministic NAT' },
  { given: '# startup: dpdk { dev default }', expected: '1:12: not modelled: the section "dpdk" of startup.conf' },
  { given: '# startup: nat { endpoint-dependent', expected: '1:36: expected "endpoint-dependent", "max", "translation", "user", "outside", "inside" or "}" at the end of the line' },
  { given: '# interface:', expected: '1:13: expected an interface name at the end of the line' },
  { given: '# ethernet-input: fast', expected: '1:19: expected "generic", found "fast"' },
]; // prettier-ignore

describe('config: errors of a script', () => {
  for (const { given, expected } of ERRORS) {
    it(expected, () => {
      expect(() => parseScript(given, 'node.vpp')).to.throw(ConfigErrors, `node.vpp:${expected}`);
      try {
        parseScript(given, 'node.vpp');
      } catch (error) {
        expect((error as Error).message).to.equal(`node.vpp:${expected}`);
      }
    });
  }

  it('all errors are reported, each with its line, and the location is that of the first', () => {
    const text = 'create tap id 0\r\nset interface state tap0 upp\r\n\r\n# a comment\r\nfrobnicate\r\n';
    try {
      parseScript(text, 'node.vpp');
      expect.fail('no error');
    } catch (error) {
      if (!(error instanceof ConfigErrors)) throw error;
      expect(error.message.split('\n')).to.deep.equal([
        'node.vpp:2:26: expected "up" or "down", found "upp": did you mean "up"?',
        'node.vpp:5:1: unknown command "frobnicate"',
      ]);
      expect(error.at).to.deep.equal({ file: 'node.vpp', line: 2, column: 26 });
      expect(error.name).to.equal('ConfigError');
    }
  });
});
