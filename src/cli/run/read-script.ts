/** The script of the node that a command line names. */

import { UsageError } from '../../capture/user-error.js';
import { locateScript } from '../../config/locate.js';
import type { NodeScript } from '../../config/node-script.js';
import { parseScriptFile } from '../../config/parse-script.js';
import type { Release } from '../../releases/release.js';
import { findRelease, noSuchRelease } from '../../releases/releases.js';

export interface ScriptArguments {
  readonly config?: string | undefined;
  readonly release?: string | undefined;
}

/** Throws UsageError for a release that is not modelled, and ConfigError. */
export const readScript = ({ config, release }: ScriptArguments): NodeScript =>
  parseScriptFile(locateScript({ config, release }), { release: releaseNamed(release) });

/** What `--release` says; undefined where it is not given. Throws UsageError for a release that is not modelled. */
export function releaseNamed(name: string | undefined): Release | undefined {
  const release = name === undefined ? undefined : findRelease(name);
  if (name !== undefined && release === undefined) throw new UsageError(`--release ${name}: ${noSuchRelease(name)}`);
  return release;
}
