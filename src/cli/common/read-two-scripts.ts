/** The scripts of the two nodes that a command line names: two configurations, or one under two releases. */

import { UsageError } from '../../capture/user-error.js';
import type { NodeScript } from '../../config/node-script.js';
import { inWordsOf } from '../../config/in-words-of.js';
import { readTextFile } from '../../config/script-text.js';
import type { DiffArguments } from '../commands/diff.js';
import { readScript } from './read-script.js';
import { releaseNamed } from '../../config/script-release.js';

type ScriptArguments = Pick<DiffArguments, 'config' | 'release' | 'lenient' | 'state' | 'generatorDraws'>;

/**
 * Throws UsageError and ConfigError.
 * @param texts what is read instead of the scripts' files
 */
export function readTwoScripts(
  given: ScriptArguments,
  texts: readonly string[] = [],
): readonly [NodeScript, NodeScript] {
  const { config = [], release = [] } = given;
  atMostTwo({ config, release });
  if (config.length < 2 && release.length < 2)
    throw new UsageError(
      'what is to be compared? Give two configurations (-c A -c B), or two releases (--release A --release B)',
    );
  const read = (side: 0 | 1): NodeScript =>
    readOne(config.at(side) ?? config.at(0), release.at(side) ?? release.at(0), given, texts.at(side));
  return [read(0), read(1)];
}

/** Throws UsageError where an option of both nodes is given more often. */
export function atMostTwo(given: Readonly<Record<string, readonly string[]>>): void {
  for (const [name, values] of Object.entries(given))
    if (values.length > 2) throw new UsageError(`--${name} is given ${values.length} times: before and after are two`);
}

/** A script, which may be in the words of another release than the one that it is asked for. */
function readOne(
  config: string | undefined,
  release: string | undefined,
  given: ScriptArguments,
  text: string | undefined,
): NodeScript {
  const read = (instead = text): NodeScript =>
    readScript({ ...given, config, release, showsUnmodelled: text !== undefined }, instead);
  if (config === undefined) return read();
  return inWordsOf(releaseNamed(release), config, () => text ?? readTextFile(config), read);
}
