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
