/** The fuzz loop: picks a target and an input to start from, mutates it, and checks what must hold. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { CoverageGuide } from './coverage-guide.js';
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

/** Before each input, and where it shows a fault, or reaches new code; `number` is how many new blocks then. */
export interface ThreadMessage {
  readonly kind: 'input' | 'fault' | 'interesting';
  readonly target: string;
  readonly number: number;
  readonly input: Uint8Array;
  readonly message: string;
}

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

async function run(plan: FuzzPlan & { readonly from: number }): Promise<void> {
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
    const tell = (kind: ThreadMessage['kind'], about: number, message = ''): void =>
      parentPort?.postMessage({ kind, target: target.name, number: about, input, message } satisfies ThreadMessage);
    tell('input', number);
    warnings.length = 0;
    try {
      await target.check(input);
      await nextTurn(); // so that warnings arrive
      for (const warning of warnings) throw warning;
      const growth = process.memoryUsage.rss() - startBytes;
      if (growth > GROWTH_BYTES) throw new Error(`the process has grown by ${Math.round(growth / 2 ** 20)} MB`);
    } catch (error) {
      tell('fault', number, error instanceof Error ? (error.stack ?? error.message) : String(error));
      continue;
    }
    const newBlocks = guide?.takeNew() ?? 0;
    if (newBlocks === 0) continue;
    pool.inputs.push(input);
    tell('interesting', newBlocks);
  }
}

await run(workerData as FuzzPlan & { readonly from: number });
