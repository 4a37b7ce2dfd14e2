/**
 * Times the dataplane alone: nanoseconds per 60-byte frame of established flows from a pod to the Internet, through the
 * flow cache, node by node, and with the node path recorded. Rounds take turns, so that a noisy machine is noisy for all.
 *
 *     node dist/bench/forwarding.js [frames] [flows]
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADROOM_BYTES, TAILROOM_BYTES } from '../src/capture/frame-batch.js';
import { applyScript } from '../src/config/apply.js';
import { builtInScript } from '../src/config/locate.js';
import { parseScriptFile } from '../src/config/parse-script.js';
import { Dataplane } from '../src/pipeline/dataplane.js';
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
  readonly dataplane: Dataplane;
  readonly nanoseconds: number[];
}

function contender(name: string, isRecording: boolean, hasFlowCache: boolean): Contender {
  const tables = applyScript(parseScriptFile(builtInScript()));
  const observer = { transmit: () => undefined, discard: () => undefined };
  return { name, dataplane: new Dataplane(tables, observer, isRecording, hasFlowCache), nanoseconds: [] };
}

const records = traffic();
const chunk = new Uint8Array(HEADROOM_BYTES + records.length + TAILROOM_BYTES);
const view = new DataView(chunk.buffer);
const contenders = [
  contender('flow cache', false, true),
  contender('node by node', false, false),
  contender('node by node, path recorded', true, false),
];
for (let round = 0; round < ROUNDS; round++)
  for (const { dataplane, nanoseconds } of contenders) {
    const rx = dataplane.tables.interfaces.byName('tap2')?.swIfIndex ?? 0;
    chunk.set(records, HEADROOM_BYTES);
    const start = process.hrtime.bigint();
    for (let i = 0, at = HEADROOM_BYTES + 16; i < frames; i++, at += RECORD_BYTES)
      dataplane.receive(chunk, view, at, FRAME_BYTES, FRAME_BYTES, rx, round, i * 1000);
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
