/**
 * `make demo`: the documented flow, pod 10.1.1.3 to a server on the Internet and back. Replays the sample capture through
 * the Contiv node, compares what leaves with the expectation, and tells each frame's story. Leaves its files in demo-out/.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBatches } from '../src/capture/input/open-batches.js';
import type { Verdict } from '../src/outcome/verdicts.js';
import { summaryLine } from '../src/verify/packet/fields.js';

const INPUT = join('captures', 'pod-to-internet.pcap');
const EXPECTED = join('expectations', 'pod-to-internet', 'expected.pcapng');
const OUT = 'demo-out';
const output = join(OUT, 'out.pcapng');
const verdicts = join(OUT, 'verdicts.jsonl');

mkdirSync(OUT, { recursive: true });
const replayed = vppcap('replay', INPUT, '-o', output, '--verdicts', verdicts);
if (replayed === 0) await tellStories();
process.exitCode = replayed === 0 ? vppcap('verify', output, EXPECTED) : replayed;
if (process.exitCode === 0) {
  const isThere = spawnSync('tshark', ['--version']).status === 0;
  const where = isThere ? '' : ' (tshark comes with Wireshark; it is not installed here, and nothing else needs it)';
  console.log(`\nEach frame of ${output} says in its comment what happened to it: open it in Wireshark, or`);
  console.log(`  tshark -r ${output} -T fields -e frame.number -e frame.comment${where}`);
}

/** Runs the command as a user would, and shows the line that does it. */
function vppcap(...args: readonly string[]): number {
  console.log(`\n$ vppcap ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join('dist', 'bin', 'vppcap.js'), ...args], {
    stdio: 'inherit',
  });
  return status ?? 1;
}

async function tellStories(): Promise<void> {
  const lines = readFileSync(verdicts, 'utf8').trim().split('\n');
  const [received, left] = [await summariesOf(INPUT), await summariesOf(output)];
  for (const { frame, rx, nodes, out, drop, cause } of lines.map((line) => JSON.parse(line) as Verdict)) {
    console.log(`\nframe ${frame + 1} on ${rx}: ${received[frame]}`);
    console.log(`  ${nodes.join(' → ')}`);
    for (const index of out) console.log(`  left as ${left[index]}`);
    if (drop !== null) console.log(`  ended: ${cause ?? drop}`);
  }
}

async function summariesOf(path: string): Promise<string[]> {
  const reader = await openBatches(path);
  const lines: string[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      const bytes = batch.bytes.subarray(batch.offset[i], batch.offset[i] + batch.capturedLength[i]);
      const { linkType, name } = reader.interfaces[batch.interfaceIndex[i]];
      lines.push(`${summaryLine(bytes, linkType)}${name === null ? '' : ` on ${name}`}`);
    }
  }
  await reader.close();
  return lines;
}
