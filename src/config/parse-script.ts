/** A VPP CLI script as typed commands. */

import { ConfigError, ConfigErrors } from '../pipeline/command/config-error.js';
import type { Release } from '../releases/release.js';
import { CommandList } from './alike-lines.js';
import { errorsOf } from './apply.js';
import type { NodeScript, UnreadLine } from './node-script.js';
import { ScriptReader } from './script-reader.js';
import { releaseFor } from './script-release.js';
import { inOrderFound, undeclaredIn, type UndeclaredDevice } from './undeclared-devices.js';
import { readTextFile, whyNotRead, type ReadText } from './script-text.js';

const isRead = <T extends object>(line: T | UnreadLine): line is T => !('error' in line);

export interface ScriptOptions {
  /** The release whose commands it has, or its name, whatever the script says itself. */
  readonly release?: Release | string | undefined;
  /** Takes commands that are not modelled: what they touch ends in drops. Of a whole script, lines that VPP refuses are kept out. */
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
  const isWhole = interfaceNames === undefined;
  const release = releaseFor(options.release, text, file);
  const read = (devices: readonly UndeclaredDevice[]): ScriptReader => {
    const reader = new ScriptReader(release, readText, interfaceNames ?? [], isLenient, isLenient && isWhole);
    reader.declare(devices);
    reader.readScript(text, file, firstLine);
    return reader;
  };
  const scriptOf = ({ startup, lines, notes, refused, execFiles }: ScriptReader): NodeScript => ({
    ...{ file, release, isLenient, startup, notes, refused, execFiles },
    commands: new CommandList(lines.filter(isRead)),
  });
  let reader = read([]);
  // One line may name several devices, and is complained of for the first.
  for (let devices: readonly UndeclaredDevice[] = []; isLenient && isWhole; reader = read(devices)) {
    const errors = errorsOf(scriptOf(reader), reader.lines, isWhole);
    const told = undeclaredIn([...errors, ...reader.refused.map(({ error }) => error)]);
    const more = told.filter(({ name }) => !devices.some((device) => device.name === name));
    if (more.length === 0) break;
    devices = inOrderFound([...devices, ...more]);
  }
  const script = scriptOf(reader);
  const { lines } = reader;
  if (!lines.every(isRead)) throw new ConfigErrors(errorsOf(script, lines, isWhole));
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
