import { expect } from 'chai';
import type { Order } from '../../src/verify/options.js';
import type { GivenFrame } from './frames.js';
import { causesOf, compare, OUTSIDE, overlooked, POOL } from './hex-captures.js';
import { frame, tcpIp } from './packets.js';

const SERVER = '93.184.216.34:80';
const BATCHES: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [7, 7],
  [2, 3],
  [5, 1],
  [1000, 1000],
];
const NONE = { changed: 0, missing: 0, unexpected: 0, reordered: 0, mistimed: 0 };

/** Packets of one flow. */
const plain = (n: number): string => frame(tcpIp({ id: n, seq: n }));
/** Packets of two flows in turns. */
const ofTwoFlows = (n: number): string => frame(tcpIp({ from: `10.1.1.3:${1000 + (n % 2)}`, id: n, seq: n }));
const ofTwoSessions = (n: number): string => out(5000 + (n % 2), n);
const out = (port: number, n: number): string =>
  frame(tcpIp({ from: `${OUTSIDE}:${port}`, to: SERVER, id: n, seq: n }));

const count = (length: number): number[] => Array.from({ length }, (_, n) => n);

interface Row {
  readonly name: string;
  /** Numbers of the packets, over and over from where the last ones ended; the expected ones count up. */
  readonly given: readonly number[];
  /** How many of these have to move at least. */
  readonly moves: number;
}

const ROWS: readonly Row[] = [
  { name: 'every two neighbours', given: [1, 0], moves: 1 },
  { name: 'every other two neighbours', given: [1, 0, 2], moves: 1 },
  { name: 'two neighbours twice, and one in between', given: [0, 2, 1, 3, 5, 4], moves: 2 },
  { name: 'one behind the next two', given: [1, 2, 0], moves: 1 },
  { name: 'one before the last two', given: [2, 0, 1], moves: 1 },
  { name: 'three the other way round', given: [2, 1, 0], moves: 2 },
  { name: 'four crosswise', given: [1, 3, 0, 2], moves: 2 },
];
const TIMES = 20;

/** A packet of its own before the others, or two, so that pairs fall on either side of the end of a batch. */
const LEADING = [0, 1, 2];

