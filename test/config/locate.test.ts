/** Which configuration applies. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { builtInScript, locateScript } from '../../src/config/locate.js';

describe('config: which script', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'vppcap-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('the one that is given, whether it exists or not', () => {
    expect(locateScript({ config: 'other.vpp', workingDirectory: directory })).to.equal('other.vpp');
  });

  it('vppcap.vpp of the working directory', () => {
    writeFileSync(join(directory, 'vppcap.vpp'), '');
    expect(locateScript({ workingDirectory: directory })).to.equal(join(directory, 'vppcap.vpp'));
  });

  it('else the built-in node', () => {
    expect(locateScript({ workingDirectory: directory })).to.match(/configs[/\\]contiv-node\.vpp$/);
    expect(locateScript({ release: '26.06', workingDirectory: directory })).to.match(
      /configs[/\\]contiv-node-26\.06\.vpp$/,
    );
  });

  it('the built-in node is found upwards from the module, as in an installed package', () => {
    const root = join(directory, 'node_modules', 'vppcap');
    mkdirSync(join(root, 'configs'), { recursive: true });
    writeFileSync(join(root, 'configs', 'contiv-node.vpp'), '');
    expect(builtInScript(undefined, join(root, 'dist', 'src', 'config', 'locate.js'))).to.equal(
      join(root, 'configs', 'contiv-node.vpp'),
    );
  });
});
