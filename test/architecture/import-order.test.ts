/** Imports go one way and never in a circle (docs/ARCHITECTURE.md). This test is what keeps that document true. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

/** A folder may import itself and folders of a lower rank. The longest name that fits decides. */
const RANKS: Readonly<Record<string, number>> = {
  wire: 0,
  capture: 1,
  parquet: 1.5,
  'pipeline/engine': 2,
  'pipeline/command': 3,
  'pipeline/trace': 3,
  pipeline: 4,
  // What plugins share.
  'pipeline/fib': 5,
  'pipeline/nat-common': 6,
  // Plugins, each in a folder of its own: none knows another.
  'pipeline/*': 7,
  'pipeline/flow-cache': 8,
  releases: 9,
  config: 10,
  'import-node': 10.5,
  dataplane: 11,
  outcome: 12,
  filter: 13,
  trace: 14,
  node: 14.5,
  explain: 15,
  workers: 16,
  replay: 17,
  verify: 18,
  report: 18.5,
  audit: 19,
  regression: 20,
  diff: 20.3,
  shrink: 20.4,
  fleet: 20.5,
  cli: 21,
};

/** What a folder may import beyond itself, where that is less than its rank allows: the judge knows nothing of the accused. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  verify: ['wire', 'capture'],
};

/** A folder has at most so many files: more have a second subject among them. */
const FILES_AT_MOST = 22;

/** The package's root: tests run compiled, from dist/test/architecture. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const SRC = join(ROOT, 'src');

/** Modules that a file imports or exports from by relative path, as paths from src/. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const specifiers = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)['"](\.{1,2}\/[^'"]+)['"]/g);
  return Array.from(specifiers, ([, specifier]) => normalize(join(dirname(file), specifier)));
}

/** The folder with a rank that a file belongs to, or null. */
function folderOf(file: string): string | null {
  const [top, plugin] = dirname(file).split(/[\\/]/);
  if (top === 'pipeline' && plugin) return `${top}/${plugin}`;
  return top in RANKS ? top : null;
}

const rankOf = (folder: string): number => RANKS[folder in RANKS ? folder : 'pipeline/*'];

/** Why one file must not import another, or null. */
function objection(from: string, to: string): string | null {
  if (from === 'index.ts') return null;
  if (to.startsWith('..')) return `${from} imports ${to}, which is outside src/`;
  const [source, target] = [folderOf(from), folderOf(to)];
  if (target === null) return `${from} imports ${to}: nothing inside imports the public API`;
  if (source === null) return `${from} is in no folder that has a rank`;
  if (source === target) return null;
  const allowed = source in ONLY ? ONLY[source].includes(target) : rankOf(target) < rankOf(source);
  return allowed ? null : `${from} imports ${to}: ${source} must not know ${target}`;
}

/** Files that import each other in a circle, a list for each circle (Tarjan 1972). */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): number => {
    index.set(file, index.size);
    low.set(file, index.size - 1);
    stack.push(file);
    for (const to of imports.get(file) ?? []) {
      if (!imports.has(to)) continue;
      const reached = index.has(to) ? (stack.includes(to) ? index.get(to) : Infinity) : visit(to);
      low.set(file, Math.min(low.get(file) ?? 0, reached ?? 0));
    }
    const lowest = low.get(file) ?? 0;
    if (lowest === index.get(file)) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) found.push(circle);
    }
    return lowest;
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}

describe('import order', () => {
  const entries = readdirSync(SRC, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(SRC.length + 1));

  it('gives every folder of src/ a rank', () => {
    expect(files.filter((file) => file !== 'index.ts' && folderOf(file) === null)).to.deep.equal([]);
  });

  it('is the order of docs/ARCHITECTURE.md', () => {
    const text = readFileSync(join(ROOT, 'docs', 'ARCHITECTURE.md'), 'utf8');
    const table = text.slice(text.indexOf('## Folders'), text.indexOf('`src/index.ts`'));
    const shown = Array.from(table.matchAll(/^\| `([\w/*-]+)` /gm), ([, name]) => name);
    expect(shown.map(rankOf)).to.deep.equal(shown.map(rankOf).toSorted((a, b) => a - b));
    expect(shown.toSorted()).to.deep.equal(Object.keys(RANKS).sort());
  });

  it('goes one way', () => {
    const objections = files.flatMap((file) => importsOf(file).map((to) => objection(file, to)));
    expect(objections.filter((text) => text !== null)).to.deep.equal([]);
  });

  it('has no circle', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).map((to) => to.replace(/\.js$/, '.ts'))]));
    expect(circles(graph)).to.deep.equal([]);
  });

  it('finds a circle', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['b']],
      ['d', []],
    ]);
    expect(circles(graph)).to.deep.equal([['b', 'c']]);
  });

  it(`has no folder of more than ${String(FILES_AT_MOST)} files`, () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > FILES_AT_MOST)).to.deep.equal([]);
  });

  for (const { name, from, to, refused } of [
    { name: 'down the ranks', from: 'config/apply.ts', to: 'pipeline/engine/graph.js', refused: false },
    { name: 'within a folder', from: 'wire/tcp.ts', to: 'wire/ip4.js', refused: false },
    {
      name: 'within a plugin',
      from: 'pipeline/acl/acl-table.ts',
      to: 'pipeline/acl/match/acl-rules.js',
      refused: false,
    },
    { name: 'up the ranks', from: 'pipeline/engine/graph.ts', to: 'config/apply.js', refused: true },
    { name: 'between plugins', from: 'pipeline/acl/acl-nodes.ts', to: 'pipeline/l2/l2-input.js', refused: true },
    { name: 'from the judge to the accused', from: 'verify/verify.ts', to: 'pipeline/engine/graph.js', refused: true },
    { name: 'from the judge to its tools', from: 'verify/verify.ts', to: 'capture/frame-batch.js', refused: false },
    { name: 'the public API from inside', from: 'cli/main.ts', to: 'index.js', refused: true },
    { name: 'everything from the public API', from: 'index.ts', to: 'regression/case.js', refused: false },
  ]) {
    it(`${refused ? 'refuses' : 'allows'} an import ${name}`, () => {
      expect(objection(from, to) !== null).to.equal(refused);
    });
  }
});
