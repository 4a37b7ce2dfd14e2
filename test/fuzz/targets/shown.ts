/** Texts of show commands, of which scripts are made. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScript } from '../../../src/config/parse-script.js';
import { importNode } from '../../../src/import-node/import-node.js';
import { ROOT } from '../../cli/run-vppcap.js';
import { CONTIV_ANSWERS } from '../../import-node/contiv-answers.js';
import { linesOf } from '../minimise.js';
import { acceptedOrNull, requireEqual, type FuzzTarget } from '../target.js';
import { mutateText, wordsOf } from '../text-mutations.js';

let vocabulary: string[] = [];

export const shown: FuzzTarget = {
  name: 'shown',
  extension: '.txt',
  share: 3,
  seeds() {
    const contiv = Object.entries(CONTIV_ANSWERS).map(([command, answer]) => `### ${command}\n${answer}\n`);
    const seeds = [
      readFileSync(join(ROOT, 'configs', 'show-commands.txt')),
      Buffer.from(contiv.join('')),
      ...contiv.map((text) => Buffer.from(text)),
    ];
    vocabulary = wordsOf(seeds);
    return seeds;
  },
  mutate: (input, other, random) => mutateText(input, other, random, vocabulary),
  split: linesOf,
  async check(input) {
    const text = input.toString();
    const made = acceptedOrNull(() => importNode([{ file: 'fuzz.txt', text, asks: null }]), ['ConfigError'], false);
    if (made === null) return;
    // What is not modelled may stand in it.
    acceptedOrNull(() => parseScript(made.script, 'node.vpp', { release: made.release }), ['ConfigError'], false);
    const windows = importNode([{ file: 'fuzz.txt', text: text.replaceAll('\n', '\r\n'), asks: null }]);
    requireEqual(windows.script, made.script, 'with and without CRLF');
    await Promise.resolve();
  },
};
