/** Feeds the rest of one capture into a dataplane, with threads that help (workers/batch-ring.ts). */

import { getSystemErrorName } from 'node:util';
import type { FrameReader } from '../capture/frame-batch.js';
import type { BatchSupply } from '../capture/source/byte-window.js';
import { outputError } from '../capture/output/output-error.js';
import type { FlowCache } from '../pipeline/flow-cache/flow-cache.js';
import type { FlowPasses } from '../dataplane/flow-passes.js';
import type { Ingress, Reception } from '../dataplane/ingress.js';
import { BatchRing } from '../workers/batch-ring.js';
import {
  FREE,
  IS_OF_PACKETS,
  REWRITE_FROM,
  REWRITE_TO,
  TOLD_ERROR,
  type SharedBatch,
} from '../workers/shared-batch.js';
import type { FollowedFrames } from './followed-frames.js';
import type { RecordOutput } from './record-output.js';

/** As often as feedCaptures lets the event loop turn. */
const BATCHES_PER_TURN = 16;

/** What a capture's frames meet. */
export interface RingFeed {
  readonly reader: FrameReader;
  /** Where the reader gets its batches. */
  readonly supply: BatchSupply;
  readonly interfaceName: string | null;
  readonly reception: Reception;
  readonly ingress: Ingress;
  readonly cache: FlowCache;
  readonly passes: FlowPasses;
  /** Null where no classic pcap is written. */
  readonly records: RecordOutput | null;
  /** Null where nothing is told of frames that follow flows. */
  readonly followed: FollowedFrames | null;
  /** Threads in all. */
  readonly workers: number;
  /** What the others run, where it is not workers/batch-thread.ts. */
  readonly module: URL | undefined;
}

/** Runs all frames that the reader still has. Rejects with OutputError or WorkerError. */
export async function feedRing(feed: RingFeed): Promise<void> {
  const { reader, supply, reception, ingress, cache, records, followed, workers } = feed;
  const { flowBindings } = reception;
  const output = {
    descriptor: records?.writer.output.descriptor ?? -1,
    recordDigits: records?.writer.recordDigits ?? 0,
  };
  const told = followed?.threadOptions() ?? null;
  const { macs, vlanInterfaces, arrivals } = ingress;
  const { looksAtAll } = arrivals;
  const stages = { flows: cache.table.memory, macs, vlanInterfaces, flowBindings, looksAtAll, ...output, told };
  const ring = new BatchRing(stages, workers, feed.module);
  try {
    supply.take = () => ring.take();
    let hasMore = true;
    for (let turns = 1; hasMore || ring.isBehind; turns++) {
      if (turns % BATCHES_PER_TURN === 0) await ring.turn();
      const slot = ring.next;
      if (slot !== null) await follow(feed, ring, slot);
      else if (hasMore && ring.hasRoom) {
        const batch = await reader.next();
        hasMore = batch !== null;
        if (batch === null) continue;
        ingress.bind(reception, reader.interfaces, feed.interfaceName);
        ingress.readDirections(reception, feed.interfaceName, batch);
        ring.post(cache.epoch, cache.table.size, cache.table.count);
      } else await ring.help();
      complain(ring, feed);
    }
    await ring.drain();
    complain(ring, feed);
  } finally {
    followed?.usePlans(null, null);
    await ring.close();
  }
}

/** What a thread could not write is written here, so that whatever is wrong is said as always. Throws OutputError. */
function complain(ring: BatchRing, { records, followed }: RingFeed): void {
  const { unwritten } = ring;
  if (unwritten === null) return;
  const { task } = unwritten;
  if (task[TOLD_ERROR] !== 0) {
    const code = getSystemErrorName(task[TOLD_ERROR]);
    throw outputError(followed?.nameOf(task[IS_OF_PACKETS] === 1) ?? '', Object.assign(new Error(code), { code }));
  }
  records?.writeAt(unwritten.batch, unwritten.plan, unwritten.position);
  unwritten.state = FREE;
}

/** A batch's turn has come. */
async function follow(
  { cache, passes, records, followed, reception, ingress }: RingFeed,
  ring: BatchRing,
  slot: SharedBatch,
): Promise<void> {
  const { batch, plan, task } = slot;
  if (cache.isFull) {
    await ring.drain();
    cache.reset();
  }
  slot.clearTask();
  records?.usePlan(plan);
  followed?.usePlans(slot.lines, slot.packets);
  ingress.startRun(0, batch, 0, batch.firstNumber - 1); // the capture is alone
  if (slot.epoch === cache.epoch) passes.follow(batch, 0, batch.count, reception);
  else passes.run(batch, 0, batch.count, reception);
  const rest = records?.handOver() ?? null;
  if (rest !== null) {
    task[REWRITE_FROM] = rest.rewriteFrom;
    task[REWRITE_TO] = rest.rewriteTo;
    slot.position = rest.position;
  }
  ring.finish(slot, rest === null && slot.lines.runs + slot.packets.runs === 0);
}
