/**
 * Measures a fleet: bundles of mixed sizes, ten of them broken and five with a planted fault, audited whole and in 1, 4 and 7 parts. Merged
 * results have to be those of the whole, byte for byte, and tell of what was planted and of nothing else.
 *
 *     node dist/bench/fleet.js [bundles]
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetReport } from '../src/fleet/fleet-report.js';
import { MAIN } from '../test/cli/run-vppcap.js';
import { writeFleet } from '../test/fleet/make-fleet.js';
import { SHORTEST_BYTES, writeTraffic } from './traffic.js';

const BUNDLES = Number(process.argv[2] ?? 500);
const PARTS = [1, 4, 7];
/** Frames that arrive on a node; nodes take turns. */
const SIZES = [20, 100, 500, 2500];

const folder = mkdtempSync(join(tmpdir(), 'vppcap-bench-fleet-'));

interface Measured {
  readonly stdout: string;
  readonly seconds: number;
  readonly megabytes: number;
}

function vppcap(args: readonly string[]): Measured {
  const start = performance.now();
  const command = ['-f', 'peak %M', process.execPath, MAIN, ...args];
  const { stdout, stderr } = spawnSync('/usr/bin/time', command, { encoding: 'utf8', cwd: folder, maxBuffer: 2 ** 30 });
  const seconds = (performance.now() - start) / 1000;
  return { stdout, seconds, megabytes: Math.round(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024) };
}

/** What is planted, one after the other, all over the fleet. */
const PLANTED = ['broken', 'cut', 'different', 'empty', 'different', 'broken'] as const;
const FAULTS = 15;

const told = ({ seconds, megabytes }: Measured): string => `${seconds.toFixed(1)} s, peak ${String(megabytes)} MB`;

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
  const bytes = readdirSync(join(folder, 'fleet'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
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
    const same = merged.stdout === whole.stdout ? 'the same bytes' : 'OTHER BYTES';
    const peak = Math.max(...parts.map(({ megabytes }) => megabytes));
    console.log(
      `${String(n)} parts, one after the other: ${seconds.map((one) => one.toFixed(1)).join(' ')} s, peak ${String(peak)} MB; merged ${same} (${told(merged)})`,
    );
    if (merged.stdout !== whole.stdout) process.exitCode = 1;
  }
  if (!isFound) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
