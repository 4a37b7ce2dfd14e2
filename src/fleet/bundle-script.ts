/** What a bundle's files say of its node: captures of interfaces, and the script, its own or one made of show text. */

import { basename, join } from 'node:path';
import { tablesWithAllInterfaces } from '../config/changes.js';
import type { NodeScript, StateText } from '../config/node-script.js';
import { inWordsOf } from '../config/in-words-of.js';
import { parseScript, parseScriptFile } from '../config/parse-script.js';
import { releaseNamed } from '../config/script-release.js';
import { readTextFile } from '../config/script-text.js';
import { readStateFile } from '../config/state/load-state.js';
import { importNode } from '../import-node/import-node.js';
import { readShownFiles } from '../import-node/shown-files.js';
import type { ReplayCapture } from '../replay/replay.js';
import { BundleError, SCRIPT, type Bundle, type BundleFiles } from './bundle.js';

export interface BundleOptions {
  /** `--release`: overrides what the scripts say. */
  readonly release?: string | undefined;
  /** `--lenient`: takes what is not modelled. */
  readonly lenient?: boolean;
  /** Script of the bundles that have none of their own. */
  readonly config?: string | undefined;
  /** Folder of tables. */
  readonly tables?: string | undefined;
}

interface BundleScript {
  /** With the state that show text tells. */
  readonly script: NodeScript;
  /** Its text, to be read once more for another release. */
  readonly words: () => string;
  /** What a script that is made of show text lacks, with the command that would show it. */
  readonly notShown: readonly string[];
}

/** Throws BundleError where there is no script at all, and ConfigError. */
export function scriptOf(
  { folder }: Bundle,
  { script: own, shown }: BundleFiles,
  options: BundleOptions,
): BundleScript {
  const release = releaseNamed(options.release);
  const isLenient = options.lenient === true;
  const path = own ?? options.config;
  if (path !== undefined) {
    const words = (): string => readTextFile(path);
    const script = inWordsOf(release, path, words, (instead) =>
      instead === undefined
        ? parseScriptFile(path, { release, isLenient })
        : parseScript(instead, path, { release, isLenient }),
    );
    return { script: withState(script, shown.map(readStateFile)), words, notShown: [] };
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
    script: withState(script, made.state === '' ? [] : texts),
    words: () => made.script,
    notShown: [...made.findings.missing].map(([command, what]) => `${what} ("${command}" would show it)`),
  };
}

const withState = (script: NodeScript, state: readonly StateText[]): NodeScript =>
  state.length === 0 ? script : { ...script, state };

/** `tap2.pcap.gz` is the capture of tap2, `GigabitEthernet0_8_0.pcap` that of GigabitEthernet0/8/0. */
export function capturesOf({ captures }: BundleFiles, script: NodeScript): ReplayCapture[] {
  const all = tablesWithAllInterfaces(script).interfaces.all;
  const names = new Map(all.map(({ name }) => [name.replaceAll('/', '_'), name]));
  const stemOf = (path: string): string => basename(path).replace(/(?:\.[a-z]+)(?:\.gz)?$/i, '');
  return captures.map((path) => ({ path, interfaceName: names.get(stemOf(path)) ?? null }));
}
