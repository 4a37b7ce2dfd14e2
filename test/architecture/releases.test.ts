/** A release is a value: code outside src/releases does not know which one runs. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { RELEASE_NAMES, WORDING_NAMES } from '../../src/releases/names.js';
import { RELEASES } from '../../src/releases/releases.js';
import { TRACE_WORDINGS } from '../../src/releases/wording.js';

/** The package's root: tests run compiled, from dist/test/architecture. */
const SRC = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'src');

/** `19.08`, `VPP_19_08`, `26.06` */
const RELEASE_NAME = /\b\d\d[._](?:01|02|04|05|06|08|09|10)\b/;

const withoutComments = (code: string): string => code.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '');

/** Lines of a file that name a release. */
const naming = (file: string): string[] =>
  withoutComments(readFileSync(join(SRC, file), 'utf8'))
    .split('\n')
    .filter((line) => RELEASE_NAME.test(line));

describe('releases', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it('are named in src/releases only', () => {
    const others = files.filter((file) => !file.startsWith('releases/'));
    expect(others.filter((file) => naming(file).length > 0)).to.deep.equal([]);
  });

  it('have the names that command lines know', () => {
    expect(RELEASES.map(({ name }) => name)).to.deep.equal(RELEASE_NAMES);
    expect(TRACE_WORDINGS.map(({ name }) => name)).to.deep.equal(WORDING_NAMES);
  });
});
