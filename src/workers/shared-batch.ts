/**
 * A batch in memory that threads share: the chunk, the columns, what leaves of it, and a task, by which the threads tell each
 * other how far it is.
 *
 *                  main             any thread          main              any thread
 *       FREE ── read, post ──▶ READ ── match ──▶ MATCHED ── follow ──▶ FOLLOWED ── finish ──▶ FREE
 *                                 └ MATCHING ┘                             └ FINISHING ┘ └▶ WRITE_FAILED
 *
 * A thread takes a batch by changing its state from READ or FOLLOWED to the next; only one succeeds. What was written to the
 * batch before a state was stored is seen by whoever has loaded that state.
 */

import { BATCH_BYTES } from '../capture/source/byte-window.js';
import { BATCH_FRAMES, FrameBatch } from '../capture/frame-batch.js';
import { PLAN_BYTES, RecordPlan } from '../capture/pcap/record-plan.js';
import { TOLD_PLAN_BYTES, ToldPlan } from './told-plan.js';

/** Words that the threads of a BatchRing share. These grow: where there is more for threads to do, and where one has done something. */
export const WORK = 0;
export const DONE = 1;
/** 1: threads are to end. */
export const STOP = 2;
export const CONTROL_WORDS = 3;

/** States of a batch. */
export const FREE = 0;
export const READ = 1;
export const MATCHING = 2;
export const MATCHED = 3;
export const FOLLOWED = 4;
export const FINISHING = 5;
export const WRITE_FAILED = 6;

/** Words of a task. */
const STATE = 0;
const COUNT = 1;
const RECORD_DIGITS = 2;
const HAS_DIRECTIONS = 3;
/** Size and limit for FlowTable.find, as they were when the batch was posted. */
export const TABLE_SIZE = 4;
export const TABLE_LIMIT = 5;
/** Frames [from, to) that may have followed flows. */
export const REWRITE_FROM = 6;
export const REWRITE_TO = 7;
/** Doubles: where in the output the records go, and the number of frame 0. */
const POSITION = 4;
const FIRST_NUMBER = 5;
/** The system's error where lines or blocks could not be written, and whether blocks. */
export const TOLD_ERROR = 12;
export const IS_OF_PACKETS = 13;
const TASK_BYTES = (FIRST_NUMBER + 2) * 8;

export interface BatchMemory {
  readonly bytes: SharedArrayBuffer;
  readonly columns: SharedArrayBuffer;
  readonly plan: SharedArrayBuffer;
  readonly lines: SharedArrayBuffer;
  readonly packets: SharedArrayBuffer;
  readonly task: SharedArrayBuffer;
}

export function allocateBatch(): BatchMemory {
  return {
    bytes: new SharedArrayBuffer(BATCH_BYTES),
    columns: new SharedArrayBuffer(FrameBatch.columnBytes(BATCH_FRAMES)),
    plan: new SharedArrayBuffer(PLAN_BYTES),
    lines: new SharedArrayBuffer(TOLD_PLAN_BYTES),
    packets: new SharedArrayBuffer(TOLD_PLAN_BYTES),
    task: new SharedArrayBuffer(TASK_BYTES),
  };
}

export class SharedBatch {
  readonly batch: FrameBatch;
  readonly plan: RecordPlan;
  /** Of verdicts, and of a pcapng. */
  readonly lines: ToldPlan;
  readonly packets: ToldPlan;
  readonly task: Int32Array;
  /** For the thread that posts the batch: the state of what it is matched with. */
  epoch = 0;
  private readonly chunk: Uint8Array;
  private readonly positions: Float64Array;

  constructor(memory: BatchMemory) {
    this.chunk = new Uint8Array(memory.bytes);
    this.batch = new FrameBatch(this.chunk, BATCH_FRAMES, memory.columns);
    this.plan = new RecordPlan(memory.plan);
    this.lines = new ToldPlan(memory.lines);
    this.packets = new ToldPlan(memory.packets);
    this.task = new Int32Array(memory.task);
    this.positions = new Float64Array(memory.task);
  }

  get state(): number {
    return Atomics.load(this.task, STATE);
  }

  set state(state: number) {
    Atomics.store(this.task, STATE, state);
  }

  /** Takes the batch for oneself; false where another thread was faster. */
  claim(from: number, to: number): boolean {
    return Atomics.compareExchange(this.task, STATE, from, to) === from;
  }

  get position(): number {
    return this.positions[POSITION];
  }

  set position(position: number) {
    this.positions[POSITION] = position;
  }

  /** False where a large record made the reader give the batch a chunk of its own, which no other thread sees. */
  get isShared(): boolean {
    return this.batch.bytes === this.chunk;
  }

  /** Before the batch is followed: there is nothing to do for it behind that. */
  clearTask(): void {
    const { task, plan, lines, packets } = this;
    task[REWRITE_FROM] = 0;
    task[REWRITE_TO] = 0;
    task[TOLD_ERROR] = 0;
    plan.clear();
    lines.clear();
    packets.clear();
  }

  /** Undoes what such a record did. */
  restoreChunk(): void {
    if (!this.isShared) this.batch.replaceChunk(this.chunk);
  }

  /** For the thread that filled the batch: tells the others what is in it beside the columns. */
  publish(): void {
    this.task[COUNT] = this.batch.count;
    this.positions[FIRST_NUMBER] = this.batch.firstNumber;
    this.task[RECORD_DIGITS] = this.batch.recordDigits;
    this.task[HAS_DIRECTIONS] = this.batch.hasDirections ? 1 : 0;
  }

  /** For a thread that took the batch: what `publish` told. */
  receive(): void {
    this.batch.count = this.task[COUNT];
    this.batch.firstNumber = this.positions[FIRST_NUMBER];
    this.batch.recordDigits = this.task[RECORD_DIGITS];
    this.batch.hasDirections = this.task[HAS_DIRECTIONS] !== 0;
  }
}
