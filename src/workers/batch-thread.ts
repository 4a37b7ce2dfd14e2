/** A thread that helps with batches until it is told to stop. */

import { workerData } from 'node:worker_threads';
import { BatchStages, type StageOptions } from './batch-stages.js';
import { DONE, SharedBatch, STOP, WORK, type BatchMemory } from './shared-batch.js';

/** What the thread is started with. */
export interface ThreadData {
  readonly control: SharedArrayBuffer;
  readonly batches: readonly BatchMemory[];
  readonly stages: StageOptions;
}

const { control: memory, batches, stages: options } = workerData as ThreadData;
const control = new Int32Array(memory);
const shared = batches.map((each) => new SharedBatch(each));
const stages = new BatchStages(options);

while (Atomics.load(control, STOP) === 0) {
  const work = Atomics.load(control, WORK);
  let hasWorked = false;
  for (const batch of shared) {
    if (!stages.work(batch)) continue;
    hasWorked = true;
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
  if (!hasWorked) Atomics.wait(control, WORK, work);
}
