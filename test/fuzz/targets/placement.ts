/** Captures of both directions, of every link type, on nodes whose neighbours share MACs. An input is the JSON of a BothWays. */

import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBatches } from '../../../src/capture/input/open-batches.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { replay } from '../../../src/replay/replay.js';
import { captureOf, HEADER_BYTES, scriptOf, type BothWays, type BothWaysFrame } from '../../placement/both-ways.js';
import { checkPlacement } from '../../placement/check-placement.js';
import { bothWays } from '../../placement/random-both-ways.js';
import { checkDraftedCase } from '../drafted-case.js';
import { checkEveryOutput } from '../every-output.js';
import { mutateFrame } from '../frame-mutations.js';
import { hashOf, Random } from '../random.js';
import { scratchFolder } from '../seed-files.js';
import { checkThreads } from '../threads.js';
import type { FuzzTarget } from '../target.js';

const SEEDS = 100;
const MUTATIONS = 4;
/** One input in so many becomes a case; one is replayed with threads too, which takes longest. */
const CASES_ONE_IN = 4;
const THREADS_ONE_IN = 40;
const FRAMES = 100;
const ETHERNET = 14;

const LINK_TYPES = Object.keys(HEADER_BYTES).map(Number);

let folder = '';

export const placement: FuzzTarget = {
  name: 'placement',
  extension: '.json',
  share: 10,
  seeds: () => placementSeeds(),
  mutate(input, other, random) {
    return Buffer.from(JSON.stringify(mutateInput(parse(input), parse(other), random)));
  },
  split(input) {
    const { neighbours, lines, frames, ...rest } = parse(input);
    const marked = [
      ...neighbours.map((neighbour) => ({ neighbour })),
      ...lines.map((line) => ({ line })),
      ...frames.map((frame) => ({ frame })),
    ];
    return {
      pieces: marked.map((piece) => Buffer.from(JSON.stringify(piece))),
      join(pieces) {
        const left = pieces.map((piece) => JSON.parse(piece.toString()) as Partial<(typeof marked)[number]>);
        const kept = { neighbours: [] as unknown[], lines: [] as unknown[], frames: [] as unknown[] };
        for (const piece of left) {
          if ('neighbour' in piece) kept.neighbours.push(piece.neighbour);
          if ('line' in piece) kept.lines.push(piece.line);
          if ('frame' in piece) kept.frames.push(piece.frame);
        }
        return Buffer.from(JSON.stringify({ ...rest, ...kept }));
      },
    };
  },
  async check(input) {
    if (folder === '') folder = scratchFolder();
    const both = parse(input);
    await checkPlacement(both, folder);
    const random = new Random(hashOf(input));
    const script = parseScript(scriptOf(both), 'node.vpp');
    const interfaceName = both.given;
    const path = join(folder, 'in.cap');
    const bytes = captureOf(both);
    writeFileSync(path, bytes);
    const replayed = { open: () => openBatches(path), interfaceName, script, folder, hasCutFrames: both.snaplen > 0 };
    await checkEveryOutput(replayed, random);
    if (random.oneIn(CASES_ONE_IN)) {
      const configFile = join(folder, 'node.vpp');
      writeFileSync(configFile, scriptOf(both));
      await checkDraftedCase({ path, interfaceName }, configFile, false);
    }
    if (random.oneIn(THREADS_ONE_IN)) {
      mkdirSync(join(folder, 'threads'), { recursive: true });
      await checkThreads(bytes, join(folder, 'threads'), (long, wishes) =>
        replay({
          captures: [{ path: long, interfaceName }],
          script,
          output: null,
          drops: null,
          verdicts: null,
          ...wishes,
        }),
      );
    }
  },
};

export const placementSeeds = (): Buffer[] =>
  fc.sample(bothWays, { numRuns: SEEDS, seed: 12 }).map((input) => Buffer.from(JSON.stringify(input)));

const parse = (input: Buffer): BothWays => JSON.parse(input.toString()) as BothWays;

function mutateInput(input: BothWays, other: BothWays, random: Random): BothWays {
  const names = input.interfaces.map(({ name }) => name);
  const frames = [...input.frames];
  for (let n = random.length(MUTATIONS); n > 0; n--) {
    const at = random.below(frames.length);
    switch (random.below(10)) {
      case 0: // Another capture's frames.
        frames.splice(at, 0, ...other.frames.slice(0, random.length(8)));
        break;
      case 1:
        frames.splice(at, random.length(3));
        break;
      case 2:
        return { ...input, frames, linkType: random.pick(LINK_TYPES), isBlocks: random.oneIn(2) };
      case 3:
        return { ...input, frames, ifName: other.ifName, given: random.oneIn(2) ? null : random.pick(names) };
      case 4:
        return { ...input, frames, snaplen: random.length(200), fcs: other.fcs };
      case 5: // The other node's neighbours, as far as there are such interfaces.
        return { ...input, frames, neighbours: other.neighbours.filter(({ on }) => names.includes(on)) };
      case 6: // Its interfaces, with the traffic of this one.
        return { ...other, frames };
      default:
        if (frames.length > 0) frames[at] = mutateOne(frames[at], random.pick([...other.frames, frames[at]]), random);
    }
  }
  return { ...input, frames: frames.slice(0, FRAMES) };
}

/** Fields from another frame, or bytes of the packet. */
function mutateOne(frame: BothWaysFrame, other: BothWaysFrame, random: Random): BothWaysFrame {
  switch (random.below(5)) {
    case 0:
      return { ...frame, source: other.source };
    case 1:
      return { ...frame, destination: other.destination };
    case 2:
      return { ...frame, mark: other.mark, packetType: other.packetType, hostInterface: other.hostInterface };
    case 3:
      return { ...frame, type: other.type, payload: other.payload };
    default: {
      const bytesOf = ({ payload }: BothWaysFrame): Buffer =>
        Buffer.concat([Buffer.alloc(ETHERNET), Buffer.from(payload, 'hex')]);
      const bytes = mutateFrame(bytesOf(frame), bytesOf(other), random);
      return { ...frame, payload: bytes.subarray(ETHERNET).toString('hex') };
    }
  }
}
