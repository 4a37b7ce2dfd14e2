/**
 * Batches that go round: read, matched, followed and finished, in this order each, while threads work on several of them. What
 * has to happen in capture order, reading and following, happens here; threads help with the rest.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FrameBatch } from '../capture/frame-batch.js';
import { BatchStages, type StageOptions } from './batch-stages.js';
import type { ThreadData } from './batch-thread.js';
import {
  allocateBatch,
  CONTROL_WORDS,
  DONE,
  FINISHING,
  FOLLOWED,
  FREE,
  MATCHED,
  MATCHING,
  READ,
  SharedBatch,
  STOP,
  TABLE_LIMIT,
  TABLE_SIZE,
  WORK,
  WRITE_FAILED,
} from './shared-batch.js';

/** Batches for each thread: one that it works on, one that waits for it, one that waits for its turn. */
const BATCHES_PER_THREAD = 3;

/** How long to wait for a thread before it is looked whether it still lives. */
const WAIT_MILLISECONDS = 20;

/** A thread ended that was not told to. The message is one sentence. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}

export class BatchRing {
  private readonly slots: readonly SharedBatch[];
  private readonly stages: BatchStages;
  private readonly control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4));
  private readonly threads: Worker[] = [];
  /** Batches posted so far, and followed so far. */
  private posted = 0;
  private followed = 0;
  private failure: WorkerError | null = null;

  /**
   * @param workers threads in all, with this one
   * @param thread what the others run; tests name something else
   */
  constructor(options: StageOptions, workers: number, thread = new URL('./batch-thread.js', import.meta.url)) {
    const batches = Array.from({ length: workers * BATCHES_PER_THREAD }, allocateBatch);
    this.slots = batches.map((memory) => new SharedBatch(memory));
    for (const { batch } of this.slots) batch.isLookedAt = options.looksAtAll;
    this.stages = new BatchStages(options);
    const control = this.control.buffer;
    const workerData: ThreadData = { control, batches, stages: options };
    for (let k = 1; k < workers; k++) this.start(thread, workerData);
  }

  /** True where a batch can be read: `take` has one. */
  get hasRoom(): boolean {
    return this.slotOf(this.posted).state === FREE;
  }

  take(): FrameBatch {
    const slot = this.slotOf(this.posted);
    slot.restoreChunk();
    return slot.batch;
  }

  /**
   * The batch taken last has been filled: threads may match it. `size` and `limit` are for FlowTable.find; what is matched is
   * void once the `epoch` of the flow table has passed.
   */
  post(epoch: number, size: number, limit: number): void {
    const slot = this.slotOf(this.posted++);
    slot.epoch = epoch;
    slot.task[TABLE_SIZE] = size;
    slot.task[TABLE_LIMIT] = limit;
    slot.publish();
    slot.state = slot.isShared ? READ : MATCHING;
    if (slot.isShared) this.announce();
    else this.stages.match(slot);
  }

  /** The batch whose turn it is to be followed, once it is matched; null while it is not, or where none has been posted. */
  get next(): SharedBatch | null {
    if (this.followed === this.posted) return null;
    const slot = this.slotOf(this.followed);
    return slot.state === MATCHED ? slot : null;
  }

  /** The next batch has been followed. What is left to do for it is in its task; nothing where `isDone`. */
  finish(slot: SharedBatch, isDone: boolean): void {
    this.followed++;
    slot.state = isDone ? FREE : slot.isShared ? FOLLOWED : FINISHING;
    if (isDone) return;
    if (slot.isShared) this.announce();
    else this.stages.finish(slot);
  }

  /** True where batches were read that are not followed yet. */
  get isBehind(): boolean {
    return this.followed < this.posted;
  }

  /** Does something that a thread would do, or waits for the threads. Rejects with WorkerError. */
  async help(): Promise<void> {
    const done = Atomics.load(this.control, DONE);
    for (let k = 0; k < this.slots.length; k++) if (this.stages.work(this.slotOf(this.followed + k))) return;
    if (Atomics.wait(this.control, DONE, done, WAIT_MILLISECONDS) !== 'timed-out') return;
    await this.turn();
  }

  /** Lets the event loop turn, which tells of threads that ended. Rejects with WorkerError. */
  async turn(): Promise<void> {
    await nextTurn();
    if (this.failure !== null) throw this.failure;
  }

  /** Waits until nothing is left to do for batches that were followed. Rejects with WorkerError. */
  async drain(): Promise<void> {
    while (this.slots.some(({ state }) => state >= FOLLOWED && state !== WRITE_FAILED)) await this.help();
  }

  /** A batch that could not be written, or null. */
  get unwritten(): SharedBatch | null {
    return this.slots.find(({ state }) => state === WRITE_FAILED) ?? null;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    Atomics.store(this.control, STOP, 1);
    this.announce();
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private slotOf(batch: number): SharedBatch {
    return this.slots[batch % this.slots.length];
  }

  private announce(): void {
    Atomics.add(this.control, WORK, 1);
    Atomics.notify(this.control, WORK);
  }

  private start(url: URL, workerData: ThreadData): void {
    const thread = new Worker(url, { workerData, name: 'vppcap' });
    const fail = (why: string): void => {
      if (Atomics.load(this.control, STOP) === 1) return;
      this.failure ??= new WorkerError(`a worker thread ended: ${why}; --workers 1 does without`);
    };
    thread.on('error', (error: unknown) => fail(error instanceof Error ? error.message : String(error)));
    thread.on('exit', (code) => fail(`exit code ${code}`));
    this.threads.push(thread);
  }
}
