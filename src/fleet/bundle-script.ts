/** The script of a bundle: its own, the one for all, or one made of its show text; with the state that the text tells. */

import { basename, join } from 'node:path';
import type { NodeScript, StateText } from '../config/node-script.js';
import { parseScript, parseScriptFile } from '../config/parse-script.js';
import { readStateFile } from '../config/state/load-state.js';
import { importNode } from '../import-node/import-node.js';
import { readShownFiles } from '../import-node/shown-files.js';
import { findRelease } from '../releases/releases.js';
import { BundleError, SCRIPT, type Bundle, type BundleFiles } from './bundle.js';

export interface BundleOptions {
  /** `--release`: overrides what the scripts say. */
  readonly release?: string | undefined;
  /** `--lenient`: takes what is not modelled. */
  readonly lenient?: boolean;
  /** Script of the bundles that have none of their own. */
  readonly config?: string | undefined;
}

interface BundleScript {
  readonly script: NodeScript;
  readonly state: readonly StateText[];
  /** What a script that is made of show text lacks, with the command that would show it. */
  readonly notShown: readonly string[];
}

/** Throws BundleError where there is no script at all, and ConfigError. */
export function scriptOf(
  { folder }: Bundle,
  { script: own, shown }: BundleFiles,
  options: BundleOptions,
): BundleScript {
  const release = options.release === undefined ? undefined : findRelease(options.release);
  const isLenient = options.lenient === true;
  const path = own ?? options.config;
  if (path !== undefined) {
    return { script: parseScriptFile(path, { release, isLenient }), state: shown.map(readStateFile), notShown: [] };
  }
  if (shown.length === 0)
    throw new BundleError(
      `${folder}: no ${SCRIPT}, the script of the node, no text of its show commands (*.txt), and -c names none for all`,
    );
  const texts = shown.flatMap((file) => readShownFiles(file, undefined));
  const made = importNode(texts, release);
  const from = shown.map((file) => basename(file)).join(', ');
  const script = parseScript(made.script, `${join(folder, SCRIPT)} (made of ${from})`, {
    release: made.release,
    isLenient,
  });
  return {
    script,
    state: made.state === '' ? [] : texts,
    notShown: [...made.findings.missing].map(([command, what]) => `${what} ("${command}" would show it)`),
  };
}
