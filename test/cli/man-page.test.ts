import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from 'chai';
import { ROOT, runVppcap } from './run-vppcap.js';

const PAGE = join(ROOT, 'dist', 'man', 'vppcap.1');

describe('manual page', () => {
  const page = readFileSync(PAGE, 'utf8').replaceAll('\\-', '-');

  const commands = Array.from(runVppcap(['--help']).stdout.matchAll(/^ {2}vppcap ([a-z-]+)/gm), ([, name]) => name);
  for (const command of new Set(commands))
    it(`has ${command} with all its options`, () => {
      expect(page).to.include(`.SH VPPCAP ${command.toUpperCase()}\n`);
      const section = page.split(`.SH VPPCAP ${command.toUpperCase()}\n`)[1].split('.SH ')[0];
      const options = runVppcap([command, '--help']).stdout.match(/--[a-z-]+(?= )/g) ?? [];
      expect(options.length).to.be.greaterThan(2);
      for (const option of options) expect(section).to.include(option);
    });

  it('is sound roff', function () {
    if (spawnSync('groff', ['--version']).status !== 0) this.skip();
    const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-P-cbou', '-ww', PAGE], { encoding: 'utf8' });
    expect(stderr).to.equal('');
    expect(stdout).to.include('EXIT STATUS');
  });
});
