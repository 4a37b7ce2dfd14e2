/** Which part of the work a machine does: `--shard i/n`, or what the scheduler that started it says. */

import { readFileSync } from 'node:fs';
import { UsageError } from '../capture/user-error.js';
import { whyUnreadable } from '../capture/system-error.js';

/** `[i, n]`: the i-th of n parts, from 1. */
export type Shard = readonly [number, number];

type Environment = Readonly<Record<string, string | undefined>>;

/** How a scheduler numbers the tasks of a job. */
interface Scheduler {
  readonly name: string;
  readonly index: string;
  /** Variable with the first index, or the index itself. */
  readonly first: string | 0 | 1;
  /** Variable with the number of tasks; null where the scheduler does not tell. */
  readonly count: string | null;
  /** Variable with the distance of two indices. */
  readonly step?: string;
}

/** GitLab and the like first: what they run may be within one of the others. */
const SCHEDULERS: readonly Scheduler[] = [
  { name: 'GitLab', index: 'CI_NODE_INDEX', first: 1, count: 'CI_NODE_TOTAL' },
  { name: 'CircleCI', index: 'CIRCLE_NODE_INDEX', first: 0, count: 'CIRCLE_NODE_TOTAL' },
  { name: 'Buildkite', index: 'BUILDKITE_PARALLEL_JOB', first: 0, count: 'BUILDKITE_PARALLEL_JOB_COUNT' },
  { name: 'Azure Pipelines', index: 'SYSTEM_JOBPOSITIONINPHASE', first: 1, count: 'SYSTEM_TOTALJOBSINPHASE' },
  {
    name: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    first: 'SLURM_ARRAY_TASK_MIN',
    count: 'SLURM_ARRAY_TASK_COUNT',
    step: 'SLURM_ARRAY_TASK_STEP',
  },
  { name: 'AWS Batch', index: 'AWS_BATCH_JOB_ARRAY_INDEX', first: 0, count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
  { name: 'PBS', index: 'PBS_ARRAY_INDEX', first: 0, count: null },
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', first: 0, count: null },
];

/** `2/7`, `auto`, or `auto/7` where the scheduler does not tell how many there are. Throws UsageError. */
export function parseShard(text: string, environment: Environment = process.env): Shard {
  const auto = /^auto(?:\/(\d+))?$/.exec(text);
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const shard = auto ? scheduledShard(text, auto[1], environment) : ([Number(match?.[1]), Number(match?.[2])] as const);
  const [i, n] = shard;
  if (!(i >= 1 && i <= n))
    throw new UsageError(
      auto
        ? `--shard ${text}: the scheduler says part ${String(i)} of ${String(n)}`
        : `--shard ${text}: expected i/n with i from 1 to n, such as 1/4, or auto`,
    );
  return shard;
}

function scheduledShard(text: string, given: string | undefined, environment: Environment): Shard {
  const found = SCHEDULERS.find(({ index }) => environment[index] !== undefined && environment[index] !== '');
  if (found === undefined)
    throw new UsageError(
      `--shard ${text}: none of ${SCHEDULERS.map(({ index }) => index).join(', ')} is set; --shard i/n says which part it is`,
    );
  const { name, index, first, count, step } = found;
  const numberOf = (variable: string): number => {
    const value = environment[variable] ?? '';
    if (!/^\d+$/.test(value)) throw new UsageError(`--shard ${text}: ${name} has ${variable}="${value}", no number`);
    return Number(value);
  };
  const start = typeof first === 'string' ? numberOf(first) : first;
  const distance = step === undefined || environment[step] === undefined ? 1 : numberOf(step);
  const total = given ?? (count === null ? undefined : environment[count]);
  if (total === undefined)
    throw new UsageError(`--shard ${text}: ${name} does not tell how many parts there are; --shard auto/N does`);
  return [(numberOf(index) - start) / distance + 1, given === undefined ? numberOf(count ?? '') : Number(total)];
}

/** What is shared out. */
export interface Sized {
  readonly name: string;
}

/**
 * The items of a part: the heaviest first, each to the part with the least so far; equal weights are dealt out in turns. Every item is of one
 * part, as long as all parts see the same items, sizes and timings.
 */
export function partOf<Item extends Sized>(
  items: readonly Item[],
  [i, n]: Shard,
  timings: ReadonlyMap<string, number> | null,
  sizeOf: (item: Item) => number,
): Item[] {
  const loads = new Float64Array(n);
  const mine = new Set<string>();
  const order = weigh(items, timings, sizeOf).sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  for (const { name, weight } of order) {
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest] += weight;
    if (lightest === i - 1) mine.add(name);
  }
  return items.filter(({ name }) => mine.has(name));
}

/** Weights in one unit: what was not timed takes as long for its size as what was. */
function weigh<Item extends Sized>(
  items: readonly Item[],
  timings: ReadonlyMap<string, number> | null,
  sizeOf: (item: Item) => number,
): { name: string; weight: number }[] {
  const sized = items.map((item) => ({ name: item.name, size: sizeOf(item), time: timings?.get(item.name) }));
  const timed = sized.filter(({ time }) => time !== undefined);
  const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
  const size = total(timed.map((one) => one.size));
  const time = total(timed.map((one) => one.time ?? 0));
  const perSize = size > 0 && time > 0 ? time / size : 1;
  return sized.map((one) => ({ name: one.name, weight: one.time ?? one.size * perSize }));
}

/** Milliseconds by name, as an earlier run with --results left them in timings.json. Throws UsageError. */
export function readTimings(file: string): ReadonlyMap<string, number> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--timings ${file}: ${error instanceof SyntaxError ? error.message : whyUnreadable(error)}`);
  }
  const entries = Object.entries(content ?? {});
  const wrong = entries.find(([, value]) => typeof value !== 'number' || !(value >= 0));
  if (wrong !== undefined || typeof content !== 'object' || Array.isArray(content))
    throw new UsageError(
      `--timings ${file}: expected an object with milliseconds by name, as timings.json of --results`,
    );
  return new Map(entries as [string, number][]);
}
