/** The code that V8 made when the package was built is taken, and is not needed. */

import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MAIN, ROOT } from './run-vppcap.js';

const ARGUMENTS = [
  'replay',
  join(ROOT, 'captures', 'pod-to-internet.pcap'),
  '-c',
  join(ROOT, 'configs', 'contiv-node.vpp'),
];

/** Says whether V8 takes the code, as a command would be started: with no flags. */
const CHECK = `const { readFileSync } = require('node:fs');
const [filename, code] = process.argv.slice(1);
const script = new (require('node:vm').Script)(readFileSync(filename, 'latin1'), { filename, cachedData: readFileSync(code) });
console.log('rejected: ' + script.cachedDataRejected);`;

describe('the code of the command', () => {
  let copy = '';
  let codes: string[] = [];
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'vppcap-'));
    cpSync(join(dirname(MAIN), '..'), copy, {
      recursive: true,
      filter: (path) => !/dist\/(src|test|scripts|bench)\b/.test(path),
    });
    const bin = join(copy, 'bin');
    codes = readdirSync(bin).flatMap((name) => (name.endsWith('.code') ? [join(bin, name)] : []));
  });
  afterEach(() => {
    rmSync(copy, { recursive: true });
  });

  it('is what this Node.js takes', () => {
    for (const code of codes) {
      const { stdout } = spawnSync(process.execPath, ['-e', CHECK, code.replace(/code$/, 'js'), code], {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      expect(stdout).to.equal('rejected: false\n');
    }
    expect(codes).to.have.length(3);
  });

  for (const { name, harm } of [
    {
      name: 'is not there',
      harm: (code: string) => {
        rmSync(code);
      },
    },
    {
      name: 'is of another version',
      harm: (code: string) => {
        writeFileSync(code, readFileSync(code).fill(1, 4, 8));
      },
    },
    {
      name: 'is cut',
      harm: (code: string) => {
        writeFileSync(code, readFileSync(code).subarray(0, 1000));
      },
    },
    {
      name: 'is empty',
      harm: (code: string) => {
        writeFileSync(code, '');
      },
    },
  ])
    it(`makes no difference where it ${name}`, () => {
      const run = (main: string): unknown => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...ARGUMENTS], { encoding: 'utf8' });
        return { status, stdout, stderr };
      };
      const whole = run(MAIN);
      codes.forEach(harm);
      expect(run(join(copy, 'bin', 'vppcap.js'))).to.deep.equal(whole);
      expect(whole).to.include({ status: 0, stderr: '' });
    });
});
