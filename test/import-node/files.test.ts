/** Which files are read: text, and Contiv's bug report as a folder, a tar archive or a gzipped one; and the command as a user runs it. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runVppcap } from '../cli/run-vppcap.js';
import { CONTIV_ANSWERS } from './contiv-answers.js';

/** As scripts/contiv-vpp-bug-report.sh of Contiv/VPP names them. */
const FILES: Readonly<Record<string, string>> = {
  'vpp-interface.log': 'show interface',
  'vpp-interface-address.log': 'show interface address',
  'vpp-ip-fib.log': 'show ip fib',
  'vpp-l2-fib.log': 'show l2fib verbose',
  'vpp-ip-arp.log': 'show ip arp',
  'vpp-vxlan-tunnels.log': 'show vxlan tunnel',
  'vpp-nat44-interfaces.log': 'show nat44 interfaces',
  'vpp-nat44-static-mappings.log': 'show nat44 static mappings',
  'vpp-nat44-addresses.log': 'show nat44 addresses',
  'vpp-acls.log': 'show acl-plugin acl',
  'vpp-hardware-info.log': 'show hardware-interfaces',
};

describe('vppcap import-node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-import-node-'));
  const report = join(folder, 'contiv-vpp-bug-report');
  const script = join(folder, 'node.vpp');
  const run = (...given: readonly string[]): ReturnType<typeof runVppcap> =>
    runVppcap(['import-node', ...given, '-o', script]);

  before(() => {
    for (const node of ['k8s-master', 'k8s-worker1']) {
      mkdirSync(join(report, node), { recursive: true });
      for (const [file, command] of Object.entries(FILES)) {
        const answer =
          node === 'k8s-master'
            ? CONTIV_ANSWERS[command]
            : CONTIV_ANSWERS[command].replaceAll('192.168.16.2', '192.168.16.3');
        writeFileSync(join(report, node, file), `${answer}\n`);
      }
      writeFileSync(
        join(report, node, 'vpp.conf'),
        'unix { nodaemon }\nnat {\n  endpoint-dependent\n  max translations per user 10000\n}\ndpdk { dev 0000:00:08.0 }\n',
      );
      writeFileSync(join(report, node, 'contiv-stn.log'), 'vpp# show interface\nnonsense 1 up\n');
    }
    for (const [option, name] of [
      ['-cf', 'report.tar'],
      ['-czf', 'report.tgz'],
      ['-cJf', 'report.tar.xz'],
    ])
      expect(spawnSync('tar', [option, join(folder, name), '-C', folder, 'contiv-vpp-bug-report']).status).to.equal(0);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('asks which node of a bug report is meant', () => {
    expect(run(report)).to.deep.include({
      code: 2,
      stderr: `${report}:1:1: a report of k8s-master and k8s-worker1: --node says which is meant\n`,
    });
    expect(run(report, '--node', 'k8s-worker7').stderr).to.equal(
      `${report}:1:1: a report of k8s-master and k8s-worker1, not of k8s-worker7\n`,
    );
  });

  it('reads a bug report as a folder, one node of it, and as an archive', () => {
    expect(run(join(report, 'k8s-worker1')).code).to.equal(0);
    const made = readFileSync(script, 'utf8');
    expect(made).to.include('\nset interface ip address GigabitEthernet0/8/0 192.168.16.3/24\n');
    expect(made).to.include('# not shown: the release of VPP: taken to be 19.08 ("show version" would show it)\n');
    expect(made).to.include('\n# startup: nat { endpoint-dependent max translations per user 10000 }\n');
    expect(made).not.to.include('limits of users');
    for (const given of [report, ...['tar', 'tgz', 'tar.xz'].map((ending) => join(folder, `report.${ending}`))]) {
      const { code, stdout } = run(given, '--node', 'k8s-worker1');
      expect(code).to.equal(0);
      expect(stdout).to.include(
        `${script}: VPP 19.08, 5 interfaces, 2 static neighbours, 7 routes, 2 ACLs, 1 bridge domain`,
      );
      expect(stdout).to.include(
        'missing: the order of ACLs on interfaces; "show acl-plugin interface" would show it\n',
      );
      expect(readFileSync(script, 'utf8').split('\n').slice(1)).to.deep.equal(made.split('\n').slice(1));
    }
  });

  it('refuses a folder that is none', () => {
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other', 'notes.txt'), 'nothing\n');
    expect(run(join(folder, 'other')).stderr).to.equal(
      `${join(folder, 'other')}:1:1: no file of a Contiv bug report in it, such as vpp-interface.log\n`,
    );
    expect(run(join(folder, 'none.txt')).stderr).to.equal(
      `${join(folder, 'none.txt')}:1:1: cannot read the show commands: no such file\n`,
    );
  });

  it('writes the script to standard output where no file is named', () => {
    const text = join(folder, 'show.txt');
    writeFileSync(text, `### show interface\n${CONTIV_ANSWERS['show interface']}\n`);
    const { code, stdout, stderr } = runVppcap(['import-node', text]);
    expect(code).to.equal(0);
    expect(stdout.split('\n')[0]).to.equal('# Made by vppcap import-node from show.txt.');
    expect(stderr).to.include('missing: tables and routes; "show ip fib" would show it\n');
  });

  it('writes what tells of a state to a file that replay reads', () => {
    const [text, state] = [join(folder, 'two.txt'), join(folder, 'state.txt')];
    const answers = ['show interface', 'show interface address', 'show ip arp', 'show ip fib'];
    writeFileSync(text, answers.map((command) => `vpp# ${command}\n${CONTIV_ANSWERS[command]}\n`).join(''));
    const { stdout } = run(text, '--state', state);
    expect(stdout).to.include(`\n${state}: 3 neighbours\n`);
    expect(readFileSync(state, 'utf8')).to.equal(
      `### show ip arp\n${CONTIV_ANSWERS['show ip arp'].replace(/^\n/, '')}\n`,
    );
    expect(run(text).stdout).to.match(/\nnot in the script: 3 neighbours; replay --state \S+two\.txt reads them\n$/);
  });

  it('says which lines it does not take itself', () => {
    const text = join(folder, 'bridged.txt');
    writeFileSync(
      text,
      'vpp# show interface\nloop0  1  up  9000/0/0/0\nvpp# show interface addr\nloop0 (up):\n  L2 bridge bd-id 7 idx 1 shg 0\n',
    );
    const { code, stdout } = run(text);
    expect(code).to.equal(0);
    expect(stdout).to.match(
      /vppcap does not take all of it:\n {2}\S+node\.vpp:\d+:1: bridging of loop0 is not modelled but as BVI: append "bvi"\n/,
    );
  });

  it('does not overwrite what it reads', () => {
    expect(runVppcap(['import-node', script, '-o', script]).stderr).to.equal(
      `vppcap: ${script}: is an input as well as the output; give them different names\n`,
    );
  });

  it('prints what was found as JSON', () => {
    const { stdout } = run(report, '--node', 'k8s-master', '--json');
    const found = JSON.parse(stdout) as {
      release: string;
      missing: { command: string; what: string }[];
      errors: string[];
    };
    expect(found.release).to.equal('19.08');
    expect(found.missing.map(({ command }) => command)).to.include('show acl-plugin interface');
    expect(found.errors).to.deep.equal([]);
  });
});
