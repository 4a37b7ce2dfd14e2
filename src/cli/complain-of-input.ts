/** Says what was wrong with the captures of a replay. */

import type { ReplaySummary } from '../replay/replay-summary.js';
import { EXIT_CAPTURE, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { complain } from './print.js';

/**
 * Returns the exit code: captures that are damaged, or of which nothing was replayed, are no success, whatever was written.
 * @param rest what was done with what comes before the damage
 */
export function complainOfInput(
  { damage, nothingReplayed }: ReplaySummary,
  rest = 'what comes before it was replayed',
): number {
  for (const { message } of damage) complain(`vppcap: ${message}; ${rest}`);
  if (nothingReplayed !== undefined) complain(`vppcap: ${nothingReplayed}`);
  return damage.length > 0 || nothingReplayed !== undefined ? EXIT_CAPTURE : EXIT_SUCCESS;
}
