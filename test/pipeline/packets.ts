/** Packets for tests, and a dataplane to run them through. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Dataplane } from '../../src/dataplane/dataplane.js';
import { FLAG_ORIGINATED, type PacketBuffer } from '../../src/pipeline/engine/packet-buffer.js';
import { VerdictRecorder, type Verdict } from '../../src/outcome/verdicts.js';
import type { Tables } from '../../src/pipeline/engine/tables.js';
import { parseAddress } from '../../src/wire/address.js';
import * as checksum from '../../src/wire/checksum.js';
import * as ip4 from '../../src/wire/ip4.js';

/** Where the IP header of a frame starts. */
export const L3 = 14;
/** Where the L4 header starts: no packet here has IP options. */
export const L4 = L3 + ip4.HEADER_BYTES;

export interface Ip4Packet {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly ttl?: number;
  readonly identification?: number;
  /** Flags and offset, as in the header. */
  readonly fragment?: number;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An Ethernet frame around an IPv4 packet with a right header checksum. */
export function frameOf(packet: Ip4Packet, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(L4 + payload.length);
  bytes.set([2, 0xfe, 0, 0, 0, 1, 2, 0, 0, 0, 1, 3, 8, 0, 0x45]);
  bytes.set(payload, L4);
  const view = viewOf(bytes);
  ip4.setTotalLength(view, L3, ip4.HEADER_BYTES + payload.length);
  ip4.setIdentification(view, L3, packet.identification ?? 1);
  ip4.setFlagsAndFragment(view, L3, packet.fragment ?? 0);
  ip4.setTtl(view, L3, packet.ttl ?? 64);
  ip4.setProtocol(view, L3, packet.protocol);
  ip4.setSource(view, L3, parseAddress(packet.source) ?? 0);
  ip4.setDestination(view, L3, parseAddress(packet.destination) ?? 0);
  ip4.setChecksum(view, L3, checksum.compute(view, L3, ip4.HEADER_BYTES));
  return bytes;
}

/** Ports and as many bytes behind them as there are: 20 for TCP, 8 for UDP. */
export function ports(source: number, destination: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  view.setUint16(0, source);
  view.setUint16(2, destination);
  return bytes;
}

/** A UDP datagram's payload with a right checksum, or with none. */
export function udpOf(packet: Ip4Packet, from: number, to: number, data: Uint8Array, hasChecksum = true): Uint8Array {
  const payload = new Uint8Array(8 + data.length);
  payload.set(ports(from, to, 8));
  payload.set(data, 8);
  viewOf(payload).setUint16(4, payload.length);
  const frame = frameOf(packet, payload);
  if (hasChecksum) viewOf(frame).setUint16(L4 + 6, l4Checksum(frame) || 0xffff, true);
  return frame;
}

/** A TCP segment without data, with a right checksum. */
export function tcpOf(packet: Ip4Packet, from: number, to: number, flags: number, options: number[] = []): Uint8Array {
  const payload = new Uint8Array(20 + options.length);
  payload.set(ports(from, to, 20));
  payload[12] = (payload.length / 4) << 4;
  payload[13] = flags;
  payload.set(options, 20);
  const frame = frameOf(packet, payload);
  viewOf(frame).setUint16(L4 + 16, l4Checksum(frame), true);
  return frame;
}

/** An ICMP message with a right checksum: `rest` is what comes after the checksum. */
export function icmpOf(packet: Ip4Packet, type: number, code: number, rest: Uint8Array): Uint8Array {
  const frame = frameOf(packet, Uint8Array.of(type, code, 0, 0, ...rest));
  const view = viewOf(frame);
  view.setUint16(L4 + 2, checksum.compute(view, L4, frame.length - L4), true);
  return frame;
}

/** What the L4 checksum of an unfragmented packet would have to be, as a little-endian word; what it carries counts too. */
export function l4Checksum(frame: Uint8Array): number {
  const view = viewOf(frame);
  const length = ip4.totalLength(view, L3) - ip4.HEADER_BYTES;
  const protocol = ip4.protocol(view, L3);
  const pseudo = checksum.sumWords(view, L3 + 12, 8) + (protocol << 8) + swap16(length);
  return checksum.compute(view, L4, length, protocol === ip4.PROTOCOL_ICMP ? 0 : pseudo);
}

const swap16 = (value: number): number => ((value & 0xff) << 8) | (value >>> 8);

export interface Transmitted {
  readonly on: string;
  readonly bytes: Uint8Array;
}

export interface Outcome {
  readonly verdict: Verdict;
  readonly output: readonly Transmitted[];
}

/** A dataplane of its own per configuration. */
export class Bench {
  readonly tables: Tables;
  readonly dataplane: Dataplane;
  private readonly recorder = new VerdictRecorder();
  private output: Transmitted[] = [];
  private seconds = 0;
  /** How often the frame that was received itself has ended, which it may once at most. */
  private ends = 0;

