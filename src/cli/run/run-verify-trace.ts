/** Judges a node configuration by a packet trace, as the command line asks for it. */

import { CaptureError } from '../../capture/frame-batch.js';
import { applyScript } from '../../config/apply.js';
import { judgeTrace, type TraceJudgement } from '../../trace/judge/judge-trace.js';
import { countsOf, isAgreement, judgementLines } from '../../trace/judge/judgement-report.js';
import type { VerifyTraceArguments } from '../commands/judgements.js';
import { EXIT_DIFFERENCES, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { printResult } from '../print.js';
import { readScript } from '../common/read-script.js';
import { readTrace } from '../common/read-trace.js';

/** Returns the exit code. Throws CaptureError, also where nothing could be judged, ConfigError or UsageError. */
export function verifyTraceFiles({ trace, packets, json, quiet, ...given }: VerifyTraceArguments): number {
  const imported = readTrace(trace, packets);
  const script = readScript(given);
  const judgement = judgeTrace(imported, () => applyScript(script));
  printResult(json, jsonOf(judgement), judgementLines(judgement, quiet));
  if (isAgreement(judgement)) return EXIT_SUCCESS;
  const why = whyNothing(judgement);
  if (why !== null) throw new CaptureError(`${trace === '-' ? 'standard input' : trace}: ${why}`);
  return EXIT_DIFFERENCES;
}

/** Why no record could be judged; null where one was. */
function whyNothing(judgement: TraceJudgement): string | null {
  const { records, agree, explained, differ } = countsOf(judgement);
  if (agree + explained + differ > 0) return null;
  const reason = judgement.packets.find(({ notReplayed }) => notReplayed !== null)?.notReplayed;
  const all =
    records === 1 ? 'its node record could not be judged' : `none of its ${records} node records could be judged`;
  return reason === undefined || reason === null ? all : `${all}: ${reason}`;
}

const jsonOf = (judgement: TraceJudgement): object => ({
  ...countsOf(judgement),
  numbering: judgement.numbering,
  cutLines: judgement.trace.hasCutLines,
  unread: judgement.trace.unread.map(({ number, text }) => ({ line: number, text })),
  judgements: judgement.packets.map(({ packet, outcomes, ...judged }) => ({
    packet: packet.number,
    line: packet.trace.line,
    records: packet.trace.records.map(({ node, number }, i) => ({ node, line: number, outcome: outcomes[i] })),
    disagreement: judged.disagreement,
    explanations: judged.explanations,
    assumptions: judged.assumptions,
    gaps: judged.gaps,
    notReplayed: judged.notReplayed,
    undecidedFrom: judged.undecidedFrom,
  })),
});
