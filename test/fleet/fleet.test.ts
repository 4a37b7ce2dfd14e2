/** Folders of nodes, audited whole and in parts, on the command line. */

import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { fleetDiffSchema, fleetSchema } from '../../scripts/fleet-schema.js';
import { ROOT, runVppcap, type Outcome } from '../cli/run-vppcap.js';
import { writeFleet } from './make-fleet.js';

const NODES = 24;
/** By node: what is wrong with it, as the audit has to say. */
const BROKEN: Readonly<Record<string, RegExp>> = {
  'node-03': /node\.vpp:\d+:1: unknown command "frobnicate"/,
  'node-11': /both\.pcapng: block \d+ at byte \d+ is cut/,
  'node-17': /no capture, expected files that end in \.pcap/,
};
/** Nodes whose pool has another address than their script says. */
const DIFFERENT = ['node-05', 'node-20'];

describe('fleet', function () {
  this.timeout(120_000);
  let folder = '';
  let nodes: string[] = [];
  const at = (...names: string[]): string => join(folder, ...names);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-fleet-'));
    const broken = { broken: ['node-03'], cut: ['node-11'], empty: ['node-17'] };
    writeFleet(at('fleet'), NODES, { ...broken, different: DIFFERENT });
    nodes = readdirSync(at('fleet')).map((name) => at('fleet', name));
    cpSync(join(ROOT, 'captures/pod-to-internet.pcap'), at('one.pcap'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const wholes = new Map<string, Outcome>();
  /** What one run of all tells. */
  const wholeOf = (args: readonly string[]): Outcome => {
    const key = args.join(' ');
    const known = wholes.get(key) ?? auditAll(args);
    wholes.set(key, known);
    return known;
  };
  const auditAll = (args: readonly string[]) => runVppcap(['audit', ...nodes, ...args]);

  it('what it prints as JSON is as schema/fleet.schema.json has it', () => {
    const { stdout } = wholeOf(['--json']);
    expect(fleetSchema.parse(JSON.parse(stdout)).results).to.have.lengthOf(NODES);
  });

  it('every node has a result; what is broken is a finding, and causes are told across nodes', () => {
    const { stdout, code } = auditAll([]);
    expect(code).to.equal(1);
    const lines = stdout.split('\n');
    expect(lines[0]).to.equal('24 nodes: 3 broken, 2 different, 19 as expected');
    for (const [name, words] of Object.entries(BROKEN))
      expect(lines.find((line) => line.startsWith(`  ${name}: `))).to.match(words);
    expect(stdout).to.match(/^ {2}10 changed on 2 nodes \(node-05, node-20\): the node translated it otherwise$/m);
    expect(stdout).to.match(/^ {4}\S+node-05\/node\.vpp:\d+: nat44 add address 192\.168\.16\.9$/m);
  });

  for (const n of [1, 4, 7])
    it(`${String(n)} parts merged are what one run tells, byte for byte`, () => {
      const kept = at(`results-${String(n)}`);
      for (let i = 1; i <= n; i++) {
        const { stderr } = auditAll(['-q', '--shard', `${String(i)}/${String(n)}`, '--results', kept]);
        expect(stderr).to.equal('');
      }
      for (const [format, ending] of [
        ['--json', ''],
        ['--reporter', 'junit'],
        ['--reporter', 'tap'],
      ]) {
        const args = ending === '' ? [format] : [format, ending];
        const whole = wholeOf(args);
        const merged = runVppcap(['merge', kept, ...args]);
        expect(merged.stdout, args.join(' ')).to.equal(whole.stdout);
        expect(merged.code).to.equal(whole.code);
      }
    });

  it('times of an earlier run share the work out anew, and all is there once', () => {
    const timings = at('timings.json');
    expect(runVppcap(['merge', at('results-4'), '--timings', timings, '-q']).code).to.equal(1);
    const kept = at('results-timed');
    for (const i of [1, 2]) auditAll(['-q', '--shard', `${String(i)}/2`, '--timings', timings, '--results', kept]);
    expect(runVppcap(['merge', kept, '--json']).stdout).to.equal(wholeOf(['--json']).stdout);
  });

  it('a part that is missing, doubled or of another run is an error', () => {
    const kept = at('broken-results');
    cpSync(at('results-4'), kept, { recursive: true });
    rmSync(join(kept, 'part-2-of-4', 'run.json'));
    expect(runVppcap(['merge', kept])).to.deep.include({
      code: 2,
      stderr: `vppcap: ${kept}: part 2 of 4 is missing\n`,
    });
    expect(runVppcap(['merge', at('results-4'), join(at('results-4'), 'part-1-of-4')]).stderr).to.match(
      /: part 1 of 4 is in .*part-1-of-4, too/,
    );
    expect(runVppcap(['merge', at('results-4'), at('results-7')]).stderr).to.match(/one has 4 parts, the other 7/);
  });

  it('captures and folders do not go together', () => {
    expect(runVppcap(['audit', nodes[0], at('one.pcap')]).stderr).to.match(
      /node-01 is a folder: captures, or folders of nodes, not both/,
    );
    expect(runVppcap(['audit', at('one.pcap'), '--shard', '1/2']).stderr).to.match(/--shard is for folders of nodes/);
    expect(runVppcap(['audit', nodes[0], '--state', 'x.txt']).stderr).to.match(/--state is for captures/);
  });

  it('a diff of all: changes by what decided across nodes, whole or in parts', () => {
    const given = ['diff', ...nodes, '-c', join(nodes[0], 'node.vpp'), '--json'];
    const whole = runVppcap(given);
    const { nodes: verdicts, groups } = fleetDiffSchema.parse(JSON.parse(whole.stdout));
    expect(verdicts).to.deep.equal({ broken: 3, changed: 2, 'nothing to compare': 0, unchanged: 19 });
    const address = groups.find(({ change }) => change === 'address');
    expect(address?.nodes).to.deep.equal(DIFFERENT.map((name) => ({ name, count: 5 })));
    expect(address?.before.config?.text).to.equal('nat44 add address 192.168.16.9');
    const kept = at('diff-results');
    for (const i of [1, 2]) runVppcap([...given, '-q', '--shard', `${String(i)}/2`, '--results', kept]);
    expect(runVppcap(['merge', kept, '--json'])).to.deep.equal(whole);
  });

  it('a page of all links to a page of each; a broken node has its sentence', () => {
    const { stdout, code } = runVppcap(['report', ...nodes, '-o', at('pages')]);
    expect(code).to.equal(3);
    expect(stdout).to.match(/^24 nodes: 3 broken, 2 with drops, 19 without drops\n/);
    expect(stdout).to.match(
      /^ {2}2 on 2 nodes \(node-05, node-20\): 192\.168\.16\.1 is an address of the node itself/m,
    );
    const index = readFileSync(at('pages', 'index.html'), 'utf8');
    const links = new Set(Array.from(index.matchAll(/href="([^"]+)"/g), ([, link]) => link));
    const pages = nodes.map((path) => `nodes/${basename(path)}.html`).filter((page) => existsSync(at('pages', page)));
    // What comes before the cut is in the page of node-11.
    expect(pages).to.have.lengthOf(NODES - 2);
    expect([...links].sort()).to.deep.equal(pages);
    expect(index).to.contain('unknown command &quot;frobnicate&quot;');
  });

  it("a suite's parts merge to its results", () => {
    const kept = at('suite');
    const suite = ['test', join(ROOT, 'expectations'), '--filter', 'acl', '-q'];
    for (const i of [1, 2]) runVppcap([...suite, '--shard', `${String(i)}/2`, '--results', kept]);
    const { stdout, code } = runVppcap(['merge', kept, '--json']);
    const { summary, cases } = JSON.parse(stdout) as { summary: { passed: number }; cases: { name: string }[] };
    const names = readdirSync(join(ROOT, 'expectations')).filter((name) => name.includes('acl'));
    expect(cases.map(({ name }) => name)).to.deep.equal(names.sort());
    expect(summary.passed).to.equal(names.length);
    expect(code).to.equal(0);
  });
});
