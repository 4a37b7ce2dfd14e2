/**
 * Times `vppcap replay` next to tcprewrite, dd and cp on the same captures, in one run, as whole processes, and then what each node
 * costs. See README.md.
 *
 *     node dist/bench/run.js [million frames] [repetitions]
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printNodeCosts } from './node-costs.js';
import { SHORTEST_BYTES, writeTraffic, type Traffic } from './traffic.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const CONTIV = join(ROOT, 'configs', 'contiv-node.vpp');
const CONTIV_26 = join(ROOT, 'configs', 'contiv-node-26.06.vpp');
const [millions = 5, repetitions = 5] = process.argv.slice(2).map(Number);

interface Workload {
  readonly name: string;
  readonly traffic: Traffic;
  /** The node's configuration where it is not CONTIV. */
  readonly script?: string;
  /** Lines of configuration beside those. */
  readonly extra: readonly string[];
  readonly workers: readonly number[];
  readonly hasPeers: boolean;
}

const ESTABLISHED = { flows: 10_000, extra: [], workers: [1, 2], hasPeers: true };

/** Room for as many sessions as flows: ports of further addresses, and the limits of startup.conf. */
const roomFor = (flows: number): string[] => [
  `# startup: nat { translation hash buckets ${Math.ceil(flows / 10)} }`,
  `# startup: acl-plugin { connection count max ${flows + 1000} }`,
  ...Array.from({ length: Math.ceil(flows / 50_000) }, (_, i) => `nat44 add address 192.168.17.${i + 1}`),
];

/** An ACL on a pod's interface whose last rule is the one that permits. */
function rulesBefore(count: number): string[] {
  const denied = Array.from({ length: count - 1 }, (_, i) => {
    const address = `172.${16 + (i >> 12)}.${(i >> 4) & 255}.${(i & 15) << 4}/28`;
    return `deny src 10.1.0.0/16 dst ${address} proto 6 sport 0-65535 dport ${1000 + (i % 5000)}`;
  });
  const rules = [...denied, 'permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0'];
  // The node has ACLs of its own: this one comes first on the interface of the traffic.
  return [`set acl-plugin acl tag bench ${rules.join(', ')}`];
}

