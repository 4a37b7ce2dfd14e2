/** Node configurations: scripts in VPP's language. */

import { applyScript } from '../../../src/config/apply.js';
import { builtInScript } from '../../../src/config/locate.js';
import { viewOf } from '../../../src/config/node-view.js';
import { ConfigErrors } from '../../../src/pipeline/command/config-error.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { showNode } from '../../../src/config/show.js';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { configs } from '../../pipeline/random-traffic.js';
import { linesOf } from '../minimise.js';
import { EXPECTATIONS, filesIn } from '../seed-files.js';
import { acceptedOrNull, Broken, requireEqual, type FuzzTarget } from '../target.js';
import { mutateText, wordsOf } from '../text-mutations.js';
import { checkFrames } from './frames.js';
import { everySort } from '../every-sort.js';

const RANDOM_SCRIPTS = 20;
const PLACE = /^fuzz\.vpp:\d+:\d+: /;

let vocabulary: string[] = [];

/** Scripts of the cases, the built-in one and random ones of the property tests. */
export function scriptSeeds(): Buffer[] {
  const random = fc.sample(configs, { numRuns: RANDOM_SCRIPTS, seed: 7 });
  return [
    ...filesIn(EXPECTATIONS, /\.vpp$/),
    readFileSync(builtInScript()),
    ...random.map((lines) => Buffer.from(lines.join('\n'))),
  ];
}

/** No file but the script itself is read. */
const noOthers = (): string => {
  throw new Error('not here');
};

export const scripts: FuzzTarget = {
  name: 'scripts',
  extension: '.vpp',
  share: 15,
  seeds() {
    const seeds = scriptSeeds();
    vocabulary = wordsOf(seeds);
    return seeds;
  },
  mutate: (input, other, random) => mutateText(input, other, random, vocabulary),
  split: linesOf,
  async check(input) {
    const text = input.toString();
    const build = () => {
      const script = parseScript(text, 'fuzz.vpp', { readText: noOthers });
      return { script, tables: applyScript(script) };
    };
    let built: ReturnType<typeof build> | null = null;
    try {
      built = acceptedOrNull(build, ['ConfigError'], false);
    } catch (error) {
      if (!(error instanceof ConfigErrors)) throw error;
    }
    if (built === null) {
      checkComplaints(text);
      return;
    }
    const view = viewOf(built.script);
    showNode(view, built.script.release);
    // Line ends mean nothing.
    const windows = parseScript(text.replaceAll('\n', '\r\n'), 'fuzz.vpp', { readText: noOthers });
    requireEqual(viewOf(windows), view, 'with and without CRLF');
    const names = built.tables.interfaces.all.slice(1).map(({ name }) => name);
    if (names.length > 0) await checkFrames({ config: text.split('\n'), frames: everySort(names) });
  },
};

/** Each complaint is one line that begins with its place. */
function checkComplaints(text: string): void {
  try {
    applyScript(parseScript(text, 'fuzz.vpp', { readText: noOthers }));
  } catch (error) {
    const { message } = error as Error;
    for (const line of message.split('\n'))
      if (!PLACE.test(line)) throw new Broken(`no place: ${JSON.stringify(line)}`);
  }
}
