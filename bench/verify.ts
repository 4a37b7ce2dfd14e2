/**
 * Times `vppcap verify` next to the replay that made one of its captures, as whole processes. See README.md.
 *
 *     node dist/bench/verify.js [frames] [flows] [repetitions]
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adjusted } from '../src/wire/checksum.js';
import { SHORTEST_BYTES as FRAME_BYTES, writeTraffic } from './traffic.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [frames = 1_000_000, flows = 10_000, repetitions = 5] = process.argv.slice(2).map(Number);

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const RECORD_BYTES = RECORD_HEADER_BYTES + FRAME_BYTES;
const IP_HEADER = RECORD_HEADER_BYTES + 14;
const TTL = IP_HEADER + 8;
const IP_CHECKSUM = IP_HEADER + 10;
const SOURCE_ADDRESS_END = IP_HEADER + 14;
const SOURCE_PORT = RECORD_HEADER_BYTES + 34;
const CHECKSUM = RECORD_HEADER_BYTES + 50;

const folder = mkdtempSync(join(tmpdir(), 'vppcap-bench-'));
const path = (name: string): string => join(folder, name);
try {
  writeTraffic(path('pods.pcap'), { frames, flows, frameBytes: FRAME_BYTES });
  const replay = ['replay', `tap2=${path('pods.pcap')}`, '-o', path('out.pcap'), '-q'];
  run(replay);
  const out = readFileSync(path('out.pcap'));
  const records = Array.from({ length: frames }, (_, n) =>
    out.subarray(FILE_HEADER_BYTES + n * RECORD_BYTES, FILE_HEADER_BYTES + (n + 1) * RECORD_BYTES),
  );
  const write = (name: string, list: readonly Uint8Array[]): void => {
    writeFileSync(path(name), Buffer.concat([out.subarray(0, FILE_HEADER_BYTES), ...list]));
  };
  const random = seeded(1);
  write(
    'lost.pcap',
    records.filter((_, n) => n % 10_000 !== 50),
  );
  write('ports.pcap', records.map(withOtherPort));
  write(
    'ttl.pcap',
    records.map((record) => changed(record, TTL)),
  );
  write('address.pcap', records.map(withOtherAddress));
  write(
    'half.pcap',
    records.map((record, n) => (n % 2 === 0 ? record : changed(record, TTL))),
  );
  write(
    'bytes.pcap',
    records.map((record) => changed(record, IP_HEADER + random(RECORD_BYTES - IP_HEADER), 1 + random(255))),
  );
  write(
    'swapped.pcap',
    records.map((_, n) => records[n ^ 1] ?? records[n]),
  );
  write('shifted.pcap', withOneFlowLater(records));
  const contenders: Readonly<Record<string, readonly string[]>> = {
    replay: replay,
    'verify, equal': ['verify', path('out.pcap'), path('out.pcap'), '-q'],
    'verify, 1 of 10,000 lost': ['verify', path('out.pcap'), path('lost.pcap'), '-q'],
    'verify, all ports others': ['verify', path('out.pcap'), path('ports.pcap'), '-q'],
    'verify, pairs exchanged': ['verify', path('out.pcap'), path('swapped.pcap'), '-q', '--order', 'any'],
    'verify, one flow later': ['verify', path('out.pcap'), path('shifted.pcap'), '-q', '--order', 'flow'],
    'verify, TTLs ignored': ['verify', path('out.pcap'), path('ttl.pcap'), '-q', '--ignore', 'ip4.ttl,ip4.checksum'],
    'verify, all addresses others': ['verify', path('out.pcap'), path('address.pcap'), '-q'],
    'verify, half of TTLs others': ['verify', path('out.pcap'), path('half.pcap'), '-q'],
    'verify, all TTLs others': ['verify', path('out.pcap'), path('ttl.pcap'), '-q'],
    'verify, a byte of each other': ['verify', path('out.pcap'), path('bytes.pcap'), '-q'],
  };
  console.log(`${frames} frames of ${FRAME_BYTES} bytes, ${flows} flows; median of ${repetitions} runs\n`);
  console.log(`${''.padEnd(28)}${'wall s'.padStart(8)}${'to replay'.padStart(12)}`);
  const seconds = new Map(Object.entries(contenders).map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < repetitions; round++)
    for (const [name, args] of Object.entries(contenders)) seconds.get(name)?.push(run(args));
  const median = (name: string): number => (seconds.get(name) ?? []).toSorted((a, b) => a - b)[repetitions >> 1];
  for (const name of Object.keys(contenders)) {
    const ratio = (median(name) / median('replay')).toFixed(2);
    console.log(`${name.padEnd(28)}${median(name).toFixed(2).padStart(8)}${`${ratio}x`.padStart(12)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Seconds that a command takes. Differences are no failure. */
function run(args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const command = [join(ROOT, 'dist', 'bin', 'vppcap.js'), ...args, '-c', join(ROOT, 'configs', 'contiv-node.vpp')];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  if ((status !== 0 && status !== 1) || stderr !== '') throw new Error(stderr);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function changed(record: Buffer, at: number, bits = 1): Buffer {
  const copy = Buffer.from(record);
  copy[at] ^= bits;
  return copy;
}

/** The packets of one flow behind those of half a round of all flows that came after them. */
function withOneFlowLater(records: readonly Buffer[]): Buffer[] {
  const shift = Math.floor(flows / 2);
  const placeOf = (n: number): number => (n % flows === 0 ? n + shift + 0.5 : n);
  const order = records.map((_, n) => n).sort((a, b) => placeOf(a) - placeOf(b));
  return order.map((n) => records[n]);
}

/** Linear congruential, as good as it needs to be (Numerical Recipes). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** As another address of a NAT would have sent it, with its checksums. */
function withOtherAddress(record: Buffer): Buffer {
  const copy = Buffer.from(record);
  const before = copy.readUInt16BE(SOURCE_ADDRESS_END);
  copy.writeUInt16BE(before ^ 1, SOURCE_ADDRESS_END);
  for (const at of [IP_CHECKSUM, CHECKSUM]) copy.writeUInt16BE(adjusted(copy.readUInt16BE(at), before, before ^ 1), at);
  return copy;
}

/** Another source port from the pool, one to one, with the checksum that goes with it. */
function withOtherPort(record: Buffer): Buffer {
  const copy = Buffer.from(record);
  const port = copy.readUInt16BE(SOURCE_PORT);
  const other = 1025 + ((port - 1025 + 7777) % 64511);
  copy.writeUInt16BE(other, SOURCE_PORT);
  copy.writeUInt16BE(adjusted(copy.readUInt16BE(CHECKSUM), port, other), CHECKSUM);
  return copy;
}
