/** Flows, drops and paths on the terminal. What is expected of the tutorial's capture is what docs/TUTORIAL.md and tcpdump tell of it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runVppcap } from './run-vppcap.js';

const LOST = 'captures/tftp-answer-lost.pcap';
const DENIED = /^denied on output of tap2 by ACL 4 "pod" rule 4 /;

interface Flow {
  readonly client: string;
  readonly server: string;
  readonly translated: string | null;
  readonly packets: readonly number[];
  readonly dropped: number;
  readonly causes: readonly string[];
}

interface Told {
  readonly flows: readonly (Flow &
    Record<'there' | 'back', { readonly packets: number; readonly first: object | null }>)[];
}

interface Table {
  readonly flows: readonly Flow[];
  readonly otherFlows: object;
}

interface Cause {
  readonly count: number;
  readonly first: { readonly frame: number };
}

describe('on the terminal', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vppcap-terminal-'))));
  after(() => rmSync(folder, { recursive: true }));

  const json = (...args: string[]): unknown => {
    const { code, stdout, stderr } = runVppcap([...args, '--json']);
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
    return JSON.parse(stdout);
  };

  it('addresses have the names that the script gives them, but not in commands', () => {
    const node = join(folder, 'named.vpp');
    const script = readFileSync(join(ROOT, 'configs', 'contiv-node.vpp'), 'utf8');
    writeFileSync(node, `${script}\n# name: 10.1.1.3 client\n# name: 192.0.2.69 tftp\n`);
    const flows = runVppcap(['replay', LOST, '-c', node, '--flows', '-q']).stdout;
    expect(flows).to.match(/^UDP +10\.1\.1\.3:40001 \(client\) → 8\.8\.8\.8:53 /m);
    const told = runVppcap(['explain', LOST, '-c', node, '--flow', '192.0.2.69:40741']).stdout;
    expect(told).to.include('UDP 192.0.2.69:40741 (tftp) → 192.168.16.1:18995\n');
    expect(told).to.match(/translates the destination .* to 10\.1\.1\.3:50123 \(client\)/);
    expect(told).to.match(/named\.vpp:\d+: set ip arp static tap2 10\.1\.1\.3 /);
  });

  it('replay --flows: those with drops first', () => {
    const { flows, otherFlows } = json('replay', LOST, '--flows', '--max', '3') as Table;
    expect(flows.map(({ client, packets, dropped }) => [client, ...packets, dropped])).to.deep.equal([
      ['192.0.2.69:40741', 3, 0, 3],
      ['192.0.2.69:40742', 1, 0, 1],
      ['10.1.1.3:40001', 1, 1, 0],
    ]);
    expect(flows[2].translated).to.equal('192.168.16.1:16253 → 8.8.8.8:53');
    expect(flows[0].causes).to.have.lengthOf(1);
    expect(flows[0].causes[0]).to.match(DENIED);
    expect(otherFlows).to.deep.equal({ flows: 1, packets: 2 });
    const { stdout } = runVppcap(['replay', LOST, '--flows', '--max', '1', '-q']);
    const [heading, row, more] = stdout.split('\n');
    expect(heading).to.match(/^protocol +client → server +leaves as +interfaces +packets +bytes +fate$/);
    expect(row).to.match(/^UDP {7}192\.0\.2\.69:40741 → .* 3 \/ 0 +411 \/ 0 +dropped: denied on output of tap2/);
    expect(more).to.equal('and 3 more flows, 5 packets (--max shows more)');
  });

  it('explain --flow: with the answers that are dropped behind NAT44', () => {
    const { flows } = json('explain', LOST, '--flow', '10.1.1.3:50123') as Told;
    expect(flows.map(({ client, there, back }) => [client, there.packets, back.packets])).to.deep.equal([
      ['10.1.1.3:50123', 2, 0],
      ['192.0.2.69:40741', 3, 0],
      ['192.0.2.69:40742', 1, 0],
    ]);
    const { stdout } = runVppcap(['explain', LOST, '--flow', '10.1.1.3:40001']);
    expect(stdout).to.match(
      /^UDP 10\.1\.1\.3:40001 → 8\.8\.8\.8:53, which leaves as 192\.168\.16\.1:16253 → 8\.8\.8\.8:53\n/,
    );
    expect(stdout).to.match(/\nthere, from 10\.1\.1\.3:40001: 1 packet; 1 left\. .*\n {2}Frame 1 arrived on tap2: /);
    expect(stdout).to.match(/\nback, from 8\.8\.8\.8:53: 1 packet; 1 left\. .*\n {2}Frame 2 arrived on Gigabit/);
    const { code, stderr } = runVppcap(['explain', LOST, '--flow', '10.1.1.9']);
    expect(stderr).to.equal('vppcap: --flow 10.1.1.9: no flow has that end; vppcap replay --flows lists them\n');
    expect(code).to.equal(2);
  });

  it('explain --drops: each cause once, of the frames that are meant', () => {
    const { stdout } = runVppcap(['explain', LOST, '--drops']);
    expect(stdout).to.match(
      /^4 frames: denied on output of tap2 by ACL 4 "pod" rule 4 .*\n {2}Frame 4 arrived on Gigabit/,
    );
    expect(stdout).to.match(/\n {2}To pass, a rule that permits it has to come before rule 4 of ACL 4/);
    const few = json('explain', LOST, '--drops', '--filter', 'udp src port 40742') as Cause[];
    expect(few.map(({ count, first }) => [count, first.frame])).to.deep.equal([[1, 8]]);
  });

  it('trace --paths: as show trace paths prints them', () => {
    const { stdout } = runVppcap(['trace', LOST, '--paths', '--max', '1']);
    const [, heading, , counts, path, , more] = stdout.split('\n');
    expect(heading).to.equal('Found 4 unique paths across all threads (showing top 1):');
    expect(counts).to.equal('  [0] Count: 4  Length: 10  Threads: [0]');
    expect(path).to.match(
      /^ {6}Path: dpdk-input -> ethernet-input -> .* -> acl-plugin-out-ip4-fa -> error-drop -> drop$/,
    );
    expect(more).to.equal('  ... 3 more paths not shown (use --max to see more)');
  });

  it('replay --filter: the others run, and nothing is written about them', () => {
    const [out, verdicts] = [join(folder, 'out.pcapng'), join(folder, 'verdicts.jsonl')];
    const filter = ['--filter', 'udp and src host 10.1.1.3 and udp dst port 69'];
    const { stdout } = runVppcap(['replay', LOST, '-o', out, '--verdicts', verdicts, ...filter]);
    expect(stdout).to.match(
      /^received 8 = transmitted 4 .*\n2 frames matched --filter and were written; all of them count/,
    );
    const lines = readFileSync(verdicts, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { frame: number }).frame)).to.deep.equal([2, 6]);
    // The port is the second draw: frame 1 ran, too.
    const { flows } = json('replay', LOST, '--flows', ...filter) as Table;
    expect(flows.map(({ translated }) => translated)).to.deep.equal(['192.168.16.1:18995 → 192.0.2.69:69']);
  });

  it('diff --filter: only changes of frames that are meant', () => {
    const script = readFileSync(join(ROOT, 'configs/contiv-node.vpp'), 'utf8');
    const other = join(folder, 'other.vpp');
    writeFileSync(other, script.replace(/^ip route add 0\.0\.0\.0\/0 .*$/m, ''));
    const of = (filter: string): unknown[] => {
      const { stdout } = runVppcap(
        ...[['diff', LOST, '-c', 'configs/contiv-node.vpp', '-c', other, '--filter', filter, '--json']],
      );
      const { frames, changedFrames } = JSON.parse(stdout) as { frames: number; changedFrames: number };
      return [frames, changedFrames];
    };
    expect(of('udp dst port 69')).to.deep.equal([2, 2]);
    expect(of('tcp')).to.deep.equal([0, 0]);
  });
});
