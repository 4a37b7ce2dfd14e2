/** Reads a script in the words of another release than its own, as far as the two only word it differently. */

import { ConfigErrors } from '../pipeline/command/config-error.js';
import type { Release } from '../releases/release.js';
import { translateScript } from '../releases/translate.js';
import type { NodeScript } from './node-script.js';
import { releaseFor } from './script-release.js';

/**
 * @param wanted the release of the node; undefined for the one that the script says
 * @param words the script's text
 * @param read reads the script, or a text in its place
 * @throws {ConfigErrors}
 */
export function inWordsOf(
  wanted: Release | undefined,
  path: string,
  words: () => string,
  read: (instead?: string) => NodeScript,
): NodeScript {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigErrors) || wanted === undefined) throw error;
    const text = words();
    const own = releaseFor(undefined, text, path);
    if (own === wanted) throw error;
    return read(translateScript(text, own.commandList, wanted.commandList));
  }
}
