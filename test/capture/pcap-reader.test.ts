import { expect } from 'chai';

import { BIG, counting, LITTLE, pcapHeader, pcapRecord } from './capture-bytes.js';
import type { ByteOrder, Frame } from './capture-bytes.js';
import { messageOf, readAll, TemporaryDirectory } from './read-all.js';
import type { Row } from './read-all.js';

const FRAMES: readonly Frame[] = [
  { seconds: 1_500_000_000, fraction: 1, bytes: counting(60, 1) },
  { seconds: 1_500_000_000, fraction: 999_999, bytes: counting(15, 7), originalLength: 1514 },
  { seconds: 4_294_967_295, fraction: 0, bytes: counting(0, 0) },
  { seconds: 1_500_000_001, fraction: 2, bytes: counting(61, 99) },
];

const row = (frame: Frame, nanoseconds: number): Row => ({
  seconds: frame.seconds,
  nanoseconds,
  hex: frame.bytes.toString('hex'),
  originalLength: frame.originalLength ?? frame.bytes.length,
  interfaceIndex: 0,
});

const capture = (order: ByteOrder, magic: number, frames = FRAMES, extra = Buffer.alloc(0)): Buffer =>
  Buffer.concat([pcapHeader(order, magic), ...frames.map((frame) => pcapRecord(order, frame, extra))]);

