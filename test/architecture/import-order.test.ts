/** Imports go one way (docs/ARCHITECTURE.md). This test is what keeps that document true. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

/** A folder may import itself and folders of a lower rank. */
const RANKS: Readonly<Record<string, number>> = {
  wire: 0,
  capture: 1,
  tables: 1,
  config: 2,
  pipeline: 3,
  trace: 4,
  workers: 5,
  replay: 6,
  verify: 7,
  regression: 8,
  cli: 9,
};

/** What a folder may import beyond itself, where that is less than its rank allows: the judge knows nothing of the accused. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  verify: ['wire', 'capture'],
};

/** The package's root: tests run compiled, from dist/test/architecture. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const SRC = join(ROOT, 'src');

/** Modules that a file imports or exports from by relative path, as paths from src/. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const specifiers = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)['"](\.{1,2}\/[^'"]+)['"]/g);
  return Array.from(specifiers, ([, specifier]) => normalize(join(dirname(file), specifier)));
}

const folderOf = (file: string): string => file.split(/[\\/]/)[0];

/** Why one file must not import another, or null. */
function objection(from: string, to: string): string | null {
  const [source, target] = [folderOf(from), folderOf(to)];
  if (source === target || source === 'index.ts') return null;
  if (target === '..') return `${from} imports ${to}, which is outside src/`;
  if (target.endsWith('.js')) return `${from} imports ${to}: nothing inside imports the public API`;
  const allowed = source in ONLY ? ONLY[source].includes(target) : RANKS[target] < RANKS[source];
  return allowed ? null : `${from} imports ${to}: ${source} must not know ${target}`;
}

describe('import order', () => {
  const entries = readdirSync(SRC, { withFileTypes: true });
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it('gives every folder of src/ a rank', () => {
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.filter((name) => !(name in RANKS))).to.deep.equal([]);
  });

  it('has no file in src/ itself but index.ts', () => {
    expect(entries.filter((entry) => entry.isFile()).map(({ name }) => name)).to.deep.equal(['index.ts']);
  });

  it('goes one way', () => {
    const objections = files.flatMap((file) => importsOf(file).map((to) => objection(file, to)));
    expect(objections.filter((text) => text !== null)).to.deep.equal([]);
  });

  for (const { name, from, to, refused } of [
    { name: 'down the ranks', from: 'pipeline/graph.ts', to: 'tables/tables.js', refused: false },
    { name: 'within a folder', from: 'wire/tcp.ts', to: 'wire/ip4.js', refused: false },
    { name: 'up the ranks', from: 'tables/tables.ts', to: 'pipeline/graph.js', refused: true },
    { name: 'between twins of one rank', from: 'capture/pcap.ts', to: 'tables/tables.js', refused: true },
    { name: 'from the judge to the accused', from: 'verify/compare.ts', to: 'pipeline/graph.js', refused: true },
    { name: 'from the judge to its tools', from: 'verify/compare.ts', to: 'capture/frame-batch.js', refused: false },
    { name: 'the public API from inside', from: 'cli/main.ts', to: 'index.js', refused: true },
    { name: 'everything from the public API', from: 'index.ts', to: 'regression/case.js', refused: false },
  ]) {
    it(`${refused ? 'refuses' : 'allows'} an import ${name}`, () => {
      expect(objection(from, to) !== null).to.equal(refused);
    });
  }
});
