/** The configuration that import begins a case with: in the words of the release that the trace shows. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { startingNode } from '../../../src/trace/import/starting-node.js';
import { CORPORA } from '../../oracle/floor.js';
import { ownTrace } from '../judge/own-traces.js';

interface Row {
  readonly of: string;
  /** Lines that are there, and lines that none begins with. */
  readonly expected: readonly string[];
  readonly not: readonly string[];
}

const [EI, ED, CLASSIC] = ['nat44 ei ', 'nat44 plugin enable', 'nat44 add '];

const ROWS: Row[] = [
  {
    of: 'v26-ei-in-out',
    expected: [
      '# release: 26.06',
      'nat44 ei plugin enable',
      'set interface nat44 ei in pg1',
      'set interface nat44 ei out pg3',
      'nat44 ei add address 192.168.16.1',
      'set ip neighbor static pg3 192.168.16.100 02:00:00:00:04:64',
    ],
    // Inside interfaces reach each other, the node and their answers without.
    not: [ED, CLASSIC, 'nat44 ei forwarding', 'set ip arp'],
  },
  {
    of: 'v26-ei-output-feature',
    expected: ['# release: 26.06', 'nat44 ei plugin enable', 'set interface nat44 ei out pg1 output-feature'],
    not: [ED, CLASSIC],
  },
  { of: 'v26-ed-services', expected: ['# release: 26.06', 'nat44 plugin enable'], not: [EI, '# startup'] },
  { of: 'v26-routing', expected: ['# release: 26.06'], not: [EI, ED, 'set ip arp'] },
  { of: 'pod-traffic', expected: [], not: [EI, ED, '# release'] },
];

describe('trace/import/starting-node', () => {
  for (const { of, expected, not } of ROWS)
    it(of, async () => {
      const { text } = await ownTrace(of);
      const lines = startingNode(importTrace(text), of).split('\n');
      expect(lines).to.include.members([...expected]);
      for (const beginning of not) expect(lines.filter((line) => line.startsWith(beginning))).to.deep.equal([]);
    });
});

/** Of a recording the configuration is known: what its trace shows of sub-interfaces is what made them. */
describe('trace/import/starting-node, sub-interfaces', () => {
  for (const [release, name] of [
    ['19.08', 'L-vlan3'],
    ['26.06', 'L-vlan2'],
  ]) {
    const folder = join(CORPORA, 'ip6-vlan', `vpp-${release}`, name);
    (existsSync(folder) ? it : it.skip)(`${release} ${name}`, () => {
      const text = gunzipSync(readFileSync(join(folder, 'trace.txt.gz'))).toString();
      const own = readFileSync(join(folder, 'config.vpp'), 'utf8').split('\n');
      const lines = startingNode(importTrace(text), name).split('\n');
      const made = /^create sub-interfaces (\S+) (\d+)/;
      // One that is down takes no packet, so that no line shows it.
      const isUp = (line: string): boolean =>
        own.includes(line.replace(made, 'set interface state $1.$2 up').replace(/ up.*/, ' up'));
      expect(lines.filter((line) => made.test(line))).to.have.members(
        own.filter((line) => made.test(line) && isUp(line)),
      );
      const isNat = (line: string): boolean => line.startsWith('set interface nat44 ');
      expect(own).to.include.members(lines.filter(isNat));
      expect(lines.filter((line) => line.startsWith('# interface:'))).to.deep.equal([]);
    });
  }
});
