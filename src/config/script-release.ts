/** `# release: 19.08`: which VPP a script is for. */

import { UsageError } from '../capture/user-error.js';
import { ConfigError, ConfigErrors } from '../pipeline/command/config-error.js';
import type { Release } from '../releases/release.js';
import { DEFAULT_RELEASE, findRelease, noSuchRelease } from '../releases/releases.js';

const RELEASE = /^[^\S\n]*#[^\S\n]*release:[^\S\n]*([^\s#]*)/m;

/**
 * The release of a script: the given one, or the one of that name; else the one that it says it is for; else the default.
 * @throws {ConfigErrors} for one that is not modelled
 */
export function releaseFor(given: Release | string | undefined, text: string, file: string): Release {
  if (typeof given === 'object') return given;
  const match = given === undefined ? RELEASE.exec(text) : null;
  const name = given ?? match?.[1];
  if (name === undefined) return DEFAULT_RELEASE;
  const release = findRelease(name);
  if (release) return release;
  const before = match === null ? [''] : text.slice(0, match.index).split(/\r\n|\n|\r/);
  const at = { file, line: before.length, column: (match?.[0].length ?? 0) - (match?.[1].length ?? 0) + 1 };
  throw new ConfigErrors([new ConfigError(at, name === '' ? 'the release is missing' : noSuchRelease(name))]);
}

/** What `--release` says; undefined where it is not given. Throws UsageError for a release that is not modelled. */
export function releaseNamed(name: string | undefined): Release | undefined {
  const release = name === undefined ? undefined : findRelease(name);
  if (name !== undefined && release === undefined) throw new UsageError(`--release ${name}: ${noSuchRelease(name)}`);
  return release;
}
