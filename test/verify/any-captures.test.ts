import { expect } from 'chai';
import fc from 'fast-check';
import { inOrder } from '../../src/verify/match/order-check.js';
import type { Order, VerifyOptions } from '../../src/verify/options.js';
import type { GivenFrame } from './frames.js';
import { compare, OUTSIDE, overlooked, POOL } from './hex-captures.js';
import { frame, tcpIp, udpIp } from './packets.js';

/** A packet of its own, in one of the forms that routers leave it in. */
interface Drawn {
  readonly n: number;
  readonly ttl: number;
}

const PACKETS = 30;
const TTLS = [62, 63, 64];
const RUNS = 500;

/** No two numbers share a flow, a length or the content, so that which packets belong together is beyond doubt. */
function hexOf({ n, ttl }: Drawn, port: number): string {
  const given = { from: `${OUTSIDE}:${port}`, to: '8.8.8.8:53', id: n, ttl, payload: 'ab'.repeat(20 + n) };
  return frame(n % 3 === 0 ? udpIp(given) : tcpIp({ ...given, seq: n }));
}

const keyOf = ({ n, ttl }: Drawn): string => `${n} ${ttl}`;

const capture = fc.uniqueArray(
  fc.record({ n: fc.nat({ max: PACKETS - 1 }), ttl: fc.constantFrom(...TTLS, 64, 64, 64) }),
  { minLength: 1, maxLength: 60, selector: keyOf },
);
/** The other capture, from the first: what is lost, what has another TTL, and how far each packet moves. */
interface Change {
  readonly isLost: boolean;
  readonly ttl: number | null;
  readonly move: number;
}
const change: fc.Arbitrary<Change> = fc.record({
  isLost: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  ttl: fc.oneof({ arbitrary: fc.constant(null), weight: 3 }, { arbitrary: fc.constantFrom(...TTLS), weight: 2 }),
  move: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, fc.constantFrom(1.5, -1.5, 3.5, 30)),
});
const changes = fc.array(change, { minLength: 60, maxLength: 60 });

function changedCapture(packets: readonly Drawn[], how: readonly Change[]): Drawn[] {
  const moved = packets.flatMap(({ n, ttl }, place) => {
    const { isLost, ttl: other, move } = how[place];
    return isLost ? [] : [{ place: place + move, packet: { n, ttl: other ?? ttl } }];
  });
  const inPlace = moved.sort((a, b) => a.place - b.place).map(({ packet }) => packet);
  return inPlace.filter((packet, k) => inPlace.findIndex((other) => keyOf(other) === keyOf(packet)) === k);
}

/** What has to come of it, by counting. */
function expectation(
  actual: readonly Drawn[],
  expected: readonly Drawn[],
): { matched: number; moved: number; changed: number } {
  const ranks = expected
    .map((packet) => actual.findIndex((other) => keyOf(other) === keyOf(packet)))
    .filter((rank) => rank >= 0);
  const kept = inOrder(
    ranks,
    ranks.map(() => 1),
  );
  const matchedKeys = new Set(expected.map(keyOf).filter((key) => actual.some((other) => keyOf(other) === key)));
  const left = (packets: readonly Drawn[], n: number): number =>
    packets.filter((packet) => packet.n === n && !matchedKeys.has(keyOf(packet))).length;
  let changed = 0;
  for (let n = 0; n < PACKETS; n++) changed += Math.min(left(actual, n), left(expected, n));
  return { matched: ranks.length, moved: ranks.length - kept.reduce((sum, flag) => sum + flag, 0), changed };
}

interface Row {
  readonly name: string;
  readonly options?: Partial<VerifyOptions>;
  /** The outside port that a packet has in the actual capture. */
  readonly portOf?: (n: number) => number;
  /** Bytes captured of a packet on each side; headers and more in any case. */
  readonly cuts?: readonly [actual: (n: number) => number, expected: (n: number) => number];
}

const expectedPort = (n: number): number => 2000 + n;
const WHOLE = 65_535;
const whole = (): number => WHOLE;
/** Keys are made of as many bytes as the shortest has. */
const cutMoreAndMore = (n: number): number => (n % 4 === 1 ? 64 + ((PACKETS - n) >> 2) : WHOLE);
const cut = (hex: string, cutTo: number): GivenFrame => ({ hex, cutTo });

