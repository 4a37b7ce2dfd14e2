import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');

interface Row {
  readonly name: string;
  readonly given: string;
  readonly code: number;
  /** Standard error, whole. */
  readonly stderr: string;
}

/** `given` runs in a folder with in.pcap, link.pcap to it, cut.pcap, empty.pcap, text.pcap, folder/tap2.pcap and scripts. */
const ROWS: readonly Row[] = [
  { name: 'a missing capture', given: 'replay none.pcap', code: 3, stderr: 'vppcap: none.pcap: no such file' },
  {
    name: 'a missing capture among several',
    given: 'replay in.pcap none.pcap -o out.pcap',
    code: 3,
    stderr: 'vppcap: none.pcap: no such file',
  },
  {
    name: 'an empty file',
    given: 'replay empty.pcap -o out.pcap',
    code: 3,
    stderr: 'vppcap: empty.pcap: empty file, expected a pcap or pcapng capture',
  },
  {
    name: 'a file that is no capture',
    given: 'replay text.pcap -o out.pcap',
    code: 3,
    stderr: 'vppcap: text.pcap: not a pcap or pcapng capture: it starts with 68 65 6c 6c (text)',
  },
  {
    name: 'a script among the captures',
    given: 'replay in.pcap unknown.vpp -o out.pcap',
    code: 3,
    stderr:
      'vppcap: unknown.vpp: not a pcap or pcapng capture: it starts with 23 20 61 20 (a VPP script; did you mean -c unknown.vpp?)',
  },
  {
    name: 'a Git LFS pointer',
    given: 'verify in.pcap pointer.pcap',
    code: 3,
    stderr:
      'vppcap: pointer.pcap: not a pcap or pcapng capture: it starts with 76 65 72 73 (a Git LFS pointer; git lfs pull fetches the capture)',
  },
  {
    name: 'a Git LFS pointer for a script',
    given: 'replay in.pcap -c pointer.pcap -o out.pcap',
    code: 2,
    stderr: 'pointer.pcap:1:1: cannot read the script: is a Git LFS pointer; git lfs pull fetches the file',
  },
  {
    name: 'a folder for a capture',
    given: 'replay folder -o out.pcap',
    code: 3,
    stderr: 'vppcap: folder: is a directory, expected a pcap or pcapng capture',
  },
  {
    name: 'a record that is cut',
    given: 'replay cut.pcap -q',
    code: 3,
    stderr:
      'vppcap: cut.pcap: record 4 at byte 287 is cut: 3 of 16 header bytes are missing; what comes before it was replayed',
  },
  {
    name: 'a record that is cut, compared',
    given: 'verify cut.pcap in.pcap -q',
    code: 3,
    stderr:
      'vppcap: cut.pcap: record 4 at byte 287 is cut: 3 of 16 header bytes are missing; what comes before it was used',
  },
  {
    name: 'a missing script',
    given: 'replay in.pcap -c none.vpp',
    code: 2,
    stderr: 'none.vpp:1:1: cannot read the script: no such file',
  },
  {
    name: 'a folder for a script',
    given: 'config folder',
    code: 2,
    stderr: 'folder:1:1: cannot read the script: is a directory',
  },
  {
    name: 'a capture for a script',
    given: 'config in.pcap',
    code: 2,
    stderr: 'in.pcap:1:1: cannot read the script: is a capture, not text',
  },
  {
    name: 'an unknown command in the script',
    given: 'replay in.pcap -c unknown.vpp -o out.pcap',
    code: 2,
    stderr: 'unknown.vpp:2:1: unknown command "frobnicate"',
  },
  {
    name: 'an interface that the script has not made',
    given: 'replay in.pcap -c interface.vpp -o out.pcap',
    code: 2,
    stderr:
      'interface.vpp:1:21: there is no interface "tap9"; no interface has been made yet; "create tap id 9" makes it',
  },
  {
    name: 'an unknown option in front of the capture',
    given: 'replay --frob in.pcap',
    code: 2,
    stderr: 'vppcap: unknown option --frob (vppcap replay --help)',
  },
  {
    name: 'an output in a folder that is not there',
    given: 'replay in.pcap -o none/out.pcap',
    code: 4,
    stderr: 'vppcap: none/out.pcap: cannot be written: the directory does not exist',
  },
  {
    name: 'an output of no known format',
    given: 'replay in.pcap -o out.txt',
    code: 4,
    stderr: 'vppcap: out.txt: which format? Expected a name in .pcap or .pcapng, a directory ending in /, or -',
  },
  {
    name: 'a full device',
    given: 'replay in.pcap -o /dev/full',
    code: 4,
    stderr: 'vppcap: /dev/full: cannot be written: no space left on the device',
  },
  {
    name: 'a full device for one of two outputs',
    given: 'replay in.pcap -o out.pcap --drops /dev/full',
    code: 4,
    stderr: 'vppcap: /dev/full: cannot be written: no space left on the device',
  },
  {
    name: 'an input for the output',
    given: 'replay in.pcap -o in.pcap',
    code: 2,
    stderr: 'vppcap: in.pcap: is an input as well as the output; give them different names',
  },
  {
    name: 'an input by another name for the output',
    given: 'replay tap2=link.pcap -o ./folder/../in.pcap',
    code: 2,
    stderr: 'vppcap: ./folder/../in.pcap: is an input as well as the output; give them different names',
  },
  {
    name: 'an input in the output folder',
    given: 'replay folder/tap2.pcap -o folder',
    code: 2,
    stderr: 'vppcap: folder/tap2.pcap: is an input as well as the output; give them different names',
  },
  {
    name: 'the configuration for an output',
    given: 'replay in.pcap -c empty.vpp --verdicts empty.vpp',
    code: 2,
    stderr: 'vppcap: empty.vpp: is the configuration as well as the output of --verdicts; give them different names',
  },
  {
    name: 'the expected capture for the output',
    given: 'replay in.pcap -o out.pcap --expect out.pcap',
    code: 2,
    stderr: 'vppcap: out.pcap: is the capture of --expect as well as the output; give them different names',
  },
  {
    name: 'an expected capture in the output folder',
    given: 'replay in.pcap -o folder/ --expect folder/tap2.pcap',
    code: 2,
    stderr: 'vppcap: folder/tap2.pcap: is the capture of --expect as well as the output; give them different names',
  },
  {
    name: 'the folder of expected captures for the output',
    given: 'replay in.pcap -o folder/ --expect folder',
    code: 2,
    stderr: 'vppcap: folder/tap2.pcap: is a capture of --expect as well as the output; give them different names',
  },
  {
    name: 'an output that would be expected next time',
    given: 'replay in.pcap -o out.pcap --drops ./folder/drops.pcapng --expect folder/',
    code: 2,
    stderr:
      'vppcap: ./folder/drops.pcapng: would be among the captures of --expect; write the output of --drops to another folder',
  },
  {
    name: 'standard output with --expect',
    given: 'replay in.pcap -o - --expect in.pcap',
    code: 2,
    stderr:
      'vppcap: standard output (-): --expect reads back what was written, which only a file or a folder allows: ' +
      'name one with --output, or leave --output out',
  },
  {
    name: 'a device with --expect',
    given: 'replay in.pcap -o /dev/null --expect in.pcap',
    code: 2,
    stderr:
      'vppcap: /dev/null: --expect reads back what was written, which only a file or a folder allows: ' +
      'name one with --output, or leave --output out',
  },
  {
    name: '--both without a pcapng to write to',
    given: 'replay in.pcap -o out.pcap --both',
    code: 2,
    stderr: 'vppcap: both frames received and sent fit into a pcapng only: name a .pcapng as the output',
  },
  {
    name: '--both with --expect',
    given: 'replay in.pcap -o out.pcapng --both --expect in.pcap',
    code: 2,
    stderr: 'vppcap: --expect compares what leaves: leave --both out',
  },
  {
    name: 'one file for two outputs',
    given: 'replay in.pcap -o out.pcapng --drops ./out.pcapng',
    code: 2,
    stderr: 'vppcap: ./out.pcapng: is the output as well as the output of --drops; give them different names',
  },
  {
    name: 'standard output for two outputs',
    given: 'replay in.pcap -o - --verdicts -',
    code: 2,
    stderr: 'vppcap: standard output (-) can carry only one of the outputs',
  },
  {
    name: 'standard input for two captures',
    given: 'replay - tap2=-',
    code: 2,
    stderr: 'vppcap: standard input (-) can be read only once',
  },
  {
    name: 'standard input compared with itself',
    given: 'verify - -',
    code: 2,
    stderr: 'vppcap: standard input (-) can be read only once',
  },
];

