/** The script of the node that a command line names. */

import { UsageError } from '../../capture/user-error.js';
import { locateScript } from '../../config/locate.js';
import type { NodeScript } from '../../config/node-script.js';
import { parseScriptFile } from '../../config/parse-script.js';
import { readStateFile } from '../../config/state/load-state.js';
import { wholeNumber } from './argument-values.js';
import type { Release } from '../../releases/release.js';
import { findRelease, noSuchRelease } from '../../releases/releases.js';

export interface ScriptArguments {
  readonly config?: string | undefined;
  readonly release?: string | undefined;
  readonly state?: readonly string[] | undefined;
  readonly generatorDraws?: string | undefined;
}

/** Throws UsageError for a release that is not modelled, and ConfigError. */
export function readScript({ config, release, state, generatorDraws }: ScriptArguments): NodeScript {
  const script = parseScriptFile(locateScript({ config, release }), { release: releaseNamed(release) });
  return {
    ...script,
    ...(state === undefined ? {} : { state: state.map(readStateFile) }),
    ...(generatorDraws === undefined
      ? {}
      : { generatorDraws: wholeNumber('--generator-draws', generatorDraws, 0xffffffff) }),
  };
}

/** What `--release` says; undefined where it is not given. Throws UsageError for a release that is not modelled. */
export function releaseNamed(name: string | undefined): Release | undefined {
  const release = name === undefined ? undefined : findRelease(name);
  if (name !== undefined && release === undefined) throw new UsageError(`--release ${name}: ${noSuchRelease(name)}`);
  return release;
}
