import { expect } from 'chai';
import * as fc from 'fast-check';

import { FrameBatch } from '../../src/capture/frame-batch.js';
import type { FrameReader } from '../../src/capture/frame-batch.js';
import { CaptureMerge } from '../../src/capture/merge.js';

/** Timestamps in nanoseconds, by batch. */
type Batches = readonly (readonly number[])[];

/** A reader that reuses its one batch, as the real ones do: what is read from it too late is wrong. */
function reader(batches: Batches): FrameReader {
  const batch = new FrameBatch(new Uint8Array(0), 16);
  let turn = 0;
  return {
    name: 'test',
    interfaces: [],
    damage: null,
    next: () => {
      if (turn === batches.length) return Promise.resolve(null);
      const times = batches[turn++];
      batch.count = times.length;
      batch.seconds.set(times.map((time) => Math.floor(time / 10)));
      batch.nanoseconds.set(times.map((time) => time % 10));
      return Promise.resolve(batch);
    },
    close: () => Promise.resolve(),
  };
}

/** "reader:time" of every frame in merged order, and how many runs there were. */
async function merged(captures: readonly Batches[]): Promise<{ frames: string[]; runs: number }> {
  const merge = new CaptureMerge(captures.map(reader));
  const frames: string[] = [];
  let runs = 0;
  while (await merge.fill()) {
    while (merge.nextRun()) {
      runs++;
      const { batch, first, end } = merge;
      expect(end).to.be.within(first + 1, batch.count);
      for (let i = first; i < end; i++) {
        frames.push(`${merge.readerIndex}:${batch.seconds[i] * 10 + batch.nanoseconds[i]}`);
      }
    }
  }
  return { frames, runs };
}

describe('merge', () => {
  for (const { name, given, expected, runs } of [
    { name: 'nothing', given: [], expected: '', runs: 0 },
    { name: 'one capture, batch by batch', given: [[[1, 2], [3]]], expected: '0:1 0:2 0:3', runs: 2 },
    { name: 'one capture out of order, as it is', given: [[[5, 1], [3]]], expected: '0:5 0:1 0:3', runs: 2 },
    {
      name: 'two captures, one after the other',
      given: [[[11, 12]], [[1, 2]]],
      expected: '1:1 1:2 0:11 0:12',
      runs: 2,
    },
    { name: 'two captures by turns', given: [[[1, 30]], [[2, 3, 40]]], expected: '0:1 1:2 1:3 0:30 1:40', runs: 4 },
    {
      name: 'ties in the order of the captures',
      given: [[[1, 2, 2]], [[2, 2]], [[1, 2]]],
      expected: '0:1 2:1 0:2 0:2 1:2 1:2 2:2',
      runs: 5,
    },
    { name: 'an empty capture', given: [[], [[1]], []], expected: '1:1', runs: 1 },
    {
      name: 'batches of different ends',
      given: [
        [[1, 5], [6]],
        [[2], [3], [7]],
      ],
      expected: '0:1 1:2 1:3 0:5 0:6 1:7',
      runs: 6,
    },
  ]) {
    it(`merges ${name}`, async () => {
      const result = await merged(given);
      expect(result.frames.join(' ')).to.equal(expected);
      expect(result.runs).to.equal(runs);
    });
  }

  it('is a stable sort of captures that are in order', async () => {
    const capture = fc.array(fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), { maxLength: 4 }).map((batches) => {
      const sorted = batches.flat().sort((a, b) => a - b);
      return batches.map((batch) => sorted.splice(0, batch.length));
    });
    await fc.assert(
      fc.asyncProperty(fc.array(capture, { maxLength: 4 }), async (captures) => {
        const naive = captures
          .flatMap((batches, k) => batches.flat().map((time) => ({ k, time })))
          .sort((a, b) => a.time - b.time || a.k - b.k)
          .map(({ k, time }) => `${k}:${time}`);
        expect((await merged(captures)).frames).to.deep.equal(naive);
      }),
    );
  });
});
