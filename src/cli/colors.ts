/** Whether words may be coloured. */

import { standardError, standardOutput } from './print.js';

/** What the command line says with --color or --no-color; null where it says nothing. */
let wish: boolean | null = null;

export function wishColors(isWanted: boolean | undefined): void {
  wish = isWanted ?? null;
}

/**
 * True where words to a stream may be coloured: --color and --no-color decide, then the environment (no-color.org, and
 * FORCE_COLOR as Node has it), and else whether it is a terminal.
 */
export function hasColors(stream: typeof standardOutput | typeof standardError): boolean {
  if (wish !== null) return wish;
  const { NO_COLOR: no, FORCE_COLOR: forced, TERM: terminal } = process.env;
  if (no !== undefined && no !== '') return false;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return terminal !== 'dumb' && stream().isTTY === true;
}
