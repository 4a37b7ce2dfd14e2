/**
 * Writes a replay's tables. Frames that fare alike have the same way: its nodes, steps and counters are written once, and its number with
 * each of them. What follows a flow is put into columns of numbers; texts are made once per way.
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import type { InputFrames } from '../capture/input-frames.js';
import type { Coverage } from '../outcome/coverage/coverage.js';
import { flowKeyOf } from '../outcome/flow-key.js';
import type { FlowTexts } from '../outcome/flow-texts.js';
import type { ToldFrame } from '../outcome/verdicts.js';
import { NONE, TextPool } from '../parquet/column.js';
import type { TableFile } from '../parquet/table-file.js';
import type { RunRow, TableFolder } from '../parquet/table-folder.js';
import { grown } from '../pipeline/engine/state/grown.js';
import { TableFlows } from './table-flows.js';
import { columnsOf, TableWays, type Columns, type FollowedWay } from './table-ways.js';

const SECONDS_PER_DAY = 86_400;

/** Of the table of verdicts, with each row; the others are filled in before a group of rows is written. */
const COLUMNS = ['frame', 'file', 'number', 'time', 'length', 'out', 'sent', 'flow', 'way'] as const;

export class TableRecorder {
  private readonly pool = new TextPool();
  private file!: TableFile;
  private columns!: Columns<(typeof COLUMNS)[number]>;
  /** The capture of the last row, and what its name is in the pool. */
  private fileName: string | null = null;
  private fileText = NONE;
  private day = NaN;
  private readonly ways: TableWays;
  private readonly flows = new TableFlows();
  /** By flow of the flow cache: its number, NONE where it has none yet. */
  private followed = new Int32Array(1 << 10).fill(NONE);
  private readonly counted = new Map<string, number>();
  /** Of the frame that runs. */
  private flow = NONE;
  private time = 0;
  private length = 0;
  private tx: string | null = null;

  constructor(readonly folder: TableFolder) {
    this.ways = new TableWays(folder.run, this.pool);
  }

  /** Before a frame runs. */
  beforeFrame(batch: FrameBatch, i: number, rx: string): void {
    this.turnTo(batch, i);
    this.flow = this.flowOf(batch, i, rx);
    this.tx = null;
  }

  transmit(tx: string): void {
    this.tx ??= tx;
  }

  /** After it has run. @param isOnlyOne whether no other frame will go the same way: it made something */
  add({ frame, out, file, number, way, steps }: ToldFrame, isOnlyOne: boolean): void {
    const { ways, tx } = this;
    const numbered = isOnlyOne ? ways.add(way, steps, tx) : ways.of(way, steps, tx);
    this.put(frame, number, file, numbered, this.flow, out.at(0) ?? NONE, out.length);
  }

  /**
   * Frames [first, end) followed flows.
   * @param out number of the first packet among those that leave
   * @param wayOf the way of a flow, and where its packets leave
   */
  follow(
    batch: FrameBatch,
    first: number,
    end: number,
    inputs: InputFrames,
    out: number,
    texts: FlowTexts,
    wayOf: (flow: number) => FollowedWay,
  ): void {
    const { stamp } = texts;
    const { file } = inputs;
    for (let i = first; i < end; i++) {
      this.turnTo(batch, i);
      const cached = batch.flow[i];
      const way = this.ways.followed(cached, texts.of(cached, stamp), wayOf);
      if (cached >= this.followed.length || this.followed[cached] === NONE)
        this.setFollowed(cached, this.flowOf(batch, i, this.ways.rxOf(way)));
      const flow = this.followed[cached];
      const number = batch.firstNumber + i;
      this.put(inputs.indexOf(number), number, file, way, flow, out + i - first, 1);
    }
  }

