/** Several packets in one vector: VPP 19.08 src/plugins/acl/dataplane_node.c acl_fa_inner_node_fn. */

import { expect } from 'chai';
import { Bench, frameOf, ports, TWO_INTERFACES } from '../packets.js';

const POD_TO_SERVER = { source: '10.1.1.3', destination: '8.8.8.8', protocol: 17 };
const FRAGMENTING = [...TWO_INTERFACES, 'set interface mtu packet 600 pg1'];

describe('ACL session lookahead', () => {
  const rows = [
    {
      name: 'in lookup context 0, VPP sees that the next fragment has the key of the session just made',
      config: [
        ...FRAGMENTING,
        'set acl-plugin acl permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0',
        'set acl-plugin interface pg1 output acl 0',
      ],
      expected: { added: 2, existing: 2 },
    },
    {
      name: 'in any other, the next fragment makes a session of its own, and the one behind it finds the first',
      config: [
        ...FRAGMENTING,
        'set acl-plugin acl permit src 0.0.0.0/0 dst 0.0.0.0/0',
        'set acl-plugin acl permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0',
        'set acl-plugin interface pg0 input acl 0',
        'set acl-plugin interface pg1 output acl 1',
      ],
      expected: { added: 3, existing: 1 },
    },
  ];
  for (const { name, config, expected } of rows)
    it(name, () => {
      const bench = new Bench(config);
      // 4 fragments: the first has ports, the others have not and share one key.
      const { verdict, output } = bench.send('pg0', frameOf(POD_TO_SERVER, ports(1000, 53, 2000)));
      expect(output).to.have.length(4);
      const counted = (what: string): number => verdict.counters[`acl-plugin-out-ip4-fa: ${what}`] ?? 0;
      expect({ added: counted('new sessions added'), existing: counted('existing session packets') }).to.deep.equal(
        expected,
      );
      expect(bench.tables.acl.sessions.pool.size).to.equal(expected.added);
    });

  it('is no matter for packets of different frames', () => {
    const bench = new Bench(rows[1].config);
    const fragment = { ...POD_TO_SERVER, flagsAndFragment: 100 };
    bench.send('pg0', frameOf(fragment, new Uint8Array(40)));
    bench.send('pg0', frameOf(fragment, new Uint8Array(40)));
    expect(bench.tables.acl.sessions.pool.size).to.equal(1);
  });
});
