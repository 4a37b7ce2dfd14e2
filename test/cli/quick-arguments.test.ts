import { expect } from 'chai';
import { quickReplay, quickVerify } from '../../src/cli/arguments/quick-arguments.js';

const NOTHING = {
  output: undefined,
  config: undefined,
  release: undefined,
  drops: undefined,
  verdicts: undefined,
  trace: undefined,
  'trace-format': undefined,
  expect: undefined,
  ignore: undefined,
  map: undefined,
  workers: undefined,
  both: false,
  'fix-checksums': false,
  coverage: false,
  quiet: false,
  json: false,
};

describe('quick way into replay', () => {
  for (const { given, expected } of [
    { given: 'replay a.pcap', expected: { ...NOTHING, capture: ['a.pcap'] } },
    { given: 'replay a.pcap -o b.pcap', expected: { ...NOTHING, capture: ['a.pcap'], output: 'b.pcap' } },
    { given: 'replay a -o b.pcapng --both', expected: { ...NOTHING, capture: ['a'], output: 'b.pcapng', both: true } },
    { given: 'replay a --coverage', expected: { ...NOTHING, capture: ['a'], coverage: true } },
    { given: 'replay - --output=- -q', expected: { ...NOTHING, capture: ['-'], output: '-', quiet: true } },
    {
      given:
        'replay tap2=a pg0=b -c n.vpp --release 19.08 --drops d --verdicts v --expect e --workers 2 --fix-checksums --json',
      expected: {
        ...NOTHING,
        capture: ['tap2=a', 'pg0=b'],
        config: 'n.vpp',
        release: '19.08',
        drops: 'd',
        verdicts: 'v',
        expect: 'e',
        workers: '2',
        'fix-checksums': true,
        json: true,
      },
    },
  ]) {
    it(`reads ${given}`, () => {
      expect(quickReplay(given.split(' '))).to.deep.equal(expected);
    });
  }

  for (const given of [
    '',
    'verify a b',
    '--version',
    'replay',
    'replay --help',
    'replay a --ouptut b',
    'replay a -o',
    'replay a -o -q',
    'replay a --quiet=yes',
    'replay a --output=',
    'replay a -o b -o c',
  ]) {
    it(`leaves '${given}' to yargs`, () => {
      expect(quickReplay(given === '' ? [] : given.split(' '))).to.equal(null);
    });
  }
});

const COMPARISON = {
  actual: 'a',
  expected: 'b',
  config: undefined,
  release: undefined,
  order: undefined,
  contains: false,
  unique: false,
  ignore: undefined,
  mask: undefined,
  map: undefined,
  natPorts: undefined,
  natPool: undefined,
  timeTolerance: undefined,
  comparePadding: false,
  json: false,
  quiet: false,
};

describe('quick way into verify', () => {
  for (const { given, expected } of [
    { given: 'verify a b', expected: COMPARISON },
    { given: 'verify a - -q', expected: { ...COMPARISON, expected: '-', quiet: true } },
    {
      given: 'verify a b --ignore ip4.id --ignore=eth.src,ip4.ttl --mask ip4.src=255.255.255.0 --nat-pool 1.2.3.4',
      expected: {
        ...COMPARISON,
        ignore: ['ip4.id', 'eth.src,ip4.ttl'],
        mask: ['ip4.src=255.255.255.0'],
        natPool: ['1.2.3.4'],
      },
    },
    {
      given:
        'verify --order any --nat-ports exact --time-tolerance 0.1 -c n.vpp --contains --unique --compare-padding --json a b',
      expected: {
        ...COMPARISON,
        config: 'n.vpp',
        order: 'any',
        natPorts: 'exact',
        timeTolerance: '0.1',
        contains: true,
        unique: true,
        comparePadding: true,
        json: true,
      },
    },
  ]) {
    it(`reads ${given}`, () => {
      expect(quickVerify(given.split(' '))).to.deep.equal(expected);
    });
  }

  for (const given of [
    'replay a b',
    'verify a',
    'verify a b c',
    'verify a b --order sideways',
    'verify a b --order any --order flow',
    'verify a b --ignore',
    'verify a b --ignore=',
    'verify a b --no-quiet',
    'verify a b --help',
  ]) {
    it(`leaves '${given}' to yargs`, () => {
      expect(quickVerify(given.split(' '))).to.equal(null);
    });
  }
});
