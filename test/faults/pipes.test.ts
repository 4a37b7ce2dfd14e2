/** Pipes whose other end takes its time. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PassThrough, type Transform } from 'node:stream';
import { constants, createGzip } from 'node:zlib';

import { expect } from 'chai';
import { MAIN, ROOT } from '../cli/run-vppcap.js';

const CAPTURE = fs.readFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap'));
const HEADER_BYTES = 24;
/** Far less than the time to the next frame, far more than a loaded machine needs. */
const BOUND_MILLISECONDS = 2000;

/** The capture's records. */
const RECORDS: Buffer[] = [];
for (let at = HEADER_BYTES, end; at < CAPTURE.length; at = end) {
  end = at + 16 + CAPTURE.readUInt32LE(at + 8);
  RECORDS.push(CAPTURE.subarray(at, end));
}

describe('slow pipes', function () {
  this.timeout(60_000);
  let child: ChildProcessWithoutNullStreams | null = null;
  afterEach(() => child?.kill('SIGKILL'));

  const start = (...args: readonly string[]): ChildProcessWithoutNullStreams => {
    child = spawn(process.execPath, [MAIN, 'replay', '-', '-o', '-', ...args], { cwd: ROOT });
    child.stdin.on('error', () => undefined);
    return child;
  };

  for (const { name, packer } of [
    { name: 'plain', packer: (): Transform => new PassThrough() },
    { name: 'packed with gzip', packer: (): Transform => createGzip({ flush: constants.Z_SYNC_FLUSH }) },
  ]) {
    it(`hands on each frame before the next one comes: ${name}`, async () => {
      const { stdin, stdout } = start('-q');
      let out = Buffer.alloc(0);
      stdout.on('data', (data: Buffer) => (out = Buffer.concat([out, data])));
      const input = packer();
      input.pipe(stdin);
      input.write(CAPTURE.subarray(0, HEADER_BYTES));
      let expected = HEADER_BYTES;
      for (const [k, record] of RECORDS.entries()) {
        input.write(record);
        expected += record.length;
        const written = performance.now();
        while (out.length < expected && performance.now() - written < BOUND_MILLISECONDS) await sleep(2);
        expect(out.length, `after frame ${k + 1}`).to.equal(expected);
      }
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`hears ${signal} while the reader of its output reads nothing`, async () => {
      const running = start('-q');
      running.stdout.pause();
      running.stdin.write(
        Buffer.concat([CAPTURE.subarray(0, HEADER_BYTES), ...Array.from({ length: 4000 }, () => RECORDS).flat()]),
      );
      await sleep(1000); // until the pipes are full
      const closed = once(running, 'exit');
      running.kill(signal);
      expect((await closed)[1]).to.equal(signal);
    });
});