describe('neighbours that are exchanged', () => {
  for (const { name, given, moves } of ROWS)
    for (const [flows, packet, areInTurns] of [
      ['one flow', plain, false],
      ['two flows', ofTwoFlows, true],
      ['two sessions of a NAT', ofTwoSessions, true],
    ] as const)
      for (const natPool of packet === ofTwoFlows ? [undefined] : [undefined, POOL])
        it(`match, and count as out of order where it has to be kept: ${name}, ${flows}${natPool ? ', with a pool' : ''}`, async () => {
          const total = TIMES * given.length;
          const numbers = count(TIMES).flatMap((time) => given.map((n) => time * given.length + n));
          for (const batches of BATCHES)
            for (const leading of LEADING) {
              const before = count(leading).map((n) => packet(9000 + n));
              const actual = [...before, ...numbers.map(packet)];
              const expected = [...before, ...count(total).map(packet)];
              const all = total + leading;
              const reportOf = (order: Order): ReturnType<typeof compare> =>
                compare(actual, expected, natPool ? { order, natPool } : { order }, batches);

              const any = await reportOf('any');
              expect(any.counts).to.deep.equal(NONE);
              expect(any.matched).to.equal(all);
              expect(overlooked(any)).to.deep.equal([`reordered: ${TIMES * moves}`]);

              const strict = await reportOf('strict');
              expect(strict.counts).to.deep.equal({ ...NONE, reordered: TIMES * moves });
              expect(strict.matched).to.equal(all - TIMES * moves);
              expect(overlooked(strict)).to.deep.equal([]);

              const flow = await reportOf('flow');
              if (!areInTurns) {
                expect(flow.counts).to.deep.equal({ ...NONE, reordered: TIMES * moves });
                expect(overlooked(flow)).to.deep.equal([]);
              } else if (given.length === 2) {
                // The two are of different flows, each of which keeps its order.
                expect(flow.counts).to.deep.equal(NONE);
                expect(overlooked(flow)).to.deep.equal([`reordered: ${TIMES}`]);
              }
              expect(flow.matched + flow.counts.reordered).to.equal(all);
              expect([any, strict, flow].map(({ boundPorts }) => boundPorts)).to.deep.equal([[], [], []]);
            }
        });

  it('match on each interface on its own', async () => {
    const on = (name: string, ...numbers: readonly number[]): GivenFrame[] =>
      numbers.map((n) => ({ hex: plain(n), on: name }));
    const expected = [...on('tap2', 1, 2), ...on('pg0', 3, 4), ...on('tap2', 5, 6), ...on('pg0', 7, 8)];
    const actual = [...on('pg0', 4), ...on('tap2', 2, 1), ...on('pg0', 3, 8, 7), ...on('tap2', 6, 5)];
    for (const batches of BATCHES) {
      const { counts, interfaces } = await compare(actual, expected, { order: 'strict' }, batches);
      expect(counts).to.deep.equal({ ...NONE, reordered: 4 });
      expect(interfaces.map(({ reordered }) => reordered)).to.deep.equal([2, 2]);
    }
  });

  it('match behind a packet that was lost', async () => {
    for (const batches of BATCHES) {
      const { counts, matched } = await compare(
        [2, 1, 3, 5, 4].map(plain),
        count(6).map(plain),
        { order: 'strict' },
        batches,
      );
      expect(counts).to.deep.equal({ ...NONE, missing: 1, reordered: 2 });
      expect(matched).to.equal(3);
    }
  });

  for (const { late, mistimed } of [
    { late: [1], mistimed: 1 },
    { late: [2], mistimed: 1 },
    { late: [1, 2], mistimed: 2 },
  ])
    it(`are told where their times are too far apart: ${late.join(' and ')}`, async () => {
      const at = (n: number, isActual: boolean): GivenFrame => ({
        hex: plain(n),
        time: isActual && late.includes(n) ? n + 2 : n,
      });
      for (const batches of BATCHES) {
        const { counts, matched } = await compare(
          [0, 2, 1, 3].map((n) => at(n, true)),
          count(4).map((n) => at(n, false)),
          { order: 'strict', timeToleranceSeconds: 1 },
          batches,
        );
        expect(counts).to.deep.equal({ ...NONE, mistimed });
        expect(matched).to.equal(4 - mistimed);
      }
    });

  // So many wait on either side that their ports are bound while the captures are read.
  const BOUND = 4096;
  const sessionBefore = count(BOUND);
  for (const [name, expectedPair, actualPair] of [
    ['comes first', (own: string, other: string) => [own, other], (own: string, other: string) => [other, own]],
    ['comes last', (own: string, other: string) => [other, own], (own: string, other: string) => [own, other]],
  ] as const) {
    it(`are a difference of the port where that stands for another: the one that has it ${name} in the expectation`, async () => {
      const [own, other] = [out(25801, 7000), plain(7001)];
      for (const order of ['strict', 'flow', 'any'] as const)
        for (const batches of [[2], [3], [1000]] as const) {
          const report = await compare(
            [...sessionBefore.map((n) => out(25801, n)), ...actualPair(own, other), out(25801, 7002), out(25801, 7003)],
            [
              ...sessionBefore.map((n) => out(41137, n)),
              ...expectedPair(own, other),
              out(41137, 7002),
              out(41137, 7003),
            ],
            { order, natPool: POOL },
            batches,
          );
          expect(causesOf(report)).to.deep.equal([
            `1 × no one-to-one mapping: ${OUTSIDE} tcp port 25801, but 25801 stands for 41137 (${BOUND + 2} packets, first at frame 1)`,
          ]);
          expect(report.counts).to.deep.equal({ ...NONE, changed: 1 });
          expect(report.matched).to.equal(BOUND + 3);
        }
    });

    it(`match where the port is bound to another, too: the one that has it ${name} in the expectation`, async () => {
      for (const order of ['strict', 'flow', 'any'] as const)
        for (const batches of [[2], [3], [1000]] as const) {
          const report = await compare(
            [
              ...sessionBefore.map((n) => out(25801, n)),
              ...actualPair(out(25801, 7000), plain(7001)),
              out(25801, 7002),
            ],
            [
              ...sessionBefore.map((n) => out(41137, n)),
              ...expectedPair(out(41137, 7000), plain(7001)),
              out(41137, 7002),
            ],
            { order, natPool: POOL },
            batches,
          );
          // The two are of different flows.
          expect(report.counts).to.deep.equal({ ...NONE, reordered: order === 'strict' ? 1 : 0 });
          expect(report.boundPorts.map(({ packets }) => packets)).to.deep.equal([BOUND + 2]);
          expect(overlooked(report).filter((text) => text.startsWith('reordered'))).to.deep.equal(
            order === 'strict' ? [] : ['reordered: 1'],
          );
        }
    });
  }
});
