/** Which configuration applies when none, or a path, is given. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The script that is taken from the working directory if it is there. */
export const LOCAL_SCRIPT = 'vppcap.vpp';

/** The built-in node of a release, where it has one of its own, and of all others. */
const ofRelease = (name: string): string => join('configs', `contiv-node-${name}.vpp`);
const BUILT_IN = join('configs', 'contiv-node.vpp');

/**
 * The built-in node, in the package's `configs/`. The compiled module is in dist/src/config/, or in another output
 * directory, so the package is the nearest directory upwards that has the file.
 * @param release its name; the default where it is left out
 */
export function builtInScript(release?: string, from: string = fileURLToPath(import.meta.url)): string {
  for (let directory = dirname(from); ; directory = dirname(directory)) {
    const own = release === undefined ? '' : join(directory, ofRelease(release));
    if (own !== '' && existsSync(own)) return own;
    const path = join(directory, BUILT_IN);
    if (existsSync(path)) return path;
    if (directory === dirname(directory)) throw new Error(`${BUILT_IN} is not part of this installation`);
  }
}

export interface ScriptPlace {
  /** `-c PATH` */
  readonly config?: string | undefined;
  /** `--release NAME` */
  readonly release?: string | undefined;
  readonly workingDirectory?: string;
}

/** `-c PATH` if given, else vppcap.vpp of the working directory, else the built-in node. */
export function locateScript({ config, release, workingDirectory = process.cwd() }: ScriptPlace = {}): string {
  if (config !== undefined) return config;
  const local = join(workingDirectory, LOCAL_SCRIPT);
  return existsSync(local) ? local : builtInScript(release);
}
