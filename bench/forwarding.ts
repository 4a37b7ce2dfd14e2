/**
 * Times the dataplane alone: nanoseconds per 60-byte frame of established flows from a pod to the Internet, through the
 * flow cache, node by node, and with the node path recorded. Rounds take turns, so that a noisy machine is noisy for all.
 *
 *     node dist/bench/forwarding.js [frames] [flows]
 */

import { FrameBatch, HEADROOM_BYTES, LINKTYPE_ETHERNET, TAILROOM_BYTES } from '../src/capture/frame-batch.js';
import { applyScript } from '../src/config/apply.js';
import { builtInScript } from '../src/config/locate.js';
import { parseScriptFile } from '../src/config/parse-script.js';
import { Dataplane } from '../src/pipeline/dataplane.js';
import { rewriteFlows } from '../src/pipeline/flow-cache/flow-rewrite.js';
import { flowCacheOf, FlowPasses } from '../src/pipeline/flow-passes.js';
import { Ingress } from '../src/pipeline/ingress.js';
import { batchesOf, SHORTEST_BYTES as FRAME_BYTES } from './traffic.js';

const [frames = 200_000, flows = 10_000] = process.argv.slice(2).map(Number);
const ROUNDS = 15;

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

const contenders = [
  contender('flow cache', false, true),
  contender('node by node', false, false),
  contender('node by node, path recorded', true, false),
];
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
