/**
 * The built command on hostile files, in a process of its own with a time limit. An input is JSON: which command, the files that it
 * is given, and when it is interrupted, if it is.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureOf, scriptOf, type BothWays } from '../../placement/both-ways.js';
import { MAIN } from '../../cli/run-vppcap.js';
import { guideTexts } from '../../trace/guide-traces.js';
import { mutateCapture } from '../capture-mutations.js';
import { EXPECTATIONS, filesIn, scratchFolder } from '../seed-files.js';
import { Broken, type FuzzTarget } from '../target.js';
import { mutateText, wordsOf } from '../text-mutations.js';
import { placementSeeds } from './placement.js';

interface CommandInput {
  /** Index in COMMANDS; those beyond the end begin again. */
  readonly command: number;
  /** The capture, in base64. */
  readonly capture: string;
  readonly script: string;
  readonly trace: string;
  /** Milliseconds after which it gets SIGINT; null for never. */
  readonly interrupt: number | null;
  /** How often the capture's frames are there, so that there is something to interrupt. */
  readonly times: number;
}

/** Half of what an input may take (fuzz-run.ts): the command is to be blamed, not the harness. */
const LIMIT_MILLISECONDS = 12_000;
/** After SIGINT it may take a second or two on a busy machine. */
const END_MILLISECONDS = 8_000;
/** Some time after it has started, and while it works. */
const INTERRUPT_MILLISECONDS = 600;
const SEEDS_OF_EACH = 40;
const TIMES = [1, 1, 3000];
const LONG_BYTES = 20_000_000;

const REPLAY = ['replay', 'in.cap', '-c', 'node.vpp'];
const CASE_YAML =
  'title: a case\nconfig: node.vpp\ncaptures: [{ file: in.cap }]\nexpect: { captures: [{ file: in.cap }] }\n';

/** All commands that read files, with what they can be asked for. */
const COMMANDS: readonly (readonly string[])[] = [
  [...REPLAY, '-o', 'out.pcap'],
  ['replay', 'g0=in.cap', '-c', 'node.vpp', '-o', 'out/', '--json'],
  [...REPLAY, '-o', 'out.pcapng', '--both', '--drops', 'drops.pcapng', '--verdicts', 'v.jsonl', '--trace', 't.txt'],
  [...REPLAY, '--expect', 'in.cap', '--coverage', '--fix-checksums', '--workers', '2'],
  [...REPLAY, '-o', '-'],
  ['trace', 'in.cap', '-c', 'node.vpp', '--filter', 'tcp or arp', '-o', 't.txt'],
  ['explain', 'in.cap', '--frame', '1', '-c', 'node.vpp'],
  ['explain', 'g1=in.cap', '--frame', '2', '-c', 'node.vpp', '--json'],
  ['verify', 'in.cap', 'other.cap', '--order', 'flow', '-c', 'node.vpp'],
  ['verify', 'in.cap', 'in.cap', '--ignore', 'interface', 'link', '--json'],
  ['new-case', 'in.cap', '-c', 'node.vpp', '-o', 'case', '--expect-sent'],
  ['new-case', 'g0=in.cap', '-c', 'node.vpp', '-o', 'case'],
  ['test', 'cases', '--coverage', '--reporter', 'junit=report.xml', '--reporter', 'human'],
  ['import', 'trace.txt', '-o', 'case'],
  ['import', 'trace.txt', '--json'],
  ['verify-trace', 'trace.txt', '-c', 'node.vpp'],
  ['config', 'node.vpp', '-v'],
  ['config', 'node.vpp', '--json'],
];

let folder = '';
let vocabulary: string[] = [];

