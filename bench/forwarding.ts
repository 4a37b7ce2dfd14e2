/**
 * Times the dataplane alone: nanoseconds per 60-byte frame of established flows from a pod to the Internet, through the
 * flow cache, node by node, and with the node path recorded. Rounds take turns, so that a noisy machine is noisy for all.
 *
 *     node dist/bench/forwarding.js [frames] [flows]
 */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../src/capture/frame-batch.js';
import { runnerOf, type Way } from './node-of-the-guide.js';
import { batchesOf, SHORTEST_BYTES as FRAME_BYTES } from './traffic.js';

const [frames = 200_000, flows = 10_000] = process.argv.slice(2).map(Number);
const ROUNDS = 15;

const WAYS: readonly Way[] = ['flow cache', 'node by node', 'node by node, path recorded'];
const contenders = WAYS.map((name) => ({ name, run: runnerOf(name), nanoseconds: [] as number[] }));
for (let round = 0; round < ROUNDS; round++)
  for (const { run, nanoseconds } of contenders) {
    const batches = batchesOf({ frames, flows, frameBytes: FRAME_BYTES }, HEADROOM_BYTES, TAILROOM_BYTES);
    for (const batch of batches) batch.seconds.fill(round);
    const start = process.hrtime.bigint();
    for (const batch of batches) run(batch);
    nanoseconds.push(Number(process.hrtime.bigint() - start) / frames);
  }

console.log(`${frames} frames of ${FRAME_BYTES} bytes, ${flows} flows; ns per frame, ${ROUNDS} rounds each`);
for (const { name, nanoseconds } of contenders) {
  const first = nanoseconds[0].toFixed(0);
  const later = nanoseconds.slice(ROUNDS / 3).sort((a, b) => a - b);
  const median = later[later.length >> 1].toFixed(0);
  console.log(
    `${name.padEnd(30)} median ${median.padStart(5)}   best ${later[0].toFixed(0).padStart(5)}   first ${first}`,
  );
}
