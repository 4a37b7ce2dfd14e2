/**
 * A folder of tables, as engines read partitions:
 *
 *     dir/verdicts/node=node-01/date=2026-11-28/in.pcap.parquet
 *
 * All files of a run get their names together, or none. A run of the same captures takes the place of an earlier one of the same days.
 */

import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FrameBatch } from '../capture/frame-batch.js';
import { outputError } from '../capture/output/output-error.js';
import { complete, OutputFile } from '../capture/output/output-file.js';
import { giveUpFolder, keepFolder, makeFolder } from '../capture/output/partial-files.js';
import type { TextPool } from './column.js';
import type { TableName } from './schema.js';
import { TableFile } from './table-file.js';

/** Where tables go, and of whom they are. */
export interface TablesWish {
  readonly folder: string;
  readonly node: string;
  /** Of a replay: which command it is for. */
  readonly command?: 'report';
}

/** A row of `runs`. */
export interface RunRow {
  readonly release: string | null;
  readonly verdict: string;
  readonly damage: readonly { readonly message: string }[];
  readonly frames: number;
  readonly findings: number;
}

/** The tables that a command writes. */
const OF_REPLAY = ['verdicts', 'flows', 'steps', 'counters', 'coverage', 'runs'] as const;
const TABLES_OF = {
  replay: OF_REPLAY,
  audit: ['differences', 'runs'],
  diff: ['changes', 'runs'],
  report: OF_REPLAY,
} as const satisfies Readonly<Record<string, readonly TableName[]>>;

export type TablesCommand = keyof typeof TABLES_OF;

const LONGEST_RUN = 100;

/** The day that tables of a run are of, without frames to say it. */
const NO_DAY = '1970-01-01';
const SECONDS_PER_DAY = 86_400;

export class TableFolder {
  /** What the rows of this run have in common: its captures. */
  readonly run: string;
  /** Days that the run has frames of. What it found is all that there is of them. */
  private readonly days = new Set([NO_DAY]);
  private day = NO_DAY;
  private last = NaN;
  private readonly outputs: OutputFile[] = [];
  private readonly folders: (string | null)[] = [];
  private readonly files = new Map<string, TableFile>();
  private readonly paths = new Set<string>();

  /** @param captures empty where it is not known of which the run is */
  constructor(
    private readonly wish: TablesWish,
    captures: readonly string[],
    private readonly isSynced = false,
    private readonly command: TablesCommand = wish.command ?? 'replay',
  ) {
    const names = captures.map((path) => basename(path)).join('+');
    const hash = createHash('sha256').update(names).digest('hex').slice(0, 8);
    this.run = names.length <= LONGEST_RUN ? names : `${names.slice(0, LONGEST_RUN)}+${hash}`;
  }

  /** The day of which rows are written. */
  get date(): string {
    return this.day;
  }

  set date(day: string) {
    this.day = day;
    this.days.add(day);
  }

  /** Turns to the day of a time. */
  turnTo(seconds: number): void {
    const start = Math.floor(seconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
    if (start === this.last) return;
    this.last = start;
    this.date = new Date(start * 1000).toISOString().slice(0, 10);
  }

  /** Frames [first, end) are read: takes note of their days. */
  note({ seconds }: FrameBatch, first: number, end: number): void {
    for (let at = seconds[first]; at < seconds[end - 1]; at += SECONDS_PER_DAY) this.turnTo(at);
    this.turnTo(seconds[end - 1]);
  }

  /** The file of a table for the current date. Throws OutputError. */
  of(table: TableName, pool: TextPool | null = null): TableFile {
    const key = `${table} ${this.date}`;
    const known = this.files.get(key);
    if (known !== undefined) return known;
    const path = this.pathOf(table, this.date);
    this.folders.push(makeFolder(join(path, '..')));
    const output = OutputFile.open(path, this.isSynced);
    this.outputs.push(output);
    this.paths.add(path);
    const file = new TableFile(output, table, pool);
    this.files.set(key, file);
    return file;
  }

  /** Says how the run came off, on its first day. Captures that end early make it broken. Throws OutputError. */
  addRun({ release, verdict, damage, frames, findings }: RunRow): void {
    const error = damage.length === 0 ? null : damage.map(({ message }) => message).join('; ');
    const shown = error === null ? verdict : 'broken';
    this.date = [...this.days].sort().at(1) ?? NO_DAY;
    this.of('runs').add(this.run, this.command, release, shown, error, frames, findings);
  }

  drain(): null {
    return null;
  }

  /** Rejects with OutputError. */
  async settle(): Promise<void> {
    for (const file of this.files.values()) file.end();
    this.files.clear();
    for (const output of this.outputs) await output.settle();
  }

  /** Throws OutputError. */
  publish(): void {
    for (const output of this.outputs) output.publish();
    for (const folder of this.folders) keepFolder(folder);
    for (const table of TABLES_OF[this.command]) for (const day of this.days) this.forget(table, day);
  }

  /** Completes all files. Rejects with OutputError; none is there then. */
  close(): Promise<void> {
    return complete(this);
  }

  async abort(): Promise<void> {
    for (const output of this.outputs) await output.abort();
    for (const folder of this.folders.reverse()) giveUpFolder(folder);
  }

  /** Removes what an earlier run has of a table and this one has not. */
  private forget(table: TableName, day: string): void {
    // A folder that was broken says so under no name.
    for (const run of table === 'runs' ? [this.run, ''] : [this.run]) {
      const path = this.pathOf(table, day, run);
      try {
        if (!this.paths.has(path)) rmSync(path, { force: true });
      } catch (error) {
        throw outputError(path, error);
      }
    }
  }

  /** Of `runs`, each command has its own. */
  private pathOf(table: TableName, day: string, run = this.run): string {
    const { folder, node } = this.wish;
    const name = table === 'runs' ? [run, this.command].filter(Boolean).join('.') : run;
    const at = join(folder, table, `node=${encodeURIComponent(node)}`, `date=${day}`);
    return join(at, `${encodeURIComponent(name)}.parquet`);
  }
}

/** What a table says of the command behind a decision: `file:line`, and its text. */
export const commandCells = (
  config: { readonly file: string; readonly line: number; readonly text: string } | null,
): readonly [line: string | null, command: string | null] =>
  config === null ? [null, null] : [`${config.file}:${String(config.line)}`, config.text];
