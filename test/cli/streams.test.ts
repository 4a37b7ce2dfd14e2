import {
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
} from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { MAIN, ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');
const PCAP_HEADER_BYTES = 24;

/** The capture with its frames many times over: more than a pipe holds. */
function manyTimes(count: number): Buffer {
  const capture = readFileSync(CAPTURE);
  const frames = capture.subarray(PCAP_HEADER_BYTES);
  return Buffer.concat([capture.subarray(0, PCAP_HEADER_BYTES), ...Array.from({ length: count }, () => frames)]);
}

describe('streams', () => {
  let folder = '';
  const children: ChildProcessWithoutNullStreams[] = [];
  const start = (args: readonly string[], options: SpawnOptionsWithoutStdio = {}): ChildProcessWithoutNullStreams => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, ...options });
    children.push(child);
    return child;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-streams-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL'); // one that is left alone would keep the tests from ending
    rmSync(folder, { recursive: true });
  });

  for (const { name, given } of [
    { name: 'plain', given: (bytes: Buffer): Buffer => bytes },
    { name: 'gzip', given: (bytes: Buffer): Buffer => gzipSync(bytes) },
  ]) {
    it(`reads ${name} standard input and writes standard output as it does files`, () => {
      const file = join(folder, 'out.pcap');
      runVppcap(['replay', CAPTURE, '-o', file, '-q']);
      const { stdout, status } = spawnSync(process.execPath, [MAIN, 'replay', '-', '-o', '-', '-q'], {
        cwd: ROOT,
        input: given(readFileSync(CAPTURE)),
      });
      expect(status).to.equal(0);
      expect(stdout.equals(readFileSync(file))).to.equal(true);
    });
  }

  it('exits with 4 where the reader of a capture on standard output goes', async () => {
    const path = join(folder, 'many.pcap');
    writeFileSync(path, manyTimes(10_000));
    const child = start(['replay', path, '-o', '-']);
    child.stdout.once('data', () => child.stdout.destroy());
    let words = '';
    child.stderr.on('data', (data: Buffer) => (words += data.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(words).to.equal('vppcap: standard output: cannot be written: the reader has closed the pipe\n');
    expect(code).to.equal(4);
  });

  it('exits as it would where the reader of its words goes', async () => {
    const path = join(folder, 'many.pcap');
    writeFileSync(path, manyTimes(10_000));
    const child = start(['verify', path, CAPTURE]);
    child.stdout.once('data', () => child.stdout.destroy());
    let words = '';
    child.stderr.on('data', (data: Buffer) => (words += data.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(words).to.equal('');
    expect(code).to.equal(1);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    it(`leaves nothing half-written at ${signal} while it waits for its input, and ends by it`, async () => {
      const old = join(folder, 'out.pcap');
      writeFileSync(old, 'old');
      const args = ['replay', '-', '-o', old, '--verdicts', join(folder, 'verdicts.jsonl')];
      const child = start(args);
      child.stdin.on('error', () => undefined); // it goes before it has read all
      child.stdin.write(manyTimes(1000)); // and then keeps it waiting
      while (readdirSync(folder).length < 3) await sleep(5);
      await sleep(100); // until there is nothing left to read
      child.kill(signal);
      const ended = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
      child.stdin.destroy();
      expect(ended).to.equal(signal);
      expect(readdirSync(folder)).to.deep.equal(['out.pcap']);
      expect(readFileSync(old, 'utf8')).to.equal('old');
    });
  }

  it('removes the capture that --expect is compared with at a signal', async () => {
    const args = ['replay', '-', '--expect', CAPTURE];
    const child = start(args, { env: { ...process.env, TMPDIR: folder } });
    child.stdin.on('error', () => undefined);
    child.stdin.write(manyTimes(1000));
    while (readdirSync(folder).length === 0) await sleep(5);
    child.kill('SIGTERM');
    await new Promise((resolve) => child.on('close', resolve));
    expect(readdirSync(folder)).to.deep.equal([]);
    expect(existsSync(folder)).to.equal(true);
  });
});
