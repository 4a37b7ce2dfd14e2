/** Explains a frame as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import { withCaptures } from '../../capture/input/open-batches.js';
import { applyScript } from '../../config/apply.js';
import { absence, parseChosenFrames, type FrameRange } from '../../filter/chosen-frames.js';
import { explainFrame } from '../../explain/explain-frame.js';
import { explanationLines } from '../../explain/explanation-text.js';
import { parseCaptureArgument, wholeNumber } from '../common/argument-values.js';
import type { ExplainArguments } from '../commands/captures.js';
import { EXIT_CAPTURE, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { complain, printResult } from '../print.js';
import { readScript } from '../common/read-script.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function explainFiles(given: ExplainArguments): Promise<number> {
  const { capture, frame: text, fixChecksums: fixes, json } = given;
  const captures = capture.map(parseCaptureArgument);
  const paths = captures.map(({ path }) => path);
  const frame = frameOf(text, paths);
  const script = readScript(given);
  const { interfaces } = applyScript(script);
  for (const { interfaceName, path } of captures)
    if (interfaceName !== null && !interfaces.byName(interfaceName))
      throw new UsageError(`${interfaceName}=${path}: the configuration has no interface ${interfaceName}`);
  return withCaptures(paths, async (readers) => {
    const names = captures.map(({ interfaceName }) => interfaceName);
    const { explanation, counts } = await explainFrame(script, readers, names, frame, fixes);
    for (const { damage } of readers) if (damage) complain(`vppcap: ${damage.message}`);
    if (explanation === null) {
      const why = absence(frame, counts) ?? '';
      if (readers.every(({ damage }) => damage === null)) throw new UsageError(why);
      complain(`vppcap: ${why}`);
      return EXIT_CAPTURE;
    }
    printResult(json, explanation, explanationLines(explanation));
    return EXIT_SUCCESS;
  });
}

/** One frame, of one capture. Throws UsageError. */
function frameOf(text: string, files: readonly string[]): FrameRange {
  const colon = text.lastIndexOf(':');
  wholeNumber('--frame', text.slice(colon + 1).trim());
  return parseChosenFrames(text, files)[0];
}
