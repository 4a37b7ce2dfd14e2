import { expect } from 'chai';
import { FeatureTable } from '../../../src/pipeline/engine/state/feature-table.js';
import { InterfaceTable } from '../../../src/pipeline/engine/state/interface-table.js';
import { startupFeatures } from '../../../src/pipeline/nat-common/state/nat-mode.js';
import { UPPER_BITS } from '../../../src/pipeline/nat-common/state/port-stream.js';
import { NatInterfaces } from '../../../src/pipeline/nat-common/state/nat-interfaces.js';
import { MAC_ZERO } from '../../../src/wire/address.js';

const FEATURES = [
  ['ip4-unicast', 'in2out'],
  ['ip4-unicast', 'out2in'],
  ['ip4-unicast', 'classify'],
  ['ip4-unicast', 'hairpin-dst'],
  ['ip4-output', 'in2out-output'],
  ['ip4-output', 'hairpin-src'],
  ['ip4-local', 'hairpinning'],
] as const;

type Step = 'in' | 'out' | 'del in' | 'del out' | 'in output-feature' | 'out output-feature';

interface Row {
  name: string;
  given: Step[];
  expected: string[];
  result?: string;
}

const ROWS: Row[] = [
  { name: 'in', given: ['in'], expected: ['in2out', 'hairpinning'] },
  { name: 'out', given: ['out'], expected: ['out2in'] },
  { name: 'in and out', given: ['in', 'out'], expected: ['classify'] },
  { name: 'out and in', given: ['out', 'in'], expected: ['classify'] },
  { name: 'in and out, then only in', given: ['in', 'out', 'del out'], expected: ['in2out', 'hairpinning'] },
  { name: 'in and out, then only out', given: ['in', 'out', 'del in'], expected: ['out2in'] },
  { name: 'in twice', given: ['in', 'in'], expected: ['in2out', 'hairpinning'] },
  { name: 'nothing left', given: ['in', 'del in'], expected: [] },
  { name: 'output feature', given: ['out output-feature'], expected: ['out2in', 'in2out-output'] },
  { name: 'output feature inside', given: ['in output-feature'], expected: ['hairpin-dst', 'hairpin-src'] },
  { name: 'both ways', given: ['in', 'out output-feature'], expected: ['in2out', 'hairpinning'], result: 'exists' },
  { name: 'delete what is not', given: ['del out'], expected: [], result: 'missing' },
];

describe('NAT44 interfaces', () => {
  for (const prefix of ['nat44', 'nat44-ed'])
    for (const { name, given, expected, result = 'ok' } of ROWS)
      it(`${prefix}: ${name}`, () => {
        const features = new FeatureTable();
        const nat = new NatInterfaces(
          features,
          () => ({
            words: 'nat44',
            isEndpointDependent: false,
            isPlugin: false,
            features: startupFeatures(prefix),
            ports: UPPER_BITS,
            sessionOf: () => -1,
          }),
          () => undefined,
        );
        const entry = new InterfaceTable().create('pg0', 'pg', MAC_ZERO, 'test');
        const results = given.map((step) =>
          step.endsWith('output-feature')
            ? nat.changeOutputFeature(entry, step.startsWith('in'), false)
            : nat.change(entry, step.endsWith('in'), step.startsWith('del')),
        );
        const enabled = FEATURES.filter(([arc, node]) => features.isEnabled(arc, `${prefix}-${node}`, entry.swIfIndex));
        expect(enabled.map(([, node]) => node)).to.have.members([...expected]);
        expect(results.at(-1)).to.equal(result);
      });
});
