/** What of a script counts as an item, and which items no packet can reach. By hand. */

import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { CoverageRecorder } from '../../../src/outcome/coverage/coverage-recorder.js';
import { coverageLines } from '../../../src/outcome/coverage/coverage-text.js';
import type { Coverage } from '../../../src/outcome/coverage/coverage.js';
import { Dataplane } from '../../../src/dataplane/dataplane.js';

const NODE = `create tap id 0
create tap id 1
set interface state tap0 up
set interface state tap1 up
set interface ip address tap0 10.0.0.1/24
set interface ip address tap1 10.0.1.1/24
`;

function coverageOf(lines: string): Coverage {
  const script = parseScript(NODE + lines, 'node.vpp');
  const dataplane = new Dataplane(applyScript(script), { transmit: () => undefined, discard: () => undefined }, true);
  return new CoverageRecorder(dataplane).result(script);
}

const ANY = 'src 0.0.0.0/0 dst 0.0.0.0/0';

describe('coverage items', () => {
  const cases: {
    name: string;
    given: string;
    expected: [name: string, origin: string, unreachable: string | null][];
  }[] = [
    {
      name: 'rules behind one that matches everything, with what difference it makes',
      given: `set acl-plugin acl tag a permit ${ANY}, deny src 10.0.0.0/8 dst 0.0.0.0/0, permit ${ANY} proto 6
set acl-plugin interface tap0 input acl 0`,
      expected: [
        ['ACL 0 "a" rule 0', 'node.vpp:7', null],
        [
          'ACL 0 "a" rule 1',
          'node.vpp:7',
          `shadowed by ACL 0 "a" rule 0 (permit ${ANY}), which permits what it would deny`,
        ],
        ['ACL 0 "a" rule 2', 'node.vpp:7', `shadowed by ACL 0 "a" rule 0 (permit ${ANY})`],
      ],
    },
    {
      name: 'a rule behind another ACL of the interface, but not where its ACL comes first',
      given: `set acl-plugin acl tag all deny ${ANY}
set acl-plugin acl tag web permit ${ANY} proto 6 dport 80
set acl-plugin acl tag dns permit ${ANY} proto 17 dport 53
set acl-plugin interface tap0 input acl 0
set acl-plugin interface tap0 input acl 1
set acl-plugin interface tap0 input acl 2
set acl-plugin interface tap1 output acl 2`,
      expected: [
        ['ACL 0 "all" rule 0', 'node.vpp:7', null],
        [
          'ACL 1 "web" rule 0',
          'node.vpp:8',
          `shadowed by ACL 0 "all" rule 0 (deny ${ANY}), which denies what it would permit`,
        ],
        ['ACL 2 "dns" rule 0', 'node.vpp:9', null],
      ],
    },
    {
      name: 'a rule that two others shadow together',
      given: `set acl-plugin acl tag a permit src 0.0.0.0/1 dst 0.0.0.0/0, permit src 128.0.0.0/1 dst 0.0.0.0/0, deny ${ANY}
set acl-plugin interface tap0 input acl 0`,
      expected: [
        ['ACL 0 "a" rule 0', 'node.vpp:7', null],
        ['ACL 0 "a" rule 1', 'node.vpp:7', null],
        [
          'ACL 0 "a" rule 2',
          'node.vpp:7',
          'shadowed by ACL 0 "a" rule 0 and ACL 0 "a" rule 1 together, which permit what it would deny',
        ],
      ],
    },
    {
      name: 'an ACL that is applied nowhere',
      given: `set acl-plugin acl tag a permit ${ANY}`,
      expected: [['ACL 0 "a" rule 0', 'node.vpp:7', 'its ACL is applied to no interface']],
    },
    {
      name: 'each path of a route, also one that cannot be reached',
      given: `ip route add 10.9.0.0/16 via 10.0.0.2 tap0
ip route add 10.9.0.0/16 via 10.0.1.2 tap1
set interface state tap1 down
set ip arp static tap0 10.0.0.2 02:00:00:00:00:02`,
      expected: [
        ['route 10.9.0.0/16, path 1 of 2', 'node.vpp:7', null],
        ['route 10.9.0.0/16, path 2 of 2', 'node.vpp:8', 'not in force: its next hop cannot be reached'],
        ['neighbour 10.0.0.2 on tap0', 'node.vpp:10', null],
      ],
    },
    {
      name: 'a route that was deleted is none',
      given: `ip route add 10.9.0.0/16 via 10.0.0.2 tap0
ip route del 10.9.0.0/16 via 10.0.0.2 tap0`,
      expected: [],
    },
    {
      name: 'mappings and addresses of NAT44',
      given: `nat44 add address 192.0.2.1 - 192.0.2.2
nat44 add static mapping tcp local 10.0.0.9 80 external 192.0.2.1 8080
nat44 add static mapping tcp local 10.0.0.9 81 external 192.0.2.1 8081
nat44 add static mapping tcp local 10.0.0.9 81 external 192.0.2.1 8081 del`,
      expected: [
        ['static mapping tcp 192.0.2.1:8080 to 10.0.0.9:80', 'node.vpp:8', null],
        ['address 192.0.2.1', 'node.vpp:7', null],
        ['address 192.0.2.2', 'node.vpp:7', null],
      ],
    },
  ];
  for (const { name, given, expected } of cases)
    it(name, () => {
      const items = coverageOf(given).items.map((item) => [item.name, item.origin, item.unreachable?.text ?? null]);
      expect(items).to.deep.equal(expected);
    });

  it('read as a summary and a list of what was never exercised', () => {
    const lines = coverageLines(coverageOf(`set acl-plugin acl tag a permit ${ANY}\nnat44 add address 192.0.2.1`));
    expect(lines).to.deep.equal([
      'coverage of node.vpp by 0 frames',
      '  ACL rules             0 of 1    0 %, 1 that no packet can reach',
      '  NAT44 addresses       0 of 1    0 %',
      '',
      'never exercised',
      `  node.vpp:7: ACL 0 "a" rule 0 (permit ${ANY})`,
      '      its ACL is applied to no interface',
      '  node.vpp:8: address 192.0.2.1 (nat44 add address 192.0.2.1)',
    ]);
  });
});
