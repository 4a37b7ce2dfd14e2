/** `# release: 19.08`: which VPP a script is for. */

import { ConfigError, ConfigErrors } from '../pipeline/command/config-error.js';
import type { Release } from '../releases/release.js';
import { DEFAULT_RELEASE, findRelease, noSuchRelease } from '../releases/releases.js';

const RELEASE = /^[^\S\n]*#[^\S\n]*release:[^\S\n]*([^\s#]*)/m;

/**
 * The release that a script says it is for, else the default.
 * @throws {ConfigErrors} for one that is not modelled
 */
export function releaseIn(text: string, file: string): Release {
  const match = RELEASE.exec(text);
  if (!match) return DEFAULT_RELEASE;
  const release = findRelease(match[1]);
  if (release) return release;
  const before = text.slice(0, match.index).split(/\r\n|\n|\r/);
  const at = { file, line: before.length, column: match[0].length - match[1].length + 1 };
  throw new ConfigErrors([new ConfigError(at, match[1] === '' ? 'the release is missing' : noSuchRelease(match[1]))]);
}
