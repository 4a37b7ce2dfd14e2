/**
 * What a run found, kept for later: `--results dir/` of a whole run or of a shard, and `vppcap merge`.
 *
 *     dir/part-2-of-7/results.jsonl   a result a line, in order of the names
 *                     timings.json    milliseconds by name, for --timings
 *                     pages/          of vppcap report
 *                     run.json        what ran; written last, so that a part without it did not finish
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_OUTPUT } from '../capture/exit-codes.js';
import { whyUnreadable } from '../capture/system-error.js';
import { UsageError, UserError } from '../capture/user-error.js';
import type { Shard } from './shards.js';

/** What the results are of. */
export type RunKind = 'audit' | 'diff' | 'report' | 'test';

export interface Run {
  /** Of these files' form. */
  readonly version: 1;
  readonly kind: RunKind;
  readonly shard: Shard;
  /** What was given on the command line. */
  readonly given: readonly string[];
  /** Names of everything that the shards do together, in order. */
  readonly all: readonly string[];
}

interface Named {
  readonly name: string;
}

const RUN = 'run.json';
const RESULTS = 'results.jsonl';
const TIMINGS = 'timings.json';
const PAGES = 'pages';

class ResultsError extends UserError {
  readonly exitCode = EXIT_OUTPUT;
}

/** Collects a run's results; nothing of them is in the folder before `close`. */
export class ResultsWriter {
  /** Where everything is before it has its name. */
  readonly temporary: string;
  private readonly part: string;
  private readonly lines: string[] = [];
  private readonly timings: Record<string, number> = {};

  constructor(
    private readonly folder: string,
    private readonly run: Run,
  ) {
    const [i, n] = run.shard;
    this.part = join(folder, `part-${String(i)}-of-${String(n)}`);
    this.temporary = `${this.part}.${String(process.pid)}.tmp`;
  }

  /** Folder for pages. */
  get pages(): string {
    return join(this.temporary, PAGES);
  }

  add(result: Named, milliseconds: number): void {
    this.lines.push(`${JSON.stringify(result)}\n`);
    this.timings[result.name] = Math.round(milliseconds * 10) / 10;
  }

  /** A part that ran once more, say since its machine was taken away, replaces what is there of it. Throws ResultsError. */
  close(): void {
    const { part, temporary } = this;
    try {
      mkdirSync(temporary, { recursive: true });
      writeFileSync(join(temporary, RESULTS), this.lines.join(''));
      writeFileSync(join(temporary, TIMINGS), `${JSON.stringify(this.timings, null, 2)}\n`);
      writeFileSync(join(temporary, RUN), `${JSON.stringify(this.run, null, 2)}\n`);
      rmSync(part, { recursive: true, force: true });
      renameSync(temporary, part);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw new ResultsError(`--results ${this.folder}: ${whyUnreadable(error)}`);
    }
  }
}

export interface MergedRun<Result> {
  readonly run: Run;
  /** In order of the names, as one run would have given them. */
  readonly results: readonly Result[];
  readonly timings: Readonly<Record<string, number>>;
  /** Folders of pages. */
  readonly pages: readonly string[];
}

/** All parts of a run, below the folders. Throws UsageError where one is missing, doubled, or of another run. */
export function mergeResults<Result extends Named>(folders: readonly string[]): MergedRun<Result> {
  const parts = folders.flatMap(partsOf).map((folder) => ({ folder, run: readRun(folder) }));
  const first = parts.at(0);
  if (first === undefined) throw new UsageError(`${folders.join(' ')}: no results, expected what --results wrote`);
  const [, n] = first.run.shard;
  const byPart = new Map<number, string>();
  for (const { folder, run } of parts) {
    const why = differenceOf(first.run, run);
    if (why !== null) throw new UsageError(`${folder} is not of the same run as ${first.folder}: ${why}`);
    const [i] = run.shard;
    const other = byPart.get(i);
    if (other !== undefined) throw new UsageError(`${folder}: part ${String(i)} of ${String(n)} is in ${other}, too`);
    byPart.set(i, folder);
  }
  const missing = Array.from({ length: n }, (_, at) => at + 1).filter((i) => !byPart.has(i));
  if (missing.length > 0)
    throw new UsageError(`${folders.join(' ')}: part ${missing.join(', ')} of ${String(n)} is missing`);
  const results = new Map<string, Result>();
  const timings: Record<string, number> = {};
  for (const { folder } of parts) {
    for (const result of readLines<Result>(join(folder, RESULTS))) results.set(result.name, result);
    Object.assign(timings, readJson(join(folder, TIMINGS)));
  }
  const lost = first.run.all.filter((name) => !results.has(name));
  if (lost.length > 0)
    throw new UsageError(
      `${folders.join(' ')}: no part has a result of ${lost.slice(0, 3).join(', ')}: did the parts see the same --timings?`,
    );
  return {
    run: first.run,
    results: first.run.all.flatMap((name) => results.get(name) ?? []),
    timings,
    pages: parts.map(({ folder }) => join(folder, PAGES)).filter((folder) => existsSync(folder)),
  };
}

function partsOf(folder: string): string[] {
  if (existsSync(join(folder, RUN))) return [folder];
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return below.map(({ name }) => join(folder, name)).filter((path) => existsSync(join(path, RUN)));
  } catch (error) {
    throw new UsageError(`${folder}: ${whyUnreadable(error)}`);
  }
}

function differenceOf(first: Run, other: Run): string | null {
  if (other.kind !== first.kind) return `one is of vppcap ${first.kind}, the other of vppcap ${other.kind}`;
  if (other.shard[1] !== first.shard[1])
    return `one has ${String(first.shard[1])} parts, the other ${String(other.shard[1])}`;
  return other.all.join('\n') === first.all.join('\n') ? null : 'they are of other folders';
}

function readRun(folder: string): Run {
  const path = join(folder, RUN);
  const run = readJson(path) as Partial<Run> | null;
  if (run?.version !== 1 || !Array.isArray(run.shard) || !Array.isArray(run.all))
    throw new UsageError(`${path}: not what this version of --results writes`);
  return run as Run;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof SyntaxError ? error.message : whyUnreadable(error)}`);
  }
}

function readLines<Result>(path: string): Result[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: ${whyUnreadable(error)}`);
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, at) => {
      try {
        return JSON.parse(line) as Result;
      } catch {
        throw new UsageError(`${path}:${String(at + 1)}: no JSON`);
      }
    });
}
