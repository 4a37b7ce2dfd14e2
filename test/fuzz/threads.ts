/** The same comes out of a replay however many threads work. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReplayOptions } from '../../src/replay/replay.js';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { unpacked } from './capture-mutations.js';
import { hashOf } from './random.js';
import { requireEqual } from './target.js';

/** Batches are of 512 KiB: threads start with the second. */
const THREADS_BYTES = 1_300_000;

type Run = (path: string, wishes: Partial<ReplayOptions>) => Promise<ReplaySummary>;

/** Runs the capture, over and over in one file, with one thread and with three. */
export async function checkThreads(input: Buffer, folder: string, run: Run): Promise<void> {
  const plain = unpacked(input) ?? input;
  const isBlocks = plain.readUInt32BE(0) === 0x0a0d0d0a;
  const body = isBlocks ? plain : plain.subarray(24);
  const times = Math.ceil(THREADS_BYTES / Math.max(body.length, 100));
  const path = join(folder, 'long');
  writeFileSync(
    path,
    Buffer.concat([...(isBlocks ? [] : [plain.subarray(0, 24)]), ...Array<Buffer>(times).fill(body)]),
  );
  const outcomes: unknown[] = [];
  for (const workers of [1, 3]) {
    const output = join(folder, 'threads.pcap');
    const summary = await run(path, { output, workers, threads: { fromBytes: 0, afterFills: 1 } });
    outcomes.push({ summary, hash: hashOf(readFileSync(output)) });
    rmSync(output);
  }
  requireEqual(outcomes[1], outcomes[0], '3 workers and 1');
}
