/** Routes whose lines are alike share their paths and are folded: beside a twin whose lines are read one by one, so that none is. */

import { expect } from 'chai';
import fc from 'fast-check';
import { applyCommand, applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { ConfigError, ConfigErrors } from '../../../src/pipeline/command/config-error.js';
import type { Tables } from '../../../src/pipeline/engine/tables.js';
import { parseAddress } from '../../../src/wire/address.js';

const NODE = [
  '# interface: eth0 mac 02:00:00:00:00:01',
  '# interface: eth1 mac 02:00:00:00:00:02',
  'set interface state eth0 up',
  'set interface ip address eth0 10.0.0.1/24',
  'set interface ip address eth1 10.0.1.1/24',
  'ip table add 7',
];

const NAMES = ['eth0', 'eth1'];
const VIAS = [
  '10.0.0.9 eth0',
  '10.0.1.9 eth1',
  '10.0.0.9',
  '10.0.1.9',
  '20.0.3.3', // resolved through whatever route covers it, at times in a circle
  '10.0.0.9 eth0 weight 3 via 10.0.1.9 eth1',
  '10.0.0.8 preference 1 via 20.0.3.4',
  'drop',
];

const prefix = fc
  .tuple(fc.constantFrom(8, 16, 22, 24, 25, 32), fc.nat(7), fc.nat(3))
  .map(([length, third, last]) => `20.0.${third}.${last}/${length}`);
const route = fc.record({
  prefix,
  via: fc.constantFrom(...VIAS),
  table: fc.constantFrom('', '', ' table 7'),
});

const line = fc.oneof(
  { weight: 8, arbitrary: route.map(({ prefix: to, via, table }) => `ip route add ${to}${table} via ${via}`) },
  { weight: 1, arbitrary: route.map(({ prefix: to, via }) => `ip route del ${to} via ${via}`) },
  { weight: 1, arbitrary: prefix.map((to) => `ip route del ${to}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES), fc.constantFrom('up', 'down'))
      .map(([name, state]) => `set interface state ${name} ${state}`),
  },
  { weight: 1, arbitrary: fc.nat(3).map((last) => `set ip arp static eth0 20.0.3.${last} 02:00:00:00:00:09`) },
  { weight: 1, arbitrary: fc.constant('set ip flow-hash table 0 src dst') },
);

/** Applies lines behind those of NODE; what VPP would refuse is left out. */
function applied(lines: readonly string[], isOneByOne: boolean): Tables {
  const all = [...NODE, ...lines];
  const scripts = isOneByOne ? all.map((text, i) => '\n'.repeat(i) + text) : [all.join('\n')];
  const tables = applyScript(parseScript('', 'node.vpp'));
  for (const text of scripts)
    for (const command of parseScript(text, 'node.vpp', { interfaceNames: NAMES }).commands)
      try {
        applyCommand(command, tables);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
  return tables;
}

const ADDRESSES = [
  '20.0.0.0',
  '20.0.3.3',
  '20.0.3.4',
  '20.0.5.200',
  '20.0.7.3',
  '20.9.0.1',
  '10.0.0.9',
  '10.0.1.9',
  '30.0.0.1',
];

/** What addresses lead to. */
function forwarding({ ip4 }: Tables): unknown {
  const { mtrie, loadBalances, fib } = ip4;
  return [0, 1]
    .flatMap((fibIndex) =>
      ADDRESSES.map((text) => {
        const loadBalance = mtrie.lookup(fibIndex, parseAddress(text) ?? 0);
        const [first, count] = [loadBalances.first[loadBalance], loadBalances.count[loadBalance]];
        const buckets = Array.from({ length: count }, (_, i) => [
          loadBalances.dpoType[first + i],
          loadBalances.dpoIndex[first + i],
        ]);
        return {
          text,
          loadBalance,
          buckets,
          hash: loadBalances.hashConfig[loadBalance],
          urpf: loadBalances.hasUrpf[loadBalance],
        };
      }),
    )
    .concat(fib.entries.tables.map(({ countByLength }) => [...countByLength]) as never);
}

const entries = ({ ip4: { fib, mtrie } }: Tables): unknown =>
  ADDRESSES.map((text) => {
    const { prefix: of, sources, paths, isResolved } = fib.entryTaken(mtrie.lookup(0, parseAddress(text) ?? 0));
    return { of, sources, paths, isResolved };
  });

describe('folded routes', () => {
  it('forward as routes do that are not, whatever comes after them', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const [alike, oneByOne] = [applied(lines, false), applied(lines, true)];
        expect(forwarding(alike)).to.deep.equal(forwarding(oneByOne));
        expect(entries(alike)).to.deep.equal(entries(oneByOne));
        // Now they have been looked at: entries were made.
        expect(forwarding(alike)).to.deep.equal(forwarding(oneByOne));
      }),
      { numRuns: 300 },
    );
  });

  it('tell where each route stands', () => {
    const lines = ['20.0.1.0/24', '20.0.2.0/24', '20.0.5.0/24'].map((to) => `ip route add ${to} via 10.0.0.9 eth0`);
    const { ip4 } = applied(lines, false);
    expect(ip4.fib.entries.made({ fibIndex: 0, address: parseAddress('20.0.5.0') ?? 0, length: 24 })).to.equal(null);
    const entry = ip4.fib.entryOf(ip4.mtrie.lookup(0, parseAddress('20.0.5.200') ?? 0));
    expect(entry?.prefix).to.equal('20.0.5.0/24');
    expect(entry?.sources[0].origin).to.equal(`node.vpp:${NODE.length + 3}`);
  });

  it('leave errors among them where they are', () => {
    const text = (lines: readonly string[]): string => [...NODE, ...lines].join('\n');
    const alike = (count: number): string[] =>
      Array.from({ length: count }, (_, i) => `ip route add 20.0.${i}.0/24 via 10.0.0.9 eth0`);
    const unread = text([...alike(3), 'ip route add 20.0.300.0/24 via 10.0.0.9 eth0', ...alike(2)]);
    const place = `node.vpp:${NODE.length + 4}`;
    expect(() => parseScript(unread, 'node.vpp')).to.throw(ConfigErrors, `${place}:14: expected`);
    const missing = text([...alike(3), 'ip route add 20.0.3.0/24 table 9 via 10.0.0.9 eth0']);
    expect(() => applyScript(parseScript(missing, 'node.vpp'))).to.throw(ConfigErrors, `${place}:`);
    const others = text(alike(4).map((line) => line.replace('eth0', 'eth9')));
    expect(() => applyScript(parseScript(others, 'node.vpp'))).to.throw(ConfigErrors, `${place}:`);
  });
});
