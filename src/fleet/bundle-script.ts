/** The script of a bundle: its own, the one for all, or one made of its show text; with the state that the text tells. */

import { basename, join } from 'node:path';
import type { NodeScript } from '../config/node-script.js';
import { parseScript, parseScriptFile } from '../config/parse-script.js';
import { readStateFile } from '../config/state/load-state.js';
import { importNode } from '../import-node/import-node.js';
import { readShownFiles } from '../import-node/shown-files.js';
import type { Release } from '../releases/release.js';
import { BundleError, SCRIPT, type Bundle, type BundleFiles } from './bundle.js';

interface BundleScript {
  readonly script: NodeScript;
  /** What a script that is made of show text lacks, with the command that would show it. */
  readonly notShown: readonly string[];
}

/**
 * @param forAll the script of bundles that have none of their own
 * @throws {BundleError} where there is no script at all, and ConfigError
 */
export function scriptOf(
  { folder }: Bundle,
  { script: own, shown }: BundleFiles,
  forAll: string | undefined,
  release: Release | undefined,
): BundleScript {
  const path = own ?? forAll;
  if (path !== undefined) {
    const script = parseScriptFile(path, { release });
    return { script: shown.length === 0 ? script : { ...script, state: shown.map(readStateFile) }, notShown: [] };
  }
  if (shown.length === 0)
    throw new BundleError(
      `${folder}: no ${SCRIPT}, the script of the node, no text of its show commands (*.txt), and -c names none for all`,
    );
  const texts = shown.flatMap((file) => readShownFiles(file, undefined));
  const made = importNode(texts, release);
  const from = shown.map((file) => basename(file)).join(', ');
  const script = parseScript(made.script, `${join(folder, SCRIPT)} (made of ${from})`, { release: made.release });
  return {
    script: made.state === '' ? script : { ...script, state: texts },
    notShown: [...made.findings.missing].map(([command, what]) => `${what} ("${command}" would show it)`),
  };
}
