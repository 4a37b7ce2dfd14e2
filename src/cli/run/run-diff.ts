/** Runs a diff as the command line asks for it. */

import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { UsageError } from '../../capture/user-error.js';
import type { NodeScript } from '../../config/node-script.js';
import { releaseFor } from '../../config/script-release.js';
import { readTextFile } from '../../config/script-text.js';
import { diff } from '../../diff/diff.js';
import { diffLines, type DiffReport } from '../../diff/report.js';
import { ConfigErrors } from '../../pipeline/command/config-error.js';
import { translateScript } from '../../releases/translate.js';
import type { DiffArguments } from '../commands/diff.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, printResult } from '../print.js';
import { startProgress } from '../progress.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { readScript, releaseNamed } from '../common/read-script.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function diffFiles(given: DiffArguments): Promise<number> {
  cleanUpOnSignals();
  const [before, after] = readScripts(given);
  const allowed =
    given.allow === undefined ? [] : (await import('../../diff/read-allowances.js')).readAllowances(given.allow);
  const reporters =
    given.reporter.length === 0 ? null : await (await import('./diff-reporters.js')).diffReporters(given.reporter);
  const progress = startProgress('comparing', !given.quiet);
  const captures = given.capture.map(parseCaptureArgument);
  const report = await diff({ captures, before, after, allowed, watch: progress.watch }).finally(progress.stop);
  for (const { message } of report.damage) complain(`vppcap: ${message}; what comes before it was compared`);
  await reporters?.write(report, exitCodeOf(report));
  if (given.json || (!given.quiet && reporters?.isOutputFree !== false))
    printResult(given.json, report, diffLines(report));
  return exitCodeOf(report);
}

function exitCodeOf({ verdict, damage }: DiffReport): number {
  if (damage.length > 0 || verdict === 'nothing to compare') return EXIT_CAPTURE;
  return verdict === 'changed' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
}

type ScriptArguments = Pick<DiffArguments, 'config' | 'release' | 'state' | 'generatorDraws'>;

/** Both scripts. Throws UsageError and ConfigError. */
export function readScripts(given: ScriptArguments): readonly [NodeScript, NodeScript] {
  const { config = [], release = [] } = given;
  for (const [name, values] of [
    ['config', config],
    ['release', release],
  ] as const)
    if (values.length > 2) throw new UsageError(`--${name} is given ${values.length} times: before and after are two`);
  if (config.length < 2 && release.length < 2)
    throw new UsageError(
      'what is to be compared? Give two configurations (-c A -c B), or two releases (--release A --release B)',
    );
  const read = (side: 0 | 1): NodeScript =>
    readOne(config.at(side) ?? config.at(0), release.at(side) ?? release.at(0), given);
  return [read(0), read(1)];
}

/** A script, which may be in the words of another release than the one that it is asked for. */
function readOne(config: string | undefined, release: string | undefined, given: ScriptArguments): NodeScript {
  const { state, generatorDraws } = given;
  const read = (): NodeScript => readScript({ config, release, state, generatorDraws });
  const wanted = releaseNamed(release);
  if (wanted === undefined || config === undefined) return read();
  try {
    return read();
  } catch (error) {
    const text = error instanceof ConfigErrors ? readTextFile(config) : null;
    const own = text === null ? wanted : releaseFor(undefined, text, config);
    if (text === null || own === wanted) throw error;
    const translated = translateScript(text, own.name, wanted.name);
    return readScript({ config, release, state, generatorDraws }, translated);
  }
}
