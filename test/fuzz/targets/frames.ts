/** Frames through the dataplane, under all sorts of configurations. An input is the JSON of a DataplaneInput. */

import fc from 'fast-check';
import type { FrameReader } from '../../../src/capture/frame-batch.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInScript } from '../../../src/config/locate.js';
import { configs, traffic } from '../../pipeline/random-traffic.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { captureOf, replayIn, type InputFrame } from '../../pipeline/flow-cache/replay-modes.js';
import { Bench } from '../../pipeline/packets.js';
import { readRows } from '../capture-rows.js';
import type { FuzzFrame } from '../every-sort.js';
import { checkEveryOutput } from '../every-output.js';
import { mutateFrame } from '../frame-mutations.js';
import { hashOf, Random } from '../random.js';
import { EXPECTATIONS, scratchFolder } from '../seed-files.js';
import { Broken, requireEqual, type FuzzTarget } from '../target.js';

export interface DataplaneInput {
  readonly config: readonly string[];
  readonly frames: readonly FuzzFrame[];
}

let folder = '';

const FRAMES = 60;
const RANDOM_INPUTS = 60;
const MUTATIONS = 6;
/** Cut behind this, a frame is as good as whole to all nodes. */
const LONGEST_CUT = 150;

export const frames: FuzzTarget = {
  name: 'frames',
  extension: '.json',
  share: 10,
  async seeds() {
    const seeds: DataplaneInput[] = [];
    for (const name of readdirSync(EXPECTATIONS)) {
      const folder = join(EXPECTATIONS, name);
      const capture = readdirSync(folder).find((file) => /^in.*\.pcap(ng)?$/.test(file));
      if (capture === undefined) continue;
      const script = readdirSync(folder).find((file) => file.endsWith('.vpp'));
      const config = readFileSync(script ? join(folder, script) : builtInScript(), 'utf8').split('\n');
      const { rows, interfaces } = await readRows(join(folder, capture));
      const given = rows.slice(0, FRAMES).map(({ bytes, interfaceIndex }) => ({
        on: interfaces[interfaceIndex].name ?? '',
        pause: 0,
        hex: bytes.toString('hex'),
      }));
      seeds.push({ config, frames: given });
    }
    for (const config of fc.sample(configs, { numRuns: RANDOM_INPUTS, seed: 3 })) {
      const [sent] = fc.sample(traffic, { numRuns: 1, seed: seeds.length });
      const given = sent.map(({ on, pause, frame }) => ({ on, pause, hex: Buffer.from(frame).toString('hex') }));
      seeds.push({ config, frames: given });
    }
    return seeds.map((seed) => Buffer.from(JSON.stringify(seed)));
  },
  mutate(input, other, random) {
    const mutant = mutateTraffic(parse(input), parse(other), random);
    return Buffer.from(JSON.stringify(mutant));
  },
  split(input) {
    const { config, frames: given } = parse(input);
    const marked = [...config.map((line) => ({ line })), ...given.map((frame) => ({ frame }))];
    return {
      pieces: marked.map((piece) => Buffer.from(JSON.stringify(piece))),
      join(pieces) {
        const left = pieces.map((piece) => JSON.parse(piece.toString()) as { line?: string; frame?: FuzzFrame });
        const kept = {
          config: left.flatMap(({ line }) => line ?? []),
          frames: left.flatMap(({ frame }) => frame ?? []),
        };
        return Buffer.from(JSON.stringify(kept));
      },
    };
  },
  async check(input) {
    const { config, frames: given } = parse(input);
    await checkFrames({ config, frames: given });
    if (folder === '') folder = scratchFolder();
    const script = parseScript(config.join('\n'), 'node.vpp');
    const open = (): Promise<FrameReader> => Promise.resolve(captureOf(placed(given)));
    const hasCutFrames = given.some(({ hex, wire = 0 }) => wire > hex.length / 2);
    await checkEveryOutput({ open, interfaceName: null, script, folder, hasCutFrames }, new Random(hashOf(input)));
  },
};

const parse = (input: Buffer): DataplaneInput => JSON.parse(input.toString()) as DataplaneInput;

