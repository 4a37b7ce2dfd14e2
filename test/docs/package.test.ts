/** What npm would publish: everything that runs, and little else. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../cli/run-vppcap.js';

interface Pack {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly man: string;
  readonly exports: { readonly '.': Readonly<Record<string, string>> };
  readonly engines: { readonly node: string };
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

describe('the package', () => {
  let pack: Pack = { size: 0, files: [] };
  let paths: ReadonlySet<string> = new Set();
  before(function () {
    this.timeout(60_000);
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--offline'], { cwd: ROOT, encoding: 'utf8' });
    [pack] = JSON.parse(stdout) as [Pack];
    paths = new Set(pack.files.map(({ path }) => path));
  });

  it('is smaller than 3.5 MB', () => {
    expect(pack.size).to.be.within(1, 3_500_000);
  });

  it('has what package.json names', () => {
    const { bin, man, exports } = readJson('package.json') as Manifest;
    for (const path of [...Object.values(bin), man, ...Object.values(exports['.'])])
      expect(paths).to.include(join(path));
  });

  for (const { what, path } of [
    { what: 'threads that help with batches', path: 'dist/lib/batch-thread.js' },
    { what: 'threads that run cases', path: 'dist/lib/case-worker.js' },
    { what: 'the process that records live traffic', path: 'dist/lib/recorder.js' },
    { what: 'the built-in node', path: 'configs/contiv-node.vpp' },
    { what: 'the schema of case.yaml', path: 'schema/case.schema.json' },
    { what: 'the schema of the JSON report', path: 'schema/test-report.schema.json' },
    { what: 'what drafted cases refer to', path: 'docs/CASES.md' },
    { what: 'what imported cases refer to', path: 'docs/TRACES.md' },
    { what: 'the licence', path: 'LICENSE' },
  ])
    it(`has ${what}`, () => {
      expect(paths).to.include(path);
    });

  it('has scripts of no command, of those that run often and of all, each with its code', () => {
    const found = [...paths]
      .filter((path) => path.startsWith('dist/bin/script-'))
      .map((path) => path.replace(/-\w+/, ''));
    const [code, script] = ['dist/bin/script.code', 'dist/bin/script.js'];
    expect(found.sort()).to.deep.equal([code, code, code, script, script, script]);
  });

  it('has no tests, sources, source maps or captures', () => {
    const strays = [...paths].filter((path) => /\.map$|(?<!\.d)\.ts$|^test|\/test\/|\.pcap/.test(path));
    expect(strays).to.deep.equal([]);
  });

  it('asks for no older Node.js than the packages it needs', () => {
    const { packages } = readJson('package-lock.json') as {
      packages: Record<string, { dev?: boolean; engines?: { node?: string } }>;
    };
    const { engines } = readJson('package.json') as Manifest;
    const floorOf = (range: string): number =>
      Math.min(...range.split('||').map((part) => Number(/(\d+)/.exec(part)?.[1] ?? 0)));
    const needs = Object.values(packages).filter(({ dev, engines: own }) => dev !== true && own?.node !== undefined);
    const tooNew = needs.filter((own) => floorOf(own.engines?.node ?? '') > floorOf(engines.node));
    expect(tooNew).to.deep.equal([]);
  });
});
