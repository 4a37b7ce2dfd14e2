/** Which release of VPP answered: `show version` says so, else what only one release was asked for. */

import { beginsWith, commandAsked } from '../config/state/split-answers.js';
import type { ShowAnswer } from '../pipeline/show-answers.js';
import type { Release } from '../releases/release.js';
import { SHOWS_OF_ONE_RELEASE } from '../releases/equivalents.js';
import { DEFAULT_RELEASE, findRelease, noSuchRelease } from '../releases/releases.js';
import { contradicts } from '../pipeline/show-answers.js';
import type { Findings } from './shown.js';

const VERSION = /^\s*(?:vpp|Version:)\s+v?(\d\d\.\d\d)/;

/**
 * The release of the answers, unless it is given.
 * @throws {ConfigError} for one that is not modelled, or two
 */
export function shownRelease(answers: readonly ShowAnswer[], given: Release | undefined, findings: Findings): Release {
  if (given) return given;
  let found: Release | null = null;
  for (const answer of answers)
    for (const line of answer.lines) {
      const name = VERSION.exec(line.text)?.[1];
      if (name === undefined || !beginsWith(answer.command, 'show version')) continue;
      const release = findRelease(name);
      if (!release) throw contradicts(answer, line, `${noSuchRelease(name)} (--release names the one to take)`);
      if (found && found !== release) throw contradicts(answer, line, `VPP ${name} here, and VPP ${found.name} before`);
      found = release;
    }
  if (found) return found;
  const likely = likelyRelease(answers);
  findings.lacks('show version', `the release of VPP: taken to be ${likely.name}`);
  return likely;
}

/** The default one, unless a command was asked that another release alone has. */
function likelyRelease(answers: readonly ShowAnswer[]): Release {
  for (const { command } of answers) {
    const only = commandAsked(command, SHOWS_OF_ONE_RELEASE);
    if (only) return findRelease(only.release) ?? DEFAULT_RELEASE;
  }
  return DEFAULT_RELEASE;
}
