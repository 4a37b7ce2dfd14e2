/** Outputs for which there is no room, or no reader: one sentence, exit code 4, and nothing left behind. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { writeTraffic } from '../../bench/traffic.js';
import { MAIN, ROOT } from '../cli/run-vppcap.js';

const OLD = 'what was there before';
const ROOM_BYTES = 256 * 1024;

/** Threads help with captures of so many bytes, once some of it is replayed: outputs have room for that. */
const LONG_CAPTURE_BYTES = 32 * 1024 * 1024;
const LONG_ROOM_BYTES = 12 * 1024 * 1024;
const LIMIT_KIBIBYTES = 8 * 1024;

const OUTPUTS = [
  { name: 'pcap', args: '-o full/out.pcap', told: 'full/out.pcap' },
  { name: 'pcapng', args: '-o full/out.pcapng', told: 'full/out.pcapng' },
  { name: 'a folder', args: '-o full/new/', told: 'full/new/GigabitEthernet0-8-0.pcap' },
  { name: 'drops', args: '-o out.pcap --drops full/drops.pcapng', told: 'full/drops.pcapng' },
  { name: 'verdicts', args: '-o out.pcap --verdicts full/verdicts.jsonl', told: 'full/verdicts.jsonl' },
];

describe('outputs without room', function () {
  this.timeout(60_000);
  let folder = '';
  let isMounted = false;
  const at = (name: string): string => join(folder, name);
  before(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'vppcap-no-room-'));
    const capture = fs.readFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap'));
    // Every other time with a TTL of one, so that there are drops as well.
    const dropped = Buffer.from(capture.subarray(24));
    for (let frame = 0; frame < dropped.length; frame += 16 + dropped.readUInt32LE(frame + 8))
      dropped[frame + 16 + 14 + 8] = 1;
    const frames = Array.from({ length: 2000 }, () => [capture.subarray(24), dropped]).flat();
    fs.writeFileSync(at('in.pcap'), Buffer.concat([capture.subarray(0, 24), ...frames]));
    fs.mkdirSync(at('full'));
    const options = ['-t', 'tmpfs', '-o', `size=${ROOM_BYTES}`, 'none', at('full')];
    isMounted = process.getuid?.() === 0 && spawnSync('mount', options).status === 0;
  });
  after(() => {
    if (isMounted) spawnSync('umount', [at('full')]);
    fs.rmSync(folder, { recursive: true });
  });

  const shell = (command: string): { code: number | null; stderr: string } => {
    const script = `vppcap() { "${process.execPath}" "${MAIN}" "$@"; }; ${command}`;
    const { status, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    return { code: status, stderr };
  };
  const expectNothingNew = (): void => {
    for (const name of ['out.pcap', 'full/new']) expect(fs.existsSync(at(name)), name).to.equal(false);
    for (const name of fs.readdirSync(at('full')))
      expect(fs.readFileSync(at(`full/${name}`), 'latin1'), name).to.equal(OLD);
    expect(fs.readdirSync(folder).sort()).to.deep.equal(['full', 'in.pcap']);
  };

  for (const { name, args, told } of OUTPUTS) {
    it(`tells of a full disk: ${name}`, function () {
      if (!isMounted) this.skip();
      if (!told.includes('new/')) fs.writeFileSync(at(told), OLD);
      expect(shell(`vppcap replay in.pcap -q ${args}`)).to.deep.equal({
        code: 4,
        stderr: `vppcap: ${told}: cannot be written: no space left on the device\n`,
      });
      expectNothingNew();
    });

    it(`tells of a limit on the size of files: ${name}`, () => {
      expect(shell(`ulimit -f 100; vppcap replay in.pcap -q ${args}`)).to.deep.equal({
        code: 4,
        stderr: `vppcap: ${told}: cannot be written: the file grew too large\n`,
      });
      expectNothingNew();
    });
  }

  describe('with threads', () => {
    const told = 'full/verdicts.jsonl: cannot be written:';
    before(() => {
      writeTraffic(at('long.pcap'), { frames: 26_000, flows: 3000, frameBytes: 1400 });
      expect(fs.statSync(at('long.pcap')).size).to.be.above(LONG_CAPTURE_BYTES);
    });
    after(() => fs.rmSync(at('long.pcap')));
    const replay = 'vppcap replay long.pcap -q --workers 2';
    const nothingNew = (): void => {
      expect(fs.readdirSync(folder).sort()).to.deep.equal(['full', 'in.pcap', 'long.pcap']);
      const [left, ...others] = fs.readdirSync(at('full'));
      expect(others).to.deep.equal([]);
      expect(fs.readFileSync(at(`full/${left}`), 'latin1')).to.equal(OLD);
    };
    const giveRoom = (bytes: number): void => {
      if (isMounted) spawnSync('mount', ['-o', `remount,size=${String(bytes)}`, at('full')]);
    };
    beforeEach(() => {
      giveRoom(LONG_ROOM_BYTES);
      for (const name of fs.readdirSync(at('full'))) fs.rmSync(at(`full/${name}`), { recursive: true });
      fs.writeFileSync(at('full/verdicts.jsonl'), OLD);
    });

    it('tells of a full disk: verdicts', function () {
      if (!isMounted) this.skip();
      const { code, stderr } = shell(`${replay} --verdicts full/verdicts.jsonl`);
      expect([code, stderr]).to.deep.equal([4, `vppcap: ${told} no space left on the device\n`]);
      nothingNew();
    });

    it('tells of a limit on the size of files: verdicts', () => {
      const limit = `ulimit -f ${String(LIMIT_KIBIBYTES)}`;
      const { code, stderr } = shell(`${limit}; ${replay} --verdicts full/verdicts.jsonl`);
      expect([code, stderr]).to.deep.equal([4, `vppcap: ${told} the file grew too large\n`]);
      nothingNew();
    });

    const OF_TABLES =
      /^vppcap: full\/tables\/\w+\/node=contiv-node\/date=2017-07-14\/long.pcap.parquet: cannot be written: (.*)\n$/;

    it('tells of a full disk: tables', function () {
      if (!isMounted) this.skip();
      giveRoom(ROOM_BYTES);
      const { code, stderr } = shell(`${replay} --tables full/tables`);
      expect([code, OF_TABLES.exec(stderr)?.at(1)]).to.deep.equal([4, 'no space left on the device']);
      nothingNew();
    });

    it('tells of a limit on the size of files: tables', () => {
      const { code, stderr } = shell(`ulimit -f 100; ${replay} --tables full/tables`);
      expect([code, OF_TABLES.exec(stderr)?.at(1)]).to.deep.equal([4, 'the file grew too large']);
      nothingNew();
    });
  });

  for (const bytes of [0, 1, 24, 1000, 65_536, 100_000])
    it(`tells of a reader that takes ${bytes} bytes and goes`, () => {
      const { code, stderr } = shell(`vppcap replay in.pcap -q -o - | head -c ${bytes} >/dev/null; exit $PIPESTATUS`);
      expect(stderr).to.equal('vppcap: standard output: cannot be written: the reader has closed the pipe\n');
      expect(code).to.equal(4);
      expectNothingNew();
    });
});
