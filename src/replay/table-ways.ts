/**
 * Ways of frames, as tables number them: what happens to a frame but for its numbers. The steps of each are rows of the table of steps, written
 * once.
 */

import type { StepText } from '../outcome/step-texts.js';
import type { FrameWay } from '../outcome/verdicts.js';
import { NONE, type TextPool } from '../parquet/column.js';
import type { TableFile } from '../parquet/table-file.js';

/** Ways that are known at once; after that they are told anew. */
const WAYS_KNOWN = 50_000;
/** Ways of frames that the graph ran, by which the next one is found. */
const TEXTS_KNOWN = 4096;

const STEP_COLUMNS = ['run', 'way', 'position', 'node_name', 'step', 'line', 'data'] as const;

/** The way of packets of a flow, and where they leave. */
export interface FollowedWay {
  readonly way: FrameWay;
  readonly steps: readonly StepText[];
  readonly tx: string;
}

/** A way with the numbers of its texts. */
export interface NumberedWay {
  readonly number: number;
  readonly counters: FrameWay['counters'];
  readonly rx: number;
  readonly tx: number;
  readonly disposition: number;
  readonly cause: number;
  readonly drop: number;
  readonly lost: number;
  readonly nodes: number;
  frames: number;
}

export type Columns<Name extends string> = Readonly<Record<Name, Int32Array | Float64Array>>;

/** Where the values of a file's columns are. */
export const columnsOf = <Name extends string>(file: TableFile, names: readonly Name[]): Columns<Name> =>
  Object.fromEntries(names.map((name) => [name, file.values(name)])) as unknown as Columns<Name>;

export class TableWays {
  private count = 0;
  private readonly known: NumberedWay[] = [];
  private readonly byText = new Map<string, NumberedWay>();
  /** By flow of the flow cache, with the place of its text for which it holds. */
  private readonly byFlow: NumberedWay[] = [];
  private readonly textOfFlow: number[] = [];
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
    return this.known.length >= WAYS_KNOWN;
  }

  /** Forgets all ways, and adds what frames that went them counted. */
  forget(counted: Map<string, number>): void {
    for (const { counters, frames } of this.known)
      for (const [name, count] of Object.entries(counters))
        counted.set(name, (counted.get(name) ?? 0) + count * frames);
    this.known.length = 0;
    this.byText.clear();
    this.forgetFollowed();
  }

  forgetFollowed(): void {
    this.textOfFlow.fill(NONE);
  }

  /** The way of a frame that the graph ran. */
  of(way: FrameWay, steps: readonly StepText[], tx: string | null): NumberedWay {
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
  followed(flow: number, text: number, wayOf: (flow: number) => FollowedWay): NumberedWay {
    if (this.textOfFlow[flow] === text) return this.byFlow[flow];
    const { way, steps, tx } = wayOf(flow);
    this.textOfFlow[flow] = text;
    return (this.byFlow[flow] = this.add(way, steps, tx));
  }

  /** A new one. */
  add(way: FrameWay, steps: readonly StepText[], tx: string | null): NumberedWay {
    const { pool } = this;
    const textOf = (text: string | null): number => (text === null ? NONE : pool.of(text));
    const number = this.count++;
    for (let position = 0; position < steps.length; position++) this.addStep(number, position, steps[position]);
    const made = {
      number,
      counters: way.counters,
      rx: pool.of(way.rx),
      tx: textOf(tx),
      disposition: pool.of(way.disposition),
      cause: textOf(way.cause),
      drop: textOf(way.drop),
      lost: textOf(way.lost?.join('; ') ?? null),
      nodes: pool.of(way.nodes.join(' > ')),
      frames: 0,
    };
    this.known.push(made);
    return made;
  }

  private addStep(way: number, position: number, { node, step, line, data }: StepText): void {
    const { file, columns } = this;
    const { rows, pool } = file;
    columns.run[rows] = pool.of(this.run);
    columns.way[rows] = way;
    columns.position[rows] = position;
    columns.node_name[rows] = pool.of(node);
    columns.step[rows] = pool.of(step);
    columns.line[rows] = line === null ? NONE : pool.of(line);
    columns.data[rows] = pool.of(data);
    if (++file.rows === file.groupRows) file.flush();
  }
}
