/** Cases of captures that have what the node sent: `vppcap new-case --audit`, and that such cases fail where they should. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { CaseYaml } from '../../src/regression/case/case-schema.js';
import { ROOT, runVppcap } from '../cli/run-vppcap.js';

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');

describe('cases of captures that have what the node sent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-audit-case-'));
  const at = (name: string): string => join(folder, name);
  const both = at('both.pcapng');
  const contiv = readFileSync(join(ROOT, 'configs', 'contiv-node.vpp'), 'utf8');
  before(() => {
    writeFileSync(at('node.vpp'), contiv);
    writeFileSync(at('other.vpp'), contiv.replace('add address 192.168.16.1\n', 'add address 192.168.16.9\n'));
    const capture = join(ROOT, 'captures', 'pod-to-internet.pcap');
    expect(runVppcap(['replay', capture, '-c', at('node.vpp'), '--both', '-q', '-o', both]).code).to.equal(0);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const auditOf = (name: string) => (parse(readFileSync(join(at(name), 'case.yaml'), 'utf8')) as CaseYaml).expect.audit;

  it('passes, and fails once the script is another', () => {
    const drafted = runVppcap(['new-case', '--audit', both, '-c', at('node.vpp'), '-o', at('same')]);
    expect(drafted.code).to.equal(0);
    expect(drafted.stdout).to.include('6 of 6 packets sent as expected').and.to.include('The case passes.');
    expect(auditOf('same')).to.deep.equal({ sent: 6 });
    expect(runVppcap(['test', at('same')]).code).to.equal(0);
    writeFileSync(join(at('same'), 'node.vpp'), readFileSync(at('other.vpp')));
    const { code, stdout } = runVppcap(['test', at('same')]);
    expect(code).to.equal(1);
    expect(stdout).to.include('5 changed: the node translated it otherwise');
    expect(stdout).to.include('node.vpp:172: nat44 add address 192.168.16.9');
  });

  it('keeps differences that were there as known, and no more of them', () => {
    expect(runVppcap(['new-case', '--audit', both, '-c', at('other.vpp'), '-o', at('known')]).code).to.equal(0);
    const file = join(at('known'), 'case.yaml');
    expect(auditOf('known')?.differs?.map(({ count }) => count)).to.deep.equal([5, 1]);
    expect(runVppcap(['test', at('known')]).code).to.equal(0);
    writeFileSync(file, readFileSync(file, 'utf8').replace('count: 5', 'count: 4'));
    expect(runVppcap(['test', at('known')]).code).to.equal(1);
  });

  it('refuses captures with nothing to judge, a folder that is there, and options of other cases', () => {
    const empty = at('empty.pcap');
    writeFileSync(empty, readFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap')).subarray(0, 24));
    const draft = (...words: string[]) => runVppcap(['new-case', ...words, '-c', at('node.vpp'), '-o', at('none')]);
    const { code, stderr } = draft('--audit', empty);
    expect(code).to.equal(2);
    expect(stderr).to.include('the captures have nothing to judge');
    expect(existsSync(at('none'))).to.equal(false);
    expect(draft('--audit', '--expect-sent', both).code).to.equal(2);
    expect(draft('--state', at('node.vpp'), both).code).to.equal(2);
  });

  it('a case needs captures or an audit, and not both', () => {
    const file = join(at('known'), 'case.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/expect:[^]*/, 'expect: {}\n'));
    expect(runVppcap(['test', at('known')]).stdout).to.include('expect: needs captures, or audit');
    writeFileSync(file, text.replace('expect:', 'expect:\n  captures: [{ file: both.pcapng }]'));
    expect(runVppcap(['test', at('known')]).stdout).to.include('audit and captures exclude each other');
  });

  for (const [release, name] of [
    ['19.08', 'Q-load0'],
    ['26.06', 'Q-load1'],
  ]) {
    const recording = join(ORACLE, 'loaded', `vpp-${release}`, name);
    const given = ['rxtx.pcap', 'config.vpp', 'state.txt', 'bursts.json'].map((file) => join(recording, file));
    it(`${release} ${name}, with state and bursts`, function () {
      if (!existsSync(recording)) this.skip();
      const [rxtx, config, state, bursts] = given;
      const words = ['new-case', '--audit', rxtx, '-c', config, '--state', state, '--vectors', bursts];
      expect(runVppcap([...words, '--release', release, '-o', at(name)]).code).to.equal(0);
      expect(Object.keys(auditOf(name) ?? {})).to.deep.equal(['sent', 'vectors']);
      expect(runVppcap(['test', at(name)]).code).to.equal(0);
    });
  }
});
