/**
 * After tsc: removes compiled files whose source is gone, so that a deleted test does not run on, and makes the
 * command executable.
 */

import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const OUT = 'dist';
const COMPILED = /(\.d\.ts|\.js)(\.map)?$/;

for (const entry of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPILED.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const source = relative(OUT, file).replace(COMPILED, '.ts');
  if (!existsSync(source)) rmSync(file);
}
const command = join(OUT, 'src', 'cli', 'main.js');
if (existsSync(command)) chmodSync(command, 0o755);
