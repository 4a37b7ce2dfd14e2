/** Which configuration applies when none, or a path, is given. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The script that is taken from the working directory if it is there. */
export const LOCAL_SCRIPT = 'vppcap.vpp';

const BUILT_IN = join('configs', 'contiv-node.vpp');

/**
 * The built-in node, in the package's `configs/`. The compiled module is in dist/src/config/, or in another output
 * directory, so the package is the nearest directory upwards that has the file.
 */
export function builtInScript(from: string = fileURLToPath(import.meta.url)): string {
  for (let directory = dirname(from); ; directory = dirname(directory)) {
    const path = join(directory, BUILT_IN);
    if (existsSync(path)) return path;
    if (directory === dirname(directory)) throw new Error(`${BUILT_IN} is not part of this installation`);
  }
}

/** `-c PATH` if given, else vppcap.vpp of the working directory, else the built-in node. */
export function locateScript(given: string | undefined, workingDirectory: string = process.cwd()): string {
  if (given !== undefined) return given;
  const local = join(workingDirectory, LOCAL_SCRIPT);
  return existsSync(local) ? local : builtInScript();
}
