/** What may be wrong with what a node sent, done to recordings of nodes that did everything right: seeded, so that each can be repeated. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cause } from '../../src/audit/findings/difference.js';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { MemoryCapture, type MemoryFrame } from '../../src/capture/memory-capture.js';
import { PacketFacts } from '../../src/audit/packet-facts.js';
import { compute, fold, sumWords, swap16 } from '../../src/wire/checksum.js';
import * as ip4 from '../../src/wire/ip4.js';
import { checksumOffset } from '../../src/wire/l4-checksum.js';

/** A record of a capture, with what the recorder's MAC addresses tell: nodes have 02:fe:…, hosts 02:00:…. */
export interface CaptureRecord {
  readonly bytes: Buffer;
  readonly originalLength: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly isSent: boolean;
}

/** A recording's capture, and what the recording says of each received frame. */
export interface Recording {
  readonly records: readonly CaptureRecord[];
  /** `node: reason` of the received frames, in order; null where none was dropped. */
  readonly drops: readonly (string | null)[];
  readonly config: string;
  /** Every number in the text of its state, ports of sessions among them. */
  readonly numbers: ReadonlySet<string>;
}

/** A mutated capture. */
export interface Mutation {
  readonly records: readonly CaptureRecord[];
  /** Causes any of which names what was done. */
  readonly causes: readonly Cause[];
}

const L3 = 14;
const L4 = 34;
const PORTS_BYTES = 4;

export function readRecording(folder: string): Recording {
  const bytes = readFileSync(join(folder, 'rxtx.pcap'));
  const records: CaptureRecord[] = [];
  for (let at = 24; at < bytes.length;) {
    const [seconds, micros, captured, originalLength] = [0, 4, 8, 12].map((field) => bytes.readUInt32LE(at + field));
    const content = bytes.subarray(at + 16, at + 16 + captured);
    const isSent = content.readUInt16BE(6) === 0x02fe;
    records.push({ bytes: content, originalLength, seconds, nanoseconds: micros * 1000, isSent });
    at += 16 + captured;
  }
  const lines = readFileSync(join(folder, 'packets.jsonl'), 'utf8').trim().split('\n');
  const drops = lines.map((line) => (JSON.parse(line) as { drop: string | null }).drop);
  const numbers = new Set(readFileSync(join(folder, 'state.txt'), 'utf8').match(/\d+/g));
  return { records, drops, config: readFileSync(join(folder, 'config.vpp'), 'utf8'), numbers };
}

export function captureOf(records: readonly CaptureRecord[]): MemoryCapture {
  const interfaces = [{ linkType: LINKTYPE_ETHERNET, snapLength: 0, name: null, timestampDigits: 6 }];
  const frames = records.map((record): MemoryFrame => ({ ...record, interfaceIndex: 0 }));
  return new MemoryCapture('rxtx.pcap', interfaces, frames);
}

/** mulberry32 */
export function seeded(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let word = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % below;
  };
}

const viewOf = ({ bytes }: CaptureRecord): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const factsOf = (record: CaptureRecord): PacketFacts => new PacketFacts().read(viewOf(record), 0, record.bytes.length);
const isIp = (record: CaptureRecord): boolean =>
  record.bytes.length >= L4 + 8 && record.bytes.readUInt16BE(12) === 0x0800 && record.bytes[L3] === 0x45;
const isWhole = ({ bytes, originalLength }: CaptureRecord): boolean => bytes.length === originalLength;
const hasPorts = (record: CaptureRecord): boolean =>
  isIp(record) && [6, 17].includes(record.bytes[L3 + 9]) && (record.bytes.readUInt16BE(L3 + 6) & 0x3fff) === 0;

/** A copy with bytes of its own that something was done to, and its checksums made right again. */
function changed(record: CaptureRecord, change: (bytes: Buffer) => void, fixes = true): CaptureRecord {
  const bytes = Buffer.from(record.bytes);
  change(bytes);
  const made = { ...record, bytes };
  if (fixes && isIp(made)) fixChecksums(made);
  return made;
}

function fixChecksums(record: CaptureRecord): void {
  const view = viewOf(record);
  ip4.setChecksum(view, L3, 0);
  ip4.setChecksum(view, L3, compute(view, L3, ip4.HEADER_BYTES));
  const offset = checksumOffset(record.bytes[L3 + 9]);
  const isFragment = (record.bytes.readUInt16BE(L3 + 6) & 0x3fff) !== 0;
  if (offset < 0 || isFragment || !isWhole(record)) return;
  const length = ip4.totalLength(view, L3) - ip4.HEADER_BYTES;
  const isIcmp = record.bytes[L3 + 9] === ip4.PROTOCOL_ICMP;
  view.setUint16(L4 + offset, 0);
  const pseudo = isIcmp ? 0 : sumWords(view, L3 + 12, 8, (record.bytes[L3 + 9] << 8) + swap16(length));
  view.setUint16(L4 + offset, ~fold(sumWords(view, L4, length, pseudo)) & 0xffff, true);
}