describe('pcap reader', () => {
  const directory = new TemporaryDirectory();
  after(() => directory.remove());

  const MICROSECONDS = FRAMES.map((frame) => row(frame, frame.fraction * 1000));
  const NANOSECONDS = FRAMES.map((frame) => row(frame, frame.fraction));
  for (const { name, given, expected, digits } of [
    { name: 'microseconds, little-endian', given: capture(LITTLE, 0xa1b2c3d4), expected: MICROSECONDS, digits: 6 },
    { name: 'microseconds, big-endian', given: capture(BIG, 0xa1b2c3d4), expected: MICROSECONDS, digits: 6 },
    { name: 'nanoseconds, little-endian', given: capture(LITTLE, 0xa1b23c4d), expected: NANOSECONDS, digits: 9 },
    { name: 'nanoseconds, big-endian', given: capture(BIG, 0xa1b23c4d), expected: NANOSECONDS, digits: 9 },
    {
      name: 'patched records of 24 bytes',
      given: capture(LITTLE, 0xa1b2cd34, FRAMES, Buffer.alloc(8)),
      expected: MICROSECONDS,
      digits: 6,
    },
    { name: 'no frames', given: capture(LITTLE, 0xa1b2c3d4, []), expected: [], digits: 6 },
  ]) {
    it(`reads ${name}`, async () => {
      const { rows, interfaces, damage } = await directory.read(given);
      expect(rows).to.deep.equal(expected);
      expect(interfaces).to.deep.equal([{ linkType: 1, snapLength: 65535, name: null, timestampDigits: digits }]);
      expect(damage).to.equal(null);
    });
  }

  // The words are those of draft-ietf-opsawg-pcap §4: f is bit 26, the length in 16-bit words stands in bits 28 to 31.
  for (const { name, link, bytes, originalLength, kept, wire } of [
    { name: 'of 4 bytes', link: 0x2400_0001, bytes: 64, originalLength: 64, kept: 60, wire: 60 },
    { name: 'of 2 bytes', link: 0x1400_0001, bytes: 64, originalLength: 64, kept: 62, wire: 62 },
    { name: 'that snaplen cut in part', link: 0x2400_0001, bytes: 62, originalLength: 64, kept: 60, wire: 60 },
    { name: 'that snaplen cut', link: 0x2400_0001, bytes: 40, originalLength: 64, kept: 40, wire: 60 },
    { name: 'longer than the frame', link: 0xf400_0001, bytes: 10, originalLength: 20, kept: 0, wire: 0 },
    { name: 'of a length without the bit', link: 0x2000_0001, bytes: 64, originalLength: 64, kept: 64, wire: 64 },
    { name: 'with the bit and no length', link: 0x0400_0001, bytes: 64, originalLength: 64, kept: 64, wire: 64 },
  ])
    for (const [orderName, order] of [
      ['little', LITTLE],
      ['big', BIG],
    ] as const)
      it(`takes off a frame check sequence ${name}, ${orderName}-endian`, async () => {
        const frames = [1, 2].map((seconds) => ({
          seconds,
          fraction: 0,
          bytes: counting(bytes, seconds),
          originalLength,
        }));
        const header = pcapHeader(order, 0xa1b2c3d4, link);
        const given = Buffer.concat([header, ...frames.map((frame) => pcapRecord(order, frame))]);
        const { rows, interfaces, damage } = await directory.read(given);
        expect(interfaces.map(({ linkType }) => linkType)).to.deep.equal([1]);
        expect(rows.map(({ hex }) => hex)).to.deep.equal([1, 2].map((first) => counting(kept, first).toString('hex')));
        expect(rows.map((each) => each.originalLength)).to.deep.equal([wire, wire]);
        expect(damage).to.equal(null);
      });

  for (const { name, given, linkType, snapLength } of [
    {
      name: 'FCS bits above the link type',
      given: pcapHeader(LITTLE, 0xa1b2c3d4, 0x4400_0001),
      linkType: 1,
      snapLength: 65535,
    },
    { name: 'Linux cooked v2', given: pcapHeader(BIG, 0xa1b2c3d4, 276), linkType: 276, snapLength: 65535 },
    { name: 'no snapshot length', given: pcapHeader(BIG, 0xa1b2c3d4, 1, [2, 4], 0), linkType: 1, snapLength: 0 },
  ]) {
    it(`understands a header with ${name}`, async () => {
      const { interfaces } = await directory.read(given);
      expect(interfaces).to.deep.equal([{ linkType, snapLength, name: null, timestampDigits: 6 }]);
    });
  }

  it('swaps the lengths of versions before 2.3', async () => {
    const record = Buffer.concat([LITTLE.u32(1), LITTLE.u32(2), LITTLE.u32(1514), LITTLE.u32(4), counting(4, 0)]);
    const { rows } = await directory.read(Buffer.concat([pcapHeader(LITTLE, 0xa1b2c3d4, 1, [2, 2]), record]));
    expect(rows).to.deep.equal([
      { seconds: 1, nanoseconds: 2000, hex: '00010203', originalLength: 1514, interfaceIndex: 0 },
    ]);
  });

  for (const { name, fraction, nanoseconds, seconds } of [
    { name: 'a whole second', fraction: 1_000_000, nanoseconds: 0, seconds: 11 },
    { name: 'all ones', fraction: 0xffff_ffff, nanoseconds: 967_295_000, seconds: 4304 },
  ]) {
    it(`carries a fraction of ${name} into the seconds`, async () => {
      const given = capture(LITTLE, 0xa1b2c3d4, [{ seconds: 10, fraction, bytes: counting(1, 1) }]);
      const { rows } = await directory.read(given);
      expect(rows[0]).to.include({ seconds, nanoseconds });
    });
  }

  it('never has an original length below the captured one', async () => {
    const given = capture(LITTLE, 0xa1b2c3d4, [{ seconds: 1, fraction: 0, bytes: counting(9, 1), originalLength: 0 }]);
    const { rows } = await directory.read(given);
    expect(rows[0].originalLength).to.equal(9);
  });

  it('survives a cut at every byte', async () => {
    const whole = capture(LITTLE, 0xa1b2c3d4);
    const starts: number[] = [];
    let position = 24;
    for (const frame of FRAMES) {
      starts.push(position);
      position += 16 + frame.bytes.length;
    }
    starts.push(position);
    for (let cut = 24; cut < whole.length; cut++) {
      const { rows, damage } = await directory.read(whole.subarray(0, cut));
      const readable = starts.filter((start) => start <= cut).length - 1;
      expect(rows, `cut at ${cut}`).to.deep.equal(MICROSECONDS.slice(0, readable));
      const start = starts[readable];
      if (start === cut) {
        expect(damage, `cut at ${cut}`).to.equal(null);
        continue;
      }
      const bytes = FRAMES[readable].bytes.length;
      const missing = starts[readable + 1] - cut;
      const what =
        cut - start < 16
          ? `${16 - (cut - start)} of 16 header bytes are missing`
          : `${missing} of ${bytes} bytes are missing`;
      expect(damage, `cut at ${cut}`).to.deep.equal({
        atByte: start,
        message: `${directory.path}/x.pcap: record ${readable + 1} at byte ${start} is cut: ${what}`,
      });
    }
  });

  it('reads what is before a record with a length beyond any sense', async () => {
    const bad = Buffer.concat([LITTLE.u32(1), LITTLE.u32(2), LITTLE.u32(0xffff_fff0), LITTLE.u32(60), counting(60, 0)]);
    const { rows, damage } = await directory.read(Buffer.concat([capture(LITTLE, 0xa1b2c3d4), bad]));
    expect(rows).to.deep.equal(MICROSECONDS);
    expect(damage).to.deep.equal({
      atByte: 224,
      message: `${directory.path}/x.pcap: record 5 at byte 224 claims 4294967280 captured bytes, expected at most 67108864`,
    });
  });

  it('keeps frames whole across chunks, also frames larger than a chunk', async function () {
    this.timeout(20_000);
    const lengths = [3_000_000, ...Array.from({ length: 20_000 }, (_, i) => (i * 37) % 300), 700_000, 0, 1];
    const frames = lengths.map((length, i) => ({ seconds: i, fraction: 0, bytes: counting(length, i) }));
    const { rows, damage } = await directory.read(capture(LITTLE, 0xa1b2c3d4, frames));
    expect(damage).to.equal(null);
    expect(rows.length).to.equal(frames.length);
    const different = rows.findIndex((each, i) => each.seconds !== i || each.hex !== frames[i].bytes.toString('hex'));
    expect(different, 'first different frame').to.equal(-1);
  });

  for (const { name, given, expected } of [
    {
      name: 'a cut header',
      given: pcapHeader(LITTLE).subarray(0, 20),
      expected: 'the pcap file header is cut: 4 of 24 bytes are missing',
    },
    {
      name: 'a newer version',
      given: pcapHeader(LITTLE, 0xa1b2c3d4, 1, [3, 0]),
      expected: 'pcap version 3.0, expected 2.4',
    },
  ]) {
    it(`refuses ${name}`, async () => {
      const path = directory.file('bad.pcap', given);
      expect(await messageOf(directory, () => readAll(path), 'CaptureError')).to.equal(`bad.pcap: ${expected}`);
    });
  }
});
