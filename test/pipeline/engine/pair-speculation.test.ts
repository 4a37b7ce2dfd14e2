/** The order in which next nodes get the packets of a node that takes two at a time: by hand, from vlib_validate_buffer_enqueue_x2. */

import { expect } from 'chai';
import { DONE } from '../../../src/pipeline/engine/node.js';
import { PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';
import { PairSpeculation } from '../../../src/pipeline/engine/pair-speculation.js';
import { PendingFrames } from '../../../src/pipeline/engine/pending-frames.js';

const [A, B, C] = [0, 1, 2];

/** Nodes in the order in which their vectors wait, after a vector for each list of nexts. */
function order(...vectors: number[][]): number[] {
  const pending = new PendingFrames();
  for (let node = 0; node < 3; node++) pending.addNode();
  const pairs = new PairSpeculation(pending, A);
  let waiting: number[] = [];
  for (const nexts of vectors) {
    pending.clear();
    pairs.enqueue(
      nexts.map(() => new PacketBuffer(new Uint8Array(0), new DataView(new ArrayBuffer(0)))),
      nexts,
    );
    waiting = [...pending.nodes];
    waiting.forEach((_, at) => pending.take(at));
  }
  return waiting;
}

describe('pair speculation', () => {
  const rows: { name: string; vectors: number[][]; expected: number[] }[] = [
    { name: 'all as expected', vectors: [[A, A, A, A]], expected: [A] },
    { name: 'another among expected ones goes first', vectors: [[A, B, A, A]], expected: [B, A] },
    { name: 'two others that agree become what is expected', vectors: [[A, A, B, B, C, B]], expected: [B, A, C] },
    { name: 'two others that do not leave the expectation', vectors: [[A, A, B, C, A, A]], expected: [B, C, A] },
    { name: 'the last three go one at a time', vectors: [[A, B, C]], expected: [A, B, C] },
    { name: 'the next vector expects what went last', vectors: [[B, B, B, B], [A, B, A, B]], expected: [A, B] },
    { name: 'packets that go nowhere', vectors: [[DONE, DONE, A, DONE]], expected: [A] },
  ]; // prettier-ignore
  for (const { name, vectors, expected } of rows)
    it(name, () => {
      expect(order(...vectors)).to.deep.equal(expected);
    });
});
