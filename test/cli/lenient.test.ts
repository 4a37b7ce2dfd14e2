/** --lenient and `exec` in every command that takes a script: a script of the guide's node and one command that is not modelled. */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runVppcap, type Outcome } from './run-vppcap.js';

const REFUSED = 'node.vpp:2:1: VPP has the command "abf attach" (plugin abf), but it is not modelled';
const CAUSE = 'not modelled: "abf attach ip4 policy 1 tap2" (node.vpp:2)';

describe('--lenient', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-lenient-'));
    for (const at of [folder, join(folder, 'nodes', 'a')]) {
      mkdirSync(join(at, 'parts'), { recursive: true });
      copyFileSync(join(ROOT, 'configs', 'contiv-node.vpp'), join(at, 'parts', 'base.vpp'));
      copyFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap'), join(at, 'in.pcap'));
      writeFileSync(join(at, 'node.vpp'), 'exec parts/base.vpp\nabf attach ip4 policy 1 tap2\n');
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (line: string): Outcome => runVppcap(line.split(' '), folder);

  it('without it, the command is an error, and the option is named', () => {
    const { code, stderr } = run('replay in.pcap -c node.vpp');
    expect({ code, stderr }).to.deep.equal({
      code: 2,
      stderr: `${REFUSED}\nvppcap: --lenient takes what is not modelled: what it touches ends in drops\n`,
    });
  });

  const COMMANDS: readonly { readonly line: string; readonly code?: number; readonly says?: string }[] = [
    { line: 'replay in.pcap -c node.vpp', says: '5 not modelled: "abf attach' },
    { line: 'trace in.pcap --frame 1 -c node.vpp', says: 'Packet 1' },
    { line: 'explain in.pcap --frame 1 -c node.vpp', says: CAUSE },
    { line: 'report in.pcap -o out.html -c node.vpp' },
    { line: 'audit in.pcap -c node.vpp', code: 3, says: 'nothing to judge' },
    { line: 'verify in.pcap in.pcap -c node.vpp', says: 'match' },
  ];
  for (const { line, code = 0, says = '' } of COMMANDS)
    it(line, () => {
      const outcome = run(`${line} --lenient`);
      expect(outcome.stdout.replace(/ +/g, ' ')).to.include(says);
      expect(outcome.code).to.equal(code);
      expect(outcome.stderr).to.include(
        'node.vpp:2:1: warning: VPP has the command "abf attach" (plugin abf), but it is not modelled; what it touches is dropped: tap2',
      );
    });

  it('config lists the commands', () => {
    expect(run('config node.vpp --lenient').stdout).to.include(
      'node.vpp:2  abf attach ip4 policy 1 tap2  (what it touches is dropped: tap2)',
    );
  });

  it('audit of folders', () => {
    expect(run('audit nodes/a').stdout).to.include(`nodes/a/${REFUSED}`);
    expect(run('audit nodes/a --lenient').stdout).to.include('6 frames arrived');
  });

  it('a case keeps both: lenient, and the files that exec reads', () => {
    expect(run('new-case in.pcap -c node.vpp -o case --lenient').code).to.equal(0);
    expect(readFileSync(join(folder, 'case', 'case.yaml'), 'utf8')).to.include('\nlenient: true\n');
    expect(run('test case').stdout).to.include('1 passed');
  });

  it('a case cannot keep what is outside', () => {
    writeFileSync(join(folder, 'nodes', 'node.vpp'), 'exec ../parts/base.vpp\n');
    const { code, stderr } = run('new-case in.pcap -c nodes/node.vpp -o other');
    expect(code).to.equal(2);
    expect(stderr).to.include('nodes/node.vpp: a case cannot keep a copy of parts/base.vpp, which its "exec" reads');
  });
});
