import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { VERSION } from '../../src/cli/version.js';
import { ROOT, runVppcap } from './run-vppcap.js';

interface Row {
  readonly name: string;
  readonly given: readonly string[];
  readonly code: number;
  /** Standard error, whole. */
  readonly stderr: string | RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: 'options and no command',
    given: ['--no-color'],
    code: 2,
    stderr: 'vppcap: no command given (vppcap --help)\n',
  },
  {
    name: 'a misspelt command',
    given: ['replya', 'x'],
    code: 2,
    stderr: 'vppcap: unknown command "replya"; did you mean replay? (vppcap --help)\n',
  },
  {
    name: 'a release that is not modelled',
    given: ['config', '--release', '20.01'],
    code: 2,
    stderr: 'vppcap: --release 20.01: VPP 20.01 is not modelled, only 19.08 and 26.06\n',
  },
  {
    name: 'a release of all cases that is not modelled',
    given: ['test', '--release', '20.01'],
    code: 2,
    stderr: 'vppcap: --release 20.01: VPP 20.01 is not modelled, only 19.08 and 26.06\n',
  },
  {
    name: 'a command that there is not',
    given: ['xyz'],
    code: 2,
    stderr: /^vppcap: unknown command "xyz"; there are replay, .*, completion \(vppcap --help\)\n$/,
  },
  {
    name: 'a command that there is not, with options that it might have',
    given: ['zzz', 'in.pcap', '-c', 'x', '--frobnicate'],
    code: 2,
    stderr: /^vppcap: unknown command "zzz"; there are replay, .*, completion \(vppcap --help\)\n$/,
  },
  {
    name: 'the beginning of two commands',
    given: ['ver', 'a', 'b'],
    code: 2,
    stderr: 'vppcap: unknown command "ver"; did you mean verify or verify-trace? (vppcap --help)\n',
  },
  {
    name: 'a capture for a command',
    given: ['captures/pod-to-internet.pcap', '-q'],
    code: 2,
    stderr:
      'vppcap: unknown command "captures/pod-to-internet.pcap"; did you mean replay captures/pod-to-internet.pcap? (vppcap --help)\n',
  },
  {
    name: 'a script for a command',
    given: ['configs/contiv-node.vpp'],
    code: 2,
    stderr:
      'vppcap: unknown command "configs/contiv-node.vpp"; did you mean config configs/contiv-node.vpp? (vppcap --help)\n',
  },
  {
    name: 'a word too many',
    given: ['config', 'a', 'b'],
    code: 2,
    stderr: 'vppcap: config does not take "b" as well (vppcap config --help)\n',
  },
  {
    name: 'a misspelt option',
    given: ['replay', 'x', '--ouptut', 'y'],
    code: 2,
    stderr: 'vppcap: unknown option --ouptut; did you mean --output? (vppcap replay --help)\n',
  },
  {
    name: 'a short option that there is not',
    given: ['replay', 'x', '-z'],
    code: 2,
    stderr: 'vppcap: unknown option -z (vppcap replay --help)\n',
  },
  {
    name: 'an option without its value',
    given: ['replay', 'x', '-o'],
    code: 2,
    stderr: 'vppcap: -o needs a value (vppcap replay --help)\n',
  },
  {
    name: 'an option given twice',
    given: ['replay', 'x', '-o', 'y', '-o', 'z'],
    code: 2,
    stderr: 'vppcap: --output is given more than once\n',
  },
  ...[
    'verify a b --order any --order flow',
    'verify a b --time-tolerance 1 --time-tolerance 2',
    'verify a b --nat-ports bind --nat-ports exact',
    'verify-trace t --config a --config b',
    'import t --packets 1 --packets 2',
    'explain a --frame 1 --frame 2',
    'new-case a --title 1 --title 2',
    'test --jobs 1 --jobs 2',
    'capture -i lo --count 1 --count 2',
  ].map((line) => ({
    name: line,
    given: line.split(' '),
    code: 2,
    stderr: `vppcap: ${line.split(' ').at(-2) ?? ''} is given more than once\n`,
  })),
  {
    name: 'an empty value',
    given: ['replay', 'x', '-o', ''],
    code: 2,
    stderr: 'vppcap: -o: expected a value, got an empty one\n',
  },
  {
    name: 'an empty value behind =',
    given: ['trace', 'x', '--output='],
    code: 2,
    stderr: 'vppcap: --output: expected a value, got an empty one\n',
  },
  {
    name: 'an empty name',
    given: ['replay', 'x', ''],
    code: 2,
    stderr: 'vppcap: word 3 of the command line is empty: expected a name\n',
  },
  {
    name: 'no capture',
    given: ['replay'],
    code: 2,
    stderr: 'vppcap: <capture..> is missing: vppcap replay <capture..> (vppcap replay --help)\n',
  },
  {
    name: 'one capture to compare',
    given: ['verify', 'x'],
    code: 2,
    stderr: 'vppcap: <expected> is missing: vppcap verify <actual> <expected> (vppcap verify --help)\n',
  },
  {
    name: 'an option that has to be given',
    given: ['report', 'x'],
    code: 2,
    stderr: 'vppcap: --output is missing (vppcap report --help)\n',
  },
  {
    name: 'an explanation of nothing',
    given: ['explain', 'x'],
    code: 2,
    stderr: 'vppcap: name what to explain: --frame NUMBER, --flow ADDRESS:PORT or --drops, one of them\n',
  },
  {
    name: 'a value that there is not',
    given: ['verify', 'a', 'b', '--order', 'all'],
    code: 2,
    stderr: 'vppcap: --order: there is no "all", only strict, flow, any (vppcap verify --help)\n',
  },
  {
    name: 'a choice without its value',
    given: ['verify', 'a', 'b', '--order'],
    code: 2,
    stderr: 'vppcap: --order needs a value, one of strict, flow, any (vppcap verify --help)\n',
  },
  {
    name: 'a value of an option that takes none',
    given: ['verify', 'a', 'b', '--contains=3'],
    code: 2,
    stderr: 'vppcap: --contains takes no value, not "3"\n',
  },
  {
    name: 'a value of a short option that takes none',
    given: ['replay', 'x', '-q=no'],
    code: 2,
    stderr: 'vppcap: -q takes no value, not "no"\n',
  },
  {
    name: 'a number that is none',
    given: ['explain', 'x', '--frame', '0x2'],
    code: 2,
    stderr: 'vppcap: --frame 0x2: expected a whole number from 1 up\n',
  },
  {
    name: 'a number beyond what there can be',
    given: ['replay', 'x', '--workers', '99999999999999999999'],
    code: 2,
    stderr: 'vppcap: --workers 99999999999999999999: expected a whole number from 1 to 256\n',
  },
  {
    name: 'packets from the last to the first',
    given: ['import', 'x', '--packets', '3-1'],
    code: 2,
    stderr: 'vppcap: --packets 3-1: expected numbers from 1 on and ranges of them, such as 1-3,7\n',
  },
  {
    name: 'addresses from the last to the first',
    given: ['verify', 'a', 'b', '--nat-pool', '10.0.0.9-10.0.0.1'],
    code: 2,
    stderr:
      'vppcap: --nat-pool takes addresses like 192.168.16.1 or 192.168.16.1-192.168.16.9, not "10.0.0.9-10.0.0.1"\n',
  },
  {
    name: 'a capture that does not exist',
    given: ['verify', 'no-such.pcap', 'no-such.pcap'],
    code: 3,
    stderr: /^vppcap: no-such\.pcap: .*\n$/,
  },
];

