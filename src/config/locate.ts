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
 * A file of the package. The compiled module is in dist/src/config/, or in another output directory, so the package is the nearest
 * directory upwards that has the file.
 */
export const packageFile = (name: string): string => firstUpwards([name], fileURLToPath(import.meta.url));

/**
 * The built-in node, in the package's `configs/`.
 * @param release its name; the default where it is left out
 */
export const builtInScript = (release?: string, from: string = fileURLToPath(import.meta.url)): string =>
  firstUpwards([...(release === undefined ? [] : [ofRelease(release)]), BUILT_IN], from);

function firstUpwards(names: readonly string[], from: string): string {
  for (let directory = dirname(from); ; directory = dirname(directory)) {
    const path = names.map((name) => join(directory, name)).find((one) => existsSync(one));
    if (path !== undefined) return path;
    if (directory === dirname(directory)) throw new Error(`${names.at(-1) ?? ''} is not part of this installation`);
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
