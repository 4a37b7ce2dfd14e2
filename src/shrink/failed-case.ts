/** A case that failed, and the frame that its first difference comes from. */

import type { Verdict } from '../outcome/verdicts.js';
import { shownPath } from '../regression/case/case-paths.js';
import type { RegressionCase } from '../regression/case/case.js';
import { dropsOf, lastFrame } from '../regression/compare/compare-verdicts.js';
import { frameOfFirst } from '../regression/compare/explain-differences.js';
import { parseFrameNumbers } from '../regression/compare/frame-numbers.js';
import type { CaseReplay } from '../regression/replay-case.js';
import type { Difference, VerifyReport } from '../verify/report/report.js';

/** A case that failed, as it was tested. */
export interface FailedCase {
  readonly name: string;
  readonly regressionCase: RegressionCase;
  readonly replay: CaseReplay;
  /** null where packets were not compared. */
  readonly verify: VerifyReport | null;
}

/** The first difference that a frame can be told of. */
export const firstDifference = ({ groups }: VerifyReport): Difference | undefined =>
  groups.map(({ first }) => first).find(({ actual, recognition }) => (actual ?? recognition) !== null);

/** Of the first difference, by index in the merged input; -1 where no frame is behind it. */
export async function failingFrame(failed: FailedCase): Promise<number> {
  const { regressionCase, replay, verify } = failed;
  const { captures, description } = regressionCase;
  const { script, verdicts } = replay;
  if (verify !== null && !verify.isMatch)
    return frameOfFirst(verify, {
      captures: captures.map(({ file, interfaceName }) => ({ path: shownPath(file), interfaceName })),
      script,
      fixChecksums: description.fixChecksums,
    });
  const found = unexpectedDrop(failed) ?? verdicts.find((verdict) => goesElsewhere(failed, verdict));
  return found?.frame ?? -1;
}

/** The first frame with a drop that is not expected, or is one too many. */
function unexpectedDrop({ regressionCase, replay }: FailedCase): Verdict | undefined {
  const left = new Map(
    regressionCase.description.expect.drops.map(({ node, reason, count }) => [`${node}: ${reason}`, count]),
  );
  return replay.verdicts.find((verdict) =>
    dropsOf(verdict).some((drop) => {
      const count = left.get(drop) ?? 0;
      left.set(drop, count - 1);
      return count <= 0;
    }),
  );
}

/** What the case tells of ways through the graph, with the numbers of the frames. */
export const pathsOf = ({ regressionCase: { description }, replay: { verdicts } }: FailedCase) =>
  (description.expect.paths ?? []).map((entry) => ({
    ...entry,
    numbers: parseFrameNumbers(entry.frames, lastFrame(verdicts)),
  }));

const goesElsewhere = (failed: FailedCase, { frame, nodes }: Verdict): boolean =>
  pathsOf(failed).some(
    ({ numbers, path }) => numbers.includes(frame + 1) && path.trim().split(/\s+/).join(' ') !== nodes.join(' '),
  );
