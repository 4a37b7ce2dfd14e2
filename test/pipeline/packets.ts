/** Packets for tests, and a dataplane to run them through. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import { FrameRecord } from '../../src/capture/frame-record.js';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Dataplane } from '../../src/dataplane/dataplane.js';
import { FLAG_ORIGINATED, type PacketBuffer } from '../../src/pipeline/engine/packet-buffer.js';
import { VerdictRecorder, type Verdict } from '../../src/outcome/verdicts.js';
import type { Tables } from '../../src/pipeline/engine/tables.js';
import { ethernet, icmp, ip4, tcp, udp, type Ip4Fields, type Payload } from '../../tools/build-packets.js';
import * as checksum from '../../src/wire/checksum.js';
import * as ethernetHeader from '../../src/wire/ethernet.js';
import * as ip4Header from '../../src/wire/ip4.js';
import { pseudoHeaderSum } from '../../src/wire/l4-checksum.js';

/** Where the IP header of a frame starts. */
export const L3 = ethernetHeader.HEADER_BYTES;
/** Where the L4 header starts: no packet here has IP options. */
export const L4 = L3 + ip4Header.HEADER_BYTES;

/** Identification 1 where none is given. */
export type Ip4Packet = Ip4Fields;

export const MACS = { destination: '02:fe:00:00:00:01', source: '02:00:00:00:01:03' };

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An Ethernet frame from the pod's MAC to that of pg0 around an IPv4 packet. */
export const frameOf = (packet: Ip4Packet, payload: Payload): Uint8Array =>
  ethernet(MACS, ip4({ identification: 1, ...packet }, payload));

/** Ports and as many bytes behind them as there are: 20 for TCP, 8 for UDP. */
export const ports = (sourcePort: number, destinationPort: number, length: number): Uint8Array =>
  tcp({ sourcePort, destinationPort, headerLength: 0 }, new Uint8Array(length)).bytes.subarray(0, length);

/** A UDP datagram with a right checksum, or with none. */
export const udpOf = (
  packet: Ip4Packet,
  sourcePort: number,
  destinationPort: number,
  data: Uint8Array,
  hasChecksum = true,
): Uint8Array => frameOf(packet, udp({ sourcePort, destinationPort, ...(hasChecksum ? {} : { checksum: 0 }) }, data));

/** A TCP segment without data. */
export const tcpOf = (
  packet: Ip4Packet,
  sourcePort: number,
  destinationPort: number,
  flags: number,
  options: readonly number[] = [],
): Uint8Array => frameOf(packet, tcp({ sourcePort, destinationPort, flags, options }));

/** An ICMP message: `rest` is what comes after the checksum. */
export const icmpOf = (packet: Ip4Packet, type: number, code: number, rest: Uint8Array): Uint8Array =>
  frameOf(packet, icmp({ type, code, rest: viewOf(rest).getUint32(0) }, rest.subarray(4)));

/** What the L4 checksum of an unfragmented packet would have to be, as a little-endian word; what it carries counts too. */
export function l4Checksum(frame: Uint8Array): number {
  const view = viewOf(frame);
  const length = ip4Header.totalLength(view, L3) - ip4Header.HEADER_BYTES;
  const isIcmp = ip4Header.protocol(view, L3) === ip4Header.PROTOCOL_ICMP;
  return checksum.compute(view, L4, length, isIcmp ? 0 : pseudoHeaderSum(view, L3, length));
}

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
          this.recorder.transmit(b);
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
    const record = new FrameRecord().setBytes(bytes, viewOf(bytes), room, frame.length).setTime(whole, nanoseconds);
    record.originalLength = wireBytes;
    this.dataplane.receive(record, swIfIndex);
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

/** The same two interfaces in VPP 26.06, both with the MAC that frames here are for. */
export const TWO_INTERFACES_26: readonly string[] = [
  '# release: 26.06',
  ...TWO_INTERFACES.map((line) =>
    line
      .replace(/^create packet-generator interface .*/, `$& hw-addr ${MACS.destination}`)
      .replace('set ip arp static', 'set ip neighbor static'),
  ),
];
