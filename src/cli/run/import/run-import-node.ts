/** Makes a node's script of show commands as the command line asks for it. */

import { EXIT_SUCCESS } from '../../../capture/exit-codes.js';
import { OutputFile } from '../../../capture/output/output-file.js';
import { UsageError } from '../../../capture/user-error.js';
import { applyScript } from '../../../config/apply.js';
import { parseScript } from '../../../config/parse-script.js';
import { importNode, type ImportedNode } from '../../../import-node/import-node.js';
import { readShownFiles } from '../../../import-node/shown-files.js';
import { ConfigError, ConfigErrors } from '../../../pipeline/command/config-error.js';
import { pathConflict, type NamedPath } from '../../../replay/separate-paths.js';
import type { ImportNodeArguments } from '../../commands/import-node.js';
import { cleanUpOnSignals } from '../../interrupt.js';
import { complain, print, printResult } from '../../print.js';
import { releaseNamed } from '../read-script.js';

/** Returns the exit code. Throws UsageError, ConfigError or OutputError. */
export async function importNodeFiles(given: ImportNodeArguments): Promise<number> {
  const { show, output = '-', state: stateFile, json } = given;
  refuseConflicts(show, output, stateFile);
  const release = releaseNamed(given.release);
  const node = importNode(
    show.flatMap((path) => readShownFiles(path, given.node)),
    release,
  );
  const trial = tryOut(node, output === '-' ? 'the script' : output);
  const giveSignalsBack = cleanUpOnSignals();
  if (!json || output !== '-') await write(output, node.script);
  if (stateFile !== undefined && node.state !== '') await write(stateFile, node.state);
  giveSignalsBack();
  const say = output === '-' && !json ? complain : print;
  printResult(json, jsonOf(node, trial, output === '-'), linesOf(node, trial, given), say);
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
function tryOut({ script, release, state }: ImportedNode, file: string): Trial {
  const texts = state === '' ? {} : { state: [{ file: 'the state', text: state }] };
  try {
    const tables = applyScript({ ...parseScript(script, file, { release }), ...texts });
    return { errors: [], state: tables.loadedState?.read ?? [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const errors = error instanceof ConfigErrors ? error.errors : [error];
    const more = errors.length - MOST_ERRORS;
    const told = errors.slice(0, MOST_ERRORS).map(({ message }) => message);
    return { errors: more > 0 ? [...told, `and ${more} more`] : told, state: [] };
  }
}

function linesOf(
  { release, found, findings, state }: ImportedNode,
  trial: Trial,
  { output, state: stateFile, show }: ImportNodeArguments,
): string[] {
  const told = trial.state.length === 0 ? 'state' : trial.state.join(', ');
  const texts = show.length === 1 ? show[0] : 'the same texts';
  return [
    `${output ?? 'script'}: VPP ${release.name}, ${found.join(', ')}`,
    ...[...findings.missing].map(([command, what]) => `missing: ${what}; "${command}" would show it`),
    ...findings.assumed.map((sentence) => `assumed: ${sentence}`),
    ...(trial.errors.length === 0 ? [] : ['vppcap does not take all of it:', ...trial.errors.map((one) => `  ${one}`)]),
    ...(state === ''
      ? stateFile === undefined
        ? []
        : [`${stateFile}: not written: no answer tells of sessions or neighbours`]
      : [stateFile === undefined ? `--state ${texts} gives a replay its ${told}` : `${stateFile}: ${told}`]),
  ];
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
