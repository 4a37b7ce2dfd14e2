/** `vppcap diff` as a user runs it: exit codes, reports, allowed changes, and scripts of either release. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { DiffReport } from '../../src/diff/report.js';
import { ROOT, runVppcap } from './run-vppcap.js';

describe('vppcap diff', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-diff-'));
  const capture = join(ROOT, 'captures', 'pod-to-internet.pcap');
  const node = join(ROOT, 'configs', 'contiv-node.vpp');
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const script = readFileSync(node, 'utf8');
  const other = file(
    'other.vpp',
    script
      .replace('deny src 10.1.1.3/32 dst 10.20.0.0/24', 'deny src 10.1.1.3/32 dst 8.8.8.8/32 proto 17')
      .replace('via 192.168.16.100 Gig', 'via 192.168.16.2 Gig'),
  );
  const run = (...args: string[]) => runVppcap(['diff', capture, '-c', node, ...args], folder);
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('exits with 0 where nothing changes, and says so in one line', () => {
    expect(run('-c', file('same.vpp', script))).to.deep.equal({
      code: 0,
      stdout: 'unchanged: 6 flows (6 frames)\n',
      stderr: '',
    });
  });

  it('exits with 1 where something changes, and names both lines', () => {
    const { code, stdout } = run('-c', other);
    expect(code).to.equal(1);
    expect(stdout.split('\n')[0]).to.equal(
      'changed: 5 of 6 flows (6 frames), 5 frames of them; 1 flow does not change',
    );
    expect(stdout)
      .to.include(`\npasses → dropped: 1 flow, 1 frame\n`)
      .and.to.include(`    ${node}:136: set acl-plugin acl tag global`)
      .and.to.include(`    ${other}:136: set acl-plugin acl tag global`)
      .and.to.include(`\ngoes to another next hop: 4 flows, 4 frames\n`)
      .and.to.include(`    ${other}:30: ip route add 0.0.0.0/0 via 192.168.16.2 GigabitEthernet0/8/0`)
      .and.to.include('\nno change: 4 ports of NAT44');
  });

  it('prints a report of its schema', () => {
    const { stdout } = run('-c', other, '--json');
    const schema = JSON.parse(readFileSync(join(ROOT, 'schema', 'diff.schema.json'), 'utf8')) as object;
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    validate(JSON.parse(stdout));
    expect(validate.errors).to.equal(null);
  });

  it('lets pass what is allowed, and tells of what is stale', () => {
    const hop = '- { change: next-hop, config: ip route add 0.0.0.0/0, reason: a new gateway }\n';
    const dns = '- { change: dropped, config: "other.vpp:136", frames: udp port 53, reason: no DNS }\n';
    const telnet = '- { change: dropped, frames: tcp port 23, reason: no telnet }\n';
    const one = run('-c', other, '--allow', file('one.yaml', hop + telnet));
    expect(one.code).to.equal(1);
    expect(one.stdout)
      .to.include('\ngoes to another next hop: 4 flows, 4 frames, allowed: a new gateway\n')
      .and.to.include('\nstale: entry 2 of the allowed changes (passes → dropped: no telnet) fits nothing\n');
    const both = run('-c', other, '--allow', file('both.yaml', hop + dns), '--json');
    expect(both.code).to.equal(0);
    expect((JSON.parse(both.stdout) as DiffReport).verdict).to.equal('unchanged');
  });

  for (const [name, text, message] of [
    ['no reason', '- { change: dropped }', 'entry 1, reason: the reason is missing'],
    ['no such change', '- { change: drop, reason: x }', 'entry 1, change: Invalid option: expected one of "dropped"'],
    ['no filter', '- { change: dropped, frames: prot 6, reason: x }', 'entry 1, frames: '],
    ['no list', 'change: dropped', 'Invalid input: expected array'],
  ] as const)
    it(`refuses a file of allowed changes with ${name}`, () => {
      const { code, stderr } = run('-c', other, '--allow', file('bad.yaml', text));
      expect(code).to.equal(2);
      expect(stderr)
        .to.match(/^vppcap: --allow .*\n$/)
        .and.to.include(message);
    });

  it('reports as `test` does', () => {
    const { code, stdout } = run('-c', other, '--reporter', 'github', '--reporter', 'junit=junit.xml');
    expect(code).to.equal(1);
    const lines = stdout.split('\n');
    expect(lines[0]).to.include('file=other.vpp,line=136::passes → dropped: 1 flow');
    expect(lines[1]).to.include('file=other.vpp,line=30::goes to another next hop');
    expect(lines[2]).to.equal('::error title=vppcap diff::1 passed, 2 failed');
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).to.include('tests="3" failures="2"');
    expect(run('-c', other, '--reporter', 'html=diff.html').stdout).to.match(/^changed: /);
    expect(readFileSync(join(folder, 'diff.html'), 'utf8')).to.include('<title>vppcap diff · ');
  });

  it('reads one script under both releases', () => {
    const { code, stdout } = run('--release', '19.08', '--release', '26.06', '--json');
    const { verdict, before: was, after: is, boundPorts } = JSON.parse(stdout) as DiffReport;
    expect({ code, verdict, was, is, boundPorts }).to.deep.equal({
      code: 0,
      verdict: 'unchanged',
      was: { config: node, release: '19.08' },
      is: { config: node, release: '26.06' },
      boundPorts: 5,
    });
  });

  it('exits with 2 where there is nothing to compare with, and with 3 for no capture', () => {
    expect(run().stderr).to.include('Give two configurations');
    expect([run().code, run('-c', other, '-c', other).code, run('-c', 'nothere').code]).to.deep.equal([2, 2, 2]);
    expect(runVppcap(['diff', 'nothere.pcap', '-c', node, '-c', other]).code).to.equal(3);
    expect(runVppcap(['diff', `tap99=${capture}`, '-c', node, '-c', other]).code).to.equal(2);
  });
});
