/** `vppcap audit` as a user runs it: exit codes, the report as JSON, and the capture of differences. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { AuditReport } from '../../src/audit/report.js';
import { openCapture } from '../../src/capture/input/open-capture.js';
import { ROOT, runVppcap } from './run-vppcap.js';

describe('vppcap audit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-audit-'));
  const both = join(folder, 'both.pcapng');
  const other = join(folder, 'other.vpp');
  before(() => {
    const script = readFileSync(join(ROOT, 'configs', 'contiv-node.vpp'), 'utf8');
    writeFileSync(other, script.replace('add address 192.168.16.1\n', 'add address 192.168.16.9\n'));
    const capture = join(ROOT, 'captures', 'pod-to-internet.pcap');
    expect(runVppcap(['replay', capture, '--both', '-q', '-o', both]).code).to.equal(0);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('exits with 0 where all is as expected', () => {
    const { code, stdout } = runVppcap(['audit', both]);
    expect(stdout.split('\n')[0]).to.equal('as expected: 6 frames arrived, 6 of 6 sent as expected');
    expect(code).to.equal(0);
  });

  it('exits with 1 where something differs, and names the line', () => {
    const { code, stdout } = runVppcap(['audit', both, '-c', other]);
    expect(stdout)
      .to.match(/^different: /)
      .and.to.include(`${other}:172: nat44 add address 192.168.16.9`);
    expect(code).to.equal(1);
  });

  it('reports as `test` does', () => {
    const file = join(folder, 'junit.xml');
    const { code, stdout } = runVppcap([
      'audit',
      both,
      '-c',
      other,
      '--reporter',
      'github',
      '--reporter',
      `junit=${file}`,
    ]);
    expect(code).to.equal(1);
    const [translated, dropped, summary] = stdout.split('\n');
    expect(translated).to.include('other.vpp,line=172::5 changed: ');
    expect(dropped).to.include('::1 unexpected: the node sent what the model drops');
    expect(summary).to.equal('::error title=vppcap audit::1 passed, 2 failed');
    expect(readFileSync(file, 'utf8')).to.include('tests="3" failures="2"');
  });

  it('tells with --filter only what differs of frames like that; all run', () => {
    const dns = runVppcap(['audit', both, '-c', other, '--filter', 'udp port 53']).stdout;
    expect(dns).to.match(/^different: 1 changed; 1 frame arrived, 0 of 1 sent as expected\n/);
    expect(dns).to.include('expected UDP 192.168.16.9:16253 > 8.8.8.8:53').and.not.include('of frame 3');
    // Its port is the generator's third draw: the flows before have made theirs.
    const ntp = runVppcap(['audit', both, '--filter', 'udp port 123']);
    expect(ntp.stdout).to.match(/^as expected: 1 frame arrived, 1 of 1 sent as expected\n/);
    expect(runVppcap(['audit', both, '--filter', 'port 9']).code).to.equal(3);
    expect(runVppcap(['audit', both, '--filter', 'prot 9']).code).to.equal(2);
  });

  it('new-case --filter makes a case of some frames, and with --audit judges them alone', () => {
    const [alone, judged] = [join(folder, 'alone'), join(folder, 'judged')];
    const capture = join(ROOT, 'captures', 'pod-to-internet.pcap');
    const made = runVppcap(['new-case', capture, '--filter', 'udp port 123', '-o', alone]).stdout;
    expect(made).to.match(/1 frame received, 1 packet sent, 0 dropped.*\n\d+ frames left out.*--filter/);
    runVppcap(['new-case', '--audit', both, '--filter', 'udp port 123', '-o', judged]);
    expect(readFileSync(join(judged, 'case.yaml'), 'utf8')).to.match(/sent: 1\n\s+filter: udp port 123\n/);
    expect(runVppcap(['test', alone, judged]).code).to.equal(0);
    expect(runVppcap(['new-case', capture, '--filter', 'port 9', '-o', join(folder, 'none')]).code).to.equal(3);
  });

  it('exits with 3 where there is nothing to judge', () => {
    const { code, stdout } = runVppcap([
      'audit',
      join(ROOT, 'captures', 'pod-to-internet.pcap'),
      '-c',
      other,
      '--json',
    ]);
    expect((JSON.parse(stdout) as AuditReport).verdict).to.equal('different');
    expect(code).to.equal(1);
    const empty = join(folder, 'empty.pcap');
    writeFileSync(empty, readFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap')).subarray(0, 24));
    expect(runVppcap(['audit', empty]).code).to.equal(3);
  });

  it('exits with 2 for an interface that there is not, and an output without comments', () => {
    expect(runVppcap(['audit', `tap99=${both}`]).code).to.equal(2);
    expect(runVppcap(['audit', both, '-o', join(folder, 'x.pcap')]).code).to.equal(2);
    expect(runVppcap(['audit', both, '-o', both]).code).to.equal(2);
  });

  it('prints a report of its schema', () => {
    const { stdout } = runVppcap(['audit', both, '-c', other, '--json']);
    const schema = JSON.parse(readFileSync(join(ROOT, 'schema', 'audit.schema.json'), 'utf8')) as object;
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    validate(JSON.parse(stdout));
    expect(validate.errors).to.equal(null);
  });

  it('writes both sides of each difference', async () => {
    const output = join(folder, 'differences.pcapng');
    expect(runVppcap(['audit', both, '-c', other, '-q', '-o', output]).code).to.equal(1);
    const lengths: number[] = [];
    for await (const { bytes } of openCapture(output)) lengths.push(bytes.length);
    // Five that are translated otherwise, expected and sent, and one that was sent.
    expect(lengths).to.have.length(11);
    const text = readFileSync(output).toString('latin1');
    expect(text).to.include('sent as frame 2 for frame 1').and.to.include('changed: the node translated it otherwise');
  });
});
