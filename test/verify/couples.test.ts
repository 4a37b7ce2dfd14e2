import { expect } from 'chai';
import type { Order } from '../../src/verify/options.js';
import type { GivenFrame } from './frames.js';
import { causesOf, compare, OUTSIDE, overlooked, POOL } from './hex-captures.js';
import { frame, tcpIp, udpIp } from './packets.js';

const SERVER = '93.184.216.34:80';
const NONE = { changed: 0, missing: 0, unexpected: 0, reordered: 0, mistimed: 0 };
const BATCHES = [1, 2, 7, 1000];
/** More than wait before all that wait is matched at once. */
const MANY = 6000;

const count = (length: number): number[] => Array.from({ length }, (_, n) => n);

/** The same packet before and after it was routed once more. */
const before = (n: number): string =>
  frame(tcpIp({ from: `${OUTSIDE}:5000`, to: SERVER, id: n & 0xffff, seq: n, ttl: 64 }));
const after = (n: number): string =>
  frame(tcpIp({ from: `${OUTSIDE}:5000`, to: SERVER, id: n & 0xffff, seq: n, ttl: 63 }));
/** A packet that only one side has. */
const lost = (n: number): string =>
  frame(udpIp({ from: '10.1.1.9:4000', to: '10.1.1.1:53', id: n, payload: '6c6f7374' }));
const alike = frame(tcpIp({ seq: 1 }));

interface Row {
  readonly name: string;
  readonly actual: readonly string[];
  readonly expected: readonly string[];
  /** What comes of it with any order, and how many of the matched packets are out of order. */
  readonly matched: number;
  readonly moved: number;
  readonly changed?: number;
  readonly missing?: number;
  readonly unexpected?: number;
}

/** @param every after how many packets one is put in between */
const withLost = (packets: readonly string[], every: number, first: number): string[] =>
  packets.flatMap((packet, n) => (n >= first && (n - first) % every === 0 ? [lost(n), packet] : [packet]));
const lostOf = (length: number, every: number, first: number): number => Math.ceil((length - first) / every);

function rowsOf(packets: number): Row[] {
  const numbers = count(packets);
  const [all, changed] = [numbers.map(before), numbers.map(after)];
  const [expectedFirst, actualFirst] = [
    [alike, ...all, ...changed],
    [alike, ...changed, ...all],
  ];
  // One in five comes once more 40 packets later: as the other side had it then.
  const again = (n: number): boolean => n % 5 === 0 && n >= 40;
  const repeated = numbers.filter(again).length;
  return [
    {
      name: 'all of them behind the couples, on both sides',
      expected: expectedFirst,
      actual: actualFirst,
      matched: 2 * packets + 1,
      moved: packets,
    },
    {
      name: 'all of them behind the couples, in the actual capture alone',
      expected: [...all],
      actual: [...changed, ...all],
      matched: packets,
      moved: 0,
      unexpected: packets,
    },
    {
      name: 'all of them behind the couples, in the expected capture alone',
      expected: [...all, ...changed],
      actual: [...changed],
      matched: packets,
      moved: 0,
      missing: packets,
    },
    {
      name: 'each two packets later',
      expected: numbers.flatMap((n) => [before(n), before(packets + n), after(n)]),
      actual: numbers.flatMap((n) => [after(n), before(packets + n), before(n)]),
      matched: 3 * packets,
      // Of three the other way round two have to move.
      moved: 2 * packets,
    },
    {
      name: 'some of them, 40 packets later',
      expected: numbers.flatMap((n) => (again(n) ? [before(n), after(n - 40)] : [before(n)])),
      actual: numbers.flatMap((n) => (again(n) ? [after(n), before(n - 40)] : [after(n)])),
      matched: 2 * repeated,
      // Of each number one packet comes sooner than expected and one later, so that one of the two has to move.
      moved: repeated,
      changed: packets - repeated,
    },
    ...[1, 9, 30].map((every): Row => ({
      name: `all of them, where one packet in ${every} is lost before a couple`,
      expected: [...withLost(all, every, 3), ...changed],
      actual: [...changed, ...all],
      matched: 2 * packets,
      moved: packets,
      missing: lostOf(packets, every, 3),
    })),
    {
      name: 'all of them, where one packet in 30 is not expected before a couple',
      expected: [...all, ...changed],
      actual: [...withLost(changed, 30, 3), ...all],
      matched: 2 * packets,
      moved: packets,
      unexpected: lostOf(packets, 30, 3),
    },
  ];
}

describe('packets whose equal comes later than their changed form', () => {
  for (const packets of [60, MANY])
    for (const { name, actual, expected, matched, moved, changed = 0, missing = 0, unexpected = 0 } of rowsOf(packets))
      it(`match it: ${name}, ${packets} packets`, async () => {
        for (const batchSize of BATCHES)
          for (const natPool of batchSize === 1000 ? [undefined, POOL] : [POOL]) {
            const reportOf = (order: Order): ReturnType<typeof compare> =>
              compare(actual, expected, natPool ? { order, natPool } : { order }, [batchSize]);
            const any = await reportOf('any');
            expect(any.counts).to.deep.equal({ ...NONE, changed, missing, unexpected });
            expect(any.matched).to.equal(matched);
            expect(overlooked(any)).to.deep.equal(moved > 0 ? [`reordered: ${moved}`] : []);
            if (changed > 0) expect(causesOf(any)).to.deep.equal([`${changed} × ip4.ttl expected 64, got 63`]);
            const strict = await reportOf('strict');
            expect(strict.counts).to.deep.equal({ ...NONE, changed, missing, unexpected, reordered: moved });
            expect(strict.matched).to.equal(matched - moved);
          }
      }).timeout(120_000);

  it('match it where the couple is the first that was cut, while others wait', async () => {
    const cut = (hex: string): GivenFrame => ({ hex, cutTo: 70 });
    const long = (n: number, ttl: number): GivenFrame =>
      cut(frame(tcpIp({ from: `${OUTSIDE}:5000`, to: SERVER, seq: n, ttl, payload: '61'.repeat(150) })));
    const expected = [lost(1), before(1), before(2), long(3, 64), long(3, 63)];
    const actual = [before(1), before(2), long(3, 63), long(3, 64)];
    for (const batchSize of BATCHES)
      for (const options of [{}, { natPool: POOL }]) {
        const any = await compare(actual, expected, { order: 'any', ...options }, [batchSize]);
        expect(any.counts, `${batchSize} at a time`).to.deep.equal({ ...NONE, missing: 1 });
        expect(any.matched).to.equal(4);
      }
  });
});