function mutateTraffic(
  { config, frames: given }: DataplaneInput,
  other: DataplaneInput,
  random: Random,
): DataplaneInput {
  const mutants = [...given];
  const bytesOf = ({ hex }: FuzzFrame): Buffer => Buffer.from(hex, 'hex');
  for (let n = random.length(MUTATIONS); n > 0 && mutants.length > 0; n--) {
    const at = random.below(mutants.length);
    const frame = mutants[at];
    switch (random.below(9)) {
      case 0: // Again, later.
        mutants.splice(random.below(mutants.length + 1), 0, { ...frame, pause: random.pick([0, 0, 1, 70, 300, 9000]) });
        break;
      case 1:
        mutants.splice(at, random.length(4));
        break;
      case 2: // From the other's traffic, on one of these interfaces.
        if (other.frames.length > 0) mutants.splice(at, 0, { ...random.pick(other.frames), on: frame.on });
        break;
      case 3: // A frame goes where another goes.
        mutants[at] = { ...frame, on: random.pick(mutants).on };
        break;
      case 4: {
        // Cut off by a snaplen: the frame stays as long as it was on the wire.
        const bytes = bytesOf(frame);
        const kept = random.below(Math.min(bytes.length, LONGEST_CUT) + 1);
        mutants[at] = { ...frame, hex: bytes.toString('hex', 0, kept), wire: frame.wire ?? bytes.length };
        break;
      }
      default: {
        const bytes = mutateFrame(bytesOf(frame), bytesOf(random.pick(given)), random);
        mutants[at] = { ...frame, hex: bytes.toString('hex') };
      }
    }
  }
  return { config, frames: mutants.slice(0, FRAMES * 2) };
}

interface Totals {
  readonly received: number;
  readonly transmitted: number;
  readonly dropped: number;
  readonly punted: number;
  readonly consumed: number;
}

/** Every frame ends in one place. */
export function requireAccounts(
  { received, transmitted, dropped, punted, consumed }: Totals,
  frameCount: number,
): void {
  requireEqual(transmitted + dropped + punted + consumed, received, 'what ended and what was received');
  requireEqual(received, frameCount, 'frames received and frames given');
}

/** Frames at their times, a millisecond and their pause apart. */
function placed(given: readonly FuzzFrame[]): InputFrame[] {
  let time = 1;
  return given.map(({ on, pause, hex, wire = 0 }) => {
    const bytes = Buffer.from(hex, 'hex');
    time += pause + 1e-3;
    return { interfaceName: on, bytes, originalLength: Math.max(wire, bytes.length), time };
  });
}

/**
 * Runs the frames in every mode: nothing but what the configuration may say is seen of a mode, of what lies around a frame in
 * memory, or of what is recorded.
 */
export async function checkFrames({ config, frames: given }: DataplaneInput): Promise<void> {
  const script = config.join('\n');
  const sent = placed(given);
  const { aftermath } = await replayIn('nodes', script, sent);
  const { tables } = new Bench(config);
  const known = sent.filter(({ interfaceName }) => tables.interfaces.byName(interfaceName)?.isUp === true);
  if (known.length === sent.length) requireAccounts(aftermath.totals as Totals, given.length);
  for (const mode of ['recorded', { flowsInRunsOf: 1 }, { flowsInRunsOf: 7 }, { flowsInRunsOf: Infinity }] as const)
    requireEqual((await replayIn(mode, script, sent)).aftermath, aftermath, `nodes and ${JSON.stringify(mode)}`);
  // Bench looks that nothing is written outside a frame and no frame ends twice.
  const [empty, full] = [0, 0xa5].map((garbage) => {
    const bench = new Bench(config, garbage);
    return known.map(({ interfaceName, bytes, originalLength }, i) => {
      const { verdict, output } = bench.send(interfaceName, bytes, given[i].pause, originalLength);
      return { verdict, output: output.map((each) => each.on + Buffer.from(each.bytes).toString('hex')) };
    });
  });
  requireEqual(full, empty, 'with and without garbage around the frames');
  if (empty.length !== known.length) throw new Broken('a frame without a verdict');
}
