/** Inputs that are not what one expects of a file; bad-input.test.ts has the words of ordinary mistakes. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect } from 'chai';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { replay } from '../../src/replay/replay.js';
import { readAll } from '../capture/read-all.js';
import { MAIN, ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');
const NODE = join(ROOT, 'configs', 'contiv-node.vpp');
/** Where the fourth of the capture's records begins. */
const CUT = 287;

const ORACLE = process.env['VPPCAP_ORACLE'] ?? resolve('../shared/oracle');
const CORPUS = join(dirname(ORACLE), 'pcaps', 'tcpdump');

describe('hostile input', function () {
  this.timeout(120_000);
  let folder = '';
  const at = (name: string): string => join(folder, name);
  const bytes = fs.readFileSync(CAPTURE);
  before(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'vppcap-hostile-'));
    runVppcap(['replay', CAPTURE, '-c', NODE, '-o', at('expected.pcap'), '-q']);
  });
  after(() => fs.rmSync(folder, { recursive: true }));
  const isExpected = (name: string): boolean => fs.readFileSync(at(name)).equals(fs.readFileSync(at('expected.pcap')));

  it('reads a FIFO', function () {
    if (spawnSync('mkfifo', [at('fifo')]).status !== 0) this.skip();
    const writer = spawn('sh', ['-c', `cat "${CAPTURE}" > "${at('fifo')}"`]);
    expect(runVppcap(['replay', at('fifo'), '-c', NODE, '-o', at('of-fifo.pcap'), '-q']).code).to.equal(0);
    writer.kill();
    expect(isExpected('of-fifo.pcap')).to.equal(true);
  });

  it('reads and writes names with spaces, quotes, line ends and letters of all kinds', () => {
    const name = 'a b\'c"\n größer 網.pcap';
    fs.copyFileSync(CAPTURE, at(name));
    fs.mkdirSync(at('ö ü'));
    expect(runVppcap(['replay', at(name), '-c', NODE, '-o', at(`ö ü/${name}`), '-q']).code).to.equal(0);
    expect(isExpected(`ö ü/${name}`)).to.equal(true);
  });

  it('writes to the longest name there can be', () => {
    const name = `${'x'.repeat(250)}.pcap`;
    expect(runVppcap(['replay', CAPTURE, '-c', NODE, '-o', at(name), '-q']).code).to.equal(0);
    expect(isExpected(name)).to.equal(true);
  });

  for (const { name, mark, end } of [
    { name: 'Windows line ends', mark: '', end: '\r\n' },
    { name: 'a byte-order mark', mark: '\ufeff', end: '\n' },
  ])
    it(`reads scripts with ${name}`, () => {
      fs.writeFileSync(at('windows.vpp'), mark + fs.readFileSync(NODE, 'utf8').replaceAll('\n', end));
      expect(runVppcap(['replay', CAPTURE, '-c', at('windows.vpp'), '-o', at('windows.pcap'), '-q']).stderr).to.equal(
        '',
      );
      expect(isExpected('windows.pcap')).to.equal(true);
    });

  for (const { name, given, words } of [
    {
      name: 'is still being written',
      given: bytes.subarray(0, CUT + 16 + 5),
      words: /record 4 at byte 287 is cut: \d+ of \d+ bytes are missing/,
    },
    {
      name: 'claims a length beyond any sense',
      given: Buffer.concat([bytes.subarray(0, CUT), Buffer.alloc(8), Buffer.alloc(8, 0xff)]),
      words: /record 4 at byte 287 claims 4294967295 captured bytes, expected at most 67108864/,
    },
    {
      name: 'claims the longest length that is taken, and ends',
      given: Buffer.concat([bytes.subarray(0, CUT), Buffer.from('00000000'.repeat(2) + '00000004'.repeat(2), 'hex')]),
      words: /record 4 at byte 287 is cut: 67108864 of 67108864 bytes are missing/,
    },
    {
      name: 'is packed and cut',
      given: gzipSync(bytes).subarray(0, -12),
      words: /cannot be read: the gzip data is damaged behind \d+ unpacked bytes \(it is cut\)/,
    },
  ])
    it(`replays a capture that ${name} up to there, and says where`, () => {
      fs.writeFileSync(at('damaged.pcap'), given);
      const { code, stdout, stderr } = runVppcap(['replay', at('damaged.pcap'), '-c', NODE]);
      expect(stdout).to.match(/^received [3-6] = /);
      expect(stderr)
        .to.match(words)
        .and.to.match(/^vppcap: [^\n]+; what comes before it was replayed\n$/);
      expect(code).to.equal(3);
    });

  it('unpacks a gzip bomb in bounded memory', function () {
    if (process.platform !== 'linux') this.skip();
    // 256 MB of records without bytes in 250 KB.
    const bomb = gzipSync(Buffer.concat([bytes.subarray(0, 24), Buffer.alloc(256 * 1024 * 1024)]), { level: 9 });
    fs.writeFileSync(at('bomb.pcap.gz'), bomb);
    const peak = "console.error(/VmHWM:\\s*(\\d+)/.exec(require('fs').readFileSync('/proc/self/status', 'latin1'))[1])";
    const script = `process.on('exit', () => ${peak}); import(${JSON.stringify(MAIN)})`;
    const args = ['-e', script, 'x', 'replay', at('bomb.pcap.gz'), '-c', NODE];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout).to.include('not replayed: 16777216 frames');
    const [complaint, kibibytes] = stderr.trim().split('\n');
    expect(complaint).to.match(/could be replayed \(16777216 in all\): shorter than an Ethernet header$/);
    expect(Number(kibibytes)).to.be.lessThan(256 * 1024);
    expect(status).to.equal(3);
  });

  it('accounts for every frame of the captures of tcpdump\u2019s tests', async function () {
    if (!fs.existsSync(CORPUS)) this.skip();
    const script = parseScriptFile(NODE);
    let files = 0;
    for (const name of fs.readdirSync(CORPUS).filter((each) => /\.pcap(ng)?$/.test(each))) {
      const captures = [{ path: join(CORPUS, name), interfaceName: 'tap2' }];
      const { totals, notReplayed } = await replay({ captures, script, output: null, drops: null, verdicts: null });
      const { received, transmitted, dropped, punted, consumed } = totals;
      expect(transmitted + dropped + punted + consumed, name).to.equal(received);
      const left = notReplayed.reduce((sum, { count }) => sum + count, 0);
      expect(received + left, name).to.equal((await readAll(join(CORPUS, name))).rows.length);
      files++;
    }
    expect(files).to.be.greaterThan(800);
  });
});
