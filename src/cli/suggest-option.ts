/** Adds what was meant to yargs' complaint about an unknown option. */

import { nearest } from '../config/suggest.js';

/** yargs' message in one line, with `did you mean --output?` where the help text has such an option. */
export function suggestOption(message: string, help: string): string {
  const line = message.replaceAll('\n', '; ').replace(/^./, (first) => first.toLowerCase());
  const unknown = /^unknown arguments?: ([^,]+)/.exec(line);
  if (!unknown) return line;
  const options = Array.from(help.matchAll(/--([a-z][a-z-]+)/g), ([, name]) => name);
  const meant = nearest(unknown[1], options);
  return meant === null ? line : `${line}; did you mean --${meant}?`;
}
