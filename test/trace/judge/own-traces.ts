/** Traces that vppcap prints of its own regression cases, with the configuration of each. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInScript } from '../../../src/config/locate.js';
import { parseScriptFile } from '../../../src/config/parse-script.js';
import { loadCase } from '../../../src/regression/case/case.js';
import { findCases } from '../../../src/regression/case/find-cases.js';
import { replay } from '../../../src/replay/replay.js';
import { ALL_FRAMES, TraceOutput } from '../../../src/trace/trace-output.js';
import { ROOT } from '../../oracle/floor.js';

const EXPECTATIONS = join(ROOT, 'expectations');

export const CASES = findCases([EXPECTATIONS]).map(({ name }) => name);

export interface OwnTrace {
  readonly text: string;
  /** The script's text. */
  readonly config: string;
}

export async function ownTrace(name: string): Promise<OwnTrace> {
  const { captures, configFile } = loadCase(join(EXPECTATIONS, name), [ROOT]);
  const script = configFile ?? builtInScript();
  const parsed = parseScriptFile(script);
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-own-trace-'));
  try {
    const trace = new TraceOutput(join(folder, 'trace.txt'), ALL_FRAMES, parsed.release.wording);
    await replay({
      captures: captures.map(({ file, interfaceName }) => ({ path: file, interfaceName })),
      script: parsed,
      output: null,
      drops: null,
      verdicts: null,
      trace,
    });
    return { text: readFileSync(trace.path, 'utf8'), config: readFileSync(script, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
