/** Whole numbers of the command line. */

import { UsageError } from '../exit-codes.js';

/** A decimal number from 1 to `largest`. Throws UsageError, with what was expected and found. */
export function wholeNumber(option: string, text: string, largest = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= largest) return value;
  const range = largest === Number.MAX_SAFE_INTEGER ? 'from 1 up' : `from 1 to ${largest}`;
  throw new UsageError(`${option} ${text}: expected a whole number ${range}`);
}
