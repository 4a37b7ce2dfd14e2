import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { ROOT, runVppcap, type Outcome } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');
const EXPECTED = join(ROOT, 'expectations', 'pod-to-internet', 'expected.pcapng');

describe('vppcap replay', () => {
  let folder = '';
  const inFolder = (name: string): string => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-replay-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('replays the documented flow and finds what is expected', () => {
    const { code, stdout } = runVppcap(['replay', CAPTURE, '-o', inFolder('out.pcap'), '--expect', EXPECTED]);
    expect(stdout).to.match(/^received 6 = transmitted 6 \+ dropped 0 \+ punted 0 \+ consumed 0\n/);
    expect(stdout).to.match(/\nmatch: all 6 packets equal\n$/);
    expect(code).to.equal(0);
  });

  it('exits with 1 where the output differs from --expect, and needs no --output for that', () => {
    const { code, stdout } = runVppcap(['replay', CAPTURE, '--expect', CAPTURE]);
    expect(stdout).to.include('ip4.src expected 10.1.1.3, got 192.168.16.1');
    expect(code).to.equal(1);
  });

  describe('with --expect, into a folder', () => {
    const EXPECTED_FOLDER = 'expected/';
    /** The path of the built-in configuration, edited. */
    const changed = (edit: (text: string) => string): string => {
      writeFileSync(inFolder('node.vpp'), edit(readFileSync(join(ROOT, 'configs', 'contiv-node.vpp'), 'utf8')));
      return inFolder('node.vpp');
    };
    const replay = (...args: readonly string[]): Outcome => runVppcap(['replay', CAPTURE, ...args], folder);
    beforeEach(() => expect(replay('-o', EXPECTED_FOLDER).code).to.equal(0));

    for (const { name, args } of [
      { name: 'a folder with one that is not there yet', args: ['-o', 'out/', '--expect', 'expected'] },
      { name: 'a folder with a capture of all interfaces', args: ['-o', 'out/', '--expect', EXPECTED] },
      { name: 'a capture with a folder', args: ['-o', 'out.pcapng', '--expect', 'expected/'] },
      { name: 'nothing that is kept with a folder', args: ['--expect', 'expected/'] },
    ]) {
      it(`compares ${name}`, () => {
        const { code, stdout } = replay(...args);
        expect(stdout).to.match(/\nmatch: all 6 packets equal\n$/);
        expect(code).to.equal(0);
      });
    }

    it('compares interfaces that are named otherwise', () => {
      renameSync(inFolder('expected/GigabitEthernet0-8-0.pcap'), inFolder('expected/ens3.pcap'));
      renameSync(inFolder('expected/tap2.pcap'), inFolder('expected/eth0.pcap'));
      const pairs = ['--map', 'GigabitEthernet0/8/0=ens3', '--map', 'tap2=eth0'];
      for (const args of [
        ['-o', 'out/', ...pairs],
        ['-o', 'out.pcapng', ...pairs],
        ['-o', 'out/', '--ignore', 'interface'],
      ])
        expect(replay(...args, '--expect', EXPECTED_FOLDER).stdout).to.match(/\nmatch: all 6 packets equal\n/);
      expect(replay('--expect', EXPECTED_FOLDER).stdout).to.match(
        /\nno interface has packets on both sides: GigabitEthernet0\/8\/0, tap2; expected: ens3, eth0\. --map GigabitEthernet0\/8\/0=/,
      );
    });

    for (const { name, args, stderr } of [
      {
        name: 'an interface that the node does not have',
        args: ['--map', 'eth0=tap2', '--expect', EXPECTED_FOLDER],
        stderr: /^vppcap: --map eth0=tap2: the node has no interface eth0; it has GigabitEthernet0\/8\/0, /,
      },
      {
        name: 'one that nothing is expected on',
        args: ['--map', 'tap2=eth9', '--expect', EXPECTED_FOLDER],
        stderr: /the expected capture has no interface eth9, it has GigabitEthernet0-8-0, tap2\n$/,
      },
      {
        name: 'a comparison that there is not',
        args: ['--map', 'tap2=eth0'],
        stderr: /^vppcap: --map is about the comparison with --expect, which is not given\n$/,
      },
    ])
      it(`refuses to map ${name}`, () => {
        const result = replay(...args);
        expect(result.stderr).to.match(stderr);
        expect(result.code).to.equal(2);
      });

    it('leaves captures aside that another replay wrote', () => {
      mkdirSync(inFolder('out'));
      writeFileSync(inFolder('out/tap0.pcap'), readFileSync(CAPTURE));
      expect(replay('-o', 'out/', '--expect', EXPECTED_FOLDER).stdout).to.match(/\nmatch: all 6 packets equal\n$/);
    });

    it('says what the replay decided about a packet of an interface, by its number there', () => {
      const node = changed((text) => `${text}\nip route add 31.134.97.0/24 via 172.30.1.2 tap0\n`);
      const { code, stdout } = replay('-c', node, '-o', 'out/', '--expect', EXPECTED_FOLDER);
      // The fifth packet that leaves is the only one on tap0.
      expect(stdout).to.match(
        /\nframe 1 on tap0 \(frame 5 of expected\/GigabitEthernet0-8-0\.pcap\): interface expected Gig.*\n {4}rx frame 5 on tap2, /,
      );
      expect(stdout).to.match(/\nframe 1 on tap2 of the expected capture is missing: .*\n {4}rx frame 6 on Gig/);
      expect(code).to.equal(1);
    });

    it('misses all packets where none leaves', () => {
      const node = changed((text) => text.replace(/^set interface state (?:tap2|Gig).*$/gm, ''));
      const { code, stdout } = replay('-c', node, '-o', 'out/', '--expect', EXPECTED_FOLDER);
      expect(stdout).to.match(/\ndifferences: 0 changed, 6 missing, 0 unexpected; 0 packets equal\n$/);
      expect(code).to.equal(3); // nothing was replayed
    });
  });

  for (const { name, args, stdout } of [
    { name: 'neither summary nor differences', args: ['--expect', CAPTURE], stdout: /^$/ },
    {
      name: 'coverage where it is asked for, alone',
      args: ['--expect', CAPTURE, '--coverage'],
      stdout: /^coverage of .* by 6 frames\n(?!.*expected)/s,
    },
    { name: 'JSON where it is asked for', args: ['--expect', CAPTURE, '--json'], stdout: /^\{\n.*"comparison": \{/s },
  ]) {
    it(`-q prints ${name}`, () => {
      const result = runVppcap(['replay', CAPTURE, '-q', ...args]);
      expect(result.stdout).to.match(stdout);
      expect(result.code).to.equal(1);
    });
  }

  it('exits with 2 for a script with an unknown command, which it locates', () => {
    writeFileSync(inFolder('node.vpp'), 'nonsense loopback interface\n');
    const { code, stderr } = runVppcap(['replay', CAPTURE, '-c', inFolder('node.vpp')]);
    expect(stderr).to.match(/node\.vpp:1:1: /);
    expect(code).to.equal(2);
  });

  it('exits with 2 for an interface that the node does not have', () => {
    const { code, stderr } = runVppcap(['replay', `nope=${CAPTURE}`]);
    expect(stderr).to.include('the node has no interface "nope"');
    expect(code).to.equal(2);
  });

  it('exits with 3 for a capture that breaks off, after replaying what comes before', () => {
    writeFileSync(inFolder('cut.pcap'), readFileSync(CAPTURE).subarray(0, -10));
    const { code, stdout, stderr } = runVppcap(['replay', inFolder('cut.pcap'), '-o', inFolder('out.pcap')]);
    expect(stdout).to.match(/^received 5 = /);
    expect(stderr).to.match(/cut\.pcap: record 6 at byte \d+ is cut: /);
    expect(code).to.equal(3);
  });

  it('exits with 4 for an output that cannot be written, and leaves nothing behind', () => {
    const { code, stderr } = runVppcap(['replay', CAPTURE, '-o', inFolder('no/such/folder/out.pcap')]);
    expect(stderr).to.match(/^vppcap: .*out\.pcap.*\n$/);
    expect(readdirSync(folder)).to.deep.equal([]);
    expect(code).to.equal(4);
  });

  it('keeps its words away from a capture on standard output', () => {
    const { code, stdout, stderr } = runVppcap(['replay', CAPTURE, '-o', '-']);
    expect(stdout).to.not.include('received');
    expect(stderr).to.include('received 6');
    expect(code).to.equal(0);
  });

  it('writes drops and verdicts, and the summary as JSON', () => {
    const args = ['--drops', inFolder('drops.pcapng'), '--verdicts', inFolder('verdicts.jsonl'), '--json'];
    const { stdout } = runVppcap(['replay', CAPTURE, ...args]);
    expect((JSON.parse(stdout) as ReplaySummary).totals.received).to.equal(6);
    expect(readFileSync(inFolder('verdicts.jsonl'), 'utf8').trim().split('\n')).to.have.length(6);
    expect(existsSync(inFolder('drops.pcapng'))).to.equal(true);
  });
});