  /** The frame that ran is one that a flow was learned from. */
  followLearned(
    cached: number,
    number: number,
    inputs: InputFrames,
    out: number,
    texts: FlowTexts,
    wayOf: (flow: number) => FollowedWay,
  ): void {
    const way = this.ways.followed(cached, texts.of(cached, texts.stamp), wayOf);
    this.setFollowed(cached, this.flow);
    this.put(inputs.indexOf(number), number, inputs.file, way, this.flow, out, 1);
  }

  /** The flow cache has forgotten its flows. */
  forget(): void {
    this.followed.fill(NONE);
    this.ways.forgetFollowed();
  }

  /** At the end. Throws OutputError. */
  end(coverage: Coverage | null, row: RunRow): void {
    const { run } = this.folder;
    this.forgetDay();
    for (const { kind, name, text, origin, packets, sessionPackets, unreachable } of coverage?.items ?? [])
      this.folder.of('coverage').add(run, kind, name, text, origin, packets, sessionPackets, unreachable?.text ?? null);
    this.folder.addRun(row);
  }

  private turnTo({ seconds, nanoseconds, originalLength, capturedLength }: FrameBatch, i: number): void {
    this.time = seconds[i] * 1e6 + Math.floor(nanoseconds[i] / 1000);
    this.length = Math.max(originalLength[i], capturedLength[i]);
    if (seconds[i] >= this.day && seconds[i] < this.day + SECONDS_PER_DAY) return;
    this.forgetDay();
    this.day = Math.floor(seconds[i] / SECONDS_PER_DAY) * SECONDS_PER_DAY;
    this.folder.date = new Date(this.day * 1000).toISOString().slice(0, 10);
    const file = (this.file = this.folder.of('verdicts', this.pool));
    this.columns = columnsOf(file, COLUMNS);
    this.ways.open(this.folder.of('steps'));
  }

  /** Writes what is known of the day, so that each day's tables stand alone. */
  private forgetDay(): void {
    if (Number.isNaN(this.day)) return;
    this.forgetWays();
    this.forgetFlows();
    const file = this.folder.of('counters');
    for (const [counter, count] of this.counted) file.add(this.folder.run, counter, count);
    this.counted.clear();
  }

  private forgetWays(): void {
    this.flush();
    this.pool.clear();
    this.fileName = null;
    this.ways.forget(this.counted);
  }

  private forgetFlows(): void {
    this.flows.write(this.folder.run, this.folder.of('flows'));
    this.followed.fill(NONE);
  }

  private flowOf({ view, offset, capturedLength }: FrameBatch, i: number, rx: string): number {
    const key = flowKeyOf(view, offset[i], capturedLength[i]);
    const known = this.flows.of(rx, key, this.time);
    if (known !== NONE) return known;
    this.forgetFlows();
    return this.flows.of(rx, key, this.time);
  }

  private setFollowed(cached: number, flow: number): void {
    while (cached >= this.followed.length) this.followed = grown(this.followed).fill(NONE, this.followed.length);
    this.followed[cached] = flow;
  }

  private put(frame: number, number: number, file: string, way: number, flow: number, out: number, sent: number): void {
    const { columns, time, length } = this;
    const { rows } = this.file;
    this.flows.count(flow, length, this.ways.go(way), time);
    if (file !== this.fileName) {
      this.fileName = file;
      this.fileText = this.pool.of(file);
    }
    columns.frame[rows] = frame;
    columns.file[rows] = this.fileText;
    columns.number[rows] = number;
    columns.time[rows] = time;
    columns.length[rows] = length;
    columns.out[rows] = out;
    columns.sent[rows] = sent;
    columns.flow[rows] = flow;
    columns.way[rows] = way;
    if (++this.file.rows < this.file.groupRows) return;
    this.flush();
    if (this.ways.areMany) this.forgetWays();
  }

  private flush(): void {
    const { file } = this;
    if (file.rows === 0) return;
    file.values('run').fill(this.pool.of(this.folder.run), 0, file.rows);
    this.ways.fill(file);
    file.flush();
  }
}
