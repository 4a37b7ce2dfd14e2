/** What holds for the values of every command: none is empty, an option that takes one has one, and one that takes none has none. */

import { UsageError } from '../exit-codes.js';

/** Throws UsageError for a word of the command line that is empty: mostly a variable that is not set. */
export function requireWords(args: readonly string[]): void {
  args.forEach((arg, i) => {
    const option = /^(-[^=]*)=$/.exec(arg)?.[1] ?? (arg === '' && args.at(i - 1)?.startsWith('-') ? args[i - 1] : null);
    if (option !== null) throw new UsageError(`${option}: expected a value, got an empty one`);
    if (arg === '') throw new UsageError(`word ${i + 1} of the command line is empty: expected a name`);
  });
}

/**
 * Throws UsageError for an option that was given more than once.
 * @param given what yargs made of the command line: then the values are an array
 * @param lists names that may have several values
 */
export function requireOneValueEach(given: Readonly<Record<string, unknown>>, lists: readonly string[]): void {
  // Neither short names nor those that yargs makes of others (natPorts) are what people read.
  const isName = (name: string): boolean => name.length > 1 && !/[A-Z]/.test(name);
  const twice = Object.keys(given).find((name) => isName(name) && Array.isArray(given[name]) && !lists.includes(name));
  if (twice !== undefined) throw new UsageError(`--${twice} is given more than once`);
}

/**
 * Throws UsageError for a value of an option that takes none, which yargs would take for `false`.
 * @param flags names of such options
 */
export function requireNoValues(args: readonly string[], flags: readonly string[]): void {
  const end = args.indexOf('--');
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const [, name = '', value] = /^--?([a-zA-Z][\w-]*)=(.*)$/s.exec(arg) ?? [];
    if (flags.includes(name) && value !== 'true' && value !== 'false')
      throw new UsageError(`${name.length === 1 ? '-' : '--'}${name} takes no value, not "${value}"`);
  }
}
