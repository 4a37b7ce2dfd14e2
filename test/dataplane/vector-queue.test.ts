/** Which frames run together. */

import { expect } from 'chai';
import { FrameRecord } from '../../src/capture/frame-record.js';
import type { Dataplane, VectorFrame } from '../../src/dataplane/dataplane.js';
import { VectorQueue, type VectorRule } from '../../src/dataplane/vector-queue.js';

/** Indices of the frames of each vector. */
function vectorsOf(rule: VectorRule, times: readonly number[], interfaces: readonly number[] = []): number[][] {
  const ran: number[][] = [];
  const dataplane = {
    receiveVector: (frames: readonly VectorFrame[]) => void ran.push(frames.map(({ index }) => index)),
  };
  const queue = new VectorQueue(dataplane as unknown as Dataplane, rule, null);
  const bytes = new Uint8Array(60);
  const record = new FrameRecord().setBytes(bytes, new DataView(bytes.buffer), 0, 60);
  times.forEach((micros, i) => {
    queue.add(record.setTime(Math.floor(micros / 1e6), (micros % 1e6) * 1000), interfaces.at(i) ?? 1, i);
  });
  queue.flush();
  return ran;
}

describe('vector queue', () => {
  const rows: { name: string; rule: VectorRule; times: number[]; expected: number[][] }[] = [
    { name: 'frames within the gap', rule: { gapSeconds: 50e-6 }, times: [0, 40, 80, 200], expected: [[0, 1, 2], [3]] },
    { name: 'a gap of its own length', rule: { gapSeconds: 50e-6 }, times: [0, 50], expected: [[0, 1]] },
    {
      name: 'bursts, and frames of none alone',
      rule: { bursts: [[0, 1], [2, 3], [6, 7]] },
      times: [0, 0, 0, 0, 0, 0, 0, 0, 0],
      expected: [[0, 1], [2, 3], [4], [5], [6, 7], [8]],
    },
  ]; // prettier-ignore
  for (const { name, rule, times, expected } of rows)
    it(name, () => {
      expect(vectorsOf(rule, times)).to.deep.equal(expected);
    });

  it('no more than 256 frames of an interface, others beside them', () => {
    const ofOne = Array.from({ length: 300 }, () => 0);
    expect(vectorsOf({ gapSeconds: 1 }, ofOne).map(({ length }) => length)).to.deep.equal([256, 44]);
    const ofTwo = ofOne.map((_, i) => (i % 2) + 1);
    expect(vectorsOf({ gapSeconds: 1 }, ofOne, ofTwo).map(({ length }) => length)).to.deep.equal([300]);
  });
});
