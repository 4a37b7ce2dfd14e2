/**
 * Turns frames of every link type that carries IP into Ethernet frames, in place: the pipeline begins at Ethernet.
 *
 * The Ethernet header goes directly before the payload, over the link-layer header that was there and, where that is
 * shorter, into the headroom. Its destination is left 0 for the caller to fill in when the interface is known, unless a
 * cooked header tells that it is a group's; the source is 0, unless a cooked header has it.
 */
import * as ethernet from '../wire/ethernet.js';
import * as frames from './frame-batch.js';
import type { FrameBatch } from './frame-batch.js';
import * as ip4 from '../wire/ip4.js';
import * as ip6 from '../wire/ip6.js';
import { linkTypeName } from './link-types.js';

/** Raw IP as some systems' own DLT_RAW, which found its way into files. */
const LINKTYPE_RAW_12 = 12;
const LINKTYPE_RAW_14 = 14;

/** What `toEthernet` returns: 0, or why the frame cannot be replayed. */
export const LINK_OK = 0;
export const LINK_UNKNOWN_TYPE = 1;
export const LINK_TOO_SHORT = 2;
export const LINK_UNKNOWN_PROTOCOL = 3;

/** A reason for people, e.g. "802.11 (link type 105)". */
export function linkReasonName(reason: number, linkType: number): string {
  const name = linkTypeName(linkType);
  if (reason === LINK_TOO_SHORT) return `too short for its header: ${name}`;
  if (reason === LINK_UNKNOWN_PROTOCOL) return `payload that Ethernet cannot carry: ${name}`;
  return name;
}

/** Where a cooked header has what, from its start; of fields of 16 bits that hold a small number, their low octet. */
interface CookedHeader {
  readonly bytes: number;
  readonly packetType: number;
  readonly addressLength: number;
  readonly address: number;
  readonly protocol: number;
}
/** tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html: type, ARPHRD, address length, address, protocol. */
const SLL: CookedHeader = { bytes: 16, packetType: 1, addressLength: 5, address: 6, protocol: 14 };
/** tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html: protocol, the number of the interface, type, address length, address. */
const SLL2: CookedHeader = { bytes: 20, packetType: 10, addressLength: 11, address: 12, protocol: 0 };
const SLL2_HOST_INTERFACE = 4;

/** Cooked "protocol" of a payload that starts with an LLC header (Linux ETH_P_802_2). */
const SLL_PROTOCOL_LLC = 4;
/** EtherTypes start here; below it the field is an 802.3 length (IEEE 802.3 clause 3.2.6). */
export const MINIMUM_ETHERTYPE = 0x600;

/**
 * Packet types (Linux if_packet.h) as the system sees them on which the capture was taken: 0 to 3 arrived, whoever they are for; the
 * MAC of a VPP interface may well be "another host's" to it.
 */
const PACKET_BROADCAST = 1;
const PACKET_MULTICAST = 2;
const PACKET_OTHER_HOST = 3;
const PACKET_OUTGOING = 4;

/** The last 32 bits of the destination. */
const IP6_DESTINATION_LOW = ip6.DESTINATION + 12;

const MAC_BYTES = 6;
const FAMILY_BYTES = 4;
const AF_INET = 2;
/** AF_INET6 of Linux; of NetBSD and OpenBSD; FreeBSD; macOS. */
const AF_INET6: readonly number[] = [10, 24, 28, 30];

/** How frames of a link type begin. */
interface LinkLayer {
  /** Bytes before the network packet, VLAN tags not counted. */
  readonly bytes: number;
  /** EtherType of what the frame at `at`, of which that many bytes were on the wire, carries; or the negative of a LINK_ reason. */
  readonly etherType: (view: DataView, at: number, originalLength: number) => number;
  readonly cooked?: CookedHeader;
}

const always = (type: number): LinkLayer => ({ bytes: 0, etherType: () => type });
const afterFamily: LinkLayer = { bytes: FAMILY_BYTES, etherType: (view, at) => typeOfFamily(addressFamily(view, at)) };
const rawIp: LinkLayer = { bytes: 0, etherType: (view, at) => typeOfVersion(view.getUint8(at) >> 4) };
const afterCooked = (cooked: CookedHeader): LinkLayer => ({
  bytes: cooked.bytes,
  etherType: (view, at, original) => typeOfProtocol(view.getUint16(at + cooked.protocol), original - cooked.bytes),
  cooked,
});

const LAYERS: (LinkLayer | undefined)[] = [];
LAYERS[frames.LINKTYPE_ETHERNET] = { bytes: ethernet.HEADER_BYTES, etherType: ethernet.type };
LAYERS[frames.LINKTYPE_NULL] = LAYERS[frames.LINKTYPE_LOOP] = afterFamily;
LAYERS[frames.LINKTYPE_RAW] = LAYERS[LINKTYPE_RAW_12] = LAYERS[LINKTYPE_RAW_14] = rawIp;
LAYERS[frames.LINKTYPE_IPV4] = always(ethernet.TYPE_IP4);
LAYERS[frames.LINKTYPE_IPV6] = always(ethernet.TYPE_IP6);
LAYERS[frames.LINKTYPE_LINUX_SLL] = afterCooked(SLL);
LAYERS[frames.LINKTYPE_LINUX_SLL2] = afterCooked(SLL2);

const layerOf = (linkType: number): LinkLayer | undefined => LAYERS[linkType];

