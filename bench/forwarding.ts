/**
 * Times the dataplane alone: nanoseconds per 60-byte frame of established flows from a pod to the Internet, through the
 * flow cache, node by node, and with the node path recorded. Rounds take turns, so that a noisy machine is noisy for all.
 *
 *     node dist/bench/forwarding.js [frames] [flows]
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BATCH_FRAMES,
  FrameBatch,
  HEADROOM_BYTES,
  LINKTYPE_ETHERNET,
  TAILROOM_BYTES,
} from '../src/capture/frame-batch.js';
import { applyScript } from '../src/config/apply.js';
import { builtInScript } from '../src/config/locate.js';
import { parseScriptFile } from '../src/config/parse-script.js';
import { Dataplane } from '../src/pipeline/dataplane.js';
import { rewriteFlows } from '../src/pipeline/flow-cache/flow-rewrite.js';
import { flowCacheOf, FlowPasses } from '../src/pipeline/flow-passes.js';
import { Ingress } from '../src/pipeline/ingress.js';
import { FRAME_BYTES, writeTraffic } from './traffic.js';

const [frames = 200_000, flows = 10_000] = process.argv.slice(2).map(Number);
const ROUNDS = 15;
const FILE_HEADER_BYTES = 24;
const RECORD_BYTES = 16 + FRAME_BYTES;

function traffic(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-bench-'));
  try {
    const path = join(folder, 'pods.pcap');
    writeTraffic(path, frames, flows);
    return readFileSync(path).subarray(FILE_HEADER_BYTES);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Contender {
  readonly name: string;
  readonly run: (batch: FrameBatch) => void;
  readonly nanoseconds: number[];
}

function contender(name: string, isRecording: boolean, hasFlowCache: boolean): Contender {
  const tables = applyScript(parseScriptFile(builtInScript()));
  const observer = { transmit: () => undefined, discard: () => undefined };
  const dataplane = new Dataplane(tables, observer, isRecording);
  const ingress = new Ingress(dataplane, null);
  const reception = ingress.reception();
  ingress.bind(reception, [{ linkType: LINKTYPE_ETHERNET, snapLength: 0, name: 'tap2', timestampDigits: 6 }], null);
  if (!hasFlowCache)
    return {
      name,
      run: (batch) => {
        ingress.run(batch, 0, batch.count, reception);
      },
      nanoseconds: [],
    };
  const cache = flowCacheOf(dataplane, ingress);
  const keep = (batch: FrameBatch, first: number, end: number): void => {
    rewriteFlows(batch, first, end, cache.table.words);
  };
  const passes = new FlowPasses(cache, dataplane, ingress, { keep });
  return {
    name,
    run: (batch) => {
      passes.run(batch, 0, batch.count, reception);
    },
    nanoseconds: [],
  };
}

/** Frames in the order of the capture, a chunk's worth at a time as a reader gives them. */
function batchesOf(records: Uint8Array): FrameBatch[] {
  const batches: FrameBatch[] = [];
  for (let from = 0; from < frames; from += BATCH_FRAMES) {
    const count = Math.min(BATCH_FRAMES, frames - from);
    const bytes = new Uint8Array(HEADROOM_BYTES + count * RECORD_BYTES + TAILROOM_BYTES);
    bytes.set(records.subarray(from * RECORD_BYTES, (from + count) * RECORD_BYTES), HEADROOM_BYTES);
    const batch = new FrameBatch(bytes, BATCH_FRAMES);
    batch.count = count;
    batch.offset.forEach((_, i) => (batch.offset[i] = HEADROOM_BYTES + i * RECORD_BYTES + 16));
    batch.capturedLength.fill(FRAME_BYTES);
    batch.originalLength.fill(FRAME_BYTES);
    batches.push(batch);
  }
  return batches;
}

const records = traffic();
const contenders = [
  contender('flow cache', false, true),
  contender('node by node', false, false),
  contender('node by node, path recorded', true, false),
];
for (let round = 0; round < ROUNDS; round++)
  for (const { run, nanoseconds } of contenders) {
    const batches = batchesOf(records);
    for (const batch of batches) {
      batch.seconds.fill(round);
      batch.nanoseconds.forEach((_, i) => (batch.nanoseconds[i] = i * 1000));
    }
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
