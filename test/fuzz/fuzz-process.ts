/** The fuzz loop, in a process of its own: picks a target and an input to start from, mutates it, and checks what must hold. */

import { writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CoverageGuide } from './coverage-guide.js';
import { faultKind } from './fault-kind.js';
import { minimise } from './minimise.js';
import { Random } from './random.js';
import { keptInputs } from './seed-files.js';
import type { FuzzTarget } from './target.js';
import { TARGETS } from './targets/all.js';

export interface FuzzPlan {
  readonly seed: number;
  /** Inputs to try, or null where the time decides. */
  readonly inputs: number | null;
  readonly seconds: number | null;
  /** Names of targets, null for all. */
  readonly targets: readonly string[] | null;
  /** Keep inputs that reach new code and go on from them; what is tried depends on V8 then. */
  readonly isGuided: boolean;
}

/** What the process is to do; its last argument, as JSON. */
export interface FuzzOrder extends FuzzPlan {
  /** The first input's number. */
  readonly from: number;
  /** The file that has the input at hand, for whoever outlives the process. */
  readonly current: string;
}

/** Before each input, and where it shows a fault, or reaches new code; `number` is how many new blocks then. */
export interface FuzzMessage {
  readonly kind: 'input' | 'fault' | 'interesting';
  readonly target: string;
  readonly number: number;
  /** Empty before an input: it is in the file. */
  readonly input: Uint8Array;
  readonly message: string;
}

const NO_BYTES = new Uint8Array(0);

/** Less than an input may take. */
const MINIMISE_MILLISECONDS = 8000;
const MUTATIONS = 4;
/** Inputs that reached something new lately are gone on from as often as all others together. */
const RECENT = 40;
/** The process may grow by so much while it works through thousands of inputs. */
const GROWTH_BYTES = 1.5 * 2 ** 30;

interface Pool {
  readonly target: FuzzTarget;
  readonly inputs: Buffer[];
}

async function poolOf(target: FuzzTarget): Promise<Pool> {
  const kept = [...keptInputs('corpus', target.name), ...keptInputs('found', target.name)];
  return { target, inputs: [...(await target.seeds()), ...kept.map(({ bytes }) => bytes)] };
}

function pickPool(pools: readonly Pool[], random: Random): Pool {
  let ticket = random.below(pools.reduce((sum, { target }) => sum + target.share, 0));
  for (const pool of pools) if ((ticket -= pool.target.share) < 0) return pool;
  return pools[0];
}

const pickInput = ({ inputs }: Pool, random: Random): Buffer =>
  random.oneIn(2) ? random.pick(inputs) : random.pick(inputs.slice(-RECENT));

/** Node's warnings reach the user's terminal: a fault like any other. */
const warnings: Error[] = [];
process.on('warning', (warning) => warnings.push(warning));

const wordsOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Kinds of faults of which an input was made small. */
const shown = new Set<string>();

/** The smallest input found in a while that shows the same fault; of a fault that was told already, the input itself. */
async function minimal(target: FuzzTarget, input: Buffer, message: string): Promise<Buffer> {
  const kind = faultKind(target.name, message);
  if (shown.has(kind)) return input;
  shown.add(kind);
  const shows = async (smaller: Buffer): Promise<boolean> => {
    try {
      await target.check(smaller);
      return false;
    } catch (error) {
      return faultKind(target.name, wordsOf(error)) === kind;
    }
  };
  return minimise(target.split(input), shows, performance.now() + MINIMISE_MILLISECONDS);
}

async function run(plan: FuzzOrder): Promise<void> {
  const wanted = TARGETS.filter(({ name }) => plan.targets?.includes(name) ?? true);
  const pools = await Promise.all(wanted.map(poolOf));
  const guide = plan.isGuided ? new CoverageGuide() : null;
  guide?.start();
  const started = performance.now();
  const startBytes = process.memoryUsage.rss();
  const isOver = (number: number): boolean =>
    (plan.inputs !== null && number >= plan.inputs) ||
    (plan.seconds !== null && performance.now() - started > plan.seconds * 1000);
  for (let number = plan.from; !isOver(number); number++) {
    const random = new Random(plan.seed, number);
    const pool = pickPool(pools, random);
    const { target } = pool;
    let input = pickInput(pool, random);
    for (let n = random.length(MUTATIONS); n > 0; n--) input = target.mutate(input, pickInput(pool, random), random);
    const tell = (kind: FuzzMessage['kind'], about: number, bytes: Uint8Array, message = ''): void =>
      void process.send?.({ kind, target: target.name, number: about, input: bytes, message } satisfies FuzzMessage);
    writeFileSync(plan.current, input);
    tell('input', number, NO_BYTES);
    warnings.length = 0;
    try {
      await target.check(input);
      await nextTurn(); // so that warnings arrive
      for (const warning of warnings) throw warning;
      const growth = process.memoryUsage.rss() - startBytes;
      if (growth > GROWTH_BYTES) throw new Error(`the process has grown by ${Math.round(growth / 2 ** 20)} MB`);
    } catch (error) {
      const message = wordsOf(error);
      tell('fault', number, await minimal(target, input, message), message);
      continue;
    }
    const newBlocks = guide?.takeNew() ?? 0;
    if (newBlocks === 0) continue;
    pool.inputs.push(input);
    tell('interesting', newBlocks, input);
  }
}

await run(JSON.parse(process.argv.at(-1) ?? '') as FuzzOrder);
process.disconnect();