/** Which way frame i went as its cooked header says; unknown for other link types. Ask before `toEthernet`, which writes over it. */
export function cookedDirection({ view, offset, capturedLength }: FrameBatch, i: number, linkType: number): number {
  const cooked = layerOf(linkType)?.cooked;
  if (cooked === undefined || capturedLength[i] < cooked.bytes) return frames.DIRECTION_UNKNOWN;
  const packetType = view.getUint8(offset[i] + cooked.packetType);
  if (packetType <= PACKET_OTHER_HOST) return frames.DIRECTION_INBOUND;
  return packetType === PACKET_OUTGOING ? frames.DIRECTION_OUTBOUND : frames.DIRECTION_UNKNOWN;
}

/** True where each frame has the number of the system's interface that it was captured on. */
export const hasHostInterfaces = (linkType: number): boolean => linkType === frames.LINKTYPE_LINUX_SLL2;

/** The number that the system had for the interface of frame i, where the capture has one for each frame; else -1. As above. */
export function hostInterfaceOf({ view, offset, capturedLength }: FrameBatch, i: number, linkType: number): number {
  if (!hasHostInterfaces(linkType) || capturedLength[i] < SLL2.bytes) return -1;
  return view.getInt32(offset[i] + SLL2_HOST_INTERFACE);
}

/**
 * Makes frame i of the batch an Ethernet frame: adjusts its offset and lengths and writes the header.
 * Returns LINK_OK, or the reason why it cannot be replayed; the frame is then as it was.
 */
export function toEthernet(batch: FrameBatch, i: number, linkType: number): number {
  if (linkType === frames.LINKTYPE_ETHERNET) return LINK_OK;
  const { view } = batch;
  const at = batch.offset[i];
  const type = etherTypeOf(view, at, batch.capturedLength[i], batch.originalLength[i], linkType);
  if (type < 0) return -type;
  const cooked = layerOf(linkType)?.cooked;
  const hasMac = cooked !== undefined && view.getUint8(at + cooked.addressLength) === MAC_BYTES;
  const sourceHigh = hasMac ? view.getUint16(at + cooked.address) : 0;
  const sourceLow = hasMac ? view.getUint32(at + cooked.address + 2) : 0;
  const packetType = cooked === undefined ? 0 : view.getUint8(at + cooked.packetType);
  const grows = ethernet.HEADER_BYTES - linkHeaderBytes(linkType);
  const start = at - grows;
  batch.offset[i] = start;
  batch.capturedLength[i] += grows;
  batch.originalLength[i] += grows;
  ethernet.setDestination(view, start, 0, 0);
  ethernet.setSource(view, start, sourceHigh, sourceLow);
  ethernet.setType(view, start, type);
  if (packetType === PACKET_BROADCAST) ethernet.setDestination(view, start, 0xffff, 0xffffffff);
  else if (packetType === PACKET_MULTICAST) setGroupDestination(batch, i, type);
  return LINK_OK;
}

function typeOfFamily(family: number): number {
  if (family === AF_INET) return ethernet.TYPE_IP4;
  return AF_INET6.includes(family) ? ethernet.TYPE_IP6 : -LINK_UNKNOWN_PROTOCOL;
}

/** The MAC of the IP group that frame i is for (RFC 1112 §6.4, RFC 2464 §7); other groups' are not known. */
function setGroupDestination({ view, offset, capturedLength }: FrameBatch, i: number, type: number): void {
  const at = offset[i];
  const l3 = at + ethernet.HEADER_BYTES;
  if (type === ethernet.TYPE_IP4 && capturedLength[i] >= ethernet.HEADER_BYTES + ip4.HEADER_BYTES)
    ethernet.setDestination(view, at, 0x0100, 0x5e000000 | (ip4.destination(view, l3) & 0x7fffff));
  else if (type === ethernet.TYPE_IP6 && capturedLength[i] >= ethernet.HEADER_BYTES + ip6.HEADER_BYTES)
    ethernet.setDestination(view, at, 0x3333, view.getUint32(l3 + IP6_DESTINATION_LOW));
}

/** Bytes of a frame before the network packet that it carries, VLAN tags not counted; -1 for a link type without a network packet. */
export const linkHeaderBytes = (linkType: number): number => layerOf(linkType)?.bytes ?? -1;

/** Whether the frames are IP packets of which the first byte tells the version. */
export const isRawIp = (linkType: number): boolean => layerOf(linkType) === rawIp;

/**
 * EtherType of what the frame at `at` carries (an 802.3 length where that is an LLC payload), or why it has none: the negative of one of the
 * reasons above.
 */
export function etherTypeOf(
  view: DataView,
  at: number,
  capturedLength: number,
  originalLength: number,
  linkType: number,
): number {
  const layer = layerOf(linkType);
  if (layer === undefined) return -LINK_UNKNOWN_TYPE;
  // Without a header of its own, the packet's first byte tells what it is.
  if (capturedLength < layer.bytes || (layer === rawIp && capturedLength < 1)) return -LINK_TOO_SHORT;
  return layer.etherType(view, at, originalLength);
}

/** Four bytes of address family, in the byte order of whoever captured (LINKTYPE_LOOP: of the network). */
export function addressFamily(view: DataView, at: number): number {
  const isBigEndian = view.getUint16(at) === 0; // no family needs more than 16 bits
  return view.getUint32(at, !isBigEndian);
}

/** No header at all: the IP version tells. */
function typeOfVersion(version: number): number {
  if (version === 4) return ethernet.TYPE_IP4;
  return version === 6 ? ethernet.TYPE_IP6 : -LINK_UNKNOWN_PROTOCOL;
}

/** The protocol of a cooked header. An LLC payload makes an 802.3 frame, whose type field is the payload's length. */
function typeOfProtocol(protocol: number, payloadBytes: number): number {
  if (protocol >= MINIMUM_ETHERTYPE) return protocol;
  return protocol === SLL_PROTOCOL_LLC && payloadBytes < MINIMUM_ETHERTYPE ? payloadBytes : -LINK_UNKNOWN_PROTOCOL;
}
