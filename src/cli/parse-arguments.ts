/** Reads the words behind a command's name by its table; Node's own parser makes tokens of them. */

import { UsageError } from '../capture/user-error.js';
import { parseArgs } from 'node:util';
import { nearest } from '../pipeline/command/suggest.js';
import { positionalsOf, usageOf, withCommon, type CommandTable, type Option } from './option-table.js';

export interface ParsedArguments {
  readonly asksFor: 'help' | 'version' | null;
  /** What --color and --no-color say. */
  readonly color: boolean | undefined;
  /** By the table's keys. */
  readonly values: Readonly<Record<string, unknown>>;
}

type Value = string | boolean | string[];

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** Throws UsageError for a word of the command line that is empty: mostly a variable that is not set. */
export function requireWords(args: readonly string[]): void {
  args.forEach((arg, i) => {
    const option = /^(-[^=]*)=$/.exec(arg)?.[1] ?? (arg === '' && args.at(i - 1)?.startsWith('-') ? args[i - 1] : null);
    if (option !== null) throw new UsageError(`${option}: expected a value, got an empty one`);
    if (arg === '') throw new UsageError(`word ${i + 1} of the command line is empty: expected a name`);
  });
}

/**
 * Throws UsageError for what the table does not have or lets be missing. Where help or the version is asked for, nothing else counts.
 * @param args without the command's name
 */
export function parseArguments(args: readonly string[], table: CommandTable): ParsedArguments {
  const known = withCommon(table.options);
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      known.map(([, name, { type, alias }]) => [
        name,
        { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(alias && { short: alias }) },
      ]),
    ),
  });
  for (const word of ['help', 'version'] as const)
    if (tokens.some((token) => token.kind === 'option' && (token.name === word || token.value === `--${word}`)))
      return { asksFor: word, color: undefined, values: {} };

  const usageError = (text: string): UsageError => new UsageError(`${text} (vppcap ${table.name} --help)`);
  const byName = new Map(known.map(([key, name, option]) => [name, { key, option }]));
  const given: Record<string, Value> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name } = token;
    // Node takes -q=no for four letters.
    if (name === '=') {
      const [flag, value] = [args[token.index].slice(0, 2), args[token.index].slice(3)];
      throw new UsageError(`${flag} takes no value, not "${value}"`);
    }
    const negated = token.inlineValue ? undefined : byName.get(name.replace(/^no-/, ''));
    const found = byName.get(name) ?? (negated?.option.type === 'flag' ? negated : undefined);
    if (found === undefined) {
      const meant = nearest(name, byName.keys());
      throw usageError(`unknown option ${dashed(name)}${meant === null ? '' : `; did you mean --${meant}?`}`);
    }
    const { key, option } = found;
    if (option.type === 'flag') given[key] = flagOf(token, byName.has(name));
    else if (option.type === 'list')
      given[key] = [...((given[key] as string[] | undefined) ?? []), textOf(token, option, usageError)];
    else if (key in given) throw new UsageError(`--${name} is given more than once`);
    else given[key] = textOf(token, option, usageError);
  }
  takePositionals(words, table, given, usageError);
  for (const [key, name, option] of known) {
    if (!(key in given) && option.isRequired) throw usageError(`--${name} is missing`);
    requireChoice(dashed(name), given[key], option, usageError);
  }
  const { color, ...rest } = given;
  const values = { ...defaultsOf(table), ...rest };
  return { asksFor: null, color: color as boolean | undefined, values };
}

type MakeError = (text: string) => UsageError;

/** An option as it is given: `value` is that behind `=` (`inlineValue`), or the word behind it. */
interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** @param isOn false for --no-NAME */
function flagOf({ rawName, value }: OptionToken, isOn: boolean): boolean {
  if (value !== undefined && value !== 'true' && value !== 'false')
    throw new UsageError(`${rawName} takes no value, not "${value}"`);
  return value === undefined ? isOn : value === 'true';
}

function textOf({ rawName, value, inlineValue }: OptionToken, { choices }: Option, usageError: MakeError): string {
  // A number below zero is a value, another option is none.
  if (value === undefined || (!inlineValue && /^-\D/.test(value)))
    throw usageError(`${rawName} needs a value${choices ? `, one of ${choices.join(', ')}` : ''}`);
  return rawName.startsWith('--') ? value : value.replace(/^=/, ''); // -o=x means what --output=x does
}

/** Gives words to positionals. */
function takePositionals(
  words: readonly string[],
  table: CommandTable,
  given: Record<string, Value>,
  usageError: MakeError,
): void {
  const positionals = Object.entries(table.positionals);
  const missing = positionalsOf(
    Object.fromEntries(positionals.slice(words.length).filter(([, { isRequired }]) => isRequired)),
  );
  if (missing.length > 0)
    throw usageError(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing: vppcap ${usageOf(table)}`);
  let taken = 0;
  for (const [key, option] of positionals) {
    if (taken === words.length) break;
    const rest = words.slice(taken);
    given[key] = option.type === 'list' ? rest : rest[0];
    taken += option.type === 'list' ? rest.length : 1;
    requireChoice(key, given[key], option, usageError);
  }
  if (taken < words.length) throw usageError(`${table.name} does not take "${words[taken]}" as well`);
}

function requireChoice(name: string, value: Value | undefined, { choices }: Option, usageError: MakeError): void {
  if (choices && typeof value === 'string' && !choices.includes(value))
    throw usageError(`${name}: there is no "${value}", only ${choices.join(', ')}`);
}

const defaultsOf = ({ positionals, options }: CommandTable): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ...positionals, ...options }).map(([key, option]) => [
      key,
      option.type === 'flag' ? false : option.default,
    ]),
  );
