/** Pod-to-Internet traffic for benchmarks, of IPv4 or IPv6, with or without a VLAN tag: a classic pcap with many flows of minimal TCP segments. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { BATCH_FRAMES, FrameBatch } from '../src/capture/frame-batch.js';
import * as build from '../tools/build-packets.js';
import * as checksum from '../src/wire/checksum.js';
import * as ethernet from '../src/wire/ethernet.js';
import * as ip4 from '../src/wire/ip4.js';
import * as ip6 from '../src/wire/ip6.js';
import { pseudoHeaderSum } from '../src/wire/l4-checksum.js';
import * as tcp from '../src/wire/tcp.js';
import * as vlan from '../src/wire/vlan.js';

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
const L4_OF_IP6 = L3 + ip6.HEADER_BYTES;
/** First words of all IPv6 addresses: 2001:db8::/32. The last one tells pods and servers apart. */
const IP6_PREFIX = 0x20010db8;
const LAST_WORD = 12;
const LITTLE_ENDIAN = true;

/** What a capture of benchmark traffic holds. */
export interface Traffic {
  readonly frames: number;
  /** Frames take turns among the flows; a flow's first is a SYN. */
  readonly flows: number;
  readonly frameBytes: number;
  readonly isIp6?: boolean;
  /** VLAN id of an 802.1Q tag, where frames have one; `frameBytes` counts it. */
  readonly vlanId?: number;
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
  const fill = traffic.vlanId === undefined ? fillRecord : fillTagged;
  for (let frame = 0; frame < traffic.frames; frame += perWrite) {
    const count = Math.min(perWrite, traffic.frames - frame);
    for (let i = 0; i < count; i++)
      fill(new DataView(records.buffer, i * recordBytes, recordBytes), frame + i, traffic);
    writeSync(file, records, 0, count * recordBytes);
  }
  closeSync(file);
}

function fillRecord(record: DataView, frame: number, { flows, frameBytes, isIp6 = false }: Traffic): void {
  const flow = frame % flows;
  const l4 = isIp6 ? L4_OF_IP6 : L4;
  const source = FIRST_POD + Math.floor(flow / FLOWS_PER_POD);
  const destination = FIRST_SERVER + (flow % 251);
  record.setUint32(0, 1_500_000_000 + Math.floor(frame / 1e6), LITTLE_ENDIAN);
  record.setUint32(4, frame % 1e6, LITTLE_ENDIAN);
  record.setUint32(8, frameBytes, LITTLE_ENDIAN);
  record.setUint32(12, frameBytes, LITTLE_ENDIAN);
  new Uint8Array(record.buffer, record.byteOffset + RECORD_HEADER_BYTES).set(templateOf(frameBytes, isIp6));
  if (isIp6) {
    record.setInt32(L3 + ip6.SOURCE + LAST_WORD, source);
    record.setInt32(L3 + ip6.DESTINATION + LAST_WORD, destination);
  } else {
    ip4.setIdentification(record, L3, frame & 0xffff);
    ip4.setSource(record, L3, source);
    ip4.setDestination(record, L3, destination);
    ip4.setChecksum(record, L3, checksum.compute(record, L3, ip4.HEADER_BYTES));
  }
  tcp.setSourcePort(record, l4, 32768 + (flow % FLOWS_PER_POD));
  tcp.setSequence(record, l4, frame);
  tcp.setFlags(record, l4, frame < flows ? tcp.SYN : tcp.ACK);
  const length = frameBytes - (l4 - RECORD_HEADER_BYTES);
  const sum = isIp6 ? ip6.pseudoSum(record, L3, ip4.PROTOCOL_TCP, length) : pseudoHeaderSum(record, L3, length);
  tcp.setChecksum(record, l4, checksum.compute(record, l4, length, sum));
}

/** A record that is shorter by a tag, whose header and MACs then make room for it. */
function fillTagged(record: DataView, frame: number, traffic: Traffic): void {
  const { buffer, byteOffset, byteLength } = record;
  const shorter = new DataView(buffer, byteOffset + vlan.TAG_BYTES, byteLength - vlan.TAG_BYTES);
  fillRecord(shorter, frame, { ...traffic, frameBytes: traffic.frameBytes - vlan.TAG_BYTES });
  const macsEnd = RECORD_HEADER_BYTES + ethernet.HEADER_BYTES - 2;
  new Uint8Array(buffer, byteOffset, byteLength).copyWithin(0, vlan.TAG_BYTES, vlan.TAG_BYTES + macsEnd);
  record.setUint32(8, traffic.frameBytes, LITTLE_ENDIAN);
  record.setUint32(12, traffic.frameBytes, LITTLE_ENDIAN);
  record.setUint16(macsEnd, ethernet.TYPE_VLAN);
  record.setUint16(macsEnd + 2, traffic.vlanId ?? 0);
}

let template: Uint8Array = new Uint8Array(0);
let templateIsIp6 = false;

/** A frame with all fields but those of one flow and one frame; its checksums are 0. */
function templateOf(frameBytes: number, isIp6: boolean): Uint8Array {
  if (template.length !== frameBytes || templateIsIp6 !== isIp6) {
    const segment = build.tcp(
      { sourcePort: 0, destinationPort: 80, window: 0xffff, checksum: 0 },
      new Uint8Array(frameBytes - ((isIp6 ? L4_OF_IP6 : L4) - RECORD_HEADER_BYTES) - tcp.HEADER_BYTES),
    );
    const ends = { source: 0, destination: 0, flagsAndFragment: ip4.DONT_FRAGMENT, checksum: 0 };
    const macs = { destination: '02:fe:16:3f:5f:0f', source: '02:00:00:00:00:02' };
    template = isIp6
      ? build.ethernet({ ...macs, type: ethernet.TYPE_IP6 }, ip6Packet(segment.bytes))
      : build.ethernet(macs, build.ip4(ends, segment));
    templateIsIp6 = isIp6;
  }
  return template;
}

function ip6Packet(segment: Uint8Array): Uint8Array {
  const packet = new Uint8Array(ip6.HEADER_BYTES + segment.length);
  const view = new DataView(packet.buffer);
  ip6.setFirstWord(view, 0, 6 << 28);
  ip6.setPayloadLength(view, 0, segment.length);
  ip6.setNextHeader(view, 0, ip4.PROTOCOL_TCP);
  ip6.setHopLimit(view, 0, 64);
  view.setInt32(ip6.SOURCE, IP6_PREFIX);
  view.setInt32(ip6.DESTINATION, IP6_PREFIX);
  packet.set(segment, ip6.HEADER_BYTES);
  return packet;
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
