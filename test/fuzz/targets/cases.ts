/** Case files of regression suites. */

import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { caseYamlText } from '../../../src/regression/case-yaml.js';
import { CASE_FILE, loadCase, parseCase } from '../../../src/regression/case.js';
import { EXPECTATIONS, filesIn, scratchFolder } from '../seed-files.js';
import { acceptedOrNull, Broken, requireEqual, type FuzzTarget } from '../target.js';
import { mutateText, wordsOf } from '../text-mutations.js';

const WORDS = [
  '../x.pcap',
  '/etc/passwd',
  'a/../../b',
  '.',
  '~',
  '!!js/function',
  '<<: *a',
  '? ',
  '|',
  '>-',
  '---',
  'null',
];

let vocabulary: string[] = [];
let folder = '';

export const cases: FuzzTarget = {
  name: 'cases',
  extension: '.yaml',
  share: 15,
  seeds() {
    const seeds = filesIn(EXPECTATIONS, /^case\.yaml$/);
    vocabulary = [...WORDS, ...wordsOf(seeds)];
    return seeds;
  },
  mutate: (input, other, random) => mutateText(input, other, random, vocabulary),
  check(input) {
    if (folder === '') mkdirSync((folder = join(scratchFolder(), 'case')));
    writeFileSync(join(folder, CASE_FILE), input);
    const names = ['CaseFileError'];
    const description = acceptedOrNull(() => parseCase(input.toString(), CASE_FILE), names);
    const loaded = acceptedOrNull(() => loadCase(folder), names);
    if (description === null) {
      if (loaded !== null) throw new Broken('loaded what cannot be parsed');
      return;
    }
    requireEqual(parseCase(caseYamlText(description, []), CASE_FILE), description, 'written and read');
    if (loaded === null) return;
    const root = `${realpathSync(folder)}/`;
    for (const path of [loaded.configFile, ...[...loaded.captures, ...loaded.expected].map(({ file }) => file)])
      if (path !== null && !resolve(path).startsWith(root) && !resolve(path).startsWith(`${folder}/`))
        throw new Broken(`${path} leaves the folder`);
  },
};
