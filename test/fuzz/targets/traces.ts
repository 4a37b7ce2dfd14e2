/** Texts of `show trace`, as people paste them: `vppcap import` and `verify-trace`. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { applyScript } from '../../../src/config/apply.js';
import { builtInScript } from '../../../src/config/locate.js';
import type { NodeScript } from '../../../src/config/node-script.js';
import { parseScript, parseScriptFile } from '../../../src/config/parse-script.js';
import { testCase } from '../../../src/regression/test-case.js';
import { writeTraceCase } from '../../../src/regression/draft/trace-case.js';
import { replay } from '../../../src/replay/replay.js';
import { importTrace, type ImportedTrace } from '../../../src/trace/import/imported-trace.js';
import { startingNode } from '../../../src/trace/import/starting-node.js';
import { judgementLines } from '../../../src/trace/judge/judgement-report.js';
import { judgeTrace } from '../../../src/trace/judge/judge-trace.js';
import { describeUnknown, type RebuiltFrame } from '../../../src/trace/rebuild/rebuilt-frame.js';
import { TRACE_WORDINGS } from '../../../src/releases/wording.js';
import { ALL_FRAMES, TraceOutput } from '../../../src/trace/trace-output.js';
import { guideTexts } from '../../trace/guide-traces.js';
import { linesOf } from '../minimise.js';
import { EXPECTATIONS, scratchFolder } from '../seed-files.js';
import { Broken, requireComplaint, requireEqual, type FuzzTarget } from '../target.js';
import { mutateText, wordsOf } from '../text-mutations.js';

/** Bytes of a text to start from: a few packets. */
const SEED_BYTES = 6000;
const CASES = ['acl-fragments', 'mix-classic', 'vxlan-nat-acl', 'ed-twice-nat', 'echo-to-node', 'frame-malformed'];

const builtIn = parseScriptFile(builtInScript());
let folder = '';
let vocabulary: string[] = [];

/** Traces of some cases as vppcap prints them, for both releases. */
async function printedTraces(): Promise<Buffer[]> {
  const folder = scratchFolder();
  const texts: Buffer[] = [];
  for (const name of CASES)
    for (const release of TRACE_WORDINGS) {
      const trace = new TraceOutput(join(folder, `${texts.length}.txt`), ALL_FRAMES, release);
      await replay({
        captures: [{ path: join(EXPECTATIONS, name, 'in.pcapng'), interfaceName: null }],
        script: parseScriptFile(join(EXPECTATIONS, name, 'node.vpp')),
        output: null,
        drops: null,
        verdicts: null,
        trace,
      });
      texts.push(readFileSync(trace.path));
    }
  return texts;
}

export const traces: FuzzTarget = {
  name: 'traces',
  extension: '.txt',
  share: 15,
  async seeds() {
    const texts = [...(await printedTraces()), ...guideTexts().map(({ text }) => Buffer.from(text))];
    vocabulary = wordsOf(texts);
    return texts.map((text) => text.subarray(0, SEED_BYTES));
  },
  mutate: (input, other, random) => mutateText(input, other, random, vocabulary),
  split: linesOf,
  async check(input) {
    const text = input.toString();
    const imported = importTrace(text);
    const lines = text.split('\n').length;
    for (const packet of imported.packets) {
      for (const frame of [packet.input, ...packet.outputs.map(({ frame: each }) => each)])
        if (frame !== null) checkFrame(frame);
      for (const { line } of packet.outputs) if (!(line >= 1 && line <= lines)) throw new Broken(`no line ${line}`);
    }
    // Line ends mean nothing.
    const windows = importTrace(text.replaceAll('\r', '').replaceAll('\n', '\r\n'));
    const unix = text.includes('\r') ? importTrace(text.replaceAll('\r', '')) : imported;
    requireEqual(windows.packets, unix.packets, 'with and without CRLF');
    checkJudgement(imported, builtIn);
    // The configuration made of a trace is one.
    checkJudgement(imported, parseScript(startingNode(imported, 'fuzz.txt'), 'node.vpp'));
    await checkCase(imported);
  },
};

function checkFrame(frame: RebuiltFrame): void {
  if (frame.bytes.length > 0x1_0000 + 200) throw new Broken(`a frame of ${frame.bytes.length} bytes`);
  describeUnknown(frame);
}

/** Each record has an outcome, and each sentence a line. */
function checkJudgement(imported: ImportedTrace, script: NodeScript): void {
  const judgement = judgeTrace(imported, () => applyScript(script));
  for (const { packet, outcomes } of judgement.packets)
    requireEqual(outcomes.length, packet.trace.records.length, 'outcomes and records');
  for (const line of judgementLines(judgement, false))
    if (line.includes('\n')) throw new Broken(`not one line: ${JSON.stringify(line)}`);
}

/** A case that can be tested, or a refusal that leaves nothing. */
async function checkCase(imported: ImportedTrace): Promise<void> {
  if (folder === '') folder = scratchFolder();
  const path = join(folder, 'case');
  try {
    await writeTraceCase(path, imported, 'fuzz.txt');
  } catch (error) {
    requireComplaint(error, ['CaseFileError']);
    if (existsSync(path)) throw new Broken('a case that was refused left its folder');
    return;
  }
  const { result } = await testCase({ name: 'case', folder: path }, { allowed: [], needsDetail: false });
  rmSync(path, { recursive: true });
  // What comes out need not be what the trace shows, but the case has to be one.
  if (result.status === 'error') throw new Broken(`an imported case is none: ${JSON.stringify(result.differences)}`);
}
