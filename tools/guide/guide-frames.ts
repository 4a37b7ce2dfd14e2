/**
 * Frames out of a trace: what came in, from the headers at the `*-input` nodes over the bytes of ip4-rewrite's dump; what
 * left, from the headers of the last `<interface>-output` record over the same bytes. The dump stops after 60 bytes, so
 * TCP options behind it are unknown and stand as zero, in the input and in the output alike. Everything that the text states
 * twice is checked here.
 */

import { addressOctets, internetChecksum, macOctets, u16, u32 } from './bytes.js';
import {
  headersOf,
  macsOf,
  nodePath,
  outputInterface,
  recordOf,
  rewriteDump,
  type Headers,
  type NodeRecord,
} from './trace-text.js';

const ETHERNET_BYTES = 14;
const IP4_BYTES = 20;

/** A packet of the guide: the frame that arrived and the frame that left. */
export interface GuideFrame {
  readonly input: Uint8Array;
  readonly expected: Uint8Array;
  readonly outputInterface: string;
  /** MAC of the VPP interface it arrived on. */
  readonly inputMac: string;
  /** MAC of the VPP interface it left by. */
  readonly outputMac: string;
  readonly microseconds: number;
  /** Nodes as the guide's VPP visited them, without the device's input and tx. */
  readonly nodes: readonly string[];
  /** Bytes [unknownFrom, length) of both frames are not in the text and stand as zero. */
  readonly unknownFrom: number;
  /** The frame's first bytes as ip4-rewrite dumped them. */
  readonly dump: Uint8Array;
  readonly final: Headers;
}

export function guideFrame(records: readonly NodeRecord[]): GuideFrame {
  const arrived = headersOf(recordOf(records, 'ip4-input'));
  const interfaceName = outputInterface(records);
  const final = headersOf(recordOf(records, `${interfaceName}-output`));
  const device = records.find(({ node }) => node === 'ethernet-input') ?? recordOf(records, 'dpdk-input');
  const inputMacs = macsOf(device);
  if (!inputMacs || !final.mac) throw new Error('the trace prints no Ethernet addresses');
  const dump = rewriteDump(records);
  const length = frameLength(records, arrived.length);
  const template = new Uint8Array(length);
  template.set(dump.subarray(0, length));
  const guide: GuideFrame = {
    input: overlay(template, inputMacs, arrived),
    expected: overlay(template, final.mac, final),
    outputInterface: interfaceName,
    inputMac: inputMacs.destination,
    outputMac: final.mac.source,
    microseconds: records.find(({ microseconds }) => microseconds !== null)?.microseconds ?? 0,
    nodes: nodePath(records),
    unknownFrom: Math.min(dump.length, length),
    dump,
    final,
  };
  check(guide, template);
  return guide;
}

/** Length of the frame on the wire as the driver saw it: `virtio: … len 74`, `PKT MBUF: … pkt_len 60`. */
function frameLength(records: readonly NodeRecord[], totalLength: number): number {
  const device = records[0].lines.join('\n');
  const length = Number((/ vring \d+ len (\d+)/.exec(device) ?? /pkt_len (\d+)/.exec(device))?.[1]);
  if (!(length >= ETHERNET_BYTES + totalLength))
    throw new Error(`frame length ${length} for a datagram of ${totalLength} bytes`);
  return length;
}

/** The template with every field that a trace prints set to what it printed. */
export function overlay(
  template: Uint8Array,
  mac: { source: string; destination: string },
  headers: Headers,
): Uint8Array {
  const frame = template.slice();
  const ip4 = ETHERNET_BYTES;
  const tcp = ETHERNET_BYTES + IP4_BYTES;
  frame.set([...macOctets(mac.destination), ...macOctets(mac.source)], 0);
  frame.set([0x45, headers.tos, ...u16(headers.length), ...u16(headers.fragmentId)], ip4);
  frame.set([...u16(headers.dontFragment ? 0x4000 : 0), headers.ttl, 6, ...u16(headers.checksum)], ip4 + 6);
  frame.set([...addressOctets(headers.source), ...addressOctets(headers.destination)], ip4 + 12);
  frame.set([...u16(headers.sourcePort), ...u16(headers.destinationPort)], tcp);
  frame.set([...u32(headers.sequence), ...u32(headers.acknowledgment)], tcp + 4);
  frame.set(
    [(headers.tcpHeaderLength / 4) << 4, headers.tcpFlags, ...u16(headers.window), ...u16(headers.tcpChecksum)],
    tcp + 12,
  );
  return frame;
}

/** What the text says twice must agree: the dump with the final headers, and both header checksums with their headers. */
function check({ input, expected, final, nodes, unknownFrom }: GuideFrame, template: Uint8Array): void {
  for (const frame of [input, expected]) {
    const header = Array.from(frame.subarray(ETHERNET_BYTES, ETHERNET_BYTES + IP4_BYTES));
    if (internetChecksum(header) !== 0) throw new Error('an IPv4 header checksum of the trace does not fit its header');
  }
  const translatedAfterRewrite = nodes.includes('nat44-in2out-output');
  if (!translatedAfterRewrite && !template.every((byte, at) => byte === expected[at]))
    throw new Error("ip4-rewrite's dump and the output record disagree");
  const isComplete = unknownFrom >= ETHERNET_BYTES + final.length;
  if (isComplete && (tcpChecksum(input) !== 0 || tcpChecksum(expected) !== 0))
    throw new Error('a TCP checksum of the trace does not fit its segment');
}

/** 0 where the TCP checksum (RFC 9293 section 3.1) of an Ethernet frame is right. */
function tcpChecksum(frame: Uint8Array): number {
  const total = (frame[ETHERNET_BYTES + 2] << 8) | frame[ETHERNET_BYTES + 3];
  const segment = Array.from(frame.subarray(ETHERNET_BYTES + IP4_BYTES, ETHERNET_BYTES + total));
  const addresses = Array.from(frame.subarray(ETHERNET_BYTES + 12, ETHERNET_BYTES + 20));
  return internetChecksum([...addresses, 0, 6, ...u16(segment.length), ...segment]);
}
