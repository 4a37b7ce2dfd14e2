/** A run of a fleet that is told to stop: what it leaves is whole, and all else is absent. */

import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { writeTraffic } from '../../bench/traffic.js';
import { MAIN, runVppcap } from '../cli/run-vppcap.js';
import { writeFleet } from './make-fleet.js';

const NODES = 4;
/** Of a capture beside that of the documented flow, which has 6 that arrive. */
const FRAMES = 4000;

describe('fleet/interrupted', function () {
  this.timeout(120_000);
  let folder = '';
  const at = (...names: string[]): string => join(folder, ...names);
  const filesOf = (name: string): string[] =>
    existsSync(at(name))
      ? readdirSync(at(name), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
      : [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-interrupted-'));
    writeFleet(at('fleet'), NODES, {});
    writeTraffic(at('in.pcap'), { frames: FRAMES, flows: 300, frameBytes: 60 });
    for (const name of readdirSync(at('fleet'))) cpSync(at('in.pcap'), at('fleet', name, 'in.pcap'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const { name, args, hasBegun } of [
    { name: 'pages', args: ['-o', 'pages', '--tables', 'tables'], hasBegun: () => filesOf('pages').length > 2 },
    { name: 'results', args: ['--results', 'results'], hasBegun: () => filesOf('results').length > 2 },
  ])
    it(`${name} are whole or absent`, async () => {
      const nodes = readdirSync(at('fleet')).map((node) => join('fleet', node));
      const child = spawn(process.execPath, [MAIN, 'report', ...nodes, ...args, '-j', '2', '-q'], { cwd: folder });
      const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
      while (!hasBegun() && child.exitCode === null) await wait(20);
      child.kill('SIGINT');
      expect(await ended).to.equal('SIGINT');
      expect(readdirSync(folder).filter((one) => one === 'results')).to.have.lengthOf.below(2);
      expect(filesOf('results')).to.deep.equal([]);
      const left = [...filesOf('pages'), ...filesOf('tables')];
      expect(left.filter((path) => path.endsWith('.partial'))).to.deep.equal([]);
      expect(existsSync(at('pages', 'index.html'))).to.equal(false);
      for (const path of left)
        expect(readFileSync(path).toString('latin1').trimEnd(), path).to.match(/(?:<\/html>|PAR1)$/);
    });

  it('tables of the nodes that were done are asked for', () => {
    const sql = 'select count(*)::int as n, count(distinct node)::int as nodes from verdicts';
    const { stdout, code } = runVppcap(['query', sql, at('tables'), '--json']);
    expect(code).to.equal(0);
    const [{ n, nodes }] = JSON.parse(stdout) as { n: number; nodes: number }[];
    expect(nodes).to.be.within(1, NODES);
    expect(n).to.equal(nodes * (FRAMES + 6));
  });
});
