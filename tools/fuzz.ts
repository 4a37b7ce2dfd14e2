/**
 * `make fuzz`: hostile input of every kind for so many seconds. FUZZ_SECONDS, FUZZ_SEED, FUZZ_TARGETS (names with commas) say
 * how long, from where and what. Inputs that show a fault go to test/fuzz/found/, where `make test` tries them from then on;
 * FUZZ_CORPUS names a folder for those that reached new code.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '../test/fuzz/fuzz-run.js';
import { hashOf } from '../test/fuzz/random.js';
import { TARGETS } from '../test/fuzz/targets/all.js';
import { ROOT } from '../test/oracle/floor.js';

const { FUZZ_SECONDS: seconds = '600', FUZZ_SEED: seed, FUZZ_TARGETS: names, FUZZ_CORPUS: corpus } = process.env;
const plan = {
  seed: Number(seed ?? Date.now() % 1_000_000),
  inputs: null,
  seconds: Number(seconds),
  targets: names?.split(',') ?? null,
  isGuided: true,
};
const known = TARGETS.map(({ name }) => name);
const unknown = plan.targets?.find((name) => !known.includes(name));
if (!(plan.seconds > 0) || !Number.isSafeInteger(plan.seed) || unknown !== undefined) {
  console.error(`fuzz: FUZZ_SECONDS and FUZZ_SEED are numbers, FUZZ_TARGETS are of ${known.join(', ')}`);
  process.exit(2);
}

function keep(folder: string, target: string, input: Buffer): string {
  const { extension } = TARGETS.find(({ name }) => name === target) ?? TARGETS[0];
  mkdirSync(join(folder, target), { recursive: true });
  const path = join(folder, target, hashOf(input).toString(16).padStart(8, '0') + extension);
  writeFileSync(path, input);
  return path;
}

console.log(`seed ${plan.seed}, ${plan.seconds} s`);
const { tried, interesting, faults } = await fuzz(plan, {
  fault: ({ target, number, message, input }) => {
    const path = keep(join(ROOT, 'test', 'fuzz', 'found'), target, input);
    console.log(`\nFAULT in ${target}, input ${number}, kept as ${path}\n${message}`);
  },
  interesting: (target, input) => {
    if (corpus !== undefined) keep(corpus, target, input);
  },
});
for (const [target, count] of Object.entries(tried).sort())
  console.log(`${target.padEnd(10)}${String(count).padStart(8)} inputs, ${interesting[target] ?? 0} reached new code`);
console.log(`${Object.values(tried).reduce((sum, count) => sum + count, 0)} inputs, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