export const commands: FuzzTarget = {
  name: 'commands',
  extension: '.json',
  share: 2,
  seeds() {
    const scripts = filesIn(EXPECTATIONS, /\.vpp$/);
    vocabulary = wordsOf(scripts);
    const traces = guideTexts().map(({ text }) => text);
    const placed = placementSeeds()
      .slice(0, SEEDS_OF_EACH)
      .map((bytes) => JSON.parse(bytes.toString()) as BothWays)
      .map((input) => ({ bytes: captureOf(input), script: scriptOf(input) }));
    const kept = filesIn(EXPECTATIONS, /\.pcap(ng)?$/)
      .slice(0, SEEDS_OF_EACH)
      .map((bytes, i) => ({ bytes, script: scripts[i % scripts.length].toString() }));
    return [...placed, ...kept].map(({ bytes, script }, i) =>
      inputOf({
        command: i,
        capture: bytes.toString('base64'),
        script,
        trace: traces[i % traces.length],
        interrupt: null,
        times: 1,
      }),
    );
  },
  mutate(input, other, random) {
    const [one, two] = [parse(input), parse(other)];
    const capture = (): string =>
      mutateCapture(Buffer.from(one.capture, 'base64'), Buffer.from(two.capture, 'base64'), random).toString('base64');
    const text = (mine: string, its: string): string =>
      mutateText(Buffer.from(mine), Buffer.from(its), random, vocabulary).toString();
    const command = random.below(COMMANDS.length);
    switch (random.below(6)) {
      case 0:
        return inputOf({ ...one, command, capture: capture() });
      case 1:
        return inputOf({ ...one, command, script: text(one.script, two.script) });
      case 2:
        return inputOf({ ...one, command, trace: text(one.trace, two.trace) });
      case 3:
        return inputOf({ ...one, command, script: two.script });
      case 4:
        return inputOf({ ...one, command, interrupt: null, times: 1 });
      default:
        return inputOf({
          ...one,
          command,
          interrupt: random.below(INTERRUPT_MILLISECONDS),
          times: random.pick(TIMES),
        });
    }
  },
  // Each try is a process, which a hang ends late.
  split: (input) => ({ pieces: [], join: () => input }),
  async check(input) {
    if (folder === '') folder = scratchFolder();
    const given = parse(input);
    const run = join(folder, 'run');
    rmSync(run, { recursive: true, force: true });
    writeFiles(run, given);
    await checkRun(run, given);
  },
};

const inputOf = (input: CommandInput): Buffer => Buffer.from(JSON.stringify(input));
const parse = (input: Buffer): CommandInput => JSON.parse(input.toString()) as CommandInput;

function writeFiles(run: string, { capture, script, trace, times }: CommandInput): void {
  const bytes = Buffer.from(capture, 'base64');
  const isBlocks = bytes.length > 3 && bytes.readUInt32BE(0) === 0x0a0d0d0a;
  const body = isBlocks ? bytes : bytes.subarray(24);
  const repeats = Math.min(times, Math.ceil(LONG_BYTES / Math.max(1, body.length)));
  const long = Buffer.concat([bytes, ...Array<Buffer>(repeats - 1).fill(body)]);
  mkdirSync(join(run, 'tmp'), { recursive: true });
  mkdirSync(join(run, 'cases', 'one'), { recursive: true });
  for (const at of ['.', join('cases', 'one')]) {
    writeFileSync(join(run, at, 'in.cap'), long);
    writeFileSync(join(run, at, 'node.vpp'), script);
  }
  writeFileSync(join(run, 'other.cap'), bytes);
  writeFileSync(join(run, 'trace.txt'), trace);
  writeFileSync(join(run, 'cases', 'one', 'case.yaml'), CASE_YAML);
}

/** It ends, with one of the codes that are promised, without a stack trace, and leaves nothing half-written. */
async function checkRun(run: string, { command, interrupt }: CommandInput): Promise<void> {
  const args = COMMANDS[command % COMMANDS.length];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: run,
    env: { ...process.env, TMPDIR: join(run, 'tmp') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  const late = new AbortController();
  const stop = (): void => {
    late.abort();
    child.kill('SIGKILL');
  };
  child.stderr.on('data', (text: Buffer) => (words += text.toString()));
  let limit = setTimeout(stop, LIMIT_MILLISECONDS);
  const interrupting =
    interrupt === null
      ? undefined
      : setTimeout(() => {
          clearTimeout(limit);
          limit = setTimeout(stop, END_MILLISECONDS);
          child.kill('SIGINT');
        }, interrupt);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(limit);
  clearTimeout(interrupting);
  const what = args.join(' ');
  if (late.signal.aborted) throw new Broken(`${interrupt === null ? 'did not end' : 'did not end at SIGINT'}: ${what}`);
  if (code === null ? signal !== 'SIGINT' || interrupt === null : code < 0 || code > 4)
    throw new Broken(`ended with ${code ?? signal}: ${what}\n${words}`);
  if (/^ +at .*:\d+/m.test(words) || words.includes('a fault in vppcap'))
    throw new Broken(`told of its insides: ${what}\n${words}`);
  const left = readdirSync(run, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.partial'));
  const scratch = readdirSync(join(run, 'tmp'));
  if (left.length + scratch.length > 0) throw new Broken(`left behind ${[...left, ...scratch].join(' ')}: ${what}`);
}
