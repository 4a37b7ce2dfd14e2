/** Overlap rules of full reassembly; expected values by hand from ip4_full_reass_update. */

import { expect } from 'chai';
import { PacketBuffer } from '../../../src/pipeline/engine/packet-buffer.js';
import { Reassembly } from '../../../src/pipeline/ip4/local/reassembly.js';
import * as build from '../../../tools/build-packets.js';
import * as ip4 from '../../../src/wire/ip4.js';

interface Fragment {
  /** First octet, number of octets, and the byte they are filled with. */
  readonly at: number;
  readonly bytes: number;
  readonly fill: number;
  readonly more: boolean;
}

function bufferOf({ at, bytes, fill, more }: Fragment): PacketBuffer {
  const flagsAndFragment = (more ? ip4.MORE_FRAGMENTS : 0) | (at / 8);
  const payload = new Uint8Array(bytes).fill(fill);
  const chunk = build.ip4({ source: 0, destination: 0, protocol: 17, flagsAndFragment }, payload).bytes;
  const view = new DataView(chunk.buffer);
  const buffer = new PacketBuffer(chunk, view);
  buffer.reset(chunk, view, 0, chunk.length, 1);
  return buffer;
}

const CASES: readonly {
  name: string;
  given: readonly Fragment[];
  kept: readonly boolean[];
  expected: string | null;
}[] = [
  {
    name: 'two fragments in order',
    given: [
      { at: 0, bytes: 8, fill: 1, more: true },
      { at: 8, bytes: 3, fill: 2, more: false },
    ],
    kept: [true, true],
    expected: '0101010101010101020202',
  },
  {
    name: 'two fragments in reverse order',
    given: [
      { at: 8, bytes: 3, fill: 2, more: false },
      { at: 0, bytes: 8, fill: 1, more: true },
    ],
    kept: [true, true],
    expected: '0101010101010101020202',
  },
  {
    name: 'a repeated fragment is ignored',
    given: [
      { at: 0, bytes: 8, fill: 1, more: true },
      { at: 0, bytes: 8, fill: 3, more: true },
      { at: 8, bytes: 3, fill: 2, more: false },
    ],
    kept: [true, false, true],
    expected: '0101010101010101020202',
  },
  {
    name: 'a hole in the middle',
    given: [
      { at: 0, bytes: 8, fill: 1, more: true },
      { at: 16, bytes: 8, fill: 2, more: false },
    ],
    kept: [true, true],
    expected: null,
  },
];

describe('Reassembly', () => {
  for (const { name, given, kept, expected } of CASES)
    it(name, () => {
      const reassembly = new Reassembly([0, 0, 0, 0], 0, 0, null);
      expect(given.map((fragment) => reassembly.insert(bufferOf(fragment), () => undefined, false))).to.deep.equal(
        kept,
      );
      expect(reassembly.isComplete).to.equal(expected !== null);
      if (expected === null) return;
      const whole = new Uint8Array(reassembly.packetBytes);
      reassembly.writeTo(whole, 0);
      expect(Buffer.from(whole.subarray(ip4.HEADER_BYTES)).toString('hex')).to.equal(expected);
    });
});
