/** `vppcap verify`: two captures and options. An input is the JSON of a ComparisonInput. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyOptionsOf } from '../../../src/cli/common/verify-options.js';
import { openBatches } from '../../../src/capture/input/open-batches.js';
import { FIELDS } from '../../../src/verify/packet/field-table.js';
import { NO_POOL, type Order, type VerifyOptions } from '../../../src/verify/options.js';
import { reportLines } from '../../../src/verify/report/report-text.js';
import type { VerifyReport } from '../../../src/verify/report/report.js';
import { verifyCaptures } from '../../../src/verify/verify.js';
import { mutateCapture, partsOf } from '../capture-mutations.js';
import type { Random } from '../random.js';
import { scratchFolder } from '../seed-files.js';
import { Broken, requireComplaint, requireEqual, type FuzzTarget } from '../target.js';
import { mutateText } from '../text-mutations.js';
import { captures } from './captures.js';

interface ComparisonInput {
  /** Captures in base64. */
  readonly actual: string;
  readonly expected: string;
  readonly order: Order | null;
  readonly contains: boolean;
  readonly unique: boolean;
  readonly padding: boolean;
  /** Values of --ignore, --mask, --nat-pool and --time-tolerance, one each a line. */
  readonly words: string;
}

const ORDERS = ['strict', 'flow', 'any'] as const;
const WORDS = [
  ...FIELDS.map(({ name }) => name),
  'payload@0-3',
  'frame@6-11',
  'tap2:',
  'inner.',
  'quoted.',
  '=0xff00',
  '=255.255.255.0',
  '=1',
  '192.168.16.1',
  '10.1.1.1-10.1.1.9',
  '0.0.0.0-255.255.255.255',
  '0.001',
  '1e-9',
];
const SEED_WORDS = [
  '\n\n\n',
  'ip4.id,eth.src\nip4.ttl=0xf0\n192.168.16.1\n0.5',
  'payload@0-3\nip4.src=255.255.0.0\n\n',
  'tap2:tcp.window\n\n0.0.0.0-255.255.255.255\n',
];
/** Of the captures' seeds, so many. */
const SEEDS = 150;

let folder = '';

const json = (input: ComparisonInput): Buffer => Buffer.from(JSON.stringify(input));
const parse = (input: Buffer): ComparisonInput => JSON.parse(input.toString()) as ComparisonInput;

export const comparisons: FuzzTarget = {
  name: 'comparisons',
  extension: '.json',
  share: 12,
  async seeds() {
    const files = (await captures.seeds()).slice(0, SEEDS).map((bytes) => bytes.toString('base64'));
    return files.map((actual, i) =>
      json({
        actual,
        expected: i % 3 === 0 ? files[(i + 1) % files.length] : actual,
        order: [null, ...ORDERS][i % 4],
        contains: i % 5 === 0,
        unique: i % 7 === 0,
        padding: i % 2 === 0,
        words: SEED_WORDS[i % SEED_WORDS.length],
      }),
    );
  },
  mutate: (input, other, random) => json(mutateComparison(parse(input), parse(other), random)),
  split: (input) => {
    const given = parse(input);
    const sides = (['actual', 'expected'] as const).flatMap((side) => {
      const { pieces, join } = partsOf(Buffer.from(given[side], 'base64'));
      return pieces.map((piece) => ({ side, piece, join }));
    });
    return {
      pieces: sides.map(({ piece }) => piece),
      join: (left) =>
        json(
          sides.reduce(
            (whole, { side, join }) => ({
              ...whole,
              [side]: join(
                sides.filter((each) => each.side === side && left.includes(each.piece)).map(({ piece }) => piece),
              ).toString('base64'),
            }),
            given,
          ),
        ),
    };
  },
  async check(input) {
    if (folder === '') folder = scratchFolder();
    const given = parse(input);
    const options = await optionsOf(given);
    if (options === null) return;
    const [actual, expected] = (['actual', 'expected'] as const).map((side) => {
      writeFileSync(join(folder, side), Buffer.from(given[side], 'base64'));
      return join(folder, side);
    });
    const report = await compare(actual, expected, options);
    if (report !== null) await checkReport(report, actual, expected, options);
  },
};

