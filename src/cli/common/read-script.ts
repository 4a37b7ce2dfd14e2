/** The script of the node that a command line names. */

import { applyScript } from '../../config/apply.js';
import { parseChangesFile } from '../../config/changes.js';
import { locateScript } from '../../config/locate.js';
import { touchedWords } from '../../config/show.js';
import type { NodeScript } from '../../config/node-script.js';
import { parseScript, parseScriptFile } from '../../config/parse-script.js';
import { releaseNamed } from '../../config/script-release.js';
import { readStateFile } from '../../config/state/load-state.js';
import { complain } from '../print.js';
import { wholeNumber } from './argument-values.js';

export interface ScriptArguments {
  readonly config?: string | undefined;
  readonly release?: string | undefined;
  readonly lenient?: boolean;
  /** Whether what is not modelled is shown by other means than warnings. */
  readonly showsUnmodelled?: boolean;
  readonly state?: readonly string[] | undefined;
  readonly generatorDraws?: string | undefined;
  readonly changes?: string | undefined;
}

/**
 * Throws UsageError for a release that is not modelled, and ConfigError.
 * @param text what is read instead of the script's file
 */
export function readScript(given: ScriptArguments, text?: string): NodeScript {
  const { config, release, lenient, state, generatorDraws, changes } = given;
  const path = locateScript({ config, release });
  const options = { release: releaseNamed(release), isLenient: lenient === true };
  const script = text === undefined ? parseScriptFile(path, options) : parseScript(text, path, options);
  if (options.isLenient && given.showsUnmodelled !== true) warnOfUnmodelled(script);
  return {
    ...script,
    ...(state === undefined ? {} : { state: state.map(readStateFile) }),
    ...(generatorDraws === undefined
      ? {}
      : { generatorDraws: wholeNumber('--generator-draws', generatorDraws, 0xffffffff) }),
    ...(changes === undefined ? {} : { changes: parseChangesFile(changes, script) }),
  };
}

/** What is not modelled, or refused, shows in part when the commands are applied, so that is done once for the warnings. */
function warnOfUnmodelled(script: NodeScript): void {
  const { commands = [], refused = [] } = applyScript(script).notModelled ?? {};
  const warnings = [
    ...commands.map(({ at, why, touches }) => ({ at, says: `${why}; ${touchedWords(touches)}` })),
    ...refused.map(({ at, why }) => ({ at, says: `VPP refuses it, it is kept out: ${why}` })),
  ];
  for (const { at, says } of warnings.sort((a, b) => (a.at.file === b.at.file ? a.at.line - b.at.line : 0)))
    complain(`${at.file}:${String(at.line)}:${String(at.column)}: warning: ${says}`);
  if (refused.length > 0)
    complain(
      "vppcap: VPP's own exec ends at the first line that it refuses; all others are taken here, as if given one by one",
    );
}
