/** Case files of regression suites, and `vppcap test` of them. */

import { copyFileSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { caseYamlText } from '../../../src/regression/case/case-yaml.js';
import { CASE_FILE, loadCase, parseCase } from '../../../src/regression/case/case.js';
import { testCase } from '../../../src/regression/test-case.js';
import { checkReports } from '../reports.js';
import { linesOf } from '../minimise.js';
import { EXPECTATIONS, filesIn, scratchFolder } from '../seed-files.js';
import { acceptedOrNull, Broken, requireEqual, type FuzzTarget } from '../target.js';
import { mutateText, wordsOf } from '../text-mutations.js';

/** The files of this case are there; most cases have files of these names. */
const CASE = 'acl-deny-to-pod';

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
  split: linesOf,
  async check(input) {
    if (folder === '') folder = caseFolder();
    writeFileSync(join(folder, CASE_FILE), input);
    const names = ['CaseFileError'];
    const description = acceptedOrNull(() => parseCase(input.toString(), CASE_FILE), names);
    const loaded = acceptedOrNull(() => loadCase(folder), names);
    if (description === null) {
      if (loaded !== null) throw new Broken('loaded what cannot be parsed');
      return;
    }
    requireEqual(parseCase(caseYamlText(description, []), CASE_FILE), description, 'written and read');
    await checkTest();
    if (loaded === null) return;
    const root = `${realpathSync(folder)}/`;
    for (const path of [loaded.configFile, ...[...loaded.captures, ...loaded.expected].map(({ file }) => file)])
      if (path !== null && !resolve(path).startsWith(root) && !resolve(path).startsWith(`${folder}/`))
        throw new Broken(`${path} leaves the folder`);
  },
};

/** A folder with the captures and the configuration of a case. */
function caseFolder(): string {
  const path = join(scratchFolder(), 'case');
  mkdirSync(path);
  for (const file of readdirSync(join(EXPECTATIONS, CASE)))
    copyFileSync(join(EXPECTATIONS, CASE, file), join(path, file));
  return path;
}

/** It ends in a result, which every reporter can tell. */
async function checkTest(): Promise<void> {
  const options = { allowed: [], needsDetail: true, needsCoverage: true };
  const { result } = await testCase({ name: 'case', folder }, options);
  if (![0, 1, 2, 3].includes(result.exitCode)) throw new Broken(`exit code ${result.exitCode}`);
  requireEqual(result.status === 'passed', result.exitCode === 0, 'the status and the exit code');
  requireEqual(result.status === 'passed', result.differences.length === 0, 'the status and the differences');
  await checkReports(result);
}
