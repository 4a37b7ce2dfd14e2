/**
 * What each output costs next to `-o x.pcap`, what IPv6 and VLAN tags cost next to untagged IPv4 in a node that routes all, and what big configurations cost next to the built-in one: whole processes in turns, by
 * CPU time, since that of others on the machine does not count. Where one takes longer than it did, measured by a loop of this
 * run, that is said; nothing fails of it.
 *
 *     node dist/bench/outputs.js [repetitions]
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DUAL_STACK, interfaces, recursiveRoutes, routes, staticMappings, vlanNode } from './big-configurations.js';
import { SHORTEST_BYTES, writeTraffic } from './traffic.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const CONTIV = join(ROOT, 'configs', 'contiv-node.vpp');
const PROGRAM = join(ROOT, 'dist', 'bin', 'vppcap.js');
const repetitions = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'vppcap-bench-'));
const file = (name: string): string => join(folder, name);

interface Row {
  readonly name: string;
  readonly arguments: readonly string[];
  /** CPU time next to the calibration's when this was last measured on a quiet machine. */
  readonly recorded: number;
}

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

const OUTPUTS = ['o.pcap', 'o.pcapng', 'v.jsonl', 'd.pcapng', 'tables'];

/** More than this over what was recorded is said. */
const TOLERANCE = 1.3;

function costOf(args: readonly string[]): Cost {
  const script = 'process.on("exit", () => { const { userCPUTime: u, systemCPUTime: s, maxRSS } = process.resourceUsage(); '
    + 'process.stderr.write(`\\n${(u + s) / 1e6} ${maxRSS / 1024}`); });'; // prettier-ignore
  writeFileSync(file('cost.cjs'), script);
  // Whoever takes the place of an output of the run before would free its memory.
  for (const name of OUTPUTS) rmSync(file(name), { recursive: true, force: true });
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--require', file('cost.cjs'), PROGRAM, 'replay', ...args], {
    encoding: 'utf8',
  });
  const wallSeconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`replay ${args.join(' ')}: ${stderr}`);
  const [cpuSeconds, megabytes] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wallSeconds, cpuSeconds, megabytes };
}

