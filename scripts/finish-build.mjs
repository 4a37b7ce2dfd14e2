/** After tsc: removes compiled files whose source is gone, so that a deleted test does not run on. */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const OUT = 'dist';
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/;
/** What scripts/bundle.mjs makes has no source of its own. */
const BUNDLED = join(OUT, 'bin');

for (const entry of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPILED.test(entry.name) || entry.parentPath === BUNDLED) continue;
  const file = join(entry.parentPath, entry.name);
  const source = relative(OUT, file).replace(COMPILED, '.ts');
  if (!existsSync(source)) rmSync(file);
}
