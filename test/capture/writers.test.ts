import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect } from 'chai';

import { DIRECTION_INBOUND, DIRECTION_OUTBOUND } from '../../src/capture/frame-batch.js';
import type { CaptureWriter } from '../../src/capture/output/capture-writer.js';
import { captureFileNames } from '../../src/capture/output/directory-writer.js';
import { openWriter } from '../../src/capture/output/open-writer.js';
import { counting } from './capture-bytes.js';
import { messageOf, readAll, TemporaryDirectory } from './read-all.js';
import { hasTshark } from '../tshark.js';
import { FrameRecord } from '../../src/capture/frame-record.js';

/** What pcap-parser, the independent reader, emits. It has no types of its own. */
interface ParsedPacket {
  readonly header: {
    timestampSeconds: number;
    timestampMicroseconds: number;
    capturedLength: number;
    originalLength: number;
  };
  readonly data: Buffer;
}
interface PcapParser {
  parse(path: string): {
    on(event: 'packet', listener: (packet: ParsedPacket) => void): void;
    on(event: 'end', listener: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  };
}
const pcapParser = createRequire(import.meta.url)('pcap-parser') as PcapParser;

const parse = (path: string): Promise<ParsedPacket[]> =>
  new Promise((resolve, reject) => {
    const packets: ParsedPacket[] = [];
    const parser = pcapParser.parse(path);
    parser.on('packet', (packet) => packets.push(packet));
    parser.on('end', () => resolve(packets));
    parser.on('error', reject);
  });

interface Given {
  readonly bytes: Buffer;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly interfaceIndex: number;
  readonly originalLength: number;
  readonly comments: readonly string[];
}

/** Lengths around every step of the copy loop, and around the border to the bulk copy. */
const GIVEN: readonly Given[] = [...Array.from({ length: 260 }, (_, i) => i), 1514, 9000, 65535, 262144].map(
  (length, i) => ({
    bytes: counting(length, i),
    seconds: 1_500_000_000 + i,
    nanoseconds: (i * 7_654_321) % 1_000_000_000,
    interfaceIndex: i % 2,
    originalLength: i % 5 === 0 ? length + 4 : length,
    comments: Array.from({ length: i % 3 }, (_, k) => `rx frame ${i}: größer${'.'.repeat((i + k) % 4)}`),
  }),
);

const INTERFACES = [{ name: 'tap2' }, { name: 'GigabitEthernet0/8/0' }, { name: 'silent' }];

function writeFrame(writer: CaptureWriter, frame: Given): void {
  // The frame lies at an odd place between other bytes, with as much room behind it as a batch promises, or with none.
  const room = frame.interfaceIndex === 0 ? 128 : 0;
  const chunk = new Uint8Array(33 + frame.bytes.length + room).fill(0xa5);
  chunk.set(frame.bytes, 33);
  const { seconds, nanoseconds, interfaceIndex, comments } = frame;
  const direction = interfaceIndex === 0 ? DIRECTION_INBOUND : DIRECTION_OUTBOUND;
  const stamp = { originalLength: frame.originalLength, seconds, nanoseconds, interfaceIndex, comments, direction };
  const view = new DataView(chunk.buffer);
  writer.write(FrameRecord.of(chunk, stamp).setBytes(chunk, view, 33, frame.bytes.length));
}

async function writeAll(path: string, timestampDigits: number, frames = GIVEN): Promise<void> {
  const writer = openWriter(path, { interfaces: INTERFACES, timestampDigits });
  for (const frame of frames) writeFrame(writer, frame);
  expect(writer.frameCount).to.equal(frames.length);
  await writer.close();
}

const expectedRows = (digits: number, frames: readonly Given[] = GIVEN, isClassic = true): unknown[] =>
  frames.map((frame) => ({
    seconds: frame.seconds,
    nanoseconds: digits === 6 ? Math.floor(frame.nanoseconds / 1000) * 1000 : frame.nanoseconds,
    hex: frame.bytes.toString('hex'),
    originalLength: frame.originalLength,
    interfaceIndex: isClassic ? 0 : frame.interfaceIndex,
    ...(isClassic ? {} : { direction: frame.interfaceIndex === 0 ? DIRECTION_INBOUND : DIRECTION_OUTBOUND }),
  }));

describe('writers', () => {
  const directory = new TemporaryDirectory();
  const path = (name: string): string => join(directory.path, name);
  after(() => directory.remove());

  it('writes classic pcap that pcap-parser reads back', async () => {
    await writeAll(path('classic.pcap'), 6);
    const packets = await parse(path('classic.pcap'));
    const rows = packets.map(({ header, data }) => ({
      seconds: header.timestampSeconds,
      nanoseconds: header.timestampMicroseconds * 1000,
      hex: data.toString('hex'),
      originalLength: header.originalLength,
      interfaceIndex: 0,
    }));
    expect(rows).to.deep.equal(expectedRows(6));
  });

  for (const { name, digits, isClassic } of [
    { name: 'micro.pcap', digits: 6, isClassic: true },
    { name: 'nano.pcap', digits: 9, isClassic: true },
    { name: 'micro.pcapng', digits: 6, isClassic: false },
    { name: 'nano.pcapng', digits: 9, isClassic: false },
  ]) {
    it(`writes ${name} that our reader reads back`, async () => {
      await writeAll(path(name), digits);
      const { rows, interfaces, damage } = await readAll(path(name));
      expect(damage).to.equal(null);
      expect(rows).to.deep.equal(expectedRows(digits, GIVEN, isClassic));
      const names = isClassic ? [null] : INTERFACES.map((each) => each.name);
      expect(interfaces).to.deep.equal(
        names.map((each) => ({ linkType: 1, snapLength: 262144, name: each, timestampDigits: digits })),
      );
    });

    it(`writes ${name} that tshark reads back`, async function () {
      this.timeout(60_000);
      if (!hasTshark) this.skip();
      await writeAll(path(name), digits);
      const fields = ['frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.comment', 'frame.interface_name'];
      const columns = fields.flatMap((field) => ['-e', field]);
      const options = [
        '-n',
        '-r',
        path(name),
        '--disable-protocol',
        'ip',
        '-E',
        'aggregator=|',
        '-T',
        'fields',
        ...columns,
      ];
      const { stdout, stderr } = spawnSync('tshark', options, { encoding: 'utf8' });
      expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Running as user'))).to.deep.equal([]);
      const lines = GIVEN.map((frame) => {
        const fraction = String(frame.nanoseconds).padStart(9, '0');
        const cut = digits === 6 ? `${fraction.slice(0, 6)}000` : fraction;
        const comment = isClassic ? '' : frame.comments.join('|');
        const interfaceName = isClassic ? '' : INTERFACES[frame.interfaceIndex].name;
        return [`${frame.seconds}.${cut}`, frame.bytes.length, frame.originalLength, comment, interfaceName].join('\t');
      });
      expect(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.trimEnd()),
      ).to.deep.equal(lines.map((line) => line.trimEnd()));
    });
  }

  it('writes the direction and the comments as options of an enhanced packet block', async () => {
    await writeAll(path('options.pcapng'), 6, [{ ...GIVEN[5], interfaceIndex: 1, comments: ['abcde', 'f'] }]);
    const bytes = readFileSync(path('options.pcapng'));
    // flags: code 2, length 4, outbound; comments: code 1, lengths 5 and 1; end; total length 72
    const comments = '01000500' + '6162636465000000' + '01000100' + '66000000';
    const options = '0200040002000000' + comments + '00000000' + '48000000';
    expect(bytes.subarray(-36).toString('hex')).to.equal(options);
  });

  it('cuts a comment that is too long for an option, between characters', async () => {
    const comment = 'ab' + '\u20ac'.repeat(30_000); // three bytes each
    await writeAll(path('long.pcapng'), 6, [{ ...GIVEN[5], comments: [comment] }, GIVEN[6]]);
    expect((await readAll(path('long.pcapng'))).rows.length).to.equal(2);
    const bytes = readFileSync(path('long.pcapng'));
    const at = bytes.indexOf('ab\u20ac');
    const length = bytes.readUInt16LE(at - 2);
    expect(length).to.equal(2 + 3 * Math.floor((0xfffc - 2) / 3));
    expect(bytes.toString('utf8', at, at + length)).to.equal(comment.slice(0, 2 + (length - 2) / 3));
  });

  for (const { name, seconds, nanoseconds, expected } of [
    { name: 'before 1970', seconds: -1, nanoseconds: 999_999_999, expected: { seconds: 0, nanoseconds: 0 } },
    {
      name: 'behind 2106',
      seconds: 4_294_967_296,
      nanoseconds: 5000,
      expected: { seconds: 4_294_967_295, nanoseconds: 0 },
    },
    {
      name: 'in 2106',
      seconds: 4_294_967_295,
      nanoseconds: 5000,
      expected: { seconds: 4_294_967_295, nanoseconds: 5000 },
    },
  ]) {
    it(`writes times ${name} to classic pcap`, async () => {
      await writeAll(path('time.pcap'), 9, [{ ...GIVEN[9], seconds, nanoseconds }]);
      expect((await readAll(path('time.pcap'))).rows[0]).to.include(expected);
    });
  }

  it('writes times behind 2106 to pcapng', async () => {
    await writeAll(path('time.pcapng'), 9, [{ ...GIVEN[9], seconds: 18_446_744_073, nanoseconds: 709_551_615 }]);
    expect((await readAll(path('time.pcapng'))).rows[0]).to.include({
      seconds: 18_446_744_073,
      nanoseconds: 709_551_615,
    });
  });

  it('cuts frames that other readers would refuse', async () => {
    await writeAll(path('giant.pcap'), 6, [{ ...GIVEN[9], bytes: counting(262_145, 0), originalLength: 262_145 }]);
    const { rows } = await readAll(path('giant.pcap'));
    expect([rows[0].hex.length / 2, rows[0].originalLength]).to.deep.equal([262_144, 262_145]);
  });

  it('writes a directory of one pcap per interface that transmitted', async () => {
    await writeAll(`${path('new/dir')}/`, 6);
    expect(readdirSync(path('new/dir')).sort()).to.deep.equal(['GigabitEthernet0-8-0.pcap', 'tap2.pcap']);
    for (const [i, name] of ['tap2.pcap', 'GigabitEthernet0-8-0.pcap'].entries()) {
      const { rows } = await readAll(join(path('new/dir'), name));
      expect(rows).to.deep.equal(
        expectedRows(
          6,
          GIVEN.filter((frame) => frame.interfaceIndex === i),
        ),
      );
    }
  });

  it('gives interfaces whose names collide different files', () => {
    expect(captureFileNames(['a/b', 'a-b', 'c'])).to.deep.equal(['a-b.pcap', 'a-b-2.pcap', 'c.pcap']);
  });

  it('appears under its name only when complete, and leaves nothing when given up', async () => {
    const where = path('atomic');
    mkdirSync(where);
    writeFileSync(join(where, 'x.pcap'), 'old');
    symlinkSync('x.pcap', join(where, 'link.pcap'));
    const options = { interfaces: INTERFACES, timestampDigits: 6 };
    const givenUp = openWriter(join(where, 'x.pcap'), options);
    writeFrame(givenUp, GIVEN[60]);
    expect(readFileSync(join(where, 'x.pcap'), 'utf8')).to.equal('old');
    await givenUp.abort();
    expect(readdirSync(where).sort()).to.deep.equal(['link.pcap', 'x.pcap']);
    expect(readFileSync(join(where, 'x.pcap'), 'utf8')).to.equal('old');
    await openWriter(join(where, 'link.pcap'), options).close();
    expect(readdirSync(where).sort()).to.deep.equal(['link.pcap', 'x.pcap']);
    expect(readFileSync(join(where, 'x.pcap')).length).to.equal(24);
  });

  for (const { name, expected } of [
    { name: 'no/such/x.pcap', expected: 'no/such/x.pcap: cannot be written: the directory does not exist' },
    {
      name: 'x.txt',
      expected: 'x.txt: which format? Expected a name in .pcap or .pcapng, a directory ending in /, or -',
    },
    { name: 'file/', expected: 'file/: cannot be written: a part of the path is not a directory' },
  ]) {
    it(`refuses ${name}`, async () => {
      directory.file('file', Buffer.alloc(0));
      const options = { interfaces: INTERFACES, timestampDigits: 6 };
      const message = await messageOf(directory, () => openWriter(path(name), options), 'OutputError');
      expect(message).to.equal(expected);
    });
  }

  it('says that the device is full', async function () {
    if (spawnSync('test', ['-c', '/dev/full']).status !== 0) this.skip();
    const message = await messageOf(directory, () => writeAll('/dev/full', 6), 'OutputError');
    expect(message).to.equal('/dev/full: cannot be written: no space left on the device');
  });

  const module = pathToFileURL(join(import.meta.dirname, '../../src/capture/output/open-writer.js')).href;
  const recordModule = pathToFileURL(join(import.meta.dirname, '../../src/capture/frame-record.js')).href;
  const script = `
    import { openWriter } from '${module}';
    import { FrameRecord } from '${recordModule}';
    const bytes = new Uint8Array(1128).fill(1);
    try {
      const writer = openWriter('-', { interfaces: [{ name: 'a' }], timestampDigits: 6 });
      for (let i = 0; i < 5000; i++) {
        const frame = FrameRecord.of(bytes, { originalLength: 1000, seconds: i, nanoseconds: 0, interfaceIndex: 0 });
        writer.write(frame.setBytes(bytes, frame.view, 0, 1000));
      }
      await writer.close();
    } catch (error) { console.error(error.name, error.code, error.message); process.exitCode = 4; }`;
  const args = ['--input-type=module', '-e', script];

  it('writes standard output', () => {
    const child = spawnSync(process.execPath, args, { maxBuffer: 2 ** 24 });
    expect([child.status, child.stdout.length]).to.deep.equal([0, 24 + 5000 * 1016]);
  });

  it('says that the reader of standard output has gone', async () => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let message = '';
    child.stderr.on('data', (data: Buffer) => (message += data.toString()));
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(message).to.equal('OutputError EPIPE standard output: cannot be written: the reader has closed the pipe\n');
    expect(status).to.equal(4);
  });
});
