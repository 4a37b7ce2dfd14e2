/** After tsc: removes compiled files whose source is gone, so that a deleted test does not run on. */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const OUT = 'dist';
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/;
/** What tsc makes files of; the rest of dist has no source of its own. */
const COMPILED_FOLDERS = ['src', 'test', 'scripts', 'tools', 'bench'];

for (const folder of COMPILED_FOLDERS)
  for (const entry of readdirSync(join(OUT, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !COMPILED.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const source = relative(OUT, file).replace(COMPILED, '.ts');
    if (!existsSync(source)) rmSync(file);
  }
