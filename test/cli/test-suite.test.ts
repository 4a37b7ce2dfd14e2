/** `vppcap test` as a user runs it. */

import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { MAIN, ROOT, runVppcap, type Outcome } from './run-vppcap.js';

const NAMES = ['acl-deny-to-pod', 'default-route', 'ttl-expiry'];

describe('vppcap test', () => {
  let root = '';
  const at = (...parts: string[]): string => join(root, ...parts);
  const suite = (...parts: string[]): string => at('suite', ...parts);
  /** On one thread where the test is not about threads, which take time to start. */
  const run = (...args: string[]): Outcome => runVppcap(['test', 'suite', '--jobs', '1', ...args], root, { CI: '' });
  const runOn = (jobs: string, ...args: string[]): Outcome =>
    runVppcap(['test', 'suite', '--jobs', jobs, ...args], root, { CI: '' });
  const edit = (file: string, change: (text: string) => string): void => {
    const before = readFileSync(suite(file), 'utf8');
    const after = change(before);
    expect(after, `${file} is changed`).not.to.equal(before);
    writeFileSync(suite(file), after);
  };
  /** Lets port 22 through, where the case expects a drop. */
  const breakAcl = (): void =>
    edit('acl-deny-to-pod/node.vpp', (text) => text.replace('dport 8080-8080', 'dport 22-8080'));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vppcap-suite-'));
    for (const name of NAMES) cpSync(join(ROOT, 'expectations', name), suite(name), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('refuses a number of threads that is none', () => {
    expect(runOn('0').stderr).to.equal('vppcap: --jobs 0: expected a whole number from 1 up\n');
    expect(runOn('0').code).to.equal(2);
  });

  it('passes', () => {
    const { code, stdout, stderr } = runVppcap(['test', 'suite'], root);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.split('  ')[1])).to.include.members(NAMES.map((name) => `✓ ${name}`));
    expect(stdout).to.match(/\n3 passed \(\d+\.\d{3} s\)\n$/);
  });

  it('colours nothing that is not for a terminal, also where CI is set', () => {
    expect(runVppcap(['test', 'suite'], root, { CI: 'true' }).stdout).not.to.contain('\u001b');
    expect(runVppcap(['test', 'suite', '--color'], root, { CI: 'true' }).stdout).to.contain('\u001b[32m');
  });

  it('says what of each configuration the cases exercised', () => {
    cpSync(suite('acl-deny-to-pod'), suite('again'), { recursive: true });
    edit('again/case.yaml', (text) => text.replace('config: node.vpp', 'config: ../acl-deny-to-pod/node.vpp'));
    rmSync(suite('again', 'node.vpp'));
    const args = ['--coverage', '--filter', 'a', '--allow-outside', suite(), '-q'];
    const { code, stdout } = run(...args);
    expect(code).to.equal(0);
    expect(stdout).to.match(
      /^coverage of suite\/acl-deny-to-pod\/node\.vpp by 4 frames\n {2}ACL rules {13}2 of 2 {2}100 %/,
    );
    const { stdout: json, stderr } = run(...args, '--reporter', 'json');
    const { coverage } = JSON.parse(json) as { coverage: { configuration: string; items: { packets: number }[] }[] };
    expect(coverage[0].configuration).to.equal('suite/acl-deny-to-pod/node.vpp');
    expect(coverage[0].items.map(({ packets }) => packets)).to.deep.equal([2, 2, 0, 0, 4]); // also a frame that is denied on output was rewritten
    expect(stderr).to.match(/^coverage of suite\/acl-deny-to-pod\/node\.vpp by 4 frames/);
  });

  it('says the same in HTML, whatever the number of threads', () => {
    const page = (jobs: string): string => {
      expect(runOn(jobs, '-q', '--reporter', 'html=report.html').code).to.equal(0);
      return readFileSync(at('report.html'), 'utf8').replaceAll(/\d+\.\d{3} s/g, 'some s');
    };
    const one = page('1');
    expect(one).to.include('"headline":"All 3 cases pass"');
    expect(page('3')).to.equal(one);
  });

  it('says what differs: packets, drops and their causes', () => {
    breakAcl();
    const { code, stdout } = run();
    expect(code).to.equal(1);
    expect(stdout).to.contain('✗ acl-deny-to-pod');
    expect(stdout).to.match(
      /frame 1 on tap1 .*203\.0\.113\.9:40000 > 10\.1\.1\.3:22.*made by input frame 1 on GigabitEthernet/,
    );
    expect(stdout).to.match(
      /\n +rx frame 1 on GigabitEthernet0\/8\/0, acl-out tap1: acl 0 rule 0 .* at node\.vpp:\d+\n/,
    );
    expect(stdout).to.contain('expected 1 more of the drop "acl-plugin-out-ip4-fa: ACL deny packets"');
    expect(stdout).to.contain(
      'input frame 1 (SYN to port 22): expected error-drop behind acl-plugin-out-ip4-fa, got tap1-output',
    );
    expect(stdout).to.match(/2 passed, 1 failed/);
  });

  const BROKEN: { name: string; prepare: () => void; code: number; says: RegExp }[] = [
    {
      name: 'a missing expected capture',
      prepare: () => rmSync(suite('ttl-expiry', 'expected.pcapng')),
      code: 1,
      says: /the expected capture suite\/ttl-expiry\/expected\.pcapng is missing/,
    },
    {
      name: 'a stray file',
      prepare: () => writeFileSync(suite('ttl-expiry', 'old.pcapng'), ''),
      code: 1,
      says: /suite\/ttl-expiry\/old\.pcapng is stray: case\.yaml does not name it/,
    },
    {
      name: 'captures without a case.yaml',
      prepare: () => rmSync(suite('ttl-expiry', 'case.yaml')),
      code: 1,
      says: /suite\/ttl-expiry: captures, but no case\.yaml that names them/,
    },
    {
      name: 'a case.yaml that is none',
      prepare: () => writeFileSync(suite('ttl-expiry', 'case.yaml'), 'title: [\n'),
      code: 2,
      says: /! ttl-expiry\n +suite\/ttl-expiry\/case\.yaml: /,
    },
    {
      name: 'a wrong configuration',
      prepare: () => writeFileSync(suite('ttl-expiry', 'node.vpp'), 'set interfce state tap1 up\n'),
      code: 2,
      says: /node\.vpp:1:5: unknown command "set interfce"/,
    },
    {
      name: 'a missing capture',
      prepare: () => rmSync(suite('ttl-expiry', 'in.pcapng')),
      code: 3,
      says: /in\.pcapng: /,
    },
    {
      name: 'a damaged capture',
      prepare: () =>
        writeFileSync(
          suite('ttl-expiry', 'in.pcapng'),
          readFileSync(suite('ttl-expiry', 'in.pcapng')).subarray(0, -30),
        ),
      code: 3,
      says: /in\.pcapng.*/,
    },
    {
      name: 'an interface that is not there',
      prepare: () =>
        edit('ttl-expiry/case.yaml', (text) =>
          text.replace('file: expected.pcapng', 'file: expected.pcapng, interface: tap9'),
        ),
      code: 2,
      says: /the configuration has no interface tap9/,
    },
    {
      name: 'a file outside its folder',
      prepare: () =>
        edit('ttl-expiry/case.yaml', (text) => text.replace('file: in.pcapng', 'file: ../default-route/in.pcapng')),
      code: 2,
      says: /lies outside the case's folder/,
    },
    {
      name: 'a counter that is not as told',
      prepare: () =>
        edit('ttl-expiry/case.yaml', (text) =>
          text.replace('  drops:', '  counters: { ip4-input: { ip4 ttl <= 1: 2 } }\n  drops:'),
        ),
      code: 1,
      says: /counter ip4-input: ip4 ttl <= 1: expected 2, got 1/,
    },
    {
      name: 'a field that no comparison knows',
      prepare: () =>
        writeFileSync(
          suite('ttl-expiry', 'case.yaml'),
          `${readFileSync(suite('ttl-expiry', 'case.yaml'), 'utf8')}compare: { order: sideways }\n`,
        ),
      code: 2,
      says: /compare\.order/,
    },
  ];
  for (const { name, prepare, code, says } of BROKEN)
    it(`reports ${name} and goes on`, () => {
      prepare();
      const outcome = run();
      expect(outcome.stdout).to.match(says);
      expect(outcome.code).to.equal(code);
      expect(outcome.stdout).to.contain('2 passed, 1 ');
    });

  it('takes NAT ports exactly, unless they are to be bound', () => {
    cpSync(join(ROOT, 'expectations', 'pod-to-internet'), suite('pod-to-internet'), { recursive: true });
    rmSync(suite('pod-to-internet', 'case.yaml'));
    const text = readFileSync(join(ROOT, 'expectations', 'pod-to-internet', 'case.yaml'), 'utf8');
    writeFileSync(suite('pod-to-internet', 'case.yaml'), text.replace('config: built-in', 'config: node.vpp'));
    const node = readFileSync(join(ROOT, 'configs', 'contiv-node.vpp'), 'utf8');
    // The second port that NAT44 draws goes to a static mapping, so all flows behind it get the next one.
    writeFileSync(
      suite('pod-to-internet', 'node.vpp'),
      `${node}nat44 add static mapping tcp local 10.1.1.9 80 external 192.168.16.1 18995\n`,
    );
    const { code, stdout } = run('--filter', 'pod-to-internet');
    expect(code).to.equal(1);
    expect(stdout).to.contain('tcp.srcport expected 25801, got 41137');
    const bound = text.replace('config: built-in', 'config: node.vpp') + 'compare: { natPorts: bind }\n';
    writeFileSync(suite('pod-to-internet', 'case.yaml'), bound);
    expect(run('--filter', 'pod-to-internet').stdout).not.to.contain('tcp.srcport expected 25801');
  });

  it('allows files outside their folder where it is told to', () => {
    edit('ttl-expiry/case.yaml', (text) => text.replace('file: expected.pcapng', 'file: ../shared.pcapng'));
    renameSync(suite('ttl-expiry', 'expected.pcapng'), suite('shared.pcapng'));
    expect(run('--filter', 'ttl').code).to.equal(2);
    expect(run('--filter', 'ttl', '--allow-outside', 'suite').code).to.equal(0);
  });

  const CHOSEN: { args: string[]; names: string[] }[] = [
    { args: ['--filter', 'acl'], names: ['acl-deny-to-pod'] },
    { args: ['--filter', 'acl', '--filter', 'ttl'], names: ['acl-deny-to-pod', 'ttl-expiry'] },
    { args: ['--filter', '/^(acl|default)/'], names: ['acl-deny-to-pod', 'default-route'] },
    { args: ['--shard', '1/2'], names: ['acl-deny-to-pod', 'ttl-expiry'] },
    { args: ['--shard', '2/2'], names: ['default-route'] },
    { args: ['--shard', '4/4'], names: [] },
  ];
  for (const { args, names } of CHOSEN)
    it(`${args.join(' ')} runs ${names.join(' and ') || 'nothing'}`, () => {
      const { code, stdout } = run('--reporter', 'json', ...args);
      const { cases } = JSON.parse(stdout) as { cases: { name: string }[] };
      expect({ code, names: cases.map(({ name }) => name) }).to.deep.equal({ code: 0, names });
    });

  const WRONG: { args: string[]; says: RegExp }[] = [
    { args: ['--filter', 'nothing'], says: /no case in suite is called like that/ },
    { args: ['--filter', '/(/'], says: /no regular expression/ },
    { args: ['--shard', '3/2'], says: /--shard 3\/2: expected i\/n/ },
    { args: ['--reporter', 'junti'], says: /did you mean junit\?/ },
    { args: ['--reporter', 'junit', '--reporter', 'json'], says: /junit and json would write to standard output both/ },
    { args: ['--reporter', 'junit=a', '--reporter', 'json=a'], says: /two reports would be written to a/ },
    { args: ['--reporter', 'junit=suite/ttl-expiry/report.xml'], says: /lies in the folder of the case ttl-expiry/ },
    { args: ['--accept-in-ci'], says: /goes with --accept/ },
    { args: ['nowhere'], says: /nowhere: no such folder/ },
  ];
  for (const { args, says } of WRONG)
    it(`refuses ${args.join(' ')}`, () => {
      const { code, stderr, stdout } = run(...args);
      expect(stderr).to.match(says);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    });

  it('writes several reports at once', () => {
    const { code, stdout } = run(
      '--reporter',
      'junit=r.xml',
      '--reporter',
      'tap=r.tap',
      '--reporter',
      'json=r.json',
      '--reporter',
      'github',
    );
    expect(code).to.equal(0);
    expect(readdirSync(root).sort()).to.deep.equal(['r.json', 'r.tap', 'r.xml', 'suite']);
    expect(stdout).to.contain('✓ ttl-expiry').and.to.contain('::notice title=vppcap test::3 passed');
  });

  it('exits with 4 where a report cannot be written, before anything runs', () => {
    const { code, stdout, stderr } = run('--reporter', 'junit=nowhere/r.xml');
    expect({ code, stdout }).to.deep.equal({ code: 4, stdout: '' });
    expect(stderr).to.match(/nowhere\/r\.xml: cannot be written/);
  });

  it('says the same whatever the number of threads', () => {
    breakAcl();
    const said = ['1', '2', '7'].map((jobs) => runOn(jobs).stdout.replace(/\(.* s\)/, ''));
    expect(said[1]).to.equal(said[0]);
    expect(said[2]).to.equal(said[0]);
  });

  for (const jobs of ['1', '3'])
    it(`--bail stops at the first failure, with ${jobs} threads`, () => {
      breakAcl();
      const { code, stdout } = runOn(jobs, '--bail');
      expect(code).to.equal(1);
      expect(stdout).to.contain('- default-route\n  - ttl-expiry\n');
      expect(stdout).to.contain('0 passed, 1 failed, 2 not run');
    });

  describe('--accept', () => {
    it('prints what it accepts, and rewrites the case', () => {
      breakAcl();
      const { code, stdout } = run('--accept');
      expect(code).to.equal(0);
      expect(stdout).to.match(/~ acl-deny-to-pod .*\n +frame 1 on tap1 /);
      expect(stdout).to.contain('accepted: this is what the case expects from now on');
      expect(stdout).to.contain('2 passed, 1 accepted');
      const text = readFileSync(suite('acl-deny-to-pod', 'case.yaml'), 'utf8');
      const description = parse(text) as {
        origin: string;
        notes: string[];
        expect: { drops: []; paths: { what: string; path: string }[] };
      };
      expect(description.origin).to.equal('regenerated');
      expect(description.notes.join()).to.contain('the expectation before was of origin "by hand"');
      expect(description.expect.drops).to.deep.equal([]);
      expect(description.expect.paths[0]).to.include({ what: 'SYN to port 22' });
      expect(description.expect.paths[0].path).to.match(/tap1-output$/);
      expect(text).to.match(/^# Written by/);
      expect(run().code).to.equal(0);
    });

    it('leaves the list of captures as it was written, with its comments', () => {
      const list = '    - { file: expected.pcapng } # as the guide has it\n';
      edit('acl-deny-to-pod/case.yaml', (text) => text.replace(/^ +- .*expected\.pcapng.*\n/m, list));
      breakAcl();
      expect(run('--accept').code).to.equal(0);
      expect(readFileSync(suite('acl-deny-to-pod', 'case.yaml'), 'utf8')).to.contain(list);
    });

    it('leaves cases alone that pass', () => {
      breakAcl();
      const before = readFileSync(suite('ttl-expiry', 'case.yaml'));
      run('--accept');
      expect(readFileSync(suite('ttl-expiry', 'case.yaml')).equals(before)).to.equal(true);
      const rewritten = readFileSync(suite('acl-deny-to-pod', 'case.yaml'));
      run('--accept');
      expect(readFileSync(suite('acl-deny-to-pod', 'case.yaml')).equals(rewritten)).to.equal(true);
    });

    it('writes an expected capture that is missing', () => {
      const before = readFileSync(suite('ttl-expiry', 'expected.pcapng'));
      rmSync(suite('ttl-expiry', 'expected.pcapng'));
      expect(run('--accept').code).to.equal(0);
      expect(run().code).to.equal(0);
      expect(existsSync(suite('ttl-expiry', 'expected.pcapng'))).to.equal(true);
      expect(before.length).to.be.greaterThan(0);
    });

    it('does not accept stray files, nor what cannot be run', () => {
      writeFileSync(suite('default-route', 'old.pcapng'), '');
      writeFileSync(suite('ttl-expiry', 'node.vpp'), 'nonsense\n');
      const { code, stdout } = run('--accept');
      expect(code).to.equal(2);
      expect(stdout).to.contain('1 passed, 1 failed, 1 could not be run');
    });

    it('is refused where CI is set, unless insisted upon', () => {
      breakAcl();
      const refused = runVppcap(['test', 'suite', '--accept'], root, { CI: 'true' });
      expect(refused.code).to.equal(2);
      expect(refused.stderr).to.match(/refused where CI is set/);
      expect(runVppcap(['test', 'suite'], root, { CI: 'true' }).code).to.equal(1);
      expect(runVppcap(['test', 'suite', '--accept', '--accept-in-ci'], root, { CI: 'true' }).code).to.equal(0);
    });
  });

  it('--watch runs a case again when it changes', async function () {
    this.timeout(60_000);
    const child = spawn(process.execPath, [MAIN, 'test', 'suite', '--watch'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(text)) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    try {
      await until(/3 passed/);
      await until(/watching/);
      text = '';
      breakAcl();
      await until(/0 passed, 1 failed/);
      expect(text).to.contain('✗ acl-deny-to-pod').and.not.to.contain('ttl-expiry');
    } finally {
      const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
      child.kill('SIGINT');
      expect(await ended).to.be.oneOf([130, 'SIGINT']);
    }
  });

  it('survives a worker that dies, and names the case', () => {
    mkdirSync(at('preload'));
    // Ends the thread that reads this case, as running out of memory would.
    writeFileSync(
      at('preload', 'die.cjs'),
      `const { isMainThread } = require('node:worker_threads');
       const fs = require('node:fs');
       const { readFileSync } = fs;
       if (!isMainThread) {
         fs.readFileSync = (path, ...rest) => {
           if (String(path).includes('default-route/case.yaml')) process.exit(9);
           return readFileSync(path, ...rest);
         };
         require('node:module').syncBuiltinESMExports();
       }`,
    );
    const { code, stdout } = runVppcap(['test', 'suite', '--jobs', '2'], root, {
      NODE_OPTIONS: `--require ${at('preload', 'die.cjs')}`,
    });
    expect(stdout).to.contain('! default-route\n      a fault in vppcap itself: its thread ended');
    expect(stdout).to.contain('2 passed, 1 could not be run');
    expect(code).to.equal(70);
  });
});

describe('vppcap new-case', () => {
  let root = '';
  const run = (...args: string[]): Outcome => runVppcap(args, root);
  const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vppcap-new-case-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('drafts a case that passes, and says what it proves', () => {
    const made = run('new-case', CAPTURE);
    expect({ code: made.code, stderr: made.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(made.stdout).to.match(/expectations\/pod-to-internet: 6 frames received, 6 packets sent, 0 dropped/);
    expect(made.stdout).to.contain('it proves only that nothing has changed since');
    const folder = join(root, 'expectations', 'pod-to-internet');
    expect(readdirSync(folder).sort()).to.deep.equal(['case.yaml', 'expected.pcapng', 'pod-to-internet.pcap']);
    const text = readFileSync(join(folder, 'case.yaml'), 'utf8');
    expect(parse(text)).to.include({ title: 'pod-to-internet', origin: 'regenerated', config: 'built-in' });
    expect(text).to.contain('it proves only that nothing has changed since');
    expect(run('test').code).to.equal(0);
  });

  it('keeps the configuration and the interfaces', () => {
    const acl = join(ROOT, 'expectations', 'acl-deny-to-pod');
    const input = `GigabitEthernet0/8/0=${join(acl, 'in.pcapng')}`;
    expect(run('new-case', input, '-c', join(acl, 'node.vpp'), '-o', 'mine/acl', '--title', 'Two SYNs').code).to.equal(
      0,
    );
    const description = parse(readFileSync(join(root, 'mine', 'acl', 'case.yaml'), 'utf8')) as Record<string, unknown>;
    expect(description).to.deep.include({
      title: 'Two SYNs',
      config: 'node.vpp',
      captures: [{ file: 'in.pcapng', interface: 'GigabitEthernet0/8/0' }],
    });
    expect(run('test', 'mine').code).to.equal(0);
  });

  const REFUSED: { name: string; args: string[]; prepare?: () => void; code: number; says: RegExp }[] = [
    { name: 'standard input', args: ['-'], code: 2, says: /from files/ },
    { name: 'a capture that is not there', args: ['nowhere.pcap'], code: 3, says: /nowhere\.pcap: no such file/ },
    {
      name: 'a folder that is there',
      args: [CAPTURE],
      prepare: () =>
        cpSync(join(ROOT, 'expectations', 'ttl-expiry'), join(root, 'expectations', 'pod-to-internet'), {
          recursive: true,
        }),
      code: 2,
      says: /is there already/,
    },
    { name: 'a wrong configuration', args: [CAPTURE, '-c', CAPTURE], code: 2, says: /pod-to-internet\.pcap:/ },
  ];
  for (const { name, args, prepare, code, says } of REFUSED)
    it(`refuses ${name}, and leaves nothing behind`, () => {
      prepare?.();
      const before = readdirSync(root, { recursive: true });
      const outcome = run('new-case', ...args);
      expect(outcome.stderr).to.match(says);
      expect({ code: outcome.code, stdout: outcome.stdout }).to.deep.equal({ code, stdout: '' });
      expect(readdirSync(root, { recursive: true }).filter((path) => path !== 'expectations')).to.deep.equal(
        before.filter((path) => path !== 'expectations'),
      );
    });
});