const frames = millions * 1e6;
const newFlows = Math.min(1_000_000, frames);
const workloads: readonly Workload[] = [
  ...[
    { frames, frameBytes: SHORTEST_BYTES },
    { frames: frames / 5, frameBytes: 590 },
    { frames: frames / 5, frameBytes: 1400 },
    { frames: frames / 25, frameBytes: 1400 },
  ].map((size) => ({ ...ESTABLISHED, name: `${size.frameBytes} bytes`, traffic: { ...size, flows: 10_000 } })),
  ...[
    {
      name: '60 bytes, NAT44 ED',
      extra: [`# startup: nat { endpoint-dependent translation hash buckets ${ESTABLISHED.flows} }`],
    },
    { name: '60 bytes, VPP 26.06', script: CONTIV_26, extra: [] },
  ].map((node) => ({
    ...node,
    traffic: { frames, frameBytes: SHORTEST_BYTES, flows: ESTABLISHED.flows },
    workers: [1],
    hasPeers: true,
  })),
  {
    name: 'every frame a new flow',
    traffic: { frames: newFlows, flows: newFlows, frameBytes: SHORTEST_BYTES },
    extra: roomFor(newFlows),
    workers: [1, 2],
    hasPeers: true,
  },
  ...[10, 1000, 10_000].map((rules) => ({
    name: `new flows, ${rules} ACL rules`,
    traffic: { frames: newFlows >> 2, flows: newFlows >> 2, frameBytes: SHORTEST_BYTES },
    extra: [...roomFor(newFlows >> 2), ...rulesBefore(rules)],
    workers: [1],
    hasPeers: false,
  })),
];

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
  console.log(`Node ${process.version}, ${cpus().length} CPUs, ${cpus()[0].model}; median of ${repetitions} runs\n`);
  const titles = ['wall s', 'CPU s', 'ns/frame', 'Mframes/s', 'wall / tcprewrite', 'wall / cp'];
  console.log(row('', '', titles));
  for (const workload of workloads) measure(workload);
  printNodeCosts();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure({ name, traffic, script = CONTIV, extra, workers, hasPeers }: Workload): void {
  const input = join(folder, 'pods.pcap');
  const output = join(folder, 'out.pcap');
  const config = join(folder, 'node.vpp');
  writeTraffic(input, traffic);
  writeFileSync(config, configOf(script, extra));
  const replay = ['replay', `tap2=${input}`, '--output', output, '--quiet', '--config', config];
  const contenders: Contender[] = workers.map((count) => ({
    name: `vppcap, ${count} worker${count > 1 ? 's' : ''}`,
    command: process.execPath,
    arguments: [join(ROOT, 'dist', 'bin', 'vppcap.js'), ...replay, '--workers', String(count)],
  }));
  if (hasPeers)
    contenders.push(
      {
        name: 'tcprewrite --srcipmap',
        command: 'tcprewrite',
        arguments: ['--srcipmap=10.1.0.0/16:192.168.16.1/32', `--infile=${input}`, `--outfile=${output}`],
      },
      { name: 'dd bs=1M', command: 'dd', arguments: [`if=${input}`, `of=${output}`, 'bs=1M', 'status=none'] },
      { name: 'cp', command: 'cp', arguments: [input, output] },
    );
  const timings = new Map<string, Timing[]>(contenders.map((contender) => [contender.name, []]));
  for (let round = 0; round < repetitions; round++)
    for (const contender of contenders) {
      touchMemory(input, output);
      const timing = time(contender);
      // Fast because frames were lost would not count.
      if (timing && statSync(output).size !== statSync(input).size) throw new Error(`${contender.name} lost frames`);
      if (timing) timings.get(contender.name)?.push(timing);
    }
  const medians = new Map([...timings].filter(([, all]) => all.length > 0).map(([key, all]) => [key, median(all)]));
  for (const [contender, { wallSeconds, cpuSeconds }] of medians) {
    const ratio = (to: string): string => {
      const reference = medians.get(to);
      return reference ? `${(wallSeconds / reference.wallSeconds).toFixed(2)}x` : '';
    };
    const cells = [
      wallSeconds.toFixed(2),
      cpuSeconds.toFixed(2),
      ((wallSeconds * 1e9) / traffic.frames).toFixed(0),
      (traffic.frames / wallSeconds / 1e6).toFixed(2),
      ratio('tcprewrite --srcipmap'),
      ratio('cp'),
    ];
    console.log(row(`${name} x ${(traffic.frames / 1e6).toFixed(2)} M`, contender, cells));
  }
  console.log();
}

/** The Contiv node, with more lines where they belong: startup first, an ACL of ours instead of tap2's own. */
function configOf(script: string, extra: readonly string[]): string {
  const contiv = readFileSync(script, 'utf8');
  const startup = extra.filter((line) => line.startsWith('#'));
  const commands = extra.filter((line) => !line.startsWith('#'));
  if (!commands.some((line) => line.startsWith('set acl-plugin acl')))
    return [...startup, contiv, ...commands].join('\n');
  const lines = contiv.split('\n');
  const acls = lines.filter((line) => line.startsWith('set acl-plugin acl')).length;
  const without = lines.filter((line) => !line.startsWith('set acl-plugin interface tap2 input'));
  return [...startup, ...without, ...commands, `set acl-plugin interface tap2 input acl ${acls}`].join('\n');
}

/**
 * Lets the kernel have the memory that the output takes. A virtual machine gives free memory back to its host and waits for it
 * page by page: the first to write would pay for all.
 */
function touchMemory(input: string, output: string): void {
  rmSync(output, { force: true });
  copyFileSync(input, output);
  rmSync(output);
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

function row(workload: string, contender: string, cells: readonly string[]): string {
  const widths = [8, 8, 10, 11, 19, 11];
  return `${workload.padEnd(34)}${contender.padEnd(23)}${cells.map((cell, i) => cell.padStart(widths[i])).join('')}`;
}
