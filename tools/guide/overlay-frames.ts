/**
 * Frames of the guide's flows between two nodes. Each packet is traced on both: the sending node shows the inner frame (up
 * to loop0-output) and then the outer headers that it got; the receiving node the outer headers first and then what was
 * inside. What both say must agree, and is checked here.
 */

import { ethernet, ip4, udp, vxlan } from '../build-packets.js';
import { internetChecksum, u16 } from './bytes.js';
import { overlay } from './guide-frames.js';
import { headersOf, macsOf, nodePath, outputInterface, recordOf, rewriteDump, type NodeRecord } from './trace-text.js';

/** The outer headers of a VXLAN packet, as a trace prints them. */
interface Outer {
  readonly mac: { readonly source: string; readonly destination: string };
  readonly ttl: number;
  readonly length: number;
  readonly checksum: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly udpLength: number;
}

/** A packet on one of the two nodes: what arrived and what left, one of them in VXLAN. */
export interface OverlayFrame {
  readonly input: Uint8Array;
  readonly expected: Uint8Array;
  readonly outputInterface: string;
  readonly microseconds: number;
  /** Nodes as the guide's VPP visited them, without the device's input and tx. */
  readonly nodes: readonly string[];
  /** Bytes of the inner frame from here on are not in the text and stand as zero. */
  readonly unknownFrom: number;
}

const IP4_BYTES = 20;
const ETHERNET_BYTES = 14;
const UDP_SOURCE_PORT = ETHERNET_BYTES + IP4_BYTES;
const hex = (digits: string): number => parseInt(digits, 16);

const match = (text: string, pattern: RegExp): string[] => {
  const found = pattern.exec(text);
  if (!found) throw new Error(`${pattern.source} not found in: ${text}`);
  return found.slice(1);
};

/** @param device the record that prints the Ethernet addresses together with the IPv4 and UDP headers */
function outerOf(device: NodeRecord): Outer {
  const text = device.lines.join('\n');
  const mac = macsOf(device);
  if (!mac) throw new Error('the trace prints no outer Ethernet addresses');
  const [source, destination] = match(text, /UDP: (\d+\.\S+) -> (\d+\.\S+)/);
  const [ttl, length, checksum] = match(text, /tos 0x00, ttl (\d+), length (\d+), checksum 0x([0-9a-f]+)/);
  const [sourcePort, destinationPort, udpLength] = match(text, /UDP: (\d+) -> (\d+)\n\s+length (\d+), checksum 0x0000/);
  match(text, /fragment id 0x0000$/m);
  return {
    mac,
    source,
    destination,
    ttl: Number(ttl),
    length: Number(length),
    checksum: hex(checksum),
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
    udpLength: Number(udpLength),
  };
}

/** RFC 7348 §5 around an inner frame. */
function encapsulate(outer: Outer, vni: number, inner: Uint8Array): Uint8Array {
  const { mac, ttl, source, destination, checksum, sourcePort, destinationPort, udpLength } = outer;
  const datagram = udp({ sourcePort, destinationPort, length: udpLength, checksum: 0 }, vxlan({ vni }, inner));
  const frame = ethernet(mac, ip4({ source, destination, ttl, totalLength: outer.length, checksum }, datagram));
  if (internetChecksum([...frame.subarray(ETHERNET_BYTES, UDP_SOURCE_PORT)]) !== 0)
    throw new Error('the outer IPv4 header checksum of the trace does not fit its header');
  if (frame.length !== ETHERNET_BYTES + outer.length)
    throw new Error('the outer length of the trace does not fit its frame');
  return frame;
}

/** What every overlay trace has: VNI, the inner frame's MACs as l2-fwd prints them, and the frame's bytes by ip4-rewrite. */
function innerOf(records: readonly NodeRecord[], innerLength: number) {
  const text = recordOf(records, 'l2-fwd').lines.join('\n');
  const [destination, source] = match(text, /dst (\S+) src (\S+) bd_index/);
  const vxlan = recordOf(records, /^vxlan4-(?:encap|input)$/).lines.join('\n');
  const dump = rewriteDump(records);
  const template = new Uint8Array(innerLength);
  template.set(dump.subarray(0, innerLength));
  return {
    mac: { source, destination },
    vni: Number(match(vxlan, /vni (\d+)/)[0]),
    template,
    unknownFrom: dump.length,
  };
}

/** On the node that sends into the tunnel: a pod's frame in, a VXLAN packet out. */
export function sentFrame(records: readonly NodeRecord[]): OverlayFrame {
  const interfaceName = outputInterface(records);
  const arrived = headersOf(recordOf(records, 'ip4-input'));
  const mac = macsOf(recordOf(records, 'ethernet-input'));
  if (!mac) throw new Error('the trace prints no Ethernet addresses');
  const inner = innerOf(records, ETHERNET_BYTES + arrived.length);
  const outer = outerOf(recordOf(records, `${interfaceName}-output`));
  const expected = encapsulate(
    outer,
    inner.vni,
    overlay(inner.template, inner.mac, headersOf(recordOf(records, 'loop0-output'))),
  );
  // The second ip4-rewrite dumps the start of the same packet, before NAT and after.
  const rewritten = rewriteDump(records.slice(records.findIndex(({ node }) => node === 'vxlan4-encap')));
  if (!rewritten.every((byte, at) => byte === expected[at]))
    throw new Error("ip4-rewrite's dump and the outer headers disagree");
  return {
    input: overlay(inner.template, mac, arrived),
    expected,
    outputInterface: interfaceName,
    ...common(records, inner.unknownFrom),
  };
}

/** On the node that receives from the tunnel: a VXLAN packet in, the frame to its pod out. */
export function receivedFrame(records: readonly NodeRecord[]): OverlayFrame {
  const interfaceName = outputInterface(records);
  const inside = records.slice(records.findIndex(({ node }) => node === 'vxlan4-input'));
  const arrived = headersOf(recordOf(inside, 'ip4-input'));
  const inner = innerOf(records, ETHERNET_BYTES + arrived.length);
  const final = headersOf(recordOf(records, `${interfaceName}-output`));
  if (!final.mac) throw new Error('the trace prints no Ethernet addresses');
  const outer = outerOf(recordOf(records, 'dpdk-input'));
  return {
    input: encapsulate(outer, inner.vni, overlay(inner.template, inner.mac, arrived)),
    expected: overlay(inner.template, final.mac, final),
    outputInterface: interfaceName,
    ...common(records, inner.unknownFrom),
  };
}

const common = (records: readonly NodeRecord[], unknownFrom: number) => ({
  microseconds: records.find(({ microseconds }) => microseconds !== null)?.microseconds ?? 0,
  nodes: nodePath(records),
  unknownFrom,
});

/** A VXLAN packet with another outer source port; its UDP checksum is 0 and stays so. */
export function withSourcePort(frame: Uint8Array, port: number): Uint8Array {
  const changed = frame.slice();
  changed.set(u16(port), UDP_SOURCE_PORT);
  return changed;
}
