import { expect } from 'chai';
import { quickReplay } from '../../src/cli/quick-replay.js';

const NOTHING = {
  output: undefined,
  config: undefined,
  drops: undefined,
  verdicts: undefined,
  trace: undefined,
  'trace-format': undefined,
  expect: undefined,
  workers: undefined,
  both: false,
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
      given: 'replay tap2=a pg0=b -c n.vpp --drops d --verdicts v --expect e --workers 2 --json',
      expected: {
        ...NOTHING,
        capture: ['tap2=a', 'pg0=b'],
        config: 'n.vpp',
        drops: 'd',
        verdicts: 'v',
        expect: 'e',
        workers: '2',
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
