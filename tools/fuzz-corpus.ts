/**
 * Chooses of the inputs that `FUZZ_CORPUS=FOLDER make fuzz` kept those that are worth keeping in test/fuzz/corpus: for each target
 * the smallest that reach code which neither its own seeds nor smaller inputs do, most of it first, a few.
 */

import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CoverageGuide } from '../test/fuzz/coverage-guide.js';
import type { FuzzTarget } from '../test/fuzz/target.js';
import { TARGETS } from '../test/fuzz/targets/all.js';
import { ROOT } from '../test/oracle/floor.js';

const MOST_INPUTS = 8;
const MOST_BYTES = 8 * 1024;

const [folder] = process.argv.slice(2);
const corpus = join(ROOT, 'test', 'fuzz', 'corpus');

/** Inputs that were kept although they now show a fault belong to test/fuzz/found. */
async function newBlocks(target: FuzzTarget, input: Buffer, guide: CoverageGuide): Promise<number> {
  await target.check(input);
  return guide.takeNew();
}

for (const target of TARGETS) {
  const guide = new CoverageGuide(false);
  guide.start();
  for (const seed of await target.seeds()) await newBlocks(target, seed, guide);
  const found: { readonly name: string; readonly blocks: number }[] = [];
  const files = readdirSync(join(folder, target.name)).map((name) => ({
    name,
    bytes: readFileSync(join(folder, target.name, name)),
  }));
  for (const { name, bytes } of files.sort((a, b) => a.bytes.length - b.bytes.length)) {
    if (bytes.length > MOST_BYTES) break;
    const blocks = await newBlocks(target, bytes, guide);
    if (blocks > 0) found.push({ name, blocks });
  }
  guide.stop();
  const kept = found.sort((a, b) => b.blocks - a.blocks).slice(0, MOST_INPUTS);
  rmSync(join(corpus, target.name), { recursive: true, force: true });
  mkdirSync(join(corpus, target.name), { recursive: true });
  for (const { name } of kept) copyFileSync(join(folder, target.name, name), join(corpus, target.name, name));
  console.log(`${target.name}: ${kept.length} of ${found.length} that reach new code, of ${files.length}`);
}
