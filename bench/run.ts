/**
 * Times `vppcap replay` next to tcprewrite and cp on the same capture, in one run, as whole processes. See README.md.
 *
 *     node dist/bench/run.js [frames] [flows] [repetitions]
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FRAME_BYTES, writeTraffic } from './traffic.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [frames = 1_000_000, flows = 10_000, repetitions = 5] = process.argv.slice(2).map(Number);

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
}

interface Timing {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'vppcap-bench-'));
try {
  const input = join(folder, 'pods.pcap');
  const output = join(folder, 'out.pcap');
  writeTraffic(input, frames, flows);
  const contenders: readonly Contender[] = [
    {
      name: 'vppcap replay',
      command: process.execPath,
      arguments: [
        join(ROOT, 'dist', 'bin', 'vppcap.js'),
        ...['replay', `tap2=${input}`, '--output', output, '--quiet'],
        ...['--config', join(ROOT, 'configs', 'contiv-node.vpp')],
      ],
    },
    {
      name: 'tcprewrite --srcipmap',
      command: 'tcprewrite',
      arguments: ['--srcipmap=10.1.1.0/24:192.168.16.1/32', `--infile=${input}`, `--outfile=${output}`],
    },
    { name: 'cp', command: 'cp', arguments: [input, output] },
  ];
  const timings = new Map<Contender, Timing[]>();
  for (let round = 0; round < repetitions; round++) {
    for (const contender of contenders) {
      const timing = time(contender);
      // Fast because frames were lost would not count.
      if (timing && statSync(output).size !== statSync(input).size) throw new Error(`${contender.name} lost frames`);
      if (timing) timings.set(contender, [...(timings.get(contender) ?? []), timing]);
    }
  }
  const megabytes = (statSync(input).size / 1e6).toFixed(0);
  console.log(
    `${frames} frames of ${FRAME_BYTES} bytes, ${flows} flows, ${megabytes} MB; median of ${repetitions} runs`,
  );
  console.log(`Node ${process.version}, ${cpus().length} CPUs, ${cpus()[0].model}\n`);
  printTable(new Map([...timings].map(([{ name }, all]) => [name, median(all)])));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a process and times it whole, with what its children used; null where it is not installed. */
function time({ name, command, arguments: args }: Contender): Timing | null {
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@"';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', command, ...args], { encoding: 'utf8' });
  if (status === 127) return null;
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  const [wallSeconds, user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wallSeconds, cpuSeconds: user + system };
}

function median(timings: readonly Timing[]): Timing {
  const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
  return {
    wallSeconds: middle(timings.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: middle(timings.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

function printTable(rows: ReadonlyMap<string, Timing>): void {
  const header = ['wall s', 'CPU s', 'ns/frame', 'Mframes/s', 'wall / tcprewrite', 'wall / cp'];
  const ratio = (wallSeconds: number, to: string): string => {
    const reference = rows.get(to);
    return reference ? `${(wallSeconds / reference.wallSeconds).toFixed(2)}x` : 'not installed';
  };
  console.log(`${''.padEnd(24)}${header.map((title) => title.padStart(Math.max(11, title.length + 2))).join('')}`);
  for (const [name, { wallSeconds, cpuSeconds }] of rows) {
    const cells = [
      wallSeconds.toFixed(2),
      cpuSeconds.toFixed(2),
      ((wallSeconds * 1e9) / frames).toFixed(0),
      (frames / wallSeconds / 1e6).toFixed(2),
      ratio(wallSeconds, 'tcprewrite --srcipmap'),
      ratio(wallSeconds, 'cp'),
    ];
    console.log(
      `${name.padEnd(24)}${cells.map((cell, i) => cell.padStart(Math.max(11, header[i].length + 2))).join('')}`,
    );
  }
}