const ROWS: readonly Row[] = [
  { name: 'without NAT' },
  { name: 'with the same ports', options: { natPool: POOL } },
  {
    name: 'with some other ports',
    options: { natPool: POOL },
    portOf: (n) => (n % 2 === 0 ? 2000 : 30_000) + n,
  },
  { name: 'where some are cut in the actual capture', options: { natPool: POOL }, cuts: [cutMoreAndMore, whole] },
  { name: 'where some are cut in the expected capture', cuts: [whole, cutMoreAndMore] },
  { name: 'where some are cut in both', options: { natPool: POOL }, cuts: [cutMoreAndMore, cutMoreAndMore] },
];

describe('captures of packets that were lost, changed and moved', () => {
  for (const { name, options, portOf = expectedPort, cuts: [ourCut, theirCut] = [whole, whole] } of ROWS)
    for (const order of ['any', 'strict'] as const satisfies readonly Order[])
      it(`are told by what can be counted: ${name}, order ${order}`, async () => {
        const batch = fc.constantFrom(1, 2, 3, 7, 1000);
        const seen = { changed: 0, moved: 0, missing: 0 };
        await fc.assert(
          fc.asyncProperty(capture, changes, batch, batch, async (expected, how, ourBatch, theirBatch) => {
            const actual = changedCapture(expected, how);
            const report = await compare(
              actual.map((packet) => cut(hexOf(packet, portOf(packet.n)), ourCut(packet.n))),
              expected.map((packet) => cut(hexOf(packet, expectedPort(packet.n)), theirCut(packet.n))),
              { ...options, order },
              [ourBatch, theirBatch],
            );
            const { matched, moved, changed } = expectation(actual, expected);
            const missing = expected.length - matched - changed;
            expect(report.counts).to.deep.equal({
              changed,
              missing,
              unexpected: actual.length - matched - changed,
              reordered: order === 'strict' ? moved : 0,
              mistimed: 0,
            });
            expect(report.matched).to.equal(order === 'strict' ? matched - moved : matched);
            const isMoved = order === 'any' && moved > 0;
            expect(overlooked(report).filter((text) => text.startsWith('reordered'))).to.deep.equal(
              isMoved ? [`reordered: ${moved}`] : [],
            );
            const grouped = report.groups.filter(({ kind }) => kind === 'changed');
            expect(grouped.reduce((sum, { packets }) => sum + packets, 0)).to.equal(changed);
            for (const { first } of grouped) {
              const causes = first.fields.filter(({ isConsequence }) => isConsequence !== true);
              expect(causes.map(({ field }) => field)).to.deep.equal(['ip4.ttl']);
            }
            if (changed > 0) seen.changed++;
            if (moved > 0) seen.moved++;
            if (missing > 0) seen.missing++;
          }),
          { numRuns: RUNS, seed: 1 },
        );
        for (const runs of Object.values(seen)) expect(runs).to.be.above(RUNS / 3);
      });

  for (const { name, options } of [
    { name: 'without NAT', options: {} },
    { name: 'with a pool', options: { natPool: POOL } },
  ])
    for (const order of ['any', 'flow', 'strict'] as const satisfies readonly Order[])
      it(`are told by what can be counted where packets repeat: ${name}, order ${order}`, async () => {
        const few = fc.array(fc.record({ n: fc.nat({ max: 4 }), ttl: fc.constantFrom(...TTLS) }), { maxLength: 30 });
        const batch = fc.constantFrom(1, 2, 3, 1000);
        await fc.assert(
          fc.asyncProperty(few, few, batch, batch, async (expected, actual, ourBatch, theirBatch) => {
            const hexes = (packets: readonly Drawn[]): string[] =>
              packets.map((packet) => hexOf(packet, expectedPort(packet.n)));
            const { counts, matched } = await compare(hexes(actual), hexes(expected), { ...options, order }, [
              ourBatch,
              theirBatch,
            ]);
            let [equal, changed] = [0, 0];
            for (let n = 0; n <= 4; n++) {
              const of = (packets: readonly Drawn[], ttl: number): number =>
                packets.filter((packet) => packet.n === n && packet.ttl === ttl).length;
              const total = (packets: readonly Drawn[]): number => packets.filter((packet) => packet.n === n).length;
              const own = TTLS.reduce((sum, ttl) => sum + Math.min(of(actual, ttl), of(expected, ttl)), 0);
              equal += own;
              changed += Math.min(total(actual), total(expected)) - own;
            }
            expect(matched + counts.reordered).to.equal(equal);
            if (order === 'any') expect(counts.reordered).to.equal(0);
            expect(counts).to.include({
              changed,
              missing: expected.length - equal - changed,
              unexpected: actual.length - equal - changed,
            });
          }),
          { numRuns: RUNS, seed: 2 },
        );
      });
});
