/** Makes a node's script of show commands as the command line asks for it. */

import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { OutputFile } from '../../capture/output/output-file.js';
import { UsageError } from '../../capture/user-error.js';
import { applyScript } from '../../config/apply.js';
import { parseScript } from '../../config/parse-script.js';
import type { StateText } from '../../config/node-script.js';
import { importNode, type ImportedNode } from '../../import-node/import-node.js';
import { readShownFiles } from '../../import-node/shown-files.js';
import { ConfigError, ConfigErrors } from '../../pipeline/command/config-error.js';
import { pathConflict, type NamedPath } from '../../replay/separate-paths.js';
import type { ImportNodeArguments } from '../commands/import-node.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, print, printResult } from '../print.js';
import { releaseNamed } from '../../config/script-release.js';

/** Returns the exit code. Throws UsageError, ConfigError or OutputError. */
export async function importNodeFiles(given: ImportNodeArguments): Promise<number> {
  const { show, output = '-', state: stateFile, json } = given;
  refuseConflicts(show, output, stateFile);
  const release = releaseNamed(given.release);
  const texts = show.flatMap((path) => readShownFiles(path, given.node));
  const node = importNode(texts, release);
  const isPasted = texts.every(({ asks }) => asks === null);
  const state = isPasted ? texts : [{ file: 'what tells of a state', text: node.state }];
  const trial = tryOut(node, output === '-' ? 'the script' : output, state);
  const giveSignalsBack = cleanUpOnSignals();
  if (!json || output !== '-') await write(output, node.script);
  if (stateFile !== undefined && node.state !== '') await write(stateFile, node.state);
  giveSignalsBack();
  const say = output === '-' && !json ? complain : print;
  printResult(json, jsonOf(node, trial, output === '-'), linesOf(node, trial, given, isPasted), say);
  return EXIT_SUCCESS;
}

function refuseConflicts(show: readonly string[], output: string, state: string | undefined): void {
  const taken: NamedPath[] = show.map((path) => ({ path, use: 'an input' }));
  for (const path of [output, ...(state === undefined ? [] : [state])]) {
    const conflict = pathConflict(taken, { output: path, drops: null, verdicts: null }, []);
    if (conflict !== null) throw new UsageError(conflict);
    if (path !== '-') taken.push({ path, use: 'the script' });
  }
}

async function write(path: string, text: string): Promise<void> {
  const file = OutputFile.open(path);
  const bytes = Buffer.from(text);
  try {
    file.write(bytes, 0, bytes.length);
    await file.close();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

/** So many are told one by one; `vppcap config` tells them all. */
const MOST_ERRORS = 8;

interface Trial {
  /** Lines of the script that vppcap does not take, and why. */
  readonly errors: readonly string[];
  /** What `--state` would read: `65 NAT44 sessions`. */
  readonly state: readonly string[];
}

/** Whether vppcap takes the script, and what it reads of the state. */
function tryOut({ script, release, state }: ImportedNode, file: string, texts: readonly StateText[]): Trial {
  const errors: ConfigError[] = [];
  try {
    const parsed = parseScript(script, file, { release });
    const tables = applyScript(
      { ...parsed, ...(state === '' ? {} : { state: texts }) },
      (error) => void errors.push(error),
    );
    return { errors: toldOf(errors), state: tables.loadedState?.read ?? [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    errors.push(...(error instanceof ConfigErrors ? error.errors : [error]));
    return { errors: toldOf(errors), state: state === '' ? [] : ['answers that tell of a state'] };
  }
}

function toldOf(errors: readonly ConfigError[]): string[] {
  const told = errors.slice(0, MOST_ERRORS).map(({ message }) => message);
  return errors.length > MOST_ERRORS ? [...told, `and ${errors.length - MOST_ERRORS} more`] : told;
}

/** @param isPasted replay --state reads the texts as they are */
function linesOf(
  { release, found, findings }: ImportedNode,
  { errors, state }: Trial,
  { output, state: stateFile, show }: ImportNodeArguments,
  isPasted: boolean,
): string[] {
  return [
    `${output ?? 'script'}: VPP ${release.name}, ${found.join(', ')}`,
    ...[...findings.missing].map(([command, what]) => `missing: ${what}; "${command}" would show it`),
    ...findings.assumed.map((sentence) => `assumed: ${sentence}`),
    ...(errors.length === 0 ? [] : ['vppcap does not take all of it:', ...errors.map((one) => `  ${one}`)]),
    stateLine(state, stateFile, isPasted ? show.map((path) => ` --state ${path}`).join('') : null),
  ];
}

/** @param options that make a replay read the texts as they are; null where they have another form */
function stateLine(state: readonly string[], file: string | undefined, options: string | null): string {
  if (state.length === 0) return 'no answer tells of sessions or neighbours before a capture';
  const told = state.join(', ');
  if (file !== undefined) return `${file}: ${told}`;
  return `not in the script: ${told}; ${options === null ? '--state FILE writes a file of them for replay' : `replay${options} reads them`}`;
}

const jsonOf = (
  { release, script, found, findings: { missing, assumed } }: ImportedNode,
  { errors, state }: Trial,
  hasScript: boolean,
): object => ({
  release: release.name,
  found,
  missing: [...missing].map(([command, what]) => ({ command, what })),
  assumed,
  errors,
  state,
  ...(hasScript ? { script } : {}),
});
