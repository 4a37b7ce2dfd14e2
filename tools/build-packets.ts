/**
 * Builds packets, each header around what it carries:
 *
 *     ethernet({ source: MAC, destination: MAC },
 *       ip4({ source: '10.1.1.3', destination: '8.8.8.8' },
 *         udp({ sourcePort: 5000, destinationPort: 53 }, [1, 2, 3])))
 *
 * Types, lengths and checksums follow from what is carried. Any of them may be given instead, right or wrong; checksums are given as
 * they read on the wire.
 */

import { parseAddress, parseMac } from '../src/wire/address.js';
import * as arpMessage from '../src/wire/arp.js';
import { compute, swap16 } from '../src/wire/checksum.js';
import * as ethernetHeader from '../src/wire/ethernet.js';
import * as icmp4 from '../src/wire/icmp4.js';
import * as ip4Header from '../src/wire/ip4.js';
import { pseudoHeaderSum } from '../src/wire/l4-checksum.js';
import * as tcpHeader from '../src/wire/tcp.js';
import * as udpHeader from '../src/wire/udp.js';
import * as vlanTag from '../src/wire/vlan.js';
import * as vxlanHeader from '../src/wire/vxlan.js';

/** A header and what is behind it, to be carried by another. */
export interface Layer {
  readonly bytes: Uint8Array;
  /** How the header in front names it: an EtherType, or an IP protocol. */
  readonly type: number;
  /** Where the checksum stands that covers a pseudo header, too, and is still to be made; -1 for none. */
  readonly checksumAt: number;
}

/** What a header carries: a layer, or bytes, of which the header does not know the type. */
export type Payload = Layer | Uint8Array | readonly number[];

const isLayer = (payload: Payload): payload is Layer => 'bytes' in payload;
const bytesOf = (payload: Payload): ArrayLike<number> => (isLayer(payload) ? payload.bytes : payload);

function typeOf(payload: Payload, given: number | undefined): number {
  if (given !== undefined) return given;
  if (isLayer(payload)) return payload.type;
  throw new Error('the header in front of plain bytes has to say their type');
}

/** Room for a header, and the payload behind it; zeros up to `leastBytes`. */
function around(headerBytes: number, payload: Payload, leastBytes = 0): { bytes: Uint8Array; view: DataView } {
  const carried = bytesOf(payload);
  const bytes = new Uint8Array(Math.max(headerBytes + carried.length, leastBytes));
  bytes.set(carried, headerBytes);
  return { bytes, view: new DataView(bytes.buffer) };
}

const padded = (options: ArrayLike<number>): number => (options.length + 3) & ~3;

function macOf(text: string): readonly [high: number, low: number] {
  const mac = parseMac(text);
  if (mac === null) throw new Error(`no MAC address: ${text}`);
  return [mac.high, mac.low];
}

function addressOf(address: string | number): number {
  const parsed = typeof address === 'number' ? address : parseAddress(address);
  if (parsed === null) throw new Error(`no IPv4 address: ${address}`);
  return parsed;
}

export interface EthernetFields {
  readonly destination: string;
  readonly source: string;
  readonly type?: number;
  /** Zeros are added up to so many bytes: 60 for the shortest frame on a wire. */
  readonly paddedTo?: number;
}

/** A whole frame. */
export function ethernet(fields: EthernetFields, payload: Payload): Uint8Array {
  const { bytes, view } = around(ethernetHeader.HEADER_BYTES, payload, fields.paddedTo);
  ethernetHeader.setDestination(view, 0, ...macOf(fields.destination));
  ethernetHeader.setSource(view, 0, ...macOf(fields.source));
  ethernetHeader.setType(view, 0, typeOf(payload, fields.type));
  return bytes;
}

export interface VlanFields {
  readonly id: number;
  readonly priority?: number;
  readonly type?: number;
  /** EtherType that announces the tag itself: 802.1Q where it is not given. */
  readonly tagType?: number;
}

export function vlan({ id, priority = 0, type, tagType }: VlanFields, payload: Payload): Layer {
  const { bytes, view } = around(vlanTag.TAG_BYTES, payload);
  vlanTag.setControl(view, 0, (priority << 13) | id);
  vlanTag.setType(view, 0, typeOf(payload, type));
  return { bytes, type: tagType ?? ethernetHeader.TYPE_VLAN, checksumAt: -1 };
}

export interface ArpFields {
  readonly operation: number;
  readonly senderMac: string;
  readonly senderAddress: string | number;
  readonly targetMac: string;
  readonly targetAddress: string | number;
}

export function arp(fields: ArpFields): Layer {
  const { bytes, view } = around(arpMessage.MESSAGE_BYTES, []);
  arpMessage.setTypes(view, 0, arpMessage.HARDWARE_ETHERNET, ethernetHeader.TYPE_IP4);
  arpMessage.setOperation(view, 0, fields.operation);
  arpMessage.setSenderMac(view, 0, ...macOf(fields.senderMac));
  arpMessage.setSenderAddress(view, 0, addressOf(fields.senderAddress));
  arpMessage.setTargetMac(view, 0, ...macOf(fields.targetMac));
  arpMessage.setTargetAddress(view, 0, addressOf(fields.targetAddress));
  return { bytes, type: ethernetHeader.TYPE_ARP, checksumAt: -1 };
}

export interface Ip4Fields {
  readonly source: string | number;
  readonly destination: string | number;
  readonly protocol?: number;
  readonly tos?: number;
  readonly identification?: number;
  /** Flags and offset in units of 8 bytes, as one word: see DONT_FRAGMENT, MORE_FRAGMENTS in ip4.ts. */
  readonly flagsAndFragment?: number;
  /** 64 where it is not given. */
  readonly ttl?: number;
  /** Zeros fill them up to a multiple of 4. */
  readonly options?: readonly number[];
  readonly versionIhl?: number;
  readonly totalLength?: number;
  readonly checksum?: number;
}

