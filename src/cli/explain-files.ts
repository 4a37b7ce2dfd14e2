/** Explains a frame as the command line asks for it. */

import type { FrameReader } from '../capture/frame-batch.js';
import { openCapture } from '../capture/open-capture.js';
import { applyScript } from '../config/apply.js';
import { locateScript } from '../config/locate.js';
import { parseScriptFile } from '../config/parse-script.js';
import { explainFrame } from '../trace/explain/explain-frame.js';
import { explanationLines } from '../trace/explain/explanation-text.js';
import { parseCaptureArgument } from './capture-argument.js';
import { EXIT_SUCCESS, UsageError } from './exit-codes.js';
import { complain, print } from './print.js';
import { wholeNumber } from './whole-number.js';

export interface ExplainArguments {
  capture: string[];
  frame: string;
  config: string | undefined;
  'fix-checksums': boolean;
  json: boolean;
}

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function explainFiles({
  capture,
  frame: text,
  config,
  'fix-checksums': fixes,
  json,
}: ExplainArguments): Promise<number> {
  const frame = wholeNumber('--frame', text);
  const captures = capture.map(parseCaptureArgument);
  const script = parseScriptFile(locateScript(config));
  const { interfaces } = applyScript(script);
  for (const { interfaceName, path } of captures)
    if (interfaceName !== null && !interfaces.byName(interfaceName))
      throw new UsageError(`${interfaceName}=${path}: the configuration has no interface ${interfaceName}`);
  const readers: FrameReader[] = [];
  try {
    for (const { path } of captures) readers.push(await openCapture(path));
    const names = captures.map(({ interfaceName }) => interfaceName);
    const { explanation, seen } = await explainFrame(script, readers, names, frame, fixes);
    for (const { name, damage } of readers) if (damage) complain(`vppcap: ${name}: ${damage.message}`);
    if (explanation === null) throw new UsageError(`--frame: there is no frame ${frame}, only ${seen}`);
    if (json) print(JSON.stringify(explanation, null, 2));
    else for (const line of explanationLines(explanation)) print(line);
    return EXIT_SUCCESS;
  } finally {
    for (const reader of readers) await reader.close();
  }
}
