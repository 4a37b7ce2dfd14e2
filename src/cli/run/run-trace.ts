/** Prints the traces of captures as the command line asks for them. */

import { UsageError } from '../../capture/user-error.js';
import { nearest } from '../../pipeline/command/suggest.js';
import { replay } from '../../replay/replay.js';
import { parseFilter } from '../../filter/frame-filter.js';
import { parseChosenFrames } from '../../filter/chosen-frames.js';
import { TRACE_WORDINGS } from '../../releases/wording.js';
import type { TraceWording } from '../../pipeline/trace/trace-context.js';
import { TraceOutput } from '../../trace/trace-output.js';
import { fixedLine } from '../common/arrival-lines.js';
import { TracePaths } from '../../trace/trace-paths.js';
import { parseCaptureArgument, wholeNumber } from '../common/argument-values.js';
import { complainOfInput } from '../complain-of-input.js';
import type { TraceArguments } from '../commands/captures.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain } from '../print.js';
import { readScript } from '../common/read-script.js';

/** What is wanted of a trace, in the words of the command line. */
export interface TraceWishes {
  readonly frame?: string | undefined;
  readonly node?: string | undefined;
  readonly filter?: string | undefined;
  readonly format?: string | undefined;
  /** Count paths, and tell so many. */
  readonly paths?: boolean;
  readonly max?: string | undefined;
}

/** As `show trace paths` has it. */
const PATHS_TOLD = '10';

/**
 * Throws UsageError where a wish cannot be read.
 * @param files the captures that are traced, as they were given
 */
export function makeTraceOutput(
  path: string,
  { frame, node, filter, format, paths = false, max }: TraceWishes,
  files: readonly string[],
): TraceOutput {
  const selection = {
    frames: frame === undefined ? null : parseChosenFrames(frame, files),
    nodes: node === undefined ? null : node.split(',').map((name) => name.trim()),
    filter: filter === undefined ? null : parseFilter(filter),
  };
  if (max !== undefined && !paths) throw new UsageError('--max is the number of paths of --paths, which is not given');
  const counted = paths ? new TracePaths(wholeNumber('--max', max ?? PATHS_TOLD)) : null;
  return new TraceOutput(path, selection, format === undefined ? null : wordingOf(format), counted);
}

function wordingOf(format: string): TraceWording {
  const found = TRACE_WORDINGS.find(({ name }) => name === format);
  if (found !== undefined) return found;
  const names = TRACE_WORDINGS.map(({ name }) => name);
  const meant = nearest(format, names);
  const hint = meant === null ? `there are ${names.join(' and ')}` : `did you mean ${meant}?`;
  throw new UsageError(`--trace-format ${format}: no wording of that release; ${hint}`);
}

/** Returns the exit code. */
export async function traceFiles(given: TraceArguments): Promise<number> {
  cleanUpOnSignals();
  const captures = given.capture.map(parseCaptureArgument);
  const files = captures.map(({ path }) => path);
  const trace = makeTraceOutput(given.output ?? '-', { ...given, format: given.traceFormat }, files);
  const summary = await replay({
    captures,
    script: readScript(given),
    output: null,
    drops: null,
    verdicts: null,
    fixChecksums: given.fixChecksums,
    trace,
  });
  const exitCode = complainOfInput(summary, 'what comes before it was traced');
  for (const remark of trace.remarks) complain(`vppcap: ${remark}`);
  if (given.frame === undefined)
    for (const { reason, count } of summary.notReplayed)
      complain(`vppcap: ${count} ${count === 1 ? 'frame was' : 'frames were'} not traced: ${reason}`);
  if (summary.fixed !== null) complain(`vppcap: ${fixedLine(summary.fixed)}`);
  return exitCode;
}