/** The checksum of what it carries is made here: a fragment's covers what the fragment has. */
export function ip4(fields: Ip4Fields, payload: Payload): Layer {
  const { options = [] } = fields;
  const headerBytes = ip4Header.HEADER_BYTES + padded(options);
  const { bytes, view } = around(headerBytes, payload);
  bytes.set(options, ip4Header.HEADER_BYTES);
  ip4Header.setVersionIhl(view, 0, fields.versionIhl ?? 0x40 | (headerBytes >>> 2));
  ip4Header.setTos(view, 0, fields.tos ?? 0);
  ip4Header.setTotalLength(view, 0, fields.totalLength ?? bytes.length);
  ip4Header.setIdentification(view, 0, fields.identification ?? 0);
  ip4Header.setFlagsAndFragment(view, 0, fields.flagsAndFragment ?? 0);
  ip4Header.setTtl(view, 0, fields.ttl ?? 64);
  ip4Header.setProtocol(view, 0, typeOf(payload, fields.protocol));
  ip4Header.setSource(view, 0, addressOf(fields.source));
  ip4Header.setDestination(view, 0, addressOf(fields.destination));
  ip4Header.setChecksum(view, 0, wordOr(fields.checksum, compute(view, 0, headerBytes)));
  if (isLayer(payload) && payload.checksumAt >= 0) {
    const length = payload.bytes.length;
    const sum = compute(view, headerBytes, length, pseudoHeaderSum(view, 0, length));
    // UDP's 0 would say that there is none (RFC 768).
    const isUdp = payload.type === ip4Header.PROTOCOL_UDP;
    view.setUint16(headerBytes + payload.checksumAt, swap16(sum === 0 && isUdp ? 0xffff : sum));
  }
  return { bytes, type: ethernetHeader.TYPE_IP4, checksumAt: -1 };
}

/** The little-endian word for a checksum that is given as it reads on the wire, else the one that was computed. */
const wordOr = (given: number | undefined, computed: number): number =>
  given === undefined ? computed : swap16(given);

export interface IcmpFields {
  readonly type: number;
  readonly code?: number;
  readonly identifier?: number;
  readonly sequence?: number;
  /** In place of identifier and sequence number: next-hop MTU, pointer, gateway. */
  readonly rest?: number;
  readonly checksum?: number;
}

/** @param payload data, or the packet that an error quotes */
export function icmp(fields: IcmpFields, payload: Payload = []): Layer {
  const { bytes, view } = around(icmp4.HEADER_BYTES, payload);
  icmp4.setType(view, 0, fields.type);
  icmp4.setCode(view, 0, fields.code ?? 0);
  icmp4.setRest(view, 0, fields.rest ?? ((fields.identifier ?? 0) << 16) | (fields.sequence ?? 0));
  icmp4.setChecksum(view, 0, wordOr(fields.checksum, compute(view, 0, bytes.length)));
  return { bytes, type: ip4Header.PROTOCOL_ICMP, checksumAt: -1 };
}

export interface TcpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly flags?: number;
  readonly window?: number;
  readonly urgentPointer?: number;
  /** Zeros fill them up to a multiple of 4. */
  readonly options?: readonly number[];
  /** In bytes. */
  readonly headerLength?: number;
  readonly checksum?: number;
}

export function tcp(fields: TcpFields, payload: Payload = []): Layer {
  const { options = [], checksum } = fields;
  const headerBytes = tcpHeader.HEADER_BYTES + padded(options);
  const { bytes, view } = around(headerBytes, payload);
  bytes.set(options, tcpHeader.HEADER_BYTES);
  tcpHeader.setSourcePort(view, 0, fields.sourcePort);
  tcpHeader.setDestinationPort(view, 0, fields.destinationPort);
  tcpHeader.setSequence(view, 0, fields.sequence ?? 0);
  tcpHeader.setAcknowledgment(view, 0, fields.acknowledgment ?? 0);
  tcpHeader.setHeaderLength(view, 0, fields.headerLength ?? headerBytes);
  tcpHeader.setFlags(view, 0, fields.flags ?? 0);
  tcpHeader.setWindow(view, 0, fields.window ?? 0);
  tcpHeader.setUrgentPointer(view, 0, fields.urgentPointer ?? 0);
  tcpHeader.setChecksum(view, 0, swap16(checksum ?? 0));
  return { bytes, type: ip4Header.PROTOCOL_TCP, checksumAt: checksum === undefined ? tcpHeader.CHECKSUM : -1 };
}

export interface UdpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly length?: number;
  /** 0 for none. */
  readonly checksum?: number;
}

export function udp({ sourcePort, destinationPort, length, checksum }: UdpFields, payload: Payload = []): Layer {
  const { bytes, view } = around(udpHeader.HEADER_BYTES, payload);
  udpHeader.setSourcePort(view, 0, sourcePort);
  udpHeader.setDestinationPort(view, 0, destinationPort);
  udpHeader.setLength(view, 0, length ?? bytes.length);
  udpHeader.setChecksum(view, 0, swap16(checksum ?? 0));
  return { bytes, type: ip4Header.PROTOCOL_UDP, checksumAt: checksum === undefined ? udpHeader.CHECKSUM : -1 };
}

/** The payload of a UDP datagram that carries a frame. */
export function vxlan({ vni, flags }: { readonly vni: number; readonly flags?: number }, frame: Payload): Uint8Array {
  const { bytes, view } = around(vxlanHeader.HEADER_BYTES, frame);
  vxlanHeader.setHeader(view, 0, vni, flags);
  return bytes;
}
