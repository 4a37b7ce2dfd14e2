import { expect } from 'chai';
import fc from 'fast-check';
import { inOrder } from '../../src/verify/match/order-check.js';
import { verifyCaptures, type VerifiedCapture } from '../../src/verify/verify.js';
import { captureOf, type GivenFrame } from './frames.js';
import { frame, tcpIp } from './packets.js';

/** Heaviest increasing subsequence, tried from every item: the naive twin. */
function heaviest(ranks: readonly number[], weights: readonly number[]): number {
  const best = ranks.map((rank, i) => {
    let before = 0;
    for (let k = 0; k < i; k++) if (ranks[k] < rank) before = Math.max(before, sums[k] ?? 0);
    sums[i] = before + weights[i];
    return sums[i];
  });
  return Math.max(0, ...best);
}
const sums: number[] = [];

describe('order of packets', () => {
  it('keeps the heaviest increasing subsequence', () => {
    const items = fc.uniqueArray(fc.nat(1000), { maxLength: 30 });
    fc.assert(
      fc.property(
        items,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 30, maxLength: 30 }),
        (ranks, weights) => {
          const kept = inOrder(ranks, weights);
          const chosen = ranks.filter((_, i) => kept[i] === 1);
          expect(chosen).to.deep.equal(chosen.toSorted((a, b) => a - b));
          const weight = ranks.reduce((sum, _, i) => sum + (kept[i] === 1 ? weights[i] : 0), 0);
          sums.length = 0;
          expect(weight).to.equal(heaviest(ranks, weights));
        },
      ),
    );
  });

  const packets = Array.from({ length: 40 }, (_, n): GivenFrame => ({
    hex: frame(tcpIp({ from: `10.1.1.3:${1000 + (n % 3)}`, seq: n })),
  }));
  const verify = (
    actual: readonly GivenFrame[],
    order: 'strict' | 'flow' | 'any',
    limits?: { heldBytes: number; orderSize: number },
  ): ReturnType<typeof verifyCaptures> =>
    verifyCaptures(
      [{ reader: captureOf(actual), interfaceName: null }],
      [{ reader: captureOf(packets), interfaceName: null }],
      { order },
      limits,
    );

  it('takes any permutation for the same packets, and counts those that would have to move', async () => {
    const order = fc.shuffledSubarray(
      packets.map((_, n) => n),
      { minLength: packets.length, maxLength: packets.length },
    );
    await fc.assert(
      fc.asyncProperty(order, async (permutation) => {
        const actual = permutation.map((n) => packets[n]);
        const kept = (numbers: readonly number[]): number => {
          const flags = inOrder(
            numbers,
            numbers.map(() => 1),
          );
          return flags.reduce((sum, flag) => sum + flag, 0);
        };
        const moved = permutation.length - kept(permutation);
        const byFlow = [0, 1, 2].map((flow) => permutation.filter((n) => n % 3 === flow));
        const movedInFlows = byFlow.reduce((sum, numbers) => sum + numbers.length - kept(numbers), 0);
        expect((await verify(actual, 'any')).matched).to.equal(packets.length);
        expect((await verify(actual, 'strict')).counts).to.include({ reordered: moved, missing: 0, unexpected: 0 });
        expect((await verify(actual, 'flow')).counts).to.include({
          reordered: movedInFlows,
          missing: 0,
          unexpected: 0,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('finds packets that are farther apart than the tables of those that wait hold', async () => {
    const many = Array.from({ length: 30_000 }, (_, n): GivenFrame => ({ hex: frame(tcpIp({ seq: n })) }));
    const capture = (frames: readonly GivenFrame[]): VerifiedCapture => ({
      reader: captureOf(frames, undefined, 500),
      interfaceName: null,
    });
    for (const other of [many.toReversed(), [...many.slice(12_000), ...many.slice(0, 12_000)]]) {
      const { counts } = await verifyCaptures([capture(other.toSpliced(777, 1))], [capture(many)], { order: 'any' });
      expect(counts).to.deep.equal({ changed: 0, missing: 1, unexpected: 0, reordered: 0, mistimed: 0 });
    }
  });

  it('tells packets as missing and unexpected where more would have to be kept than may be', async () => {
    const limits = { heldBytes: 1000, orderSize: 1e9 };
    const far = await verify([...packets.slice(1), packets[0]], 'any', limits);
    expect(far.matched + far.counts.missing).to.equal(packets.length);
    expect(far.matched + far.counts.unexpected).to.equal(packets.length);
    const reversed = await verify(packets.toReversed(), 'any', limits);
    expect(reversed.isMatch).to.equal(false);
    expect(reversed.counts.missing).to.equal(reversed.counts.unexpected);
    expect((await verify(packets.toReversed(), 'any')).isMatch).to.equal(true);
  });

  it('forgets the order of old packets where it takes too much memory, but not that of new ones', async () => {
    const lost = [...packets.slice(1, 38), packets[39], packets[38]];
    const report = await verify(lost, 'strict', { heldBytes: 1e9, orderSize: 10 });
    expect(report.counts).to.include({ missing: 1, unexpected: 0, reordered: 1 });
  });
});
