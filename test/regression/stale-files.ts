import { existsSync, readFileSync } from 'node:fs';
import type { Files } from '../../tools/guide/case-files.js';

/** Files that differ from what a script makes, or are not there. */
export const stale = (files: Files): string[] =>
  [...files].filter(([path, bytes]) => !existsSync(path) || !readFileSync(path).equals(bytes)).map(([path]) => path);