describe('command line', () => {
  for (const { name, given, code, stderr } of ROWS) {
    it(`answers ${name} in one line with exit code ${code}`, () => {
      const outcome = runVppcap(given);
      if (typeof stderr === 'string') expect(outcome.stderr).to.equal(stderr);
      else expect(outcome.stderr).to.match(stderr);
      expect(outcome.stderr.split('\n')).to.have.length(2);
      expect(outcome.code).to.equal(code);
    });
  }

  it('prints its commands where nothing is given, as wrong usage', () => {
    const { code, stdout, stderr } = runVppcap([]);
    expect(stdout).to.equal(runVppcap(['--help']).stdout);
    expect(stdout).to.match(/vppcap replay <capture\.\.> .*run captures/);
    expect(stderr).to.equal('');
    expect(code).to.equal(2);
  });

  it('prints its version, which is that of the package', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(VERSION).to.equal(manifest.version);
    expect(runVppcap(['--version']).stdout).to.equal(`vppcap ${VERSION} (models VPP 19.08 and 26.06)\n`);
  });

  it('prints help on standard output', () => {
    const { code, stdout } = runVppcap(['replay', '--help']);
    expect(stdout).to.include('--output').and.to.include('INTERFACE=FILE');
    expect(code).to.equal(0);
  });

  describe('verify', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vppcap-usage-'));
    const pcap = (name: string, ...frames: readonly string[]): string => {
      const path = join(folder, name);
      const header = 'a1b2c3d4' + '0002' + '0004' + '00000000' + '00000000' + '0000ffff' + '00000001';
      const records = frames.map((hex) => {
        const length = (hex.length / 2).toString(16).padStart(8, '0');
        return `0000000000000000${length}${length}${hex}`;
      });
      writeFileSync(path, Buffer.from(header + records.join(''), 'hex'));
      return path;
    };
    const one = '02fe00000001020000000103' + '88b5' + '00'.repeat(46);
    const other = '02fe00000001020000000104' + '88b5' + '00'.repeat(46);
    after(() => rmSync(folder, { recursive: true }));

    it('exits with 0 where all is equal', () => {
      const { code, stdout } = runVppcap(['verify', pcap('a.pcap', one, other), pcap('b.pcap', one, other)]);
      expect(stdout).to.equal('match: all 2 packets equal\n');
      expect(code).to.equal(0);
    });

    it('exits with 1 where packets differ, however many', () => {
      const many = Array.from({ length: 256 }, () => one);
      const { code, stdout } = runVppcap(['verify', pcap('a.pcap', ...many), pcap('b.pcap', ...many.map(() => other))]);
      expect(stdout).to.include(
        '256 packets differ: eth.src expected 02:00:00:00:01:04, got 02:00:00:00:01:03; first: frame 1\n',
      );
      expect(code).to.equal(1);
    });
  });
});
