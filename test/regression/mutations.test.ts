/** Whatever is changed in an expected capture is reported, or falls under a tolerance that the result names. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pcapng, type CaseFrame } from '../../tools/guide/capture-files.js';
import { openBatches } from '../../src/capture/input/open-batches.js';
import type { CaseResult } from '../../src/regression/result.js';
import { testCase } from '../../src/regression/test-case.js';

const CASES = [
  'acl-fragments',
  'echo-to-node',
  'frame-malformed',
  'mix-classic',
  'nat-static-mappings',
  'vxlan-nat-acl',
];
const PER_CASE = 40;
/** IP id and header checksum, which VPP draws for its echo replies and a case may declare unstable. */
const UNSTABLE_BYTES = [18, 19, 24, 25];

/** Knuth's MMIX generator, high bits: the same changes in every run. */
function randomNumbers(seed: bigint): (below: number) => number {
  let state = seed;
  return (below) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(below));
  };
}

async function framesOf(file: string): Promise<CaseFrame[]> {
  const reader = await openBatches(file);
  const frames: CaseFrame[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next())
    for (let i = 0; i < batch.count; i++)
      frames.push({
        interfaceName: reader.interfaces[batch.interfaceIndex[i]].name ?? '',
        microseconds: batch.seconds[i] * 1e6 + batch.nanoseconds[i] / 1000,
        bytes: batch.bytes.slice(batch.offset[i], batch.offset[i] + batch.capturedLength[i]),
        comment: null,
      });
  await reader.close();
  return frames;
}

const same = (a: CaseFrame, b: CaseFrame): boolean =>
  a.interfaceName === b.interfaceName && Buffer.compare(a.bytes, b.bytes) === 0;

interface Mutation {
  readonly what: string;
  readonly frames: CaseFrame[];
  /** The packet (from 1) and the byte that was changed; null for changes of other kinds. */
  readonly changed: { readonly packet: number; readonly index: number } | null;
}

function mutate(frames: readonly CaseFrame[], random: (below: number) => number): Mutation {
  const at = random(frames.length);
  switch (random(4)) {
    case 0:
      return { what: `packet ${at + 1} left out`, frames: frames.toSpliced(at, 1), changed: null };
    case 1:
      return { what: `packet ${at + 1} twice`, frames: frames.toSpliced(at, 0, frames[at]), changed: null };
    case 2: {
      // The next packet that differs, so that the order does.
      const other = frames.findIndex((frame, i) => i > at && !same(frame, frames[at]));
      if (other >= 0) {
        const swapped = frames.with(at, frames[other]).with(other, frames[at]);
        return { what: `packets ${at + 1} and ${other + 1} swapped`, frames: swapped, changed: null };
      }
      return { what: `packet ${at + 1} left out`, frames: frames.toSpliced(at, 1), changed: null };
    }
    default: {
      const bytes = frames[at].bytes.slice();
      const index = random(bytes.length);
      bytes[index] ^= 1 + random(255);
      const what = `byte ${index} of packet ${at + 1} changed`;
      return { what, frames: frames.with(at, { ...frames[at], bytes }), changed: { packet: at + 1, index } };
    }
  }
}

describe('changes in the expected captures of real cases', () => {
  for (const [nth, name] of CASES.entries())
    it(`${PER_CASE} of ${name}`, async function () {
      this.timeout(60_000);
      const root = mkdtempSync(join(tmpdir(), 'vppcap-mutations-'));
      try {
        const folder = join(root, name);
        cpSync(join('expectations', name), folder, { recursive: true });
        const file = join(folder, 'expected.pcapng');
        const run = async (): Promise<CaseResult> =>
          (await testCase({ name, folder }, { allowed: [], needsDetail: false })).result;
        const frames = await framesOf(file);
        writeFileSync(file, pcapng(frames));
        expect((await run()).status, 'unchanged').to.equal('passed');
        const random = randomNumbers(BigInt(nth + 1));
        for (let i = 0; i < PER_CASE; i++) {
          const { what, frames: mutated, changed } = mutate(frames, random);
          writeFileSync(file, pcapng(mutated));
          const { status, differences, tolerances } = await run();
          if (changed !== null && UNSTABLE_BYTES.includes(changed.index) && status === 'passed') {
            expect(tolerances.join('; '), what).to.contain(`packet ${changed.packet} of `);
            continue;
          }
          expect(status, what).to.equal('failed');
          expect(
            differences.map(({ kind }) => kind),
            what,
          ).to.include('packets');
        }
      } finally {
        rmSync(root, { recursive: true });
      }
    });
});