  /** @param garbage what lies in memory before and behind every frame */
  constructor(
    config: readonly string[],
    private readonly garbage = 0,
    isRecording = true,
  ) {
    this.tables = applyScript(parseScript(config.join('\n'), 'test.vpp'));
    this.dataplane = new Dataplane(
      this.tables,
      {
        transmit: (b) => {
          this.countEnd(b);
          this.recorder.transmit();
          const on = this.tables.interfaces.all[b.swIfIndexTx].name;
          this.output.push({ on, bytes: b.bytes.slice(b.at, b.at + b.length) });
        },
        discard: (b) => {
          this.countEnd(b);
          this.recorder.discard(b, this.dataplane);
        },
      },
      isRecording,
    );
  }

  /** Runs a frame, which had `wireBytes`; a millisecond later than the one before, and `afterSeconds`. */
  send(on: string, frame: Uint8Array, afterSeconds = 0, wireBytes = frame.length): Outcome {
    const room = 128;
    const bytes = new Uint8Array(room + frame.length + TAILROOM_BYTES).fill(this.garbage);
    bytes.set(frame, room);
    this.output = [];
    this.ends = 0;
    this.seconds += afterSeconds + 0.001;
    const swIfIndex = this.tables.interfaces.byName(on)?.swIfIndex ?? -1;
    const whole = Math.floor(this.seconds);
    const nanoseconds = Math.round((this.seconds - whole) * 1e9);
    this.dataplane.receive(bytes, viewOf(bytes), room, frame.length, wireBytes, swIfIndex, whole, nanoseconds);
    const end = room + frame.length;
    const isUntouched = (from: number, to: number): boolean => bytes.slice(from, to).every((b) => b === this.garbage);
    if (!isUntouched(end, bytes.length) || !isUntouched(0, room - HEADROOM_BYTES))
      throw new Error('the dataplane wrote outside its frame');
    if (this.ends > 1) throw new Error('a frame ended more than once');
    return { verdict: this.recorder.take(this.dataplane), output: this.output };
  }

  private countEnd(b: PacketBuffer): void {
    if (b === this.dataplane.frame && (b.flags & FLAG_ORIGINATED) === 0) this.ends++;
  }
}

/** pg0 inside with 10.1.1.0/24, pg1 outside with a default route and pool address 192.168.16.10; no NAT role yet. */
export const TWO_INTERFACES: readonly string[] = [
  'create packet-generator interface pg0',
  'create packet-generator interface pg1',
  'set interface state pg0 up',
  'set interface state pg1 up',
  'set interface ip address pg0 10.1.1.1/24',
  'set interface ip address pg1 192.168.16.1/24',
  'set ip arp static pg0 10.1.1.3 02:00:00:00:01:03',
  'set ip arp static pg0 10.1.1.4 02:00:00:00:01:04',
  'set ip arp static pg1 192.168.16.100 02:00:00:00:02:64',
  'ip route add 0.0.0.0/0 via 192.168.16.100 pg1',
];

export const NAT_IN_OUT: readonly string[] = [
  ...TWO_INTERFACES,
  'nat44 add address 192.168.16.10',
  'set interface nat44 in pg0',
  'set interface nat44 out pg1',
];

export const NAT_OUTPUT_FEATURE: readonly string[] = [
  ...TWO_INTERFACES,
  'nat44 add address 192.168.16.10',
  'nat44 forwarding enable',
  'set interface nat44 out pg1 output-feature',
];
