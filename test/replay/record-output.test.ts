/** Records that are copied whole must say what records written anew would say. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openBatches } from '../../src/capture/input/open-batches.js';
import { builtInScript } from '../../src/config/locate.js';
import { parseScriptFile } from '../../src/config/parse-script.js';
import { replay } from '../../src/replay/replay.js';
import { ROOT } from '../cli/run-vppcap.js';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** The sample capture's records, as [seconds, fraction, captured, original] and bytes. */
interface Record {
  readonly header: readonly number[];
  readonly bytes: Buffer;
}

function sampleRecords(): Record[] {
  const file = readFileSync(join(ROOT, 'captures', 'pod-to-internet.pcap'));
  const records: Record[] = [];
  for (let at = FILE_HEADER; at < file.length;) {
    const header = [0, 4, 8, 12].map((offset) => file.readUInt32LE(at + offset));
    const bytes = file.subarray(at + RECORD_HEADER, at + RECORD_HEADER + header[2]);
    records.push({ header, bytes });
    at += RECORD_HEADER + bytes.length;
  }
  return records;
}

function captureOf(records: readonly Record[], magic: number, isLittleEndian: boolean): Buffer {
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (isLittleEndian) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const version = isLittleEndian ? Buffer.from([2, 0, 4, 0]) : Buffer.from([0, 2, 0, 4]);
  const header = [word(magic), version, word(0), word(0), word(65535), word(1)];
  return Buffer.concat([...header, ...records.flatMap(({ header: fields, bytes }) => [...fields.map(word), bytes])]);
}

/** What a capture says of its frames. */
async function framesOf(path: string): Promise<string[]> {
  const reader = await openBatches(path);
  const frames: string[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next())
    for (let i = 0; i < batch.count; i++) {
      const bytes = batch.bytes.subarray(batch.offset[i], batch.offset[i] + batch.capturedLength[i]);
      const time = `${batch.seconds[i]}.${batch.nanoseconds[i]}`;
      frames.push(`${time} ${batch.originalLength[i]} ${Buffer.from(bytes).toString('hex')}`);
    }
  await reader.close();
  return frames;
}

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const plain = sampleRecords();
/** A frame for no interface between the others, so that runs are interrupted. */
const stranger: Record = { header: plain[0].header, bytes: Buffer.from(plain[0].bytes).fill(0x42, 0, 6) };
const cut = plain.map(({ header, bytes }) => ({
  header: [header[0], header[1], 60, header[3] + 10],
  bytes: Buffer.concat([bytes, Buffer.alloc(60)]).subarray(0, 60),
}));

describe('replay of a classic pcap to a classic pcap', () => {
  const cases = [
    { name: 'microseconds, little-endian', given: captureOf(plain, MICROSECONDS, true) },
    { name: 'microseconds, big-endian', given: captureOf(plain, MICROSECONDS, false) },
    { name: 'nanoseconds, little-endian', given: captureOf(plain, NANOSECONDS, true) },
    { name: 'frames between that do not leave', given: captureOf([stranger, ...plain, stranger], MICROSECONDS, true) },
    { name: 'frames cut by snaplen', given: captureOf(cut, MICROSECONDS, true) },
    {
      name: 'a fraction of more than a second',
      given: captureOf(
        plain.map(({ header, bytes }) => ({ header: [header[0], 1_500_000, header[2], header[3]], bytes })),
        MICROSECONDS,
        true,
      ),
    },
  ];
  for (const { name, given } of cases)
    it(`says the same of its frames as a pcapng: ${name}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'vppcap-record-output-'));
      try {
        const path = (file: string): string => join(folder, file);
        writeFileSync(path('in.pcap'), given);
        const common = {
          captures: [{ path: path('in.pcap'), interfaceName: null }],
          script: parseScriptFile(builtInScript()),
          drops: null,
          verdicts: null,
        };
        await replay({ ...common, output: path('out.pcap') });
        await replay({ ...common, output: path('out.pcapng') });
        const frames = await framesOf(path('out.pcap'));
        expect(frames).to.have.length(plain.length);
        expect(frames).to.deep.equal(await framesOf(path('out.pcapng')));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
