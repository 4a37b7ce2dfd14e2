/** A VPP CLI script as typed commands. */

import type { Command } from '../pipeline/command/command-row.js';
import { ConfigError, ConfigErrors } from '../pipeline/command/config-error.js';
import type { Release } from '../releases/release.js';
import { errorsOf, type UnreadLine } from './apply.js';
import type { NodeScript } from './node-script.js';
import { ScriptReader } from './script-reader.js';
import { releaseFor } from './script-release.js';
import { readTextFile, whyNotRead, type ReadText } from './script-text.js';

const isCommand = (line: Command | UnreadLine): line is Command => !('error' in line);

export interface ScriptOptions {
  /** The release whose commands it has, or its name, whatever the script says itself. */
  readonly release?: Release | string | undefined;
  /** Takes commands that are not modelled: what they touch ends in drops. */
  readonly isLenient?: boolean;
  /** Reads the text of the file that `exec` names. */
  readonly readText?: ReadText;
  /** Interfaces that are there before it, where it is no node's first script. */
  readonly interfaceNames?: readonly string[];
  /** Number of its first line in its file. */
  readonly firstLine?: number;
}

/**
 * Reads a script. `file` is its name for messages, and what files of `exec` are relative to.
 * @throws {ConfigErrors} with everything that is wrong with it; its location is that of the first error
 */
export function parseScript(text: string, file: string, options: ScriptOptions = {}): NodeScript {
  const { readText = readTextFile, interfaceNames, isLenient = false, firstLine } = options;
  const release = releaseFor(options.release, text, file);
  const reader = new ScriptReader(release, readText, interfaceNames ?? [], isLenient);
  reader.readScript(text, file, firstLine);
  const { lines, notes, startup } = reader;
  const script = { file, release, isLenient, startup, commands: lines.filter(isCommand), notes };
  if (script.commands.length < lines.length)
    throw new ConfigErrors(errorsOf(script, lines, interfaceNames === undefined));
  return script;
}

export interface ScriptFileOptions {
  readonly release?: Release | string | undefined;
  readonly isLenient?: boolean;
  /** Throws, in half a sentence, for a file that `exec` must not read. */
  readonly checkFile?: (path: string) => void;
}

/**
 * Reads the script in a file.
 * @throws {ConfigErrors} as parseScript does, and ConfigError where the file cannot be read
 */
export function parseScriptFile(path: string, options: ScriptFileOptions = {}): NodeScript {
  const { release, isLenient, checkFile } = options;
  const readText: ReadText = (file) => {
    checkFile?.(file);
    return readTextFile(file);
  };
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    throw new ConfigError({ file: path, line: 1, column: 1 }, `cannot read the script: ${whyNotRead(error)}`);
  }
  return parseScript(text, path, { release, readText, ...(isLenient === undefined ? {} : { isLenient }) });
}
