/** Pod-to-Internet traffic for benchmarks: a classic pcap with many flows of minimal TCP segments. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { BATCH_FRAMES, FrameBatch } from '../src/capture/frame-batch.js';
import * as build from '../tools/build-packets.js';
import * as checksum from '../src/wire/checksum.js';
import * as ethernet from '../src/wire/ethernet.js';
import * as ip4 from '../src/wire/ip4.js';
import { pseudoHeaderSum } from '../src/wire/l4-checksum.js';
import * as tcp from '../src/wire/tcp.js';

/** The shortest Ethernet frame, without the frame check sequence. */
export const SHORTEST_BYTES = 60;

/** Flows per pod stay below VPP's default of 100 translations per user, so that no session is recycled. */
const FLOWS_PER_POD = 50;
const FIRST_POD = 0x0a010102; // 10.1.1.2
const FIRST_SERVER = 0x5db80001; // 93.184.0.1

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const BYTES_PER_WRITE = 1 << 20;
const L3 = RECORD_HEADER_BYTES + ethernet.HEADER_BYTES;
const L4 = L3 + ip4.HEADER_BYTES;
const LITTLE_ENDIAN = true;

/** What a capture of benchmark traffic holds. */
export interface Traffic {
  readonly frames: number;
  /** Frames take turns among the flows; a flow's first is a SYN. */
  readonly flows: number;
  readonly frameBytes: number;
}

/** Writes frames one microsecond apart. */
export function writeTraffic(path: string, traffic: Traffic): void {
  const file = openSync(path, 'w');
  const header = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
  header.setUint32(0, 0xa1b2c3d4, LITTLE_ENDIAN);
  header.setUint16(4, 2, LITTLE_ENDIAN);
  header.setUint16(6, 4, LITTLE_ENDIAN);
  header.setUint32(16, 65535, LITTLE_ENDIAN);
  header.setUint32(20, 1, LITTLE_ENDIAN);
  writeSync(file, header);
  const recordBytes = RECORD_HEADER_BYTES + traffic.frameBytes;
  const perWrite = Math.ceil(BYTES_PER_WRITE / recordBytes);
  const records = new Uint8Array(recordBytes * perWrite);
  for (let frame = 0; frame < traffic.frames; frame += perWrite) {
    const count = Math.min(perWrite, traffic.frames - frame);
    for (let i = 0; i < count; i++)
      fillRecord(new DataView(records.buffer, i * recordBytes, recordBytes), frame + i, traffic);
    writeSync(file, records, 0, count * recordBytes);
  }
  closeSync(file);
}

function fillRecord(record: DataView, frame: number, { flows, frameBytes }: Traffic): void {
  const flow = frame % flows;
  record.setUint32(0, 1_500_000_000 + Math.floor(frame / 1e6), LITTLE_ENDIAN);
  record.setUint32(4, frame % 1e6, LITTLE_ENDIAN);
  record.setUint32(8, frameBytes, LITTLE_ENDIAN);
  record.setUint32(12, frameBytes, LITTLE_ENDIAN);
  new Uint8Array(record.buffer, record.byteOffset + RECORD_HEADER_BYTES).set(templateOf(frameBytes));
  ip4.setIdentification(record, L3, frame & 0xffff);
  ip4.setSource(record, L3, FIRST_POD + Math.floor(flow / FLOWS_PER_POD));
  ip4.setDestination(record, L3, FIRST_SERVER + (flow % 251));
  ip4.setChecksum(record, L3, checksum.compute(record, L3, ip4.HEADER_BYTES));
  tcp.setSourcePort(record, L4, 32768 + (flow % FLOWS_PER_POD));
  tcp.setSequence(record, L4, frame);
  tcp.setFlags(record, L4, frame < flows ? tcp.SYN : tcp.ACK);
  const length = frameBytes - (L4 - RECORD_HEADER_BYTES);
  tcp.setChecksum(record, L4, checksum.compute(record, L4, length, pseudoHeaderSum(record, L3, length)));
}

let template: Uint8Array = new Uint8Array(0);

/** A frame with all fields but those of one flow and one frame; its checksums are 0. */
function templateOf(frameBytes: number): Uint8Array {
  if (template.length !== frameBytes) {
    const segment = build.tcp(
      { sourcePort: 0, destinationPort: 80, window: 0xffff, checksum: 0 },
      new Uint8Array(frameBytes - (L4 - RECORD_HEADER_BYTES) - tcp.HEADER_BYTES),
    );
    const ends = { source: 0, destination: 0, flagsAndFragment: ip4.DONT_FRAGMENT, checksum: 0 };
    template = build.ethernet(
      { destination: '02:fe:16:3f:5f:0f', source: '02:00:00:00:00:02' },
      build.ip4(ends, segment),
    );
  }
  return template;
}

/** The same frames in memory, from `firstFrame` on, as a reader would give them: a chunk at a time. */
export function batchesOf(
  traffic: Traffic,
  headroomBytes: number,
  tailroomBytes: number,
  firstFrame = 0,
): FrameBatch[] {
  const batches: FrameBatch[] = [];
  const recordBytes = RECORD_HEADER_BYTES + traffic.frameBytes;
  for (let from = 0; from < traffic.frames; from += BATCH_FRAMES) {
    const count = Math.min(BATCH_FRAMES, traffic.frames - from);
    const bytes = new Uint8Array(headroomBytes + count * recordBytes + tailroomBytes);
    const batch = new FrameBatch(bytes, BATCH_FRAMES);
    batch.count = count;
    for (let i = 0; i < count; i++) {
      const at = headroomBytes + i * recordBytes;
      fillRecord(new DataView(bytes.buffer, at, recordBytes), firstFrame + from + i, traffic);
      batch.offset[i] = at + RECORD_HEADER_BYTES;
      batch.capturedLength[i] = traffic.frameBytes;
      batch.originalLength[i] = traffic.frameBytes;
      batch.nanoseconds[i] = from + i;
    }
    batches.push(batch);
  }
  return batches;
}