/** CPU seconds of a loop over 16 MB, some of it out of order, as a replay goes through its tables and frames. */
function calibration(): number {
  const words = new Int32Array(4 << 20);
  const before = process.cpuUsage();
  let at = 0;
  for (let i = 0; i < 40_000_000; i++) {
    at = (Math.imul(at, 1664525) + words[i & (words.length - 1)] + 1013904223) >>> 0;
    if ((i & 7) === 0) words[at & (words.length - 1)] ^= i;
  }
  const { user } = process.cpuUsage(before);
  return user / 1e6;
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

/**
 * Times one worker and two in turns. V8 compiles on the other processor while one worker works: two of them cannot be faster than half
 * of the time that all threads of one worker's process take, which is the last column.
 */
function compareWorkers(title: string, rows: readonly Pick<Row, 'name' | 'arguments'>[]): void {
  console.log(`${title.padEnd(34)}1: wall s     CPU s 2: wall s     CPU s  speed-up   at most`);
  for (const { name, arguments: args } of rows) {
    const costs: Cost[][] = [[], []];
    for (let round = 0; round < repetitions; round++)
      for (const [index, count] of ['1', '2'].entries()) costs[index].push(costOf([...args.slice(0, -1), count]));
    const [one, two] = costs.map((all) => ({
      wall: middle(all.map(({ wallSeconds }) => wallSeconds)),
      cpu: middle(all.map(({ cpuSeconds }) => cpuSeconds)),
    }));
    const numbers = [one.wall, one.cpu, two.wall, two.cpu, one.wall / two.wall, one.wall / (one.cpu / 2)];
    console.log(`${name.padEnd(34)}${numbers.map((value) => value.toFixed(2).padStart(10)).join('')}`);
  }
  console.log();
}

/** Times rows in turns and prints them beside the first. */
function compare(title: string, rows: readonly Row[]): void {
  const costs = rows.map((): Cost[] => []);
  const loops: number[] = [];
  for (let round = 0; round < repetitions; round++) {
    loops.push(calibration());
    rows.forEach((row, index) => costs[index].push(costOf(row.arguments)));
  }
  const cpuOf = (index: number): number => middle(costs[index].map(({ cpuSeconds }) => cpuSeconds));
  console.log(`${title.padEnd(34)}   CPU s   to first   to loop  recorded   peak MB`);
  for (const [index, { name, recorded }] of rows.entries()) {
    const cpu = cpuOf(index);
    const toLoop = cpu / middle(loops);
    const numbers = [cpu, cpu / cpuOf(0), toLoop, recorded].map((value, i) =>
      value.toFixed(2).padStart([8, 11, 10, 10][i]),
    );
    const peak = middle(costs[index].map(({ megabytes }) => megabytes)).toFixed(0);
    const warning = toLoop > recorded * TOLERANCE ? '  longer than recorded' : '';
    console.log(`${name.padEnd(34)}${numbers.join('')}${peak.padStart(10)}${warning}`);
  }
  console.log();
}

try {
  writeTraffic(file('many.pcap'), { frames: 1_000_000, flows: 10_000, frameBytes: SHORTEST_BYTES });
  writeTraffic(file('few.pcap'), { frames: 1000, flows: 100, frameBytes: SHORTEST_BYTES });
  const replay = (capture: string, script: string, ...outputs: string[]): string[] =>
    [`tap2=${file(capture)}`, '-c', script, '-q', ...outputs, '--workers', '1']; // prettier-ignore
  const many = (...outputs: string[]): string[] => replay('many.pcap', CONTIV, ...outputs);
  const [pcap, pcapng] = [file('o.pcap'), file('o.pcapng')];
  compare('1 M frames of 10,000 flows', [
    { name: '-o x.pcap', arguments: many('-o', pcap), recorded: 5.1 },
    { name: '-o x.pcapng', arguments: many('-o', pcapng), recorded: 10.7 },
    { name: '-o x.pcapng --both', arguments: many('-o', pcapng, '--both'), recorded: 13.2 },
    { name: '-o x.pcap --verdicts', arguments: many('-o', pcap, '--verdicts', file('v.jsonl')), recorded: 15.4 },
    { name: '-o x.pcap --tables', arguments: many('-o', pcap, '--tables', file('tables')), recorded: 16.1 },
    { name: '-o x.pcap --drops', arguments: many('-o', pcap, '--drops', file('d.pcapng')), recorded: 6.0 },
    { name: '-o x.pcap --coverage', arguments: many('-o', pcap, '--coverage'), recorded: 6.2 },
  ]);
  writeTraffic(file('more.pcap'), { frames: 5_000_000, flows: 10_000, frameBytes: SHORTEST_BYTES });
  const ways = [
    ['-o', pcap],
    ['-o', pcapng],
    ['-o', pcapng, '--both'],
    ['-o', pcap, '--verdicts', file('v.jsonl')],
  ];
  for (const [size, capture] of [
    ['1 M frames', 'many.pcap'],
    ['5 M frames', 'more.pcap'],
  ])
    compareWorkers(
      `${size}, one worker and two`,
      ways
        .slice(0, capture === 'many.pcap' ? 4 : 3) // the verdicts would be 8.5 GB
        .map((way) => ({
          name: way.join(' ').replaceAll(`${folder}/`, '').replace(' v.jsonl', ''),
          arguments: replay(capture, CONTIV, ...way),
        })),
    );
  rmSync(file('more.pcap'));
  const BOTH_BYTES = 74; // of IPv6 the shortest with a TCP header
  const dual = file('dual-stack.vpp');
  writeFileSync(dual, [...DUAL_STACK, ''].join('\n'));
  const rowsOf = (output: string, recorded: readonly number[]): Row[] =>
    [4, 6].map((version, i) => {
      const capture = `ip${version}.pcap`;
      const traffic = { frames: 1_000_000, flows: 10_000, frameBytes: BOTH_BYTES, isIp6: version === 6 };
      if (!existsSync(file(capture))) writeTraffic(file(capture), traffic);
      const args = [`tap0=${file(capture)}`, '-c', dual, '-q', '--workers', '1', '-o', file(output)];
      return { name: `IPv${version}, -o ${output}`, arguments: args, recorded: recorded[i] };
    });
  compare('1 M frames of 74 bytes, no NAT', rowsOf('o.pcap', [3.1, 3.2]));
  compare('1 M frames of 74 bytes, no NAT', rowsOf('o.pcapng', [6.9, 6.7]));
  const tagged = (
    [
      { name: 'untagged', lines: DUAL_STACK, recorded: 4.2 },
      { name: 'VLAN 100 to untagged', vlanId: 100, lines: vlanNode(false), recorded: 5.2 },
      { name: 'VLAN 100 to VLAN 20', vlanId: 100, lines: vlanNode(true), recorded: 4.6 },
      { name: 'untagged to VLAN 20', lines: vlanNode(true), recorded: 4.9 },
    ] as const
  ).map(({ name, lines, recorded, ...tag }) => {
    const capture = `${name.split(' ')[0]}.pcap`;
    const script = file(`${name}.vpp`);
    const traffic = { frames: 1_000_000, flows: 10_000, frameBytes: SHORTEST_BYTES, ...tag };
    if (!existsSync(file(capture))) writeTraffic(file(capture), traffic);
    writeFileSync(script, [...lines, ''].join('\n'));
    const args = [`tap0=${file(capture)}`, '-c', script, '-q', '--workers', '1', '-o', pcap];
    return { name, arguments: args, recorded };
  });
  compare('1 M frames of 60 bytes, no NAT', tagged);
  const big = (name: string, recorded: number, lines: readonly string[]): Row => {
    const script = file(`${name}.vpp`.replaceAll(' ', '-'));
    writeFileSync(script, [readFileSync(CONTIV, 'utf8'), ...lines, ''].join('\n'));
    return { name, recorded, arguments: replay('few.pcap', script, '-o', pcap) };
  };
  compare('1,000 frames, a node with', [
    big('nothing else', 0.84, []),
    big('50,000 routes', 2.4, routes(50_000)),
    big('500,000 routes', 7.4, routes(500_000)),
    big('500,000 routes without interface', 7.0, recursiveRoutes(500_000)),
    big('10,000 static mappings', 2.3, staticMappings(10_000)),
    big('100,000 static mappings', 7.4, staticMappings(100_000)),
    big('200 interfaces', 1.4, interfaces(200)),
    big('2,000 interfaces', 4.7, interfaces(2000)),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