function mutateComparison(input: ComparisonInput, other: ComparisonInput, random: Random): ComparisonInput {
  const side = random.pick(['actual', 'expected'] as const);
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  switch (random.below(8)) {
    case 0:
      return { ...input, order: random.pick([null, ...ORDERS]), contains: random.oneIn(3), unique: random.oneIn(3) };
    case 1:
      return { ...input, padding: !input.padding, words: other.words };
    case 2:
      return {
        ...input,
        words: mutateText(Buffer.from(input.words), Buffer.from(other.words), random, WORDS).toString(),
      };
    case 3: // The same on both sides.
      return { ...input, actual: input[side], expected: input[side] };
    case 4:
      return { ...input, [side]: other[side] };
    default:
      return { ...input, [side]: mutateCapture(bytes(input[side]), bytes(other[side]), random).toString('base64') };
  }
}

/** As the command line has them; null where they are refused. */
async function optionsOf({ words, order, padding, ...flags }: ComparisonInput): Promise<Partial<VerifyOptions> | null> {
  const [ignore, mask, natPool, timeTolerance] = words.split('\n').map((word) => (word === '' ? undefined : word));
  try {
    return await verifyOptionsOf(
      {
        config: undefined,
        release: undefined,
        lenient: false,
        order: order ?? undefined,
        contains: flags.contains,
        unique: flags.unique,
        ignore: ignore === undefined ? undefined : [ignore],
        mask: mask === undefined ? undefined : [mask],
        map: undefined,
        natPorts: undefined,
        natPool: natPool === undefined ? undefined : [natPool],
        timeTolerance,
        comparePadding: padding,
      },
      () => Promise.resolve(NO_POOL),
    );
  } catch (error) {
    requireComplaint(error, ['UsageError']);
    return null;
  }
}

/** Null where the captures or the options are refused. */
async function compare(
  actual: string,
  expected: string,
  options: Partial<VerifyOptions>,
): Promise<VerifyReport | null> {
  const opened = [];
  try {
    for (const path of [actual, expected]) opened.push({ reader: await openBatches(path), interfaceName: null });
    return await verifyCaptures([opened[0]], [opened[1]], options);
  } catch (error) {
    requireComplaint(error, ['CaptureError', 'UsageError']);
    return null;
  } finally {
    for (const { reader } of opened) await reader.close();
  }
}

async function checkReport(
  report: VerifyReport,
  actual: string,
  expected: string,
  options: Partial<VerifyOptions>,
): Promise<void> {
  for (const line of reportLines(report)) if (line.includes('\n')) throw new Broken(`not one line: ${line}`);
  const { matched, counts, isMatch } = report;
  const differing = counts.changed + counts.missing + counts.unexpected + counts.reordered + counts.mistimed;
  requireEqual(isMatch, differing === 0, 'the verdict and the counts');
  if (options.unique !== true && options.contains !== true) {
    const pairs = matched + counts.changed + counts.reordered + counts.mistimed;
    requireEqual(pairs + counts.missing, report.expected.packets, 'packets expected and told of');
    requireEqual(pairs + counts.unexpected, report.actual.packets, 'packets there and told of');
    const turned = await compare(expected, actual, options);
    requireEqual(turned?.isMatch, isMatch, 'verdicts of both directions');
  }
  // What is the same is the same whatever else is allowed.
  const itself = await compare(actual, actual, options);
  if (itself?.isMatch !== true) throw new Broken(`a capture differs from itself: ${JSON.stringify(itself?.counts)}`);
  // Who allows for any order allows for every one.
  if (isMatch && report.order !== 'any') {
    const loose = await compare(actual, expected, { ...options, order: 'any' });
    if (loose?.isMatch !== true) throw new Broken(`a match in order ${report.order} is none in any order`);
  }
}
