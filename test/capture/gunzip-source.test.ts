import { gzipSync } from 'node:zlib';

import { expect } from 'chai';

import type { ByteSource } from '../../src/capture/source/byte-source.js';
import { GunzipSource } from '../../src/capture/source/gunzip-source.js';
import { counting } from './capture-bytes.js';

/** Gives bytes out in pieces of at most `step`. */
function inSteps(bytes: Buffer, step: number): ByteSource {
  let position = 0;
  return {
    name: 'test',
    bytesRead: 0,
    totalBytes: null,
    failure: null,
    read: (into, at, length) => {
      const piece = bytes.subarray(position, position + Math.min(step, length));
      into.set(piece, at);
      position += piece.length;
      return Promise.resolve(piece.length);
    },
    close: () => Promise.resolve(),
  };
}

describe('gunzip source', () => {
  const unpacked = Buffer.concat([counting(300, 1), Buffer.alloc(70_000), counting(5, 2)]);
  const members = [unpacked.subarray(0, 290), unpacked.subarray(290, 290), unpacked.subarray(290)];
  const packed = Buffer.concat(members.map((member) => gzipSync(member)));

  for (const step of [1, 2, 3, 7, 100, 1_000_000]) {
    it(`unpacks members that come in pieces of ${step} bytes`, async () => {
      const source = new GunzipSource(inSteps(packed, step));
      const into = Buffer.alloc(unpacked.length + 1000);
      let count = 0;
      for (let got = -1; got !== 0; count += got) got = await source.read(into, count, 997);
      await source.close();
      expect(source.failure).to.equal(null);
      expect(into.subarray(0, count).equals(unpacked)).to.equal(true);
    });
  }
});
