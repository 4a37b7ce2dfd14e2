/** Paths at which nothing can be read or written, for every command that takes one: one line, and the right exit code. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MAIN, ROOT } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');
/** What is in the folder, before and after. */
const FILES = ['in.pcap', 'locked', 'loop', 'loop.pcapng', 'secret', 'suite', 'trace.txt'];

/** Root may read anything: then the command runs as nobody. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** Paths of which nothing can be found out, and why. */
const PATHS = [
  { path: 'locked/x', why: 'permission denied' },
  { path: 'loop', why: 'too many symbolic links' },
] as const;

/** The exit code where nothing can be read or written at PATH. */
const USES: readonly { readonly line: string; readonly code: number }[] = [
  { line: 'replay PATH', code: 3 },
  { line: 'replay in.pcap -c PATH', code: 2 },
  { line: 'replay in.pcap --expect PATH -q', code: 3 },
  { line: 'replay in.pcap -o PATH.pcapng', code: 4 },
  { line: 'replay in.pcap -o PATH/', code: 4 },
  { line: 'replay in.pcap --drops PATH.pcapng', code: 4 },
  { line: 'replay in.pcap --verdicts PATH', code: 4 },
  { line: 'replay in.pcap --trace PATH', code: 4 },
  { line: 'verify PATH in.pcap', code: 3 },
  { line: 'verify in.pcap PATH', code: 3 },
  { line: 'verify in.pcap in.pcap -c PATH', code: 2 },
  { line: 'trace PATH', code: 3 },
  { line: 'trace in.pcap -o PATH', code: 4 },
  { line: 'explain PATH --frame 1', code: 3 },
  { line: 'verify-trace PATH', code: 3 },
  { line: 'import PATH', code: 3 },
  { line: 'import trace.txt --json -o PATH', code: 4 },
  { line: 'new-case PATH', code: 3 },
  { line: 'new-case in.pcap -o PATH', code: 4 },
  { line: 'new-case in.pcap -o case -c PATH', code: 2 },
  { line: 'config PATH', code: 2 },
  { line: 'test PATH', code: 2 },
  { line: 'test suite -q --reporter junit=PATH', code: 4 },
];

describe('unusable paths', function () {
  this.timeout(120_000);
  let folder = '';
  const run = (line: string): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [MAIN, ...line.split(' ')], { cwd: folder, encoding: 'utf8', ...NOBODY });
  before(function () {
    folder = fs.mkdtempSync(join(tmpdir(), 'vppcap-paths-'));
    const at = (name: string): string => join(folder, name);
    fs.chmodSync(folder, 0o777);
    fs.mkdirSync(at('locked'));
    fs.mkdirSync(at('suite'));
    for (const name of ['in.pcap', 'secret']) fs.copyFileSync(CAPTURE, at(name));
    fs.cpSync(join(ROOT, 'expectations', 'acl-deny-to-pod'), at('suite/case'), { recursive: true });
    for (const name of ['loop', 'loop.pcapng']) fs.symlinkSync(name, at(name));
    for (const name of ['secret', 'locked']) fs.chmodSync(at(name), 0);
    // Where nobody may not read vppcap itself there is nothing to see.
    if (run('trace in.pcap -o trace.txt').status !== 0) this.skip();
  });
  after(() => {
    fs.chmodSync(join(folder, 'locked'), 0o700);
    fs.rmSync(folder, { recursive: true });
  });

  for (const { line, code } of USES)
    for (const { path, why } of PATHS)
      it(`${line.replace('PATH', path)}: exit code ${code}, ${why}`, () => {
        const { status, stderr } = run(line.replace('PATH', path));
        expect(stderr).to.match(new RegExp(`^[^\\n]*${why}[^\\n]*\\n$`));
        expect(status).to.equal(code);
        expect(fs.readdirSync(folder).sort()).to.deep.equal(FILES);
      });

  it('a file that may not be read: exit code 3, permission denied', () => {
    expect(run('replay secret')).to.include({ status: 3, stderr: 'vppcap: secret: permission denied\n' });
  });
});
