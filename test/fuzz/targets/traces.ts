/** Texts of `show trace`, as people paste them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScriptFile } from '../../../src/config/parse-script.js';
import { replay } from '../../../src/replay/replay.js';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { describeUnknown, type RebuiltFrame } from '../../../src/trace/rebuild/rebuilt-frame.js';
import { TRACE_RELEASES } from '../../../src/trace/release.js';
import { ALL_FRAMES, TraceOutput } from '../../../src/trace/trace-output.js';
import { guideTexts } from '../../trace/guide-traces.js';
import { EXPECTATIONS, scratchFolder } from '../seed-files.js';
import { Broken, requireEqual, type FuzzTarget } from '../target.js';
import { mutateText, wordsOf } from '../text-mutations.js';

/** Bytes of a text to start from: a few packets. */
const SEED_BYTES = 6000;
const CASES = ['acl-fragments', 'mix-classic', 'vxlan-nat-acl', 'ed-twice-nat', 'echo-to-node', 'frame-malformed'];

let vocabulary: string[] = [];

/** Traces of some cases as vppcap prints them, for both releases. */
async function printedTraces(): Promise<Buffer[]> {
  const folder = scratchFolder();
  const texts: Buffer[] = [];
  for (const name of CASES)
    for (const release of Object.values(TRACE_RELEASES)) {
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
  check(input) {
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
  },
};

function checkFrame(frame: RebuiltFrame): void {
  if (frame.bytes.length > 0x1_0000 + 200) throw new Broken(`a frame of ${frame.bytes.length} bytes`);
  describeUnknown(frame);
}
