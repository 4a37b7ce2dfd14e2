import { expect } from 'chai';

import {
  BIG,
  block,
  counting,
  enhanced,
  interfaceBlock,
  LITTLE,
  obsolete,
  option,
  section,
  simple,
} from './capture-bytes.js';
import type { ByteOrder } from './capture-bytes.js';
import { messageOf, readAll, TemporaryDirectory } from './read-all.js';

const name = (order: ByteOrder, text: string): Buffer => option(order, 2, Buffer.from(text));
const resolution = (order: ByteOrder, value: number): Buffer => option(order, 9, Buffer.from([value]));
const offset = (order: ByteOrder, seconds: bigint): Buffer => option(order, 14, order.u64(seconds));
const end = (order: ByteOrder): Buffer => option(order, 0, Buffer.alloc(0));

describe('pcapng reader', () => {
  const directory = new TemporaryDirectory();
  after(() => directory.remove());

  for (const [orderName, order] of [
    ['little', LITTLE],
    ['big', BIG],
  ] as const) {
    it(`reads every kind of packet block, ${orderName}-endian`, async () => {
      const given = Buffer.concat([
        section(order),
        interfaceBlock(order, 1, 64, name(order, 'tap2'), end(order)),
        interfaceBlock(order, 113, 0, resolution(order, 9)),
        block(order, 4, counting(40, 0)),
        enhanced(order, 0, 1_500_000_000_000_001n, counting(3, 1), 1514),
        enhanced(order, 1, 1_500_000_000_000_000_007n, counting(4, 2)),
        simple(order, counting(64, 3), 100),
        obsolete(order, 1, 1_500_000_001_000_000_008n, counting(5, 4)),
        block(order, 0xbad, counting(8, 0)),
      ]);
      const { rows, interfaces, damage } = await directory.read(given);
      expect(damage).to.equal(null);
      expect(interfaces).to.deep.equal([
        { linkType: 1, snapLength: 64, name: 'tap2', timestampDigits: 6 },
        { linkType: 113, snapLength: 0, name: null, timestampDigits: 9 },
      ]);
      const hex = (length: number, first: number): string => counting(length, first).toString('hex');
      expect(rows).to.deep.equal([
        { seconds: 1_500_000_000, nanoseconds: 1000, hex: hex(3, 1), originalLength: 1514, interfaceIndex: 0 },
        { seconds: 1_500_000_000, nanoseconds: 7, hex: hex(4, 2), originalLength: 4, interfaceIndex: 1 },
        { seconds: 1_500_000_000, nanoseconds: 7, hex: hex(64, 3), originalLength: 100, interfaceIndex: 0 },
        { seconds: 1_500_000_001, nanoseconds: 8, hex: hex(5, 4), originalLength: 5, interfaceIndex: 1 },
      ]);
    });
  }

  // epb_flags: direction in bits 0 and 1, bytes of frame check sequence in bits 5 to 8 (draft-ietf-opsawg-pcapng §4.3.1).
  const flags = (order: ByteOrder, value: number): Buffer => option(order, 2, order.u32(value));
  const fcsLength = (order: ByteOrder, value: number): Buffer => option(order, 13, Buffer.from([value]));
  const comment = (order: ByteOrder): Buffer => option(order, 1, Buffer.from('a comment'));
  for (const { name: what, idb, epb, kept, direction } of [
    { name: 'nothing', idb: [], epb: [], kept: 64 },
    { name: 'inbound', idb: [], epb: [(o: ByteOrder) => flags(o, 1)], kept: 64, direction: 1 },
    { name: 'outbound', idb: [], epb: [(o: ByteOrder) => flags(o, 2), end], kept: 64, direction: 2 },
    {
      name: 'outbound behind a comment',
      idb: [],
      epb: [comment, (o: ByteOrder) => flags(o, 2)],
      kept: 64,
      direction: 2,
    },
    { name: 'flags behind the end of options', idb: [], epb: [end, (o: ByteOrder) => flags(o, 2)], kept: 64 },
    { name: 'an option that does not fit', idb: [], epb: [(o: ByteOrder) => o.u32(0xffff_0002), end], kept: 64 },
    { name: 'flags of another kind', idb: [], epb: [(o: ByteOrder) => flags(o, 0x0400_000c)], kept: 64 },
    { name: 'if_fcslen in bytes', idb: [(o: ByteOrder) => fcsLength(o, 4)], epb: [], kept: 60 },
    { name: 'if_fcslen in bits', idb: [(o: ByteOrder) => fcsLength(o, 32)], epb: [], kept: 60 },
    { name: 'if_fcslen 0', idb: [(o: ByteOrder) => fcsLength(o, 0)], epb: [], kept: 64 },
    { name: 'a length of the frame', idb: [], epb: [(o: ByteOrder) => flags(o, 4 << 5)], kept: 60 },
    {
      name: "a frame's own length before if_fcslen",
      idb: [(o: ByteOrder) => fcsLength(o, 4)],
      epb: [(o: ByteOrder) => flags(o, (2 << 5) | 1)],
      kept: 62,
      direction: 1,
    },
    {
      name: 'if_fcslen where flags tell no length',
      idb: [(o: ByteOrder) => fcsLength(o, 4), end],
      epb: [(o: ByteOrder) => flags(o, 1)],
      kept: 60,
      direction: 1,
    },
  ] as {
    readonly name: string;
    readonly idb: readonly ((order: ByteOrder) => Buffer)[];
    readonly epb: readonly ((order: ByteOrder) => Buffer)[];
    readonly kept: number;
    readonly direction?: number;
  }[])
    for (const [orderName, order] of [
      ['little', LITTLE],
      ['big', BIG],
    ] as const)
      it(`reads what a frame's direction and frame check sequence are, ${orderName}-endian: ${what}`, async () => {
        const options = epb.map((make) => make(order));
        const given = Buffer.concat([
          section(order),
          interfaceBlock(order, 1, 0, ...idb.map((make) => make(order))),
          enhanced(order, 0, 1n, counting(64, 1), 64, ...options),
          obsolete(order, 0, 1n, counting(64, 1), ...options),
        ]);
        const { rows, damage } = await directory.read(given);
        expect(damage).to.equal(null);
        for (const row of rows)
          expect([row.hex, row.originalLength, row.direction]).to.deep.equal([
            counting(kept, 1).toString('hex'),
            kept,
            direction,
          ]);
        expect(rows).to.have.length(2);
      });

  it('counts interfaces over sections of different byte orders', async () => {
    const given = Buffer.concat([
      section(BIG),
      interfaceBlock(BIG, 1, 0, name(BIG, 'one')),
      interfaceBlock(BIG, 1, 0, name(BIG, 'two')),
      enhanced(BIG, 1, 5_000_000n, counting(1, 1)),
      section(LITTLE),
      interfaceBlock(LITTLE, 101, 0, name(LITTLE, 'three\0')),
      enhanced(LITTLE, 0, 6_000_000n, counting(1, 2)),
    ]);
    const { rows, interfaces } = await directory.read(given);
    expect(interfaces.map((each) => each.name)).to.deep.equal(['one', 'two', 'three']);
    expect(rows.map((each) => [each.seconds, each.hex, each.interfaceIndex])).to.deep.equal([
      [5, '01', 1],
      [6, '02', 2],
    ]);
  });

  // The expected values are the quotient and the remainder of ticks by ticks per second, cut to nanoseconds.
  for (const { given, ticks, shift, seconds, nanoseconds, digits } of [
    { given: 0, ticks: 12n, shift: 0n, seconds: 12, nanoseconds: 0, digits: 6 },
    { given: 3, ticks: 12_345n, shift: 0n, seconds: 12, nanoseconds: 345_000_000, digits: 6 },
    { given: 6, ticks: 12_345_678n, shift: -20n, seconds: -8, nanoseconds: 345_678_000, digits: 6 },
    { given: 6, ticks: 2n ** 64n - 1n, shift: 0n, seconds: 18_446_744_073_709, nanoseconds: 551_615_000, digits: 6 },
    { given: 7, ticks: 12_345_678_9n, shift: 0n, seconds: 12, nanoseconds: 345_678_900, digits: 9 },
    {
      given: 9,
      ticks: 1_500_000_000_999_999_999n,
      shift: 3n,
      seconds: 1_500_000_003,
      nanoseconds: 999_999_999,
      digits: 9,
    },
    { given: 9, ticks: 2n ** 64n - 1n, shift: 0n, seconds: 18_446_744_073, nanoseconds: 709_551_615, digits: 9 },
    { given: 10, ticks: 12_345_678_909n, shift: 0n, seconds: 1, nanoseconds: 234_567_890, digits: 9 },
    { given: 12, ticks: 1_500_000_000_123_456_789n, shift: 0n, seconds: 1_500_000, nanoseconds: 123_456, digits: 9 },
    { given: 0x80 | 1, ticks: 3n, shift: 0n, seconds: 1, nanoseconds: 500_000_000, digits: 9 },
    { given: 0x80 | 10, ticks: 1025n, shift: 0n, seconds: 1, nanoseconds: 976_562, digits: 9 },
    { given: 0x80 | 20, ticks: 2n ** 20n * 7n + 1n, shift: 0n, seconds: 7, nanoseconds: 953, digits: 9 },
    { given: 0x80 | 32, ticks: 2n ** 64n - 1n, shift: 0n, seconds: 4_294_967_295, nanoseconds: 999_999_999, digits: 9 },
    { given: 0x80 | 40, ticks: 2n ** 40n * 9n + 2n ** 39n, shift: 0n, seconds: 9, nanoseconds: 500_000_000, digits: 9 },
  ]) {
    it(`cuts ${ticks} ticks of if_tsresol 0x${given.toString(16)} to nanoseconds`, async () => {
      const { rows, interfaces } = await directory.read(
        Buffer.concat([
          section(LITTLE),
          interfaceBlock(LITTLE, 1, 0, resolution(LITTLE, given), offset(LITTLE, shift), end(LITTLE)),
          enhanced(LITTLE, 0, ticks, counting(1, 1)),
        ]),
      );
      expect(rows[0]).to.include({ seconds, nanoseconds });
      expect(interfaces[0].timestampDigits).to.equal(digits);
    });
  }

  const START = [section(LITTLE), interfaceBlock(LITTLE, 1, 0), enhanced(LITTLE, 0, 1n, counting(6, 1))];
  const BAD_AT = 28 + 20 + 40;
  const u32 = (...values: number[]): Buffer => Buffer.concat(values.map((value) => LITTLE.u32(value)));
  for (const { what, given, expected } of [
    {
      what: 'a length that is not a multiple of 4',
      given: u32(6, 33, 0, 0),
      expected: 'has total length 33, expected a multiple of 4 from 12 up',
    },
    {
      what: 'a length below 12',
      given: u32(99, 8, 0, 0),
      expected: 'has total length 8, expected a multiple of 4 from 12 up',
    },
    {
      what: 'two different lengths',
      given: u32(99, 16, 0, 20),
      expected: 'has total length 16 at its start, 20 at its end',
    },
    {
      what: 'an endless packet',
      given: u32(6, 0x8000_0000, 0, 0),
      expected: 'has total length 2147483648, expected at most 67108864',
    },
    {
      what: 'an unknown interface',
      given: enhanced(LITTLE, 3, 1n, counting(6, 1)),
      expected: 'names interface 3, expected one of the 1 that its section has so far',
    },
    {
      what: 'a packet larger than its block',
      given: block(LITTLE, 6, u32(0, 0, 0, 9, 9, 0, 0)),
      expected: 'has 9 captured bytes, but room for 8',
    },
    {
      what: 'a simple packet larger than its block',
      given: block(LITTLE, 3, u32(9, 0, 0)),
      expected: 'has 9 captured bytes, but room for 8',
    },
    {
      what: 'an option larger than its block',
      given: interfaceBlock(LITTLE, 1, 0, u32(0x0100_0002)),
      expected: 'has an option 2 of 256 bytes where 0 bytes are left',
    },
    {
      what: 'a section of another version',
      given: block(LITTLE, 0x0a0d0d0a, u32(0x1a2b3c4d, 2, 0, 0)),
      expected: 'has version 2.0, expected 1.0',
    },
    {
      what: 'a section without byte order',
      given: block(LITTLE, 0x0a0d0d0a, u32(1, 1, 0, 0)),
      expected: 'has byte-order magic 0x1000000, expected 0x1a2b3c4d or 0x4d3c2b1a',
    },
    {
      what: 'a cut unknown block',
      given: u32(0xbad, 10_000_000, 0, 0),
      expected: 'is cut: 9999984 of 10000000 bytes are missing',
    },
  ]) {
    it(`reports ${what} behind the frames before it`, async () => {
      const { rows, damage } = await directory.read(Buffer.concat([...START, given]));
      expect(rows.length).to.equal(1);
      expect(damage).to.deep.equal({
        atByte: BAD_AT,
        message: `${directory.path}/x.pcap: block 4 at byte ${BAD_AT} ${expected}`,
      });
    });
  }

  it('passes over an unknown block larger than a chunk', async () => {
    const large = block(LITTLE, 0xbad, Buffer.alloc(3_000_000));
    const last = enhanced(LITTLE, 0, 2n, counting(6, 2));
    const { rows, damage } = await directory.read(Buffer.concat([...START, large, last]));
    expect(damage).to.equal(null);
    expect(rows.map((each) => each.nanoseconds)).to.deep.equal([1000, 2000]);
  });

  it('survives a cut at every byte', async () => {
    const pieces = [
      ...START,
      block(LITTLE, 0xbad, counting(8, 0)),
      enhanced(LITTLE, 0, 2n, counting(33, 1)),
      simple(LITTLE, counting(7, 1)),
    ];
    const whole = Buffer.concat(pieces);
    for (let cut = pieces[0].length; cut <= whole.length; cut++) {
      let start = 0;
      let frames = 0;
      let blocks = 0;
      for (const piece of pieces) {
        if (start + piece.length > cut) break;
        start += piece.length;
        blocks++;
        if (blocks === 3 || blocks > 4) frames++;
      }
      const { rows, damage } = await directory.read(whole.subarray(0, cut));
      expect(rows.length, `cut at ${cut}`).to.equal(frames);
      expect(damage?.atByte ?? null, `cut at ${cut}`).to.equal(start === cut ? null : start);
      if (damage === null || cut - start < 8) continue;
      const missing = `${start + pieces[blocks].length - cut} of ${pieces[blocks].length} bytes are missing`;
      expect(damage.message).to.equal(
        `${directory.path}/x.pcap: block ${blocks + 1} at byte ${start} is cut: ${missing}`,
      );
    }
  });

  for (const { what, given, expected } of [
    { what: 'a cut section header', given: section(LITTLE).subarray(0, 20), expected: 'is cut: 8 bytes are missing' },
    {
      what: 'a newer version',
      given: block(BIG, 0x0a0d0d0a, BIG.u32(0x1a2b3c4d), BIG.u16(2), BIG.u16(1), BIG.u64(0n)),
      expected: 'has version 2.1, expected 1.0',
    },
  ]) {
    it(`refuses ${what}`, async () => {
      const path = directory.file('bad.pcapng', given);
      const message = await messageOf(directory, () => readAll(path), 'CaptureError');
      expect(message).to.equal(`bad.pcapng: the pcapng section header ${expected}`);
    });
  }
});
