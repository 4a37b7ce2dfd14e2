/** Runs a replay as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import { join } from 'node:path';
import { replay, type ReplayOptions } from '../../replay/replay.js';
import type { ReplaySummary } from '../../replay/replay-summary.js';
import { parseCaptureArgument, wholeNumber } from '../common/argument-values.js';
import { complainOfInput } from '../complain-of-input.js';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { cleanUpOnSignals, makeScratchFolder, removeScratchFolder } from '../interrupt.js';
import type { TraceOutput } from '../../trace/trace-output.js';
import { complain, print, printResult } from '../print.js';
import { startProgress } from '../progress.js';
import type { ReplayArguments } from '../commands/captures.js';
import { answerLines } from '../../config/state/write-state.js';
import { replaySummaryLines } from '../common/replay-summary.js';
import type { Coverage } from '../../outcome/coverage/coverage.js';
import { VERSION_TEXT } from '../version.js';
import type { VectorRule } from '../../dataplane/vector-queue.js';
import { vectorRuleOf } from '../../dataplane/vector-rule.js';
import { readScript } from '../common/read-script.js';
import { tablesWish } from '../common/tables-wish.js';
import { parseFilter } from '../../filter/frame-filter.js';
import type { FlowTable } from '../../report/flow-table.js';

/** Returns the exit code. Damage weighs more than differences: what is behind it was neither replayed nor compared. */
export async function replayFiles(given: ReplayArguments): Promise<number> {
  cleanUpOnSignals();
  if (given.expect === undefined) {
    const idle = (['ignore', 'map'] as const).find((name) => given[name] !== undefined);
    if (idle !== undefined) throw new UsageError(`--${idle} is about the comparison with --expect, which is not given`);
    return replayTo(given.output ?? null, given);
  }
  if (given.output !== undefined) return replayAndVerify(given.output, given.expect, given);
  const folder = makeScratchFolder();
  try {
    return await replayAndVerify(join(folder, 'out.pcapng'), given.expect, given);
  } finally {
    removeScratchFolder(folder);
  }
}

async function replayAndVerify(output: string, expect: string, given: ReplayArguments): Promise<number> {
  if (given.both) throw new UsageError('--expect compares what leaves: leave --both out');
  const options = await optionsOf(output, given);
  const { ReplayJudge } = await import('./verify-replay.js');
  const { ignoredOf, pairsOf } = await import('../common/verify-options.js');
  const tolerance = { rules: ignoredOf(given.ignore), interfacePairs: pairsOf(given.map) };
  const judge = new ReplayJudge(output, expect, options, tolerance);
  const summary = await replayWatched(options, given);
  const inputCode = complainOfInput(summary);
  const say = speakerOf(output, given);
  if (!given.json) await saySummary(summary, given.quiet, say);
  const { exitCode, report, lines } = await judge.compare(summary);
  printResult(given.json, { ...plainSummary(summary), comparison: report }, given.quiet ? [] : lines, say);
  // What was not read, or not replayed, is a reason for differences.
  return inputCode === EXIT_SUCCESS ? exitCode : inputCode;
}

/** The modules that word traces are loaded only where there are any. */
async function traceOutputOf({ trace, traceFormat: format }: ReplayArguments): Promise<TraceOutput | null> {
  if (trace === undefined) {
    if (format !== undefined) throw new UsageError('--trace-format is the wording of --trace, which is not given');
    return null;
  }
  const { makeTraceOutput } = await import('./run-trace.js');
  return makeTraceOutput(trace, { format }, []);
}

async function replayTo(output: string | null, given: ReplayArguments): Promise<number> {
  const summary = await replayWatched(await optionsOf(output, given), given);
  const exitCode = complainOfInput(summary);
  const say = speakerOf(output, given);
  if (given.json) say(JSON.stringify(plainSummary(summary), null, 2));
  else await saySummary(summary, given.quiet, say);
  return exitCode;
}

/** A summary with the flows, where they are wanted. */
type Summary = ReplaySummary & Partial<FlowTable>;

