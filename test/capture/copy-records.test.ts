/** Copies of captures without some frames: what is left is byte for byte what a capture built without them has. */

import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { copyWithout } from '../../src/capture/input/copy-records.js';
import {
  BIG,
  counting,
  enhanced,
  interfaceBlock,
  LITTLE,
  obsolete,
  option,
  pcapHeader,
  pcapRecord,
  section,
  simple,
} from './capture-bytes.js';
import { messageOf, TemporaryDirectory } from './read-all.js';

const FRAMES = [20, 60, 1, 333].map((length, i) => counting(length, 7 * i));
const record = (order: typeof LITTLE, i: number, extra?: Buffer): Buffer =>
  pcapRecord(order, { seconds: i, fraction: 5, bytes: FRAMES[i], originalLength: FRAMES[i].length + 100 }, extra);

/** Parts of a capture; those of a frame are the ones that may be left out. */
const CAPTURES: { name: string; parts: Buffer[]; frames: number[] }[] = [
  { name: 'pcap', parts: [pcapHeader(LITTLE), ...FRAMES.map((_, i) => record(LITTLE, i))], frames: [1, 2, 3, 4] },
  {
    name: 'big-endian pcap of nanoseconds',
    parts: [pcapHeader(BIG, 0xa1b23c4d), ...FRAMES.map((_, i) => record(BIG, i))],
    frames: [1, 2, 3, 4],
  },
  {
    name: "Kuznetzov's pcap",
    parts: [pcapHeader(LITTLE, 0xa1b2cd34), ...FRAMES.map((_, i) => record(LITTLE, i, counting(8, 0)))],
    frames: [1, 2, 3, 4],
  },
  {
    name: 'pcapng of two sections',
    parts: [
      section(LITTLE),
      interfaceBlock(LITTLE, 1, 0, option(LITTLE, 2, Buffer.from('tap2'))),
      enhanced(LITTLE, 0, 1n, FRAMES[0]),
      obsolete(LITTLE, 0, 2n, FRAMES[1]),
      section(BIG),
      interfaceBlock(BIG, 1, 0),
      simple(BIG, FRAMES[2], 900),
      enhanced(BIG, 0, 3n, FRAMES[3]),
    ],
    frames: [2, 3, 6, 7],
  },
];

describe('capture/copy-records', () => {
  const directory = new TemporaryDirectory();
  after(() => directory.remove());

  for (const { name, parts, frames } of CAPTURES)
    for (const leftOut of [[], [1], [2, 3], [4], [1, 2, 3, 4]])
      it(`${name} without frames ${leftOut.join(', ') || 'none'}`, async () => {
        const from = directory.file('from', Buffer.concat(parts));
        const to = join(directory.path, 'to');
        await copyWithout(from, to, new Set(leftOut));
        const gone = leftOut.map((number) => frames[number - 1]);
        const kept = parts.filter((_, i) => !gone.includes(i));
        expect(readFileSync(to).equals(Buffer.concat(kept))).to.equal(true);
      });

  it('unpacks gzip', async () => {
    const [{ parts }] = CAPTURES;
    const from = directory.file('from.gz', gzipSync(Buffer.concat(parts)));
    const to = join(directory.path, 'to');
    await copyWithout(from, to, new Set([4]));
    expect(readFileSync(to).equals(Buffer.concat(parts.slice(0, 4)))).to.equal(true);
  });

  it('says that a capture was cut meanwhile', async () => {
    const [{ parts }] = CAPTURES;
    const from = directory.file('cut', Buffer.concat(parts).subarray(0, -1));
    const copy = (): Promise<void> => copyWithout(from, join(directory.path, 'to'), new Set([1]));
    expect(await messageOf(directory, copy, 'CaptureError')).to.equal('cut: has changed while it was copied');
  });
});
