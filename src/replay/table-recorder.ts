/**
 * Writes a replay's tables. Frames that fare alike have the same way: its nodes, steps and counters are written once, and its number with
 * each of them. What follows a flow is put into columns of numbers; texts are made once per way.
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import type { InputFrames } from '../capture/input-frames.js';
import type { Coverage } from '../outcome/coverage/coverage.js';
import { flowKeyOf } from '../outcome/flow-key.js';
import type { FlowTexts } from '../outcome/flow-texts.js';
import type { StepText } from '../outcome/step-texts.js';
import type { Verdict } from '../outcome/verdicts.js';
import { NONE, TextPool } from '../parquet/column.js';
import type { TableFile } from '../parquet/table-file.js';
import type { TableFolder } from '../parquet/table-folder.js';
import { columnsOf, TableWays, type Columns, type FollowedWay, type NumberedWay } from './table-ways.js';

const SECONDS_PER_DAY = 86_400;
/** Flows that are known at once; after that they are told anew. */
const FLOWS_KNOWN = 50_000;

/** Of the table of verdicts. */
const COLUMNS = [
  ...(['run', 'frame', 'file', 'number', 'time', 'length', 'rx', 'tx', 'disposition'] as const),
  ...(['cause', 'drop', 'lost', 'nodes', 'out', 'sent', 'flow', 'way'] as const),
] as const;

interface Flow {
  readonly number: number;
  readonly rx: string;
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  frames: number;
  bytes: number;
  transmitted: number;
  readonly first: number;
  last: number;
}

export class TableRecorder {
  private readonly pool = new TextPool();
  private file!: TableFile;
  private columns!: Columns<(typeof COLUMNS)[number]>;
  /** The capture of the last row, and what its name and that of the run are in the pool. */
  private fileName: string | null = null;
  private fileText = NONE;
  private runText = NONE;
  private day = NaN;
  private readonly ways: TableWays;
  private flowCount = 0;
  private readonly flowOfKey = new Map<string, Flow>();
  /** By flow of the flow cache. */
  private flows: (Flow | undefined)[] = [];
  private readonly counted = new Map<string, number>();
  /** Of the frame that runs. */
  private flow!: Flow;
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
  add(verdict: Verdict, steps: readonly StepText[], isOnlyOne: boolean): void {
    const { frame, out, file, number } = verdict;
    const { ways, tx } = this;
    const way = isOnlyOne ? ways.add(verdict, steps, tx) : ways.of(verdict, steps, tx);
    this.put(frame, number, file, way, this.flow, out.at(0) ?? NONE, out.length);
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
      let flow = this.flows[cached];
      if (flow === undefined) this.flows[cached] = flow = this.flowOf(batch, i, this.pool.texts[way.rx]);
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
    this.flows[cached] = this.flow;
    this.put(inputs.indexOf(number), number, inputs.file, way, this.flow, out, 1);
  }

  /** The flow cache has forgotten its flows. */
  forget(): void {
    this.flows = [];
    this.ways.forgetFollowed();
  }

  /** At the end. Throws OutputError. */
  end(coverage: Coverage | null): void {
    const { run } = this.folder;
    this.forgetDay();
    for (const { kind, name, text, origin, packets, sessionPackets, unreachable } of coverage?.items ?? [])
      this.folder.of('coverage').add(run, kind, name, text, origin, packets, sessionPackets, unreachable?.text ?? null);
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
    this.file.flush();
    this.pool.clear();
    this.fileName = null;
    this.ways.forget(this.counted);
  }

  private forgetFlows(): void {
    const { run } = this.folder;
    const file = this.folder.of('flows');
    for (const one of this.flowOfKey.values())
      file.add(
        ...[run, one.number, one.rx, one.protocol, one.source, one.destination],
        ...[one.frames, one.bytes, one.transmitted, one.first, one.last],
      );
    this.flowOfKey.clear();
    this.flows = [];
  }

  private flowOf({ view, offset, capturedLength }: FrameBatch, i: number, rx: string): Flow {
    const { protocol, source, destination } = flowKeyOf(view, offset[i], capturedLength[i]);
    const key = `${rx} ${protocol} ${source} ${destination}`;
    const known = this.flowOfKey.get(key);
    if (known !== undefined) return known;
    if (this.flowOfKey.size >= FLOWS_KNOWN) this.forgetFlows();
    const { time } = this;
    const number = this.flowCount++;
    const ends = { protocol, source, destination };
    const made = { number, rx, ...ends, frames: 0, bytes: 0, transmitted: 0, first: time, last: time };
    this.flowOfKey.set(key, made);
    return made;
  }

  private put(
    frame: number,
    number: number,
    file: string,
    way: NumberedWay,
    flow: Flow,
    out: number,
    sent: number,
  ): void {
    const { columns, time, length } = this;
    const { rows } = this.file;
    way.frames++;
    flow.frames++;
    flow.bytes += length;
    flow.last = time;
    if (way.tx !== NONE) flow.transmitted++;
    if (file !== this.fileName) {
      this.fileName = file;
      this.fileText = this.pool.of(file);
      this.runText = this.pool.of(this.folder.run);
    }
    columns.run[rows] = this.runText;
    columns.frame[rows] = frame;
    columns.file[rows] = this.fileText;
    columns.number[rows] = number;
    columns.time[rows] = time;
    columns.length[rows] = length;
    columns.rx[rows] = way.rx;
    columns.tx[rows] = way.tx;
    columns.disposition[rows] = way.disposition;
    columns.cause[rows] = way.cause;
    columns.drop[rows] = way.drop;
    columns.lost[rows] = way.lost;
    columns.nodes[rows] = way.nodes;
    columns.out[rows] = out;
    columns.sent[rows] = sent;
    columns.flow[rows] = flow.number;
    columns.way[rows] = way.number;
    if (++this.file.rows < this.file.groupRows) return;
    this.file.flush();
    if (this.ways.areMany) this.forgetWays();
  }
}
