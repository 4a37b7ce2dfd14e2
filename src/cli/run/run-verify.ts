/** Compares captures and prints what differs. */

import { UsageError } from '../../capture/user-error.js';
import { closeAll, openCaptureSet, type OpenedCapture } from '../../capture/input/capture-set.js';
import type { NatPool, VerifyOptions } from '../../verify/options.js';
import type { VerifyReport } from '../../verify/report/report.js';
import { isSameInterface } from '../../verify/interface-names.js';
import { reportLines } from '../../verify/report/report-text.js';
import { verifyCaptures } from '../../verify/verify.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { complain, print } from '../print.js';
import type { VerifyArguments } from '../commands/judgements.js';
import { verifyOptionsOf } from '../common/verify-options.js';

/** Returns the exit code. */
export async function verifyFiles(given: VerifyArguments): Promise<number> {
  const options = await verifyOptionsOf(given, () => poolOfNode(given));
  const { actual, expected } = given;
  if (actual === '-' && expected === '-') throw new UsageError('standard input (-) can be read only once');
  const report = await compareSides(
    () => openCaptureSet(actual),
    () => openCaptureSet(expected),
    options,
  );
  if (!given.quiet) complainOfIdleRules(options, report);
  if (given.json) print(JSON.stringify(report, null, 2));
  else if (!given.quiet) for (const line of reportLines(report)) print(line);
  return exitCodeOfReport(report);
}

/** A rule for an interface that there is not is likely misspelt. An interface of two names is reported by its first. */
function complainOfIdleRules(
  { rules = [], interfacePairs = [] }: Partial<VerifyOptions>,
  { interfaces }: VerifyReport,
): void {
  const hasPackets = (wanted: string): boolean =>
    interfaces.some(({ name }) => name !== null && isSameInterface(wanted, name));
  for (const { interfaceName: only, field } of rules)
    if (
      only !== null &&
      !hasPackets(only) &&
      !interfacePairs.some(({ actual, expected }) => isSameInterface(only, expected) && hasPackets(actual))
    )
      complain(
        `vppcap: ${only}:${field} applies to nothing: neither capture has packets that are said to be on ${only}`,
      );
}

type OpenSide = () => Promise<OpenedCapture[]>;

/** Opens two sides, compares and closes them. Rejects with UsageError or CaptureError. */
export async function compareSides(
  openActual: OpenSide,
  openExpected: OpenSide,
  options: Partial<VerifyOptions>,
): Promise<VerifyReport> {
  const opened: OpenedCapture[][] = [];
  try {
    opened.push(await openActual());
    opened.push(await openExpected());
    const [actual, expected] = opened;
    return await verifyCaptures(actual, expected, options);
  } finally {
    await closeAll(opened.flat());
  }
}

/** A damaged capture weighs more than differences: what is behind the damage was not compared. */
export function exitCodeOfReport({ isMatch, actual, expected }: VerifyReport): number {
  const damage = [...actual.damage, ...expected.damage];
  for (const message of damage) complain(`vppcap: ${message}; what comes before it was used`);
  if (damage.length > 0) return EXIT_CAPTURE;
  return isMatch ? EXIT_SUCCESS : EXIT_DIFFERENCES;
}

/** The pool that the configured node draws ports from. Rejects with ConfigError. */
async function poolOfNode(given: VerifyArguments): Promise<NatPool> {
  const [{ readScript }, { applyScript }, { natPoolOf }] = await Promise.all([
    import('../common/read-script.js'),
    import('../../config/apply.js'),
    import('../../pipeline/nat-common/state/nat-pool.js'),
  ]);
  return natPoolOf(applyScript(readScript(given)).nat44);
}