describe('bad input', () => {
  let folder = '';
  before(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'vppcap-bad-input-'));
    const at = (name: string): string => join(folder, name);
    fs.mkdirSync(at('folder'));
    fs.copyFileSync(CAPTURE, at('in.pcap'));
    fs.copyFileSync(CAPTURE, at('folder/tap2.pcap'));
    fs.symlinkSync('in.pcap', at('link.pcap'));
    fs.writeFileSync(at('cut.pcap'), fs.readFileSync(CAPTURE).subarray(0, 300));
    fs.writeFileSync(at('empty.pcap'), '');
    fs.writeFileSync(at('text.pcap'), 'hello\n');
    fs.writeFileSync(at('empty.vpp'), '');
    fs.writeFileSync(at('pointer.pcap'), 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1000\n');
    fs.writeFileSync(at('unknown.vpp'), '# a node\nfrobnicate\n');
    fs.writeFileSync(at('interface.vpp'), 'set interface state tap9 up\n');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const { name, given, code, stderr } of ROWS) {
    it(`answers ${name} in one line with exit code ${code}, and changes no file`, function () {
      if (given.includes('/dev/full') && !fs.existsSync('/dev/full')) this.skip();
      const outcome = runVppcap(given.split(' '), folder);
      expect(outcome.stderr).to.equal(`${stderr}\n`);
      expect(outcome.code).to.equal(code);
      expect(fs.existsSync(join(folder, 'out.pcap'))).to.equal(false);
      expect(fs.readFileSync(join(folder, 'in.pcap')).equals(fs.readFileSync(CAPTURE))).to.equal(true);
    });
  }

  it('writes twice to /dev/null', function () {
    if (spawnSync('test', ['-c', '/dev/null']).status !== 0) this.skip();
    expect(runVppcap(['replay', CAPTURE, '-q', '-o', '/dev/null', '--drops', '/dev/null'])).to.deep.equal({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
