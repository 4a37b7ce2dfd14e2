/** A case that failed, and the frame that its first difference comes from. */

import type { Verdict } from '../outcome/verdicts.js';
import { shownPath } from '../regression/case/case-paths.js';
import type { RegressionCase } from '../regression/case/case.js';
import { dropsOf, lastFrame } from '../regression/compare/compare-verdicts.js';
import { frameOf } from '../regression/compare/explain-differences.js';
import { parseFrameNumbers } from '../regression/compare/frame-numbers.js';
import type { ReplayedCaptures } from '../replay/packet-stories.js';
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

/** A difference, and the frame that it is about, by index in the merged input. */
export interface TracedDifference {
  readonly difference: Difference;
  readonly frame: number;
}

/** Each replays the captures once more. */
const DIFFERENCES_TRACED = 5;

/** The first difference that is about a frame, and not about a port that NAT44 draws: that depends on all frames before. */
export async function firstDifference(
  { groups }: VerifyReport,
  captures: ReplayedCaptures,
  sentOn?: readonly (string | null)[],
): Promise<TracedDifference | null> {
  for (const { first: difference } of groups.filter(({ first }) => !isOfPort(first)).slice(0, DIFFERENCES_TRACED)) {
    const frame = await frameOf(difference, captures, sentOn);
    if (frame >= 0) return { difference, frame };
  }
  return null;
}

const PORT = /\b(srcport|dstport|ident)$/;
const isOfPort = ({ kind, fields }: Difference): boolean =>
  kind === 'changed' && fields.every(({ field, isConsequence }) => isConsequence === true || PORT.test(field));

/** What of a case fails first: a packet, else a drop or a way through the graph. */
export async function firstFailure(
  failed: FailedCase,
): Promise<{ readonly difference: Difference | null; readonly frame: number } | null> {
  const { regressionCase, replay, verify } = failed;
  const { captures, description } = regressionCase;
  const { script, verdicts } = replay;
  const traced =
    verify === null
      ? null
      : await firstDifference(verify, {
          captures: captures.map(({ file, interfaceName }) => ({ path: shownPath(file), interfaceName })),
          script,
          fixChecksums: description.fixChecksums,
        });
  if (traced !== null) return traced;
  const found = unexpectedDrop(failed) ?? verdicts.find((verdict) => goesElsewhere(failed, verdict));
  return found === undefined ? null : { difference: null, frame: found.frame };
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
