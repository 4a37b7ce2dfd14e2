/**
 * Ways of frames, as tables number them: what happens to a frame but for its numbers. The steps of each are rows of the table of steps, written
 * once.
 */

import type { FrameWay } from '../outcome/verdicts.js';
import type { StepText } from '../outcome/step-texts.js';
import { isConstant } from '../parquet/encodings.js';
import { NONE, type TextPool } from '../parquet/column.js';
import type { TableFile } from '../parquet/table-file.js';
import { grown } from '../pipeline/engine/state/grown.js';

/** Ways that are known at once; after that they are told anew. */
const WAYS_KNOWN = 50_000;
/** Ways of frames that the graph ran, by which the next one is found. */
const TEXTS_KNOWN = 4096;

const STEP_COLUMNS = ['run', 'way', 'position', 'node_name', 'step', 'line', 'data'] as const;
/** Of the table of verdicts: the same for all frames of a way. */
const WAY_COLUMNS = ['rx', 'tx', 'disposition', 'cause', 'drop', 'lost', 'nodes'] as const;

const [RX, TX] = [0, 1];

/** The way of packets of a flow, and where they leave. */
export interface FollowedWay {
  readonly way: FrameWay;
  readonly steps: readonly StepText[];
  readonly tx: string;
}

export type Columns<Name extends string> = Readonly<Record<Name, Int32Array | Float64Array>>;

/** Where the values of a file's columns are. */
export const columnsOf = <Name extends string>(file: TableFile, names: readonly Name[]): Columns<Name> =>
  Object.fromEntries(names.map((name) => [name, file.values(name)])) as unknown as Columns<Name>;

export class TableWays {
  /** Number of the first way that is known, and how many are. */
  private base = 0;
  private count = 0;
  /** By way that is known: frames that went it, what each counted, and texts in the pool by WAY_COLUMNS. */
  private frames = new Int32Array(1 << 10);
  private readonly counters: FrameWay['counters'][] = [];
  private readonly texts = WAY_COLUMNS.map(() => new Int32Array(1 << 10));
  private readonly byText = new Map<string, number>();
  /** By flow of the flow cache: its way, and the place of its text for which it holds. */
  private byFlow = new Int32Array(1 << 10);
  private textOfFlow = new Int32Array(1 << 10).fill(NONE);
  /** Numbers of the texts of the way that came last. */
  private last: { readonly way: FrameWay; readonly tx: string | null; readonly texts: readonly number[] } | null = null;
  private file!: TableFile;
  private columns!: Columns<(typeof STEP_COLUMNS)[number]>;

  /** @param pool of the table of verdicts */
  constructor(
    private readonly run: string,
    private readonly pool: TextPool,
  ) {}

  /** Steps go to this file from now on. */
  open(steps: TableFile): void {
    this.file = steps;
    this.columns = columnsOf(steps, STEP_COLUMNS);
  }

  /** True where it is time to forget some. */
  get areMany(): boolean {
    return this.count >= WAYS_KNOWN;
  }

  /** Forgets all ways, whose rows are written, and adds what frames that went them counted. */
  forget(counted: Map<string, number>): void {
    const frames = new Map<FrameWay['counters'], number>();
    for (const [i, counters] of this.counters.entries())
      frames.set(counters, (frames.get(counters) ?? 0) + this.frames[i]);
    for (const [counters, times] of frames)
      for (const [name, count] of Object.entries(counters)) counted.set(name, (counted.get(name) ?? 0) + count * times);
    this.base += this.count;
    this.count = 0;
    this.counters.length = 0;
    this.last = null;
    this.byText.clear();
    this.forgetFollowed();
  }

  forgetFollowed(): void {
    this.textOfFlow.fill(NONE);
  }

  /** The way of a frame that the graph ran. */
  of(way: FrameWay, steps: readonly StepText[], tx: string | null): number {
    const { rx, disposition, cause, drop, nodes, lost = [] } = way;
    const counted = Object.entries(way.counters).flat();
    const text = [
      ...[tx, rx, disposition, cause, drop, ...nodes, '', ...lost, '', ...counted],
      ...steps.map(({ record }) => record),
    ].join('\0');
    let known = this.byText.get(text);
    if (known === undefined) {
      known = this.add(way, steps, tx);
      if (this.byText.size >= TEXTS_KNOWN) this.byText.clear();
      this.byText.set(text, known);
    }
    return known;
  }

  /** The way of frames that follow a flow. @param text where its text is: the way changes with it */
  followed(flow: number, text: number, wayOf: (flow: number) => FollowedWay): number {
    if (this.textOfFlow[flow] === text) return this.byFlow[flow];
    while (flow >= this.byFlow.length) {
      this.byFlow = grown(this.byFlow);
      this.textOfFlow = grown(this.textOfFlow).fill(NONE, this.textOfFlow.length);
    }
    const { way, steps, tx } = wayOf(flow);
    this.textOfFlow[flow] = text;
    return (this.byFlow[flow] = this.add(way, steps, tx));
  }

  /** A frame goes a way: true where it leaves. */
  go(way: number): boolean {
    const i = way - this.base;
    this.frames[i]++;
    return this.texts[TX][i] !== NONE;
  }

  /** Where frames that go it arrive. */
  rxOf(way: number): string {
    return this.pool.texts[this.texts[RX][way - this.base]];
  }

  /** A new one. */
  add(way: FrameWay, steps: readonly StepText[], tx: string | null): number {
    const i = this.count++;
    const number = this.base + i;
    for (let position = 0; position < steps.length; position++) this.addStep(number, position, steps[position]);
    if (i === this.frames.length) {
      this.frames = grown(this.frames);
      this.texts.forEach((texts, column) => (this.texts[column] = grown(texts)));
    }
    this.frames[i] = 0;
    this.counters[i] = way.counters;
    if (this.last?.way !== way || this.last.tx !== tx) this.last = { way, tx, texts: this.textsOf(way, tx) };
    const { texts } = this.last;
    for (let column = 0; column < texts.length; column++) this.texts[column][i] = texts[column];
    return number;
  }

  /** Fills in what the first rows of the table of verdicts have from their ways. */
  fill(verdicts: TableFile): void {
    const { base, count } = this;
    const { rows } = verdicts;
    const ways = verdicts.values('way');
    WAY_COLUMNS.forEach((name, column) => {
      const texts = this.texts[column].subarray(0, count);
      const values = verdicts.values(name);
      if (isConstant(texts)) values.fill(texts[0], 0, rows);
      else for (let row = 0; row < rows; row++) values[row] = texts[ways[row] - base];
    });
  }

  private textsOf({ rx, disposition, cause, drop, lost, nodes }: FrameWay, tx: string | null): number[] {
    const texts = [rx, tx, disposition, cause, drop, lost?.join('; ') ?? null, nodes.join(' > ')];
    return texts.map((text) => (text === null ? NONE : this.pool.of(text)));
  }

  private addStep(way: number, position: number, { node, step, line, data, isCommon }: StepText): void {
    const { file, columns } = this;
    const { rows, pool } = file;
    columns.run[rows] = pool.of(this.run);
    columns.way[rows] = way;
    columns.position[rows] = position;
    columns.node_name[rows] = pool.of(node);
    columns.step[rows] = pool.of(step);
    columns.line[rows] = line === null ? NONE : pool.of(line);
    columns.data[rows] = isCommon ? pool.of(data) : pool.add(data);
    if (++file.rows === file.groupRows) file.flush();
  }
}
