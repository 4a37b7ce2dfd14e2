import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { expect } from 'chai';

import { counting, LITTLE, pcapHeader, pcapRecord, section } from './capture-bytes.js';
import { messageOf, readAll, TemporaryDirectory } from './read-all.js';

const record = (i: number, length: number): Buffer =>
  pcapRecord(LITTLE, { seconds: i, fraction: 0, bytes: counting(length, i) });
const records = (count: number, length: number): Buffer =>
  Buffer.concat([pcapHeader(LITTLE), ...Array.from({ length: count }, (_, i) => record(i, length))]);

describe('open batches', () => {
  const directory = new TemporaryDirectory();
  after(() => directory.remove());

  const SMALL = records(3, 60);
  const LARGE = records(20_000, 200);
  for (const { name, given, expected } of [
    { name: 'a small file', given: gzipSync(SMALL), expected: 3 },
    { name: 'a file of many chunks', given: gzipSync(LARGE), expected: 20_000 },
    {
      name: 'several members, split within a record',
      given: Buffer.concat([gzipSync(LARGE.subarray(0, 1_000_001)), gzipSync(LARGE.subarray(1_000_001))]),
      expected: 20_000,
    },
    { name: 'zero padding', given: Buffer.concat([gzipSync(SMALL), Buffer.alloc(512)]), expected: 3 },
    {
      name: 'what packs 1000:1',
      given: gzipSync(Buffer.concat([SMALL, Buffer.alloc(16 * 100_000)])),
      expected: 100_003,
    },
  ]) {
    it(`unpacks gzip: ${name}`, async () => {
      const { rows, damage } = await directory.read(given, 'x.pcap.gz');
      expect(damage).to.equal(null);
      expect(rows.length).to.equal(expected);
      expect(rows.slice(0, 3).map((row) => row.hex)).to.deep.equal(
        rows.slice(0, 3).map((row, i) => counting(row.hex.length / 2, i).toString('hex')),
      );
    });
  }

  const changed = (packed: Buffer, fromEnd: number): Buffer => {
    const copy = Buffer.from(packed);
    copy[copy.length - fromEnd] ^= 1;
    return copy;
  };
  for (const { name, given, expected } of [
    { name: 'without its last byte', given: gzipSync(SMALL).subarray(0, -1), expected: 'it is cut' },
    { name: 'with a wrong checksum', given: changed(gzipSync(SMALL), 8), expected: 'its checksum does not match' },
    { name: 'with a wrong length', given: changed(gzipSync(SMALL), 4), expected: 'its length does not match' },
    {
      name: 'with other bytes behind it',
      given: Buffer.concat([gzipSync(SMALL), Buffer.from('other')]),
      expected: 'other bytes follow it',
    },
    {
      name: 'with half a header behind it',
      given: Buffer.concat([gzipSync(SMALL), gzipSync(SMALL).subarray(0, 7)]),
      expected: 'it is cut',
    },
  ]) {
    it(`reads all frames of gzip data ${name}, then says so`, async () => {
      const { rows, damage } = await directory.read(given, 'x.gz');
      expect(rows.length).to.equal(3);
      const failure = `the gzip data is damaged behind ${SMALL.length} unpacked bytes (${expected})`;
      expect(damage).to.deep.equal({
        atByte: SMALL.length,
        message: `${directory.path}/x.gz: record 4 at byte ${SMALL.length} cannot be read: ${failure}`,
      });
    });
  }

  it('reads gzip headers with every optional field', async () => {
    const packed = gzipSync(SMALL);
    const fields = Buffer.from('\x03\x00abcname\0comment\0\x12\x34', 'latin1');
    const header = Buffer.from(packed.subarray(0, 10));
    header[3] = 2 + 4 + 8 + 16;
    const { rows, damage } = await directory.read(Buffer.concat([header, fields, packed.subarray(10)]));
    expect(damage).to.equal(null);
    expect(rows.length).to.equal(3);
  });

  it('reads the frames of gzip data that is cut, and says so', async () => {
    const packed = gzipSync(LARGE);
    const { rows, damage } = await directory.read(packed.subarray(0, packed.length - 100), 'x.gz');
    expect(rows.length).to.be.greaterThan(10_000);
    expect(damage?.message).to.match(
      /x\.gz: record \d+ at byte \d+ cannot be read: the gzip data is damaged behind \d+ unpacked bytes/,
    );
  });

  for (const { name, given } of [
    { name: 'plain', given: SMALL },
    { name: 'packed', given: gzipSync(SMALL) },
  ]) {
    it(`reads standard input, ${name}`, () => {
      const module = pathToFileURL(join(import.meta.dirname, 'read-all.js')).href;
      const script = `import { readAll } from '${module}'; const r = await readAll('-'); console.log(r.rows.length, r.damage);`;
      const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        input: given,
        encoding: 'utf8',
      });
      expect(child.stdout, child.stderr).to.equal('3 null\n');
    });
  }

  it('reads a FIFO that is filled bit by bit', async function () {
    const path = join(directory.path, 'fifo');
    if (spawnSync('mkfifo', [path]).status !== 0) this.skip();
    const { spawn } = await import('node:child_process');
    const file = directory.file('for-fifo.pcap', SMALL);
    const script = `head -c 30 ${file} > ${path}.part; (cat ${path}.part; sleep 0.05; tail -c +31 ${file}) > ${path}`;
    const child = spawn('sh', ['-c', script]);
    const { rows, damage } = await readAll(path);
    child.kill();
    expect(damage).to.equal(null);
    expect(rows.length).to.equal(3);
  });

  for (const { name, given, expected } of [
    { name: 'empty.pcap', given: Buffer.alloc(0), expected: 'empty file, expected a pcap or pcapng capture' },
    {
      name: 'empty.pcap.gz',
      given: gzipSync(Buffer.alloc(0)),
      expected: 'empty file, expected a pcap or pcapng capture',
    },
    { name: 'short.pcap', given: section(LITTLE).subarray(0, 3), expected: 'not a capture: it has only 3 bytes' },
    {
      name: 'text.pcap',
      given: Buffer.from('hello, world'),
      expected: 'not a pcap or pcapng capture: it starts with 68 65 6c 6c (text)',
    },
    {
      name: 'zstd.pcap',
      given: Buffer.from('28b52ffd0000', 'hex'),
      expected: 'not a pcap or pcapng capture: it starts with 28 b5 2f fd (zstd data; unpack it first)',
    },
  ]) {
    it(`refuses ${name}`, async () => {
      const path = directory.file(name, given);
      expect(await messageOf(directory, () => readAll(path), 'CaptureError')).to.equal(`${name}: ${expected}`);
    });
  }

  it('refuses a missing file, a directory, and a file without permission', async () => {
    const missing = join(directory.path, 'missing.pcap');
    expect(await messageOf(directory, () => readAll(missing), 'CaptureError')).to.equal('missing.pcap: no such file');
    const path = join(directory.path, 'dir');
    mkdirSync(path);
    expect(await messageOf(directory, () => readAll(path), 'CaptureError')).to.equal(
      'dir: is a directory, expected a pcap or pcapng capture',
    );
    if (process.getuid?.() === 0) return; // root may read everything
    const secret = directory.file('secret.pcap', SMALL);
    chmodSync(secret, 0);
    expect(await messageOf(directory, () => readAll(secret), 'CaptureError')).to.equal(
      'secret.pcap: permission denied',
    );
  });
});