/** Positions of a record and of the second record of the same packet. */
const twins = (records: readonly CaptureRecord[], at: number): number[] => {
  const { bytes, seconds, nanoseconds, isSent } = records[at];
  const isTwin = (one: CaptureRecord): boolean =>
    one.isSent === isSent &&
    Math.abs(one.seconds - seconds + (one.nanoseconds - nanoseconds) / 1e9) < 2e-3 &&
    one.bytes.equals(bytes);
  return records.flatMap((one, i) => (isTwin(one) ? [i] : []));
};

/** The received frame that a sent one came of, as far as its packet tells. */
function cameOf(records: readonly CaptureRecord[], at: number): CaptureRecord | null {
  const { key } = factsOf(records[at]);
  if (key === 0) return null;
  const found = records.slice(Math.max(0, at - 60), at).findLast((one) => !one.isSent && factsOf(one).key === key);
  return found ?? null;
}

const replaceAll = (
  records: readonly CaptureRecord[],
  places: readonly number[],
  by: (record: CaptureRecord) => CaptureRecord,
): CaptureRecord[] => records.map((record, i) => (places.includes(i) ? by(record) : record));

/** Positions of sent records that fit, the first of their twins only. */
const sentWhere = (records: readonly CaptureRecord[], fits: (record: CaptureRecord, at: number) => boolean): number[] =>
  records.flatMap((record, at) => (record.isSent && twins(records, at)[0] === at && fits(record, at) ? [at] : []));

type Mutate = (recording: Recording, random: (below: number) => number) => Mutation | null;

function pick(places: readonly number[], random: (below: number) => number): number | null {
  return places.length === 0 ? null : places[random(places.length)];
}

/** Where a translated source's port stands; of ICMP the identifier. */
const portAt = ({ bytes }: CaptureRecord): number => (bytes[L3 + 9] === ip4.PROTOCOL_ICMP ? L4 + 4 : L4);

/** Sent packets whose source alone was translated, and not by the first packet of their flow that the capture has. */
const laterTranslated = ({ records }: Recording): number[] => {
  const seen = new Set<string>();
  return sentWhere(records, (record, at) => {
    if (!hasPorts(record) || !isWhole(record)) return false;
    const before = cameOf(records, at);
    if (before === null) return false;
    const [was, is] = [factsOf(before), factsOf(record)];
    if (was.source === is.source || was.destination !== is.destination || was.destinationPort !== is.destinationPort)
      return false;
    const flow = [is.ipProtocol, was.source, was.sourcePort, is.destination, is.destinationPort].join();
    const isLater = seen.has(flow);
    seen.add(flow);
    return isLater;
  });
};

const hasNoChecksum = (record: CaptureRecord): boolean =>
  record.bytes[L3 + 9] === ip4.PROTOCOL_UDP && record.bytes.readUInt16BE(L4 + 6) === 0;
const timeOf = ({ seconds, nanoseconds }: CaptureRecord): number => seconds + nanoseconds * 1e-9;
const timeFields = ({ seconds, nanoseconds }: CaptureRecord) => ({ seconds, nanoseconds });

/** Sent packets whose source alone was translated, and that are all of their flow that the capture has, with a port above the inside one's. */
const newSessions = ({ records, numbers }: Recording): number[] => {
  const flows = new Map<string, number[]>();
  for (const at of sentWhere(records, hasPorts)) {
    const before = cameOf(records, at);
    if (before === null) continue;
    const [was, is] = [factsOf(before), factsOf(records[at])];
    if (was.source === is.source || was.sourcePort === is.sourcePort || was.destination !== is.destination) continue;
    const flow = [is.ipProtocol, is.source, is.sourcePort].join();
    flows.set(flow, [...(flows.get(flow) ?? []), at]);
  }
  return [...flows].flatMap(([flow, places]) => {
    const [protocol, address, port] = flow.split(',').map(Number);
    const isAnswered = records.some((record) => {
      if (record.isSent || !isIp(record)) return false;
      const { ipProtocol, destination, destinationPort } = factsOf(record);
      return ipProtocol === protocol && destination === address && destinationPort === port;
    });
    const isAlone = places.length === 1 && isWhole(records[places[0]]);
    return isAlone && !isAnswered && !numbers.has(String(port)) ? places : [];
  });
};

