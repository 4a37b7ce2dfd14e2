/** Pod-to-Internet traffic for benchmarks: a classic pcap with many flows of minimal TCP segments. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { BATCH_FRAMES, FrameBatch } from '../src/capture/frame-batch.js';
import * as checksum from '../src/wire/checksum.js';
import * as ethernet from '../src/wire/ethernet.js';
import * as ip4 from '../src/wire/ip4.js';
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
  ethernet.setDestination(record, RECORD_HEADER_BYTES, 0x02fe, 1);
  ethernet.setSource(record, RECORD_HEADER_BYTES, 0x0200, 2);
  ethernet.setType(record, RECORD_HEADER_BYTES, ethernet.TYPE_IP4);
  ip4.setVersionIhl(record, L3, 0x45);
  ip4.setTotalLength(record, L3, frameBytes - ethernet.HEADER_BYTES);
  ip4.setIdentification(record, L3, frame & 0xffff);
  ip4.setFlagsAndFragment(record, L3, ip4.DONT_FRAGMENT);
  ip4.setTtl(record, L3, 64);
  ip4.setProtocol(record, L3, ip4.PROTOCOL_TCP);
  ip4.setSource(record, L3, FIRST_POD + Math.floor(flow / FLOWS_PER_POD));
  ip4.setDestination(record, L3, FIRST_SERVER + (flow % 251));
  ip4.setChecksum(record, L3, 0);
  ip4.setChecksum(record, L3, checksum.compute(record, L3, ip4.HEADER_BYTES));
  tcp.setSourcePort(record, L4, 32768 + (flow % FLOWS_PER_POD));
  tcp.setDestinationPort(record, L4, 80);
  record.setUint32(L4 + 4, frame); // sequence number
  record.setUint16(L4 + 12, 0x5000 | (frame < flows ? tcp.SYN : tcp.ACK)); // header length, flags
  record.setUint16(L4 + 14, 0xffff); // window
  tcp.setChecksum(record, L4, 0);
  tcp.setChecksum(
    record,
    L4,
    checksum.compute(record, L4, frameBytes - L4 + RECORD_HEADER_BYTES, pseudoHeader(record)),
  );
}

function pseudoHeader(record: DataView): number {
  const swappedProtocol = ip4.PROTOCOL_TCP << 8;
  const length = ip4.totalLength(record, L3) - ip4.HEADER_BYTES;
  const swappedLength = ((length & 0xff) << 8) | (length >>> 8);
  return checksum.sumWords(record, L3 + 12, 8, swappedProtocol + swappedLength);
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
