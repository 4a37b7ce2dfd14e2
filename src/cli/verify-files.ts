/** Compares two capture files and prints what differs. */

import type { CaptureDamage } from '../capture/frame-batch.js';
import { openCapture } from '../capture/open-capture.js';
import { compareCaptures, isMatch } from '../verify/compare.js';
import { describeDifference, describeResult } from '../verify/describe.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS, UsageError } from './exit-codes.js';
import { complain, print } from './print.js';

/** Returns the exit code. A damaged capture weighs more than differences: what is behind the damage was not compared. */
export async function verifyFiles(actualPath: string, expectedPath: string, isQuiet: boolean): Promise<number> {
  if (actualPath === '-' && expectedPath === '-') throw new UsageError('standard input (-) can be read only once');
  const actual = await openCapture(actualPath);
  try {
    const expected = await openCapture(expectedPath);
    try {
      const result = await compareCaptures(actual, expected, (difference) => {
        if (!isQuiet) print(describeDifference(difference));
      });
      if (!isQuiet) print(describeResult(result));
      const isDamaged = [complainOfDamage(result.actualDamage), complainOfDamage(result.expectedDamage)].includes(true);
      if (isDamaged) return EXIT_CAPTURE;
      return isMatch(result) ? EXIT_SUCCESS : EXIT_DIFFERENCES;
    } finally {
      await expected.close();
    }
  } finally {
    await actual.close();
  }
}

/** True where there is damage. */
export function complainOfDamage(damage: CaptureDamage | null): boolean {
  if (damage === null) return false;
  complain(`vppcap: ${damage.message}; what comes before it was used`);
  return true;
}
