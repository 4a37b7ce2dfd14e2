/** What stands in the place of bytes that a trace does not show. */

import { expect } from 'chai';
import type { RebuiltFrame } from '../../../src/trace/rebuild/rebuilt-frame.js';
import { fillingsOf } from '../../../src/trace/judge/unknown-bytes.js';

/** UDP 10.0.0.1:1 > 10.0.0.2:2 with 'abcd'. By hand: words 0a00 0001 0a00 0002 0011 000c | 0001 0002 000c 6162 6364 add up to d8f5. */
const FRAME = Buffer.from(
  '020000000002' +
    '020000000001' +
    '0800' +
    '450000200000400040110000' +
    '0a0000010a000002' +
    '00010002000c270a' +
    '61626364',
  'hex',
);
const [PAYLOAD, END] = [42, 46];

const frameWithout = (unknown: readonly number[], truth: Uint8Array = FRAME): RebuiltFrame => ({
  bytes: Uint8Array.from(truth, (byte, at) => (unknown.includes(at) ? 0 : byte)),
  mask: Uint8Array.from(truth, (_, at) => (unknown.includes(at) ? 0 : 0xff)),
  lines: new Uint32Array(truth.length),
  statedOnce: new Map(),
});

describe('fillings of unknown bytes', () => {
  const FOUND: readonly { name: string; unknown: number[] }[] = [
    { name: 'one byte', unknown: [PAYLOAD] },
    { name: 'one byte at the end', unknown: [END - 1] },
    { name: 'two bytes of one word', unknown: [PAYLOAD, PAYLOAD + 1] },
  ];
  for (const { name, unknown } of FOUND)
    it(`${name}: the checksum tells`, () => {
      const { likely, other } = fillingsOf(frameWithout(unknown), 1);
      expect(Buffer.from(likely).toString('hex')).to.equal(FRAME.toString('hex'));
      for (const at of unknown) expect(other[at], `byte ${at}`).not.to.equal(FRAME[at]);
    });

  it('leaves a byte alone that cannot make the checksum right', () => {
    const wrong = Uint8Array.from(FRAME);
    wrong[PAYLOAD + 1] ^= 0xff;
    expect(fillingsOf(frameWithout([PAYLOAD], wrong), 1).likely[PAYLOAD]).to.equal(0);
  });

  it('differs in every unknown byte', () => {
    const unknown = Array.from({ length: END - 14 }, (_, i) => 14 + i);
    const { likely, other } = fillingsOf(frameWithout(unknown), 1);
    expect(likely.every((byte, at) => (byte === other[at]) !== unknown.includes(at))).to.be.true;
  });
});
