/** The whole command line: finds the command, reads its words and runs it. Errors become words and exit codes. */

import { UsageError } from '../capture/user-error.js';
import { existsSync } from 'node:fs';
import { nearest } from '../pipeline/command/suggest.js';
import { wishColors } from './colors.js';
import { COMMANDS } from './commands.js';
import { COMPLETE } from './commands/completion.js';
import { completions } from './completion.js';
import { EXIT_SUCCESS, EXIT_USAGE } from '../capture/exit-codes.js';
import { parseArguments, requireWords } from './parse-arguments.js';
import { print, whenOutputFails } from './print.js';
import { VERSION_TEXT } from './version.js';

/** Gives the help text of a command, or for null of the command line as a whole. */
type HelpOf = (command: string | null) => string | Promise<string>;

/** Runs what the arguments ask for, and sets the exit code. */
export async function runVppcap(args: readonly string[], helpOf: HelpOf): Promise<void> {
  whenOutputFails((error) => void import('./failure.js').then(({ failOutput }) => failOutput(error)));
  try {
    process.exitCode = await run(args, helpOf);
  } catch (error) {
    (await import('./failure.js')).fail(error);
  }
}

/** Returns the exit code. Rejects with what the command threw, or with UsageError. */
async function run(args: readonly string[], helpOf: HelpOf): Promise<number> {
  if (args[0] === COMPLETE) {
    for (const line of await completions(args.slice(1))) print(line);
    return EXIT_SUCCESS;
  }
  if (args.length === 0) {
    // As git does: what there is, and the exit code of wrong usage.
    await printHelp(null, helpOf);
    return EXIT_USAGE;
  }
  requireWords(args);
  const at = commandIndex(args);
  if (at === null) {
    if (args.some((arg) => arg === '--help' || arg === '-h')) return printHelp(null, helpOf);
    if (args.includes('--version')) return printVersion();
    throw new UsageError('no command given (vppcap --help)');
  }
  const [{ table, run: runCommand }] = COMMANDS.filter(({ table: { name } }) => name === args[at]);
  const { asksFor, color, values } = parseArguments(args.toSpliced(at, 1), table);
  if (asksFor !== null) return asksFor === 'help' ? printHelp(table.name, helpOf) : printVersion();
  wishColors(color);
  return runCommand(values);
}

/** Where the command's name is; options may stand before it. null where there are only options; throws UsageError for another word. */
function commandIndex(args: readonly string[]): number | null {
  const names = COMMANDS.map(({ table }) => table.name);
  const found = args.findIndex((arg) => names.includes(arg));
  if (found >= 0 && args[0].startsWith('-')) return found;
  const first = args.findIndex((arg) => !arg.startsWith('-'));
  if (first < 0) return null;
  const word = args[first];
  if (names.includes(word)) return first;
  const begun = names.filter((name) => name.startsWith(word));
  const near = begun.length > 0 ? begun.join(' or ') : nearest(word, names);
  const meant = near ?? (existsSync(word) ? `${word.endsWith('.vpp') ? 'config' : 'replay'} ${word}` : null);
  const hint = meant === null ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
  throw new UsageError(`unknown command "${word}"; ${hint} (vppcap --help)`);
}

async function printHelp(command: string | null, helpOf: HelpOf): Promise<number> {
  print(await helpOf(command));
  return EXIT_SUCCESS;
}

function printVersion(): number {
  print(VERSION_TEXT);
  return EXIT_SUCCESS;
}
