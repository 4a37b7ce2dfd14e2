/** The built-in node has the numbers and addresses of the guide's traces. */

import { expect } from 'chai';
import { builtInScript } from '../../src/config/locate.js';
import { viewOf } from '../../src/config/node-view.js';
import { parseScriptFile } from '../../src/config/parse-script.js';

const view = viewOf(parseScriptFile(builtInScript()));

/** sw_if_index, name, MAC, ACLs in and out, NAT role: as traced, except those of interfaces no trace has (tap1, tap6). */
const INTERFACES = [
  [1, 'GigabitEthernet0/8/0', '08:00:27:44:9f:d8', 3, 2, 'out output-feature'],
  [2, 'tap0', '01:23:45:67:89:42', 3, 2, 'in'],
  [3, 'loop0', '1a:2b:3c:4d:5e:01', 3, 2, 'in'],
  [6, 'tap2', '02:fe:16:3f:5f:0f', 3, 4, 'out'],
  [7, 'tap11', '02:fe:69:99:eb:9d', 1, 0, 'out'],
  [8, 'tap4', '02:fe:10:03:7c:4d', 3, 4, 'in'],
  [9, 'tap5', '02:fe:04:07:d1:e2', 3, 4, 'in'],
  [11, 'tap8', '02:fe:16:79:39:cb', 1, 0, 'in'],
] as const;

/** ACL and rule numbers in the traces, and what the packet was. */
const RULES = [
  { acl: 0, rule: 0, given: '10.1.1.12 -> 10.1.1.9:8080', expected: /^permit src 10\.1\.1\.12\/32 .* dport 8080$/ },
  { acl: 1, rule: 0, given: 'anything in', expected: /^permit\+reflect src 0\.0\.0\.0\/0 dst 0\.0\.0\.0\/0$/ },
  { acl: 2, rule: 4, given: '10.1.1.3 -> 10.1.2.4:8080', expected: /^permit src 10\.1\.1\.0\/24 dst 10\.1\.2\.0\/24/ },
  {
    acl: 2,
    rule: 6,
    given: '10.1.1.3 -> 10.20.0.2:8080',
    expected: /^permit src 10\.1\.1\.3\/32 dst 10\.20\.0\.2\/32/,
  },
  { acl: 2, rule: 8, given: 'VXLAN', expected: /^permit .* proto 17 dport 4789$/ },
  { acl: 2, rule: 14, given: '10.1.1.3 -> 31.134.97.51:80', expected: /^permit src 0\.0\.0\.0\/0 dst 0\.0\.0\.0\/0$/ },
  { acl: 3, rule: 0, given: 'anything in', expected: /^permit\+reflect src 0\.0\.0\.0\/0 dst 0\.0\.0\.0\/0$/ },
  { acl: 4, rule: 0, given: '10.1.1.3 -> 10.1.1.5:8080', expected: /^permit src 10\.1\.1\.3\/32 .* dport 8080$/ },
  { acl: 4, rule: 3, given: '172.30.1.2 -> 10.1.1.6:8080', expected: /^permit src 172\.30\.1\.2\/32/ },
];

describe('config: the built-in Contiv node', () => {
  for (const [swIfIndex, name, mac, input, output, nat] of INTERFACES) {
    it(`sw_if_index ${swIfIndex} is ${name}`, () => {
      expect(view.interfaces[swIfIndex]).to.deep.include({
        swIfIndex,
        name,
        mac,
        up: true,
        inputAcls: [input],
        outputAcls: [output],
        nat: [nat],
      });
    });
  }

  it('sw_if_index 5 is the tunnel', () => {
    expect(view.interfaces[5]).to.deep.include({ name: 'vxlan_tunnel0', bridge: '1 shg 1', nat: [], inputAcls: [] });
    expect(view.tunnels).to.deep.equal([
      { name: 'vxlan_tunnel0', source: '192.168.16.1', destination: '192.168.16.2', vni: 10, encapVrf: 0 },
    ]);
  });

  for (const { acl, rule, given, expected } of RULES) {
    it(`acl ${acl} rule ${rule} is for ${given}`, () => {
      expect(view.acls[acl].rules[rule]).to.match(expected);
    });
  }

  it('rule 14 is the last of the global ACL', () => {
    expect(view.acls[2].rules).to.have.length(15);
  });

  it('the node address is the last of the pool, so that it is the one that sources get', () => {
    expect(view.nat.addresses.at(-1)).to.equal('192.168.16.1');
    expect(view.nat.forwarding).to.equal(true);
    expect(view.natMode).to.equal('classic');
  });

  it('adjacencies come in the order of the traces', () => {
    // Subnets (glean) and neighbours in order: 1 is the gateway, 3 the host, 6 and 7 the other node, 8 the client.
    const order = [
      'glean',
      '192.168.16.100',
      'glean',
      '172.30.1.2',
      'glean',
      '10.1.1.2',
      '192.168.16.2',
      '192.168.30.2',
    ];
    const pods = ['10.1.1.3', '10.1.1.12', '10.1.1.5', '10.1.1.6', '10.1.1.9'];
    const neighbors = view.neighbors.map(({ address }) => address);
    expect(neighbors.slice(0, -1)).to.deep.equal([...order.filter((name) => name !== 'glean'), ...pods]);
  });
});
