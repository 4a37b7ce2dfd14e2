/** Copies the library's type declarations, and those that they lead to, into dist/types: nobody needs the others. */

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const FROM = 'dist/src';
const TO = 'dist/types';
const IMPORTED = /(?:from |import\()["'](\.[^"']+)\.js["']/g;

const copied = new Set();

function copy(file) {
  if (copied.has(file) || !existsSync(file)) return;
  copied.add(file);
  const to = join(TO, relative(FROM, file));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(file, to);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORTED)) copy(join(dirname(file), `${path}.d.ts`));
}

rmSync(TO, { recursive: true, force: true });
copy(join(FROM, 'index.d.ts'));