/** Sent packets whose destination alone was translated. */
const inbound = ({ records }: Recording): number[] =>
  sentWhere(records, (record, at) => {
    if (!hasPorts(record) || !isWhole(record)) return false;
    const before = cameOf(records, at);
    if (before === null) return false;
    const [was, is] = [factsOf(before), factsOf(record)];
    return was.destination !== is.destination && was.source === is.source;
  });

const ACL_DENIES = /acl-plugin-(in|out)-ip4-fa: ACL deny packets/;

export const MUTATIONS: Readonly<Record<string, Mutate>> = {
  'a sent frame is lost': ({ records }, random) => {
    const at = pick(
      sentWhere(records, () => true),
      random,
    );
    if (at === null) return null;
    const places = twins(records, at);
    return { records: records.filter((_, i) => !places.includes(i)), causes: ['lost'] };
  },
  'a sent frame is doubled': ({ records }, random) => {
    const at = pick(
      sentWhere(records, () => true),
      random,
    );
    if (at === null) return null;
    const last = twins(records, at).at(-1) ?? at;
    return { records: records.toSpliced(last + 1, 0, records[last]), causes: ['sent-twice', 'unexplained'] };
  },
  'a byte is another': ({ records }, random) => {
    const at = pick(
      sentWhere(records, (record) => hasPorts(record) && record.bytes.length > L4 + 20),
      random,
    );
    if (at === null) return null;
    const place = L4 + PORTS_BYTES + random(records[at].bytes.length - L4 - PORTS_BYTES);
    const by = 1 + random(255);
    const change = (record: CaptureRecord): CaptureRecord => changed(record, (bytes) => (bytes[place] ^= by), false);
    return { records: replaceAll(records, twins(records, at), change), causes: ['bytes', 'checksum'] };
  },
  'a checksum is another': ({ records }, random) => {
    const at = pick(sentWhere(records, hasPorts), random);
    if (at === null) return null;
    const place = random(2) === 0 ? L3 + 10 : L4 + checksumOffset(records[at].bytes[L3 + 9]);
    const by = 1 + random(255);
    const change = (record: CaptureRecord): CaptureRecord => changed(record, (bytes) => (bytes[place] ^= by), false);
    return { records: replaceAll(records, twins(records, at), change), causes: ['checksum'] };
  },
  'another port in mid-session': (recording, random) => {
    const { records } = recording;
    const at = pick(laterTranslated(recording), random);
    if (at === null) return null;
    const port = 1 + random(1000);
    const change = (record: CaptureRecord): CaptureRecord =>
      changed(record, (bytes) => void bytes.writeUInt16BE(port, portAt(record)));
    return { records: replaceAll(records, twins(records, at), change), causes: ['session-port'] };
  },
  "a new session's port in its only packet": (recording, random) => {
    const { records } = recording;
    const at = pick(newSessions(recording), random);
    if (at === null) return null;
    const port = 1025 + random(64_510);
    // UDP without a checksum: nothing but the port tells.
    const change = (record: CaptureRecord): CaptureRecord =>
      changed(record, (bytes) => void bytes.writeUInt16BE(port, portAt(record)), !hasNoChecksum(record));
    return { records: replaceAll(records, twins(records, at), change), causes: ['new-port'] };
  },
  'two packets of a flow change places': (recording, random) => {
    const { records } = recording;
    const places = laterTranslated(recording);
    const pairs = places.flatMap((at) => {
      const [own, { ipProtocol, source, sourcePort, destination, destinationPort }] = [
        records[at],
        factsOf(records[at]),
      ];
      const next = places.find((i) => {
        const other = factsOf(records[i]);
        return (
          i > at &&
          !records[i].bytes.equals(own.bytes) &&
          other.ipProtocol === ipProtocol &&
          other.source === source &&
          other.sourcePort === sourcePort &&
          other.destination === destination &&
          other.destinationPort === destinationPort
        );
      });
      return next === undefined || timeOf(records[next]) - timeOf(own) > 0.04 ? [] : [[at, next]];
    });
    if (pairs.length === 0) return null;
    const [first, second] = pairs[random(pairs.length)];
    const [firsts, seconds] = [twins(records, first), twins(records, second)];
    if (firsts.length !== seconds.length) return null;
    // The first one leaves where the second did; the second, which had not arrived by then, leaves right before it.
    const moved = records.filter((_, i) => !firsts.includes(i));
    const last = moved.indexOf(records[seconds[seconds.length - 1]]);
    const late = firsts.map((i) => ({ ...records[i], ...timeFields(records[second]) }));
    return { records: moved.toSpliced(last + 1, 0, ...late), causes: ['order'] };
  },
  'two sessions on one port': (recording, random) => {
    const { records } = recording;
    const places = laterTranslated(recording);
    const at = pick(places, random);
    if (at === null) return null;
    const own = factsOf(records[at]);
    const others = places.filter((i) => {
      const { ipProtocol, source, sourcePort } = factsOf(records[i]);
      return i < at && ipProtocol === own.ipProtocol && source === own.source && sourcePort !== own.sourcePort;
    });
    const other = pick(others, random);
    if (other === null) return null;
    const port = factsOf(records[other]).sourcePort;
    const change = (record: CaptureRecord): CaptureRecord =>
      changed(record, (bytes) => void bytes.writeUInt16BE(port, portAt(record)));
    return { records: replaceAll(records, twins(records, at), change), causes: ['port-of-another-session'] };
  },
  'a back end outside of the mapping': (recording, random) => {
    const { records, config } = recording;
    const balanced = [...config.matchAll(/load-balancing static mapping protocol (\w+) external ([\d.]+):(\d+)/g)];
    const isBalanced = (record: CaptureRecord | null): boolean => {
      if (record === null) return false;
      const { destinationPort, ipProtocol } = factsOf(record);
      const address = [...record.bytes.subarray(L3 + 16, L3 + 20)].join('.');
      return balanced.some(
        ([, protocol, external, port]) =>
          external === address && Number(port) === destinationPort && (protocol === 'tcp' ? 6 : 17) === ipProtocol,
      );
    };
    const at = pick(
      sentWhere(records, (record, i) => hasPorts(record) && isWhole(record) && isBalanced(cameOf(records, i))),
      random,
    );
    if (at === null) return null;
    const change = (record: CaptureRecord): CaptureRecord => changed(record, (bytes) => (bytes[L3 + 19] = 251));
    return { records: replaceAll(records, twins(records, at), change), causes: ['back-end'] };
  },
  'a reply to the wrong pod': (recording, random) => {
    const { records } = recording;
    const at = pick(inbound(recording), random);
    if (at === null) return null;
    const change = (record: CaptureRecord): CaptureRecord =>
      changed(record, (bytes) => {
        bytes[L3 + 19] = 252;
        bytes[5] ^= 0x3c;
      });
    return { records: replaceAll(records, twins(records, at), change), causes: ['destination', 'back-end'] };
  },
  'a packet is sent that an ACL denies': ({ records, drops }, random) => {
    const received = records.flatMap((record, i) => (record.isSent ? [] : [i]));
    const denied = received.filter(
      (i, frame) => ACL_DENIES.test(drops[frame] ?? '') && hasPorts(records[i]) && records[i].bytes[L3 + 8] > 1,
    );
    const at = pick(denied, random);
    if (at === null) return null;
    const sent = changed(records[at], (bytes) => {
      bytes.set([0x02, 0, 0, 0, 1, 0x77], 0);
      bytes.set([0x02, 0xfe, 0, 0, 0, 1], 6);
      bytes[L3 + 8]--;
    });
    return { records: records.toSpliced(at + 1, 0, { ...sent, isSent: true }), causes: ['denied'] };
  },
  'a denied packet is let through': (recording, random) => {
    const { records } = recording;
    // Both configurations deny UDP to port 9999 from pods whose interface has ACL 0.
    const interfaces = [...recording.config.matchAll(/set acl-plugin interface pg(\d) input acl 0/g)].map(
      ([, n]) => Number(n) + 1,
    );
    const places = sentWhere(records, (record, i) => {
      const before = cameOf(records, i);
      if (before === null || !hasPorts(record) || record.bytes[L3 + 9] !== 17 || !isWhole(record)) return false;
      const [was, is] = [factsOf(before), factsOf(record)];
      const isFromPod = interfaces.includes(before.bytes[5]) && was.destinationPort === is.destinationPort;
      return isFromPod && ![53, 4789].includes(was.sourcePort);
    });
    const at = pick(places, random);
    if (at === null) return null;
    const before = cameOf(records, at);
    // The flow is another one then, which no session knows.
    const change = (record: CaptureRecord): CaptureRecord =>
      changed(record, (bytes) => {
        bytes.writeUInt16BE(9999, L4 + 2);
        if (record === before) bytes.writeUInt16BE(60001, L4);
      });
    const all = before === null ? [] : [...twins(records, records.indexOf(before)), ...twins(records, at)];
    return { records: replaceAll(records, all, change), causes: ['denied'] };
  },
};
