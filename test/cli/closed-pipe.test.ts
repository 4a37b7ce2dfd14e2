/** Whoever reads what a command prints goes away (`vppcap … | head -1`): it ends soon, with one sentence or none. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeFleet } from '../fleet/make-fleet.js';
import { MAIN, ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures/pod-to-internet.pcap');
const SCRIPT = join(ROOT, 'configs/contiv-node.vpp');
const AFTER = 'fleet/node-02/node.vpp';
const CASES = join(ROOT, 'expectations');

/** By command: its exit code where everything that it prints is lost. Of words it is that of the verdict; data are missing then. */
const COMMANDS: readonly (readonly [words: string, code: number])[] = [
  ['--help', 0],
  ['--version', 0],
  ['completion bash', 0],
  [`config ${SCRIPT}`, 0],
  [`replay ${CAPTURE}`, 0],
  [`replay ${CAPTURE} --json --flows --sessions --coverage`, 0],
  [`replay ${CAPTURE} -o -`, 4],
  [`replay ${CAPTURE} --verdicts -`, 4],
  [`trace ${CAPTURE}`, 4],
  [`trace ${CAPTURE} --paths`, 4],
  [`explain ${CAPTURE} --frame 1`, 0],
  [`report ${CAPTURE} -o -`, 4],
  [`verify ${CAPTURE} fleet/node-01/both.pcapng`, 1],
  [`diff ${CAPTURE} -c ${SCRIPT} -c ${AFTER}`, 1],
  ['audit fleet/node-01/both.pcapng', 0],
  ['audit fleet/node-01 fleet/node-02', 1],
  [`diff fleet/node-01 fleet/node-02 -c ${SCRIPT}`, 1],
  ['report fleet/node-01 fleet/node-02 -o pages', 0],
  ['merge results', 1],
  ["query 'select * from verdicts' tables", 0],
  [`import-node ${join(ROOT, 'configs/show-commands.txt')}`, 4],
  // Nobody hears the rest of the suite.
  [`test ${CASES}`, 141],
];

describe('a closed pipe', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-closed-'));
    writeFleet(join(folder, 'fleet'), 2, { different: ['node-02'] });
    const nodes = ['node-01', 'node-02'].map((name) => join(folder, 'fleet', name));
    runVppcap(['audit', ...nodes, '-q', '--results', join(folder, 'results')]);
    runVppcap(['replay', CAPTURE, '-q', '--tables', join(folder, 'tables')]);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [words, code] of COMMANDS)
    it(words.replaceAll(`${ROOT}/`, ''), async () => {
      const args = Array.from(words.matchAll(/'[^']*'|\S+/g), ([word]) => word.replaceAll("'", ''));
      const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.destroy();
      let complaints = '';
      child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
      const status = await new Promise((resolve) => child.on('close', resolve));
      expect([status, complaints.replace(/^(?:-:|missing|Running).*\n/gm, '')]).to.deep.equal([
        code,
        code === 4 ? 'vppcap: standard output: cannot be written: the reader has closed the pipe\n' : '',
      ]);
    });
});
