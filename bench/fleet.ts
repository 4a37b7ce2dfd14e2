/**
 * Measures a fleet: bundles of mixed sizes, ten of them broken and five with a planted fault, audited whole, in 1, 4 and 7 parts, and by a
 * Slurm array of three tasks where there is Slurm, one of which is killed at work and runs once more. Merged results have to be those of
 * the whole, byte for byte, and tell of what was planted and of nothing else.
 *
 *     node dist/bench/fleet.js [bundles] [1,4,7]     (parts)
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetReport } from '../src/fleet/fleet-report.js';
import { MAIN } from '../test/cli/run-vppcap.js';
import { writeFleet } from '../test/fleet/make-fleet.js';
import { Slurm, whyNoSlurm } from '../test/fleet/slurm.js';
import { SHORTEST_BYTES, writeTraffic } from './traffic.js';

const BUNDLES = Number(process.argv[2] ?? 500);
const PARTS = (process.argv[3] ?? '1,4,7').split(',').map(Number);
/** Frames that arrive on a node; nodes take turns. */
const SIZES = [20, 100, 500, 2500];

const folder = mkdtempSync(join(tmpdir(), 'vppcap-bench-fleet-'));

interface Measured {
  readonly stdout: string;
  readonly seconds: number;
  /** User and system. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

function vppcap(args: readonly string[]): Measured {
  const start = performance.now();
  const command = ['-f', 'measured %M %U %S', process.execPath, MAIN, ...args];
  const { stdout, stderr } = spawnSync('/usr/bin/time', command, { encoding: 'utf8', cwd: folder, maxBuffer: 2 ** 30 });
  const seconds = (performance.now() - start) / 1000;
  const [kilobytes, user, system] = (/measured (.*)/.exec(stderr)?.[1] ?? '').split(' ').map(Number);
  return { stdout, seconds, cpuSeconds: user + system, megabytes: Math.round(kilobytes / 1024) };
}

const bytesBelow = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

/** What is planted, one after the other, all over the fleet. */
const PLANTED = ['broken', 'cut', 'different', 'empty', 'different', 'broken'] as const;
const FAULTS = 15;

const told = ({ seconds, cpuSeconds, megabytes }: Measured): string =>
  `${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s, peak ${String(megabytes)} MB`;

/** By Slurm: the tasks' times, and what their results merge to. */
async function runBySlurm(): Promise<string> {
  mkdirSync(join(folder, 'slurm'));
  const slurm = new Slurm(join(folder, 'slurm'));
  try {
    const timed = `/usr/bin/time -a -o ${join(folder, 'tasks')} -f '%e s, CPU %U + %S s, peak %M kB' ${process.execPath} ${MAIN}`;
    await slurm.runRecipe(folder, 3, timed, 2000, 1_800_000);
  } finally {
    await slurm.stop();
  }
  return readFileSync(join(folder, 'tasks'), 'utf8');
}

try {
  const names = Array.from({ length: BUNDLES }, (_, at) => `node-${String(at + 1).padStart(2, '0')}`);
  const planted = Array.from({ length: FAULTS }, (_, i) => names[Math.floor(((i + 0.5) * BUNDLES) / FAULTS)]);
  const of = (kind: (typeof PLANTED)[number]): string[] =>
    planted.filter((_, i) => PLANTED[i % PLANTED.length] === kind);
  const [broken, cut, empty, different] = [of('broken'), of('cut'), of('empty'), of('different')];
  const nodes = writeFleet(join(folder, 'fleet'), BUNDLES, { broken, different, cut, empty });
  for (const [turn, frames] of SIZES.entries()) {
    const [pods, both] = [join(folder, 'pods.pcap'), join(folder, 'both.pcapng')];
    writeTraffic(pods, { frames, flows: 25, frameBytes: SHORTEST_BYTES });
    vppcap(['replay', pods, '--both', '-q', '-o', both]);
    for (const [at, name] of names.entries())
      if (at % SIZES.length === turn && ![...cut, ...empty].includes(name))
        copyFileSync(both, join(folder, 'fleet', name, 'both.pcapng'));
  }
  const bytes = bytesBelow(join(folder, 'fleet'));
  const audit = (...more: string[]): Measured => vppcap(['audit', ...nodes, ...more]);
  const whole = audit('--json');
  const report = JSON.parse(whole.stdout) as FleetReport;
  const found = (verdict: string): string =>
    report.results.flatMap((result) => (result.verdict === verdict ? result.name : [])).join(' ');
  const listed = (planted: readonly string[]): string => [...planted].sort().join(' ');
  const isFound = found('broken') === listed([...broken, ...cut, ...empty]) && found('different') === listed(different);
  console.log(`${String(BUNDLES)} bundles, ${(bytes / 1e6).toFixed(0)} MB, ${String(report.received)} frames arrived`);
  console.log(`planted faults ${isFound ? 'found, nothing else' : 'NOT as planted'}: ${JSON.stringify(report.nodes)}`);
  console.log(`whole, on ${String(availableParallelism())} cores: ${told(whole)}`);
  for (const n of PARTS) {
    const parts = Array.from({ length: n }, (_, i) =>
      audit('-q', '--shard', `${String(i + 1)}/${String(n)}`, '--results', `results-${String(n)}`),
    );
    const merged = vppcap(['merge', `results-${String(n)}`, '--json']);
    const seconds = parts.map((part) => part.seconds);
    const cpu = parts.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    const same = merged.stdout === whole.stdout ? 'the same bytes' : 'OTHER BYTES';
    const peak = Math.max(...parts.map(({ megabytes }) => megabytes));
    console.log(
      `${String(n)} parts, one after the other: ${seconds.map((one) => one.toFixed(1)).join(' ')} s, CPU ${cpu.toFixed(1)} s, peak ${String(peak)} MB; merged ${same} (${told(merged)})`,
    );
    if (merged.stdout !== whole.stdout) process.exitCode = 1;
  }
  const why = whyNoSlurm();
  if (why === null) {
    const tasks = await runBySlurm();
    const merged = vppcap(['merge', 'results', '--json']);
    const same = merged.stdout === whole.stdout ? 'the same bytes' : 'OTHER BYTES';
    console.log(
      `Slurm, 3 tasks, one killed after 2 s of work and run once more:\n${tasks}merged ${same} (${told(merged)})`,
    );
    if (merged.stdout !== whole.stdout) process.exitCode = 1;
  } else console.log(`Slurm: ${why}`);
  for (const [command, ...more] of [['audit'], ['report', '-o', 'pages']]) {
    const tables = `tables-${command}`;
    const run = vppcap([command, ...nodes, ...more, '--tables', tables, '-q']);
    console.log(
      `${command} --tables: ${told(run)}, ${(bytesBelow(join(folder, tables)) / 1e6).toFixed(1)} MB of tables`,
    );
  }
  if (!isFound) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
}
