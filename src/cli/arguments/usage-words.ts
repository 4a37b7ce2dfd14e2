/** Says in one sentence what yargs found wrong with a command line, and what was meant. */

import { existsSync } from 'node:fs';
import { nearest } from '../../pipeline/command/suggest.js';
import { UsageError } from '../exit-codes.js';

/** What a complaint is about. */
interface Usage {
  /** The commands there are. */
  readonly commands: readonly string[];
  /** The command that was given, or null for none or one that there is not. */
  readonly command: string | null;
  /** Long options that the help text names. */
  readonly options: readonly string[];
  /** First line of the help text: `vppcap verify <actual> <expected>`. */
  readonly line: string;
  readonly args: readonly string[];
}

type Wording = (usage: Usage, ...parts: readonly string[]) => string;

/** yargs' messages (y18n keys of its locales/en.json), on one line, and ours. */
const WORDINGS: readonly (readonly [RegExp, Wording])[] = [
  [/^Unknown arguments?: ([^,]+)/, unknown],
  [/^Not enough non-option arguments: got (\d+)/, missingWord],
  [/^Missing required arguments?: ([^,]+)/, (_, name) => `${dashed(name)} is missing`],
  [/^Not enough arguments following: (\S+)/, (_, name) => `${dashed(name)} needs a value`],
  [
    /^Invalid values: Argument: ([^,]+), Given: true, Choices: (.*)/,
    (_, name, choices) => `${dashed(name)} needs a value, one of ${choices.replaceAll('"', '')}`,
  ],
  [
    /^Invalid values: Argument: ([^,]+), Given: "(.*)", Choices: (.*)/,
    ({ options }, name, given, choices) =>
      `${options.includes(name) ? dashed(name) : name}: there is no "${given}", only ${choices.replaceAll('"', '')}`,
  ],
];

/**
 * One sentence, with where to read more.
 * @param message yargs' complaint
 * @param help text of the command's help
 */
export function usageWords(
  message: string,
  help: string,
  args: readonly string[],
  commands: readonly string[],
): string {
  const line = message.replace(/\s+/g, ' ');
  const first = args.find((arg) => !arg.startsWith('-'));
  const command = first !== undefined && commands.includes(first) ? first : null;
  const options = Array.from(help.matchAll(/--([a-z][a-z-]+)/g), ([, name]) => name);
  const usage: Usage = { commands, command, options, line: help.split('\n', 1)[0], args };
  const more = ['vppcap', ...(command === null ? [] : [command]), '--help'].join(' ');
  for (const [form, wording] of WORDINGS) {
    const match = form.exec(line);
    if (match) return `${wording(usage, ...match.slice(1))} (${more})`;
  }
  return `${line.replace(/^./, (letter) => letter.toLowerCase())} (${more})`;
}

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** A word or an option too many. */
function unknown({ commands, command, options, args }: Usage, name: string): string {
  if (!args.includes(name)) return unknownOption(name, options);
  return command === null ? unknownCommand(name, commands) : `${command} does not take "${name}" as well`;
}

function unknownCommand(name: string, commands: readonly string[]): string {
  const begun = commands.filter((command) => command.startsWith(name));
  const near = begun.length > 0 ? begun.join(' or ') : nearest(name, commands);
  const meant = near ?? (existsSync(name) ? `${name.endsWith('.vpp') ? 'config' : 'replay'} ${name}` : null);
  return `unknown command "${name}"; ${meant === null ? `there are ${commands.join(', ')}` : `did you mean ${meant}?`}`;
}

/** Options of the command line as a whole, which need no command. */
const NEED_NO_COMMAND = ['--help', '-h', '--version'];

/** Throws UsageError where the first word is that of no command: before its options are looked at, which are those of a command. */
export function requireCommand(args: readonly string[], commands: readonly string[]): void {
  const isKnown = args.some((arg) => commands.includes(arg) || NEED_NO_COMMAND.includes(arg));
  const first = args[0].startsWith('-') ? (isKnown ? undefined : args.find((arg) => !arg.startsWith('-'))) : args[0];
  if (first !== undefined && !commands.includes(first))
    throw new UsageError(`${unknownCommand(first, commands)} (vppcap --help)`);
}

function unknownOption(name: string, options: readonly string[]): string {
  const meant = nearest(name, options);
  return `unknown option ${dashed(name)}${meant === null ? '' : `; did you mean --${meant}?`}`;
}

/** An unknown option takes the word behind it for its value, so that yargs may miss a capture: then it is the option that is wrong. */
function missingWord({ options, line, args }: Usage, count: string): string {
  const given = args.flatMap((arg) => /^--([a-z][a-z-]*)/.exec(arg)?.[1] ?? []);
  const misspelt = given.find((name) => !options.includes(name.replace(/^no-/, '')));
  if (misspelt !== undefined) return unknownOption(misspelt, options);
  const missing = [...line.matchAll(/<[^>]+>/g)].slice(Number(count)).join(' and ');
  return `${missing} ${missing.includes(' and ') ? 'are' : 'is'} missing: ${line}`;
}