/** Shows how far it has come, on terminals. */
async function replayWatched(options: ReplayOptions, { quiet, report, flows, max }: ReplayArguments): Promise<Summary> {
  if (max !== undefined && !flows) throw new UsageError('--max is the number of flows of --flows, which is not given');
  const most = wholeNumber('--max', max ?? FLOWS_SHOWN);
  const progress = startProgress('replaying', !quiet && options.output !== '-');
  const watched = { ...options, watch: progress.watch };
  try {
    if (report === undefined && !flows) return await replay(watched);
    const { replayCollected, replayWithReport } = await import('../../report/report.js');
    const { summary, collected } = await (report === undefined
      ? replayCollected(watched)
      : replayWithReport(watched, report, VERSION_TEXT));
    if (!flows) return summary;
    const { flowTable } = await import('../../report/flow-table.js');
    return { ...summary, ...flowTable(collected, most) };
  } finally {
    progress.stop();
  }
}

async function optionsOf(output: string | null, given: ReplayArguments): Promise<ReplayOptions> {
  const script = readScript(given);
  return {
    captures: given.capture.map(parseCaptureArgument),
    script,
    output,
    drops: given.drops ?? null,
    verdicts: given.verdicts ?? null,
    savedState: given.saveState ?? null,
    tables: tablesWish(given, script),
    ...(given.workers === undefined ? {} : { workers: wholeNumber('--workers', given.workers, MAXIMUM_WORKERS) }),
    trace: await traceOutputOf(given),
    both: given.both,
    sync: given.sync,
    commentPaths: given.comments === 'path',
    fixChecksums: given.fixChecksums,
    ...vectorsOf(given),
    coverage: given.coverage,
    sessions: given.sessions,
    ...(given.filter === undefined ? {} : { filter: parseFilter(given.filter) }),
    application: VERSION_TEXT,
  };
}

/** What tells frames apart cannot be told of those that ran together. */
function vectorsOf(given: ReplayArguments): { readonly vectors?: VectorRule } {
  if (given.vectors === undefined) return {};
  const alone = (['drops', 'both', 'trace', 'report', 'coverage', 'tables', 'filter', 'flows'] as const).find(
    (name) => given[name] !== undefined && given[name] !== false,
  );
  if (alone !== undefined) throw new UsageError(`--${alone} tells of each frame alone: leave it out with --vectors`);
  return { vectors: vectorRuleOf(given.vectors) };
}

const plainSummary = ({ sessions, ...summary }: Summary): object => ({
  ...summary,
  ...(sessions && { sessions: sessions.map(({ command, lines }) => ({ command, lines: [...lines()] })) }),
});

async function saySummary(summary: Summary, isQuiet: boolean, say: (line: string) => void): Promise<void> {
  if (!isQuiet) for (const line of replaySummaryLines(summary)) say(line);
  const { flows, otherFlows, names = {} } = summary;
  if (flows !== undefined && otherFlows !== undefined) {
    const { flowTableLines } = await import('../../report/flow-table.js');
    if (!isQuiet) say('');
    for (const line of flowTableLines({ flows, otherFlows, names }, process.stdout.columns)) say(line);
  }
  if (!isQuiet && summary.sessions !== undefined) say('');
  for (const table of summary.sessions ?? []) for (const line of answerLines(table)) say(line);
  if (summary.coverage !== undefined) await sayCoverage(summary.coverage, isQuiet, say);
}

/** Where standard output carries data, words go to standard error. */
const speakerOf = (
  output: string | null,
  { drops, verdicts, trace, saveState }: ReplayArguments,
): ((line: string) => void) => ([output, drops, verdicts, trace, saveState].includes('-') ? complain : print);

/** Flows in the table, where nobody says otherwise. */
const FLOWS_SHOWN = '20';

/** More threads than any machine has are a mistake. */
const MAXIMUM_WORKERS = 256;

/** An empty line parts it from the summary. */
async function sayCoverage(coverage: Coverage, isAlone: boolean, say: (line: string) => void): Promise<void> {
  const { coverageLines } = await import('../../outcome/coverage/coverage-text.js');
  if (!isAlone) say('');
  for (const line of coverageLines(coverage)) say(line);
}
