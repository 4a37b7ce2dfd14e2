/** Adds what was meant to yargs' complaint about an unknown option. */

import { nearest } from '../config/suggest.js';

/**
 * yargs' message in one line, with `did you mean --output?` where the help text has such an option. An unknown option takes
 * the word behind it for its value, so that yargs may miss a capture: then it is the option that is wrong.
 */
export function suggestOption(message: string, help: string, args: readonly string[]): string {
  const options = Array.from(help.matchAll(/--([a-z][a-z-]+)/g), ([, name]) => name);
  const given = args.flatMap((arg) => /^--([a-z][a-z-]*)/.exec(arg)?.[1] ?? []);
  const misspelt = message.startsWith('Not enough non-option')
    ? given.find((name) => !options.includes(name.replace(/^no-/, '')))
    : undefined;
  const told = misspelt === undefined ? message : `unknown argument: ${misspelt}`;
  const line = told.replaceAll('\n', '; ').replace(/^./, (first) => first.toLowerCase());
  const unknown = /^unknown arguments?: ([^,]+)/.exec(line);
  if (!unknown) return line;
  const meant = nearest(unknown[1], options);
  return meant === null ? line : `${line}; did you mean --${meant}?`;
}
