/** Explains a frame, a flow or all drops, as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import { withCaptures } from '../../capture/input/open-batches.js';
import { applyScript } from '../../config/apply.js';
import { absence, parseChosenFrames, type FrameRange } from '../../filter/chosen-frames.js';
import type { FrameReader } from '../../capture/frame-batch.js';
import type { NodeScript } from '../../config/node-script.js';
import { parseFilter } from '../../filter/frame-filter.js';
import { dropLines, explainDrops } from '../../explain/explain-drops.js';
import { explainFlow, flowLines } from '../../explain/explain-flow.js';
import { explainFrame } from '../../explain/explain-frame.js';
import { namerOf, type Namer } from '../../explain/named.js';
import { explanationLines } from '../../explain/explanation-text.js';
import { parseCaptureArgument, wholeNumber } from '../common/argument-values.js';
import type { ExplainArguments } from '../commands/captures.js';
import { EXIT_CAPTURE, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { complain, printResult } from '../print.js';
import { readScript } from '../common/read-script.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function explainFiles(given: ExplainArguments): Promise<number> {
  const captures = given.capture.map(parseCaptureArgument);
  const paths = captures.map(({ path }) => path);
  const tell = tellerOf(given, paths);
  const script = readScript(given);
  const { interfaces } = applyScript(script);
  for (const { interfaceName, path } of captures)
    if (interfaceName !== null && !interfaces.byName(interfaceName))
      throw new UsageError(`${interfaceName}=${path}: the configuration has no interface ${interfaceName}`);
  return withCaptures(paths, async (readers) => {
    const names = captures.map(({ interfaceName }) => interfaceName);
    const missing = await tell(script, readers, names);
    const damaged = readers.filter(({ damage }) => damage !== null);
    for (const { damage } of damaged) complain(`vppcap: ${damage?.message ?? ''}`);
    if (missing !== null && damaged.length === 0) throw new UsageError(missing);
    if (missing !== null) complain(`vppcap: ${missing}`);
    return missing === null && (given.frame !== undefined || damaged.length === 0) ? EXIT_SUCCESS : EXIT_CAPTURE;
  });
}

/** Tells what is asked for; resolves to what is missing in the captures, or null. */
type Teller = (
  script: NodeScript,
  readers: readonly FrameReader[],
  names: readonly (string | null)[],
) => Promise<string | null>;

/** Throws UsageError where not one thing is asked for. */
function tellerOf(given: ExplainArguments, paths: readonly string[]): Teller {
  const { frame: text, flow, drops, fixChecksums, json } = given;
  if ([text !== undefined, flow !== undefined, drops].filter(Boolean).length !== 1)
    throw new UsageError('name what to explain: --frame NUMBER, --flow ADDRESS:PORT or --drops, one of them');
  const filter = given.filter === undefined ? null : parseFilter(given.filter);
  if (text !== undefined) {
    if (filter !== null) throw new UsageError('--filter goes with --flow and --drops; --frame names one frame');
    const frame = frameOf(text, paths);
    return async (script, readers, names) => {
      const { explanation, counts } = await explainFrame(script, readers, names, frame, fixChecksums);
      if (explanation === null) return absence(frame, counts) ?? '';
      printResult(json, explanation, explanationLines(explanation, namerOfScript(script)));
      return null;
    };
  }
  if (flow === undefined)
    return async (script, readers, names) => {
      const causes = await explainDrops(script, readers, names, filter, fixChecksums);
      printResult(json, causes, dropLines(causes, namerOfScript(script)));
      return null;
    };
  return async (script, readers, names) => {
    const told = await explainFlow(script, readers, names, flow, filter, fixChecksums);
    if (told.flows.length === 0) return `--flow ${flow}: no flow has that end; vppcap replay --flows lists them`;
    printResult(json, told, flowLines(told, namerOfScript(script)));
    return null;
  };
}

const namerOfScript = (script: NodeScript): Namer => namerOf(applyScript(script).hostNames);

/** One frame, of one capture. Throws UsageError. */
function frameOf(text: string, files: readonly string[]): FrameRange {
  const colon = text.lastIndexOf(':');
  wholeNumber('--frame', text.slice(colon + 1).trim());
  return parseChosenFrames(text, files)[0];
}
