/** Ways of fragments through shallow virtual reassembly that no recording shows; expectations are by hand from ip4_sv_reass.c. */

import { expect } from 'chai';
import { formatAddress } from '../../../src/wire/address.js';
import * as ip4 from '../../../src/wire/ip4.js';
import { Bench, frameOf, L3, ports, TWO_INTERFACES_26, viewOf, type Outcome } from '../packets.js';

const POD = '10.1.1.3';
const SERVER = '8.8.8.8';
const OUTSIDE = '192.168.16.10';

const CONFIG = [
  ...TWO_INTERFACES_26,
  'nat44 ei plugin enable',
  `nat44 ei add address ${OUTSIDE}`,
  'set interface nat44 ei in pg0',
  'set interface nat44 ei out pg1',
];

/** A fragment at an offset in units of 8 bytes. */
const fragment = (offset: number, more: boolean, { protocol = 17, bytes = 16, identification = 1 } = {}) =>
  frameOf(
    {
      source: POD,
      destination: SERVER,
      protocol,
      identification,
      flagsAndFragment: (more ? ip4.MORE_FRAGMENTS : 0) | offset,
    },
    offset === 0 ? ports(1000, 53, bytes) : new Uint8Array(bytes),
  );

/** Source and offset of all that left, and the drop's reason. */
const storyOf = ({ output, verdict }: Outcome): string => {
  const sent = output.map(({ bytes }) => {
    const view = viewOf(bytes);
    return `${formatAddress(ip4.source(view, L3))} at ${ip4.fragmentOffset(view, L3)}`;
  });
  return [...sent, ...(verdict.drop === null ? [] : [verdict.drop])].join(', ');
};

interface Row {
  readonly name: string;
  readonly given: readonly (readonly [frame: Uint8Array, expected: string, after?: number])[];
  readonly counters?: Readonly<Record<string, number>>;
}

const ROWS: Row[] = [
  {
    name: 'later fragments wait for the first one, and leave before it in order of arrival',
    given: [
      [fragment(4, true), ''],
      [fragment(2, true), ''],
      [fragment(0, true), `${OUTSIDE} at 4, ${OUTSIDE} at 2, ${OUTSIDE} at 0`],
      [fragment(6, false), `${OUTSIDE} at 6`],
    ],
  },
  {
    name: 'three may wait; the fourth ends it for all, and the next begins anew',
    given: [
      [fragment(2, true), ''],
      [fragment(4, true), ''],
      [fragment(6, true), ''],
      [fragment(8, true), ''],
      [fragment(10, true), ''],
      [fragment(0, true), `${OUTSIDE} at 10, ${OUTSIDE} at 0`],
    ],
    counters: { 'ip4-sv-reassembly-feature: fragment chain too long (drop)': 1 },
  },
  {
    name: 'after more than 100 ms the first one is forgotten',
    given: [
      [fragment(0, true), `${OUTSIDE} at 0`],
      [fragment(2, true), `${OUTSIDE} at 2`, 0.098],
      [fragment(4, true), '', 0.101],
      [fragment(0, true), `${OUTSIDE} at 4, ${OUTSIDE} at 0`],
    ],
  },
  {
    name: 'a first fragment without ports takes all with it, and no drop tells of it',
    given: [
      [fragment(2, true, { protocol: 47 }), ''],
      [fragment(0, true, { protocol: 47 }), ''],
      [fragment(4, true, { protocol: 47 }), ''],
    ],
    counters: { 'ip4-sv-reassembly-feature: unsupported ip protocol': 1 },
  },
  {
    name: 'fragments of fewer than 8 bytes are malformed, but for the last one',
    given: [
      [fragment(0, true), `${OUTSIDE} at 0`],
      [fragment(2, true, { bytes: 7 }), 'ip4-sv-reassembly-feature: malformed packets'],
      [fragment(2, false, { bytes: 7 }), `${OUTSIDE} at 2`],
    ],
  },
  {
    name: 'datagrams are told apart by their identification',
    given: [
      [fragment(2, true, { identification: 1 }), ''],
      [fragment(0, true, { identification: 2 }), `${OUTSIDE} at 0`],
      [fragment(0, true, { identification: 1 }), `${OUTSIDE} at 2, ${OUTSIDE} at 0`],
    ],
  },
];

describe('pipeline/ip4-sv-reassembly', () => {
  for (const { name, given, counters = {} } of ROWS)
    it(name, () => {
      const bench = new Bench(CONFIG);
      for (const [frame, expected, after = 0] of given)
        expect(storyOf(bench.send('pg0', frame, after))).to.equal(expected);
      const { names, counters: counted } = bench.dataplane.graph.errors;
      for (const [counter, count] of Object.entries(counters)) expect(counted[names.indexOf(counter)]).to.equal(count);
    });

  it('knows 1024 datagrams at a time, and forgets the oldest', () => {
    const bench = new Bench(CONFIG);
    const first = (identification: number) => fragment(0, true, { identification });
    const second = (identification: number) => fragment(2, false, { identification });
    bench.tables.clock.now = 0;
    for (let identification = 0; identification < 1025; identification++)
      bench.send('pg0', first(identification), -0.00099);
    expect(storyOf(bench.send('pg0', second(1)))).to.equal(`${OUTSIDE} at 2`);
    expect(storyOf(bench.send('pg0', second(0)))).to.equal('');
  });
});
