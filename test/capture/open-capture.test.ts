/** The public iterator: all formats as frames, errors behind the frames that could be read, and nothing left open. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { CaptureError, openCapture, type CapturedFrame } from '../../src/index.js';
import {
  BIG,
  counting,
  enhanced,
  interfaceBlock,
  LITTLE,
  option,
  pcapHeader,
  pcapRecord,
  section,
} from './capture-bytes.js';
import { messageOf, TemporaryDirectory } from './read-all.js';

const ORIGINAL_LENGTH = 100;
const record = (i: number): Buffer =>
  pcapRecord(LITTLE, { seconds: 1000 + i, fraction: 500_000, bytes: counting(60, i), originalLength: ORIGINAL_LENGTH });
const records = (count: number): Buffer =>
  Buffer.concat([pcapHeader(LITTLE), ...Array.from({ length: count }, (_, i) => record(i))]);
const [IF_NAME, EPB_FLAGS] = [2, 2];
const [INBOUND, OUTBOUND, WITH_FCS] = [1, 2, 4 << 5];

async function framesOf(path: string): Promise<CapturedFrame[]> {
  const frames: CapturedFrame[] = [];
  for await (const frame of openCapture(path)) frames.push(frame);
  return frames;
}

describe('open capture', () => {
  const directory = new TemporaryDirectory();
  after(() => directory.remove());

  const frame = (number: number, more: Partial<CapturedFrame> = {}): CapturedFrame => ({
    number,
    bytes: Uint8Array.from(counting(60, number - 1)),
    originalLength: ORIGINAL_LENGTH,
    seconds: 1000 + number - 1,
    nanoseconds: 500_000_000,
    linkType: 1,
    interfaceName: null,
    direction: null,
    ...more,
  });
  const flags = (value: number): Buffer => option(BIG, EPB_FLAGS, BIG.u32(value));
  const PCAPNG = Buffer.concat([
    section(BIG),
    interfaceBlock(BIG, 1, 0, option(BIG, IF_NAME, Buffer.from('tap1'))),
    interfaceBlock(BIG, 113, 0),
    enhanced(BIG, 0, 1_000_500_000n, counting(60, 0), ORIGINAL_LENGTH, flags(INBOUND)),
    enhanced(BIG, 0, 1_001_500_000n, Buffer.concat([counting(60, 1), Buffer.alloc(4)]), 64, flags(OUTBOUND | WITH_FCS)),
    // Linux cooked: packet type 4 is one that left.
    enhanced(
      BIG,
      1,
      1_002_500_000n,
      Buffer.from('0004' + '0001' + '0006' + '020000000103' + '0000' + '0800', 'hex'),
      16,
    ),
  ]);
  const LAST_BLOCK_BYTES = 32 + 16;
  const COOKED = Uint8Array.from(Buffer.from('00040001000602000000010300000800', 'hex'));

  const CAPTURES: readonly { name: string; given: Buffer; expected: readonly CapturedFrame[] }[] = [
    { name: 'pcap', given: records(2), expected: [frame(1), frame(2)] },
    { name: 'pcap.gz', given: gzipSync(records(2)), expected: [frame(1), frame(2)] },
    {
      name: 'pcapng with names, directions, a frame check sequence and two link types',
      given: PCAPNG,
      expected: [
        frame(1, { interfaceName: 'tap1', direction: 'inbound' }),
        frame(2, { interfaceName: 'tap1', direction: 'outbound', originalLength: 60 }),
        frame(3, { linkType: 113, direction: 'outbound', bytes: COOKED, originalLength: 16 }),
      ],
    },
    { name: 'a capture without frames', given: records(0), expected: [] },
  ];
  for (const { name, given, expected } of CAPTURES)
    it(`reads ${name}`, async () => {
      expect(await framesOf(directory.file('x', given))).to.deep.equal(expected);
    });

  it('reads standard input', () => {
    const module = pathToFileURL(join(import.meta.dirname, '../../src/index.js')).href;
    const script = `import { openCapture } from '${module}'; for await (const { number } of openCapture('-')) console.log(number);`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      input: gzipSync(records(3)),
      encoding: 'utf8',
    });
    expect(child.stdout, child.stderr).to.equal('1\n2\n3\n');
  });

  it('gives frames that stay as they are while later ones are read', async () => {
    const count = 30_000; // several batches
    const frames = await framesOf(directory.file('x', records(count)));
    expect(frames.map(({ number }) => number)).to.deep.equal(Array.from({ length: count }, (_, i) => i + 1));
    for (const { bytes, number } of frames)
      if (bytes[0] !== ((number - 1) & 0xff)) throw new Error(`frame ${number} has other bytes`);
  });

  const DAMAGED: readonly { name: string; given: Buffer; atByte: number; message: string }[] = [
    {
      name: 'that is cut',
      given: records(3).subarray(0, -1),
      atByte: 24 + 2 * 76,
      message: 'x: record 3 at byte 176 is cut: 1 of 60 bytes are missing',
    },
    {
      name: 'with a block that is none',
      given: Buffer.concat([PCAPNG.subarray(0, -LAST_BLOCK_BYTES), Buffer.alloc(LAST_BLOCK_BYTES, 0xff)]),
      atByte: PCAPNG.length - LAST_BLOCK_BYTES,
      message: `x: block 6 at byte ${PCAPNG.length - LAST_BLOCK_BYTES} has total length 4294967295, expected a multiple of 4 from 12 up`,
    },
  ];
  for (const { name, given, atByte, message } of DAMAGED)
    it(`gives the frames of a capture ${name}, then says so`, async () => {
      const path = directory.file('x', given);
      const numbers: number[] = [];
      try {
        for await (const { number } of openCapture(path)) numbers.push(number);
        throw new Error('no error');
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        expect(error.message).to.equal(`${directory.path}/${message}`);
        expect(error.damage).to.deep.equal({ atByte, message: error.message });
      }
      expect(numbers).to.deep.equal([1, 2]);
      expect(openFiles(path)).to.equal(0);
    });

  it('says of what is no capture that there is none, when the first frame is asked for', async () => {
    const missing = join(directory.path, 'missing.pcap');
    expect(await messageOf(directory, () => framesOf(missing), 'CaptureError')).to.equal('missing.pcap: no such file');
    const text = directory.file('text.pcap', Buffer.from('hello, world'));
    expect(await messageOf(directory, () => framesOf(text), 'CaptureError')).to.include('not a pcap or pcapng capture');
  });

  /** How often this process has a file open; 0 where the system does not tell. */
  function openFiles(path: string): number {
    if (process.platform !== 'linux') return 0;
    const links = readdirSync('/proc/self/fd').map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return ''; // the one that read the folder
      }
    });
    return links.filter((link) => link === path).length;
  }

  const LEAVING: readonly { name: string; leave: (path: string) => Promise<unknown> }[] = [
    { name: 'at its end', leave: framesOf },
    {
      name: 'where the loop breaks',
      leave: async (path) => {
        for await (const { number } of openCapture(path)) {
          expect(openFiles(path)).to.be.at.most(1);
          if (number === 2) break;
        }
      },
    },
    {
      name: 'where the loop throws',
      leave: async (path) => {
        for await (const { number } of openCapture(path)) if (number === 2) throw new Error('mine');
      },
    },
    {
      name: 'where it was never read',
      leave: async (path) => {
        await openCapture(path).return();
      },
    },
  ];
  for (const { name, leave } of LEAVING)
    it(`closes the capture ${name}`, async () => {
      const path = directory.file('left.pcap', records(3));
      try {
        await leave(path);
      } catch (error) {
        expect((error as Error).message).to.equal('mine');
      }
      expect(openFiles(path)).to.equal(0);
    });
});
