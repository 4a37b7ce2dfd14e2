/**
 * Turns frames of every link type that carries IP into Ethernet frames, in place: the pipeline begins at Ethernet.
 *
 * The Ethernet header goes directly before the payload, over the link-layer header that was there and, where that is
 * shorter, into the headroom. Its destination is left 0 for the caller to fill in when the interface is known, unless a
 * cooked header tells that it is a group's; the source is 0, unless a cooked header has it.
 */
import * as ethernet from '../wire/ethernet.js';
import {
  DIRECTION_INBOUND,
  DIRECTION_OUTBOUND,
  DIRECTION_UNKNOWN,
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from './frame-batch.js';
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

/** True where frames need no conversion: ask once per interface, not per frame. */
export const isEthernet = (linkType: number): boolean => linkType === LINKTYPE_ETHERNET;

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

const cookedHeader = (linkType: number): CookedHeader | null =>
  linkType === LINKTYPE_LINUX_SLL ? SLL : linkType === LINKTYPE_LINUX_SLL2 ? SLL2 : null;

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

/** Which way frame i went as its cooked header says; unknown for other link types. Ask before `toEthernet`, which writes over it. */
export function cookedDirection({ view, offset, capturedLength }: FrameBatch, i: number, linkType: number): number {
  const cooked = cookedHeader(linkType);
  if (cooked === null || capturedLength[i] < cooked.bytes) return DIRECTION_UNKNOWN;
  const packetType = view.getUint8(offset[i] + cooked.packetType);
  if (packetType <= PACKET_OTHER_HOST) return DIRECTION_INBOUND;
  return packetType === PACKET_OUTGOING ? DIRECTION_OUTBOUND : DIRECTION_UNKNOWN;
}

/** True where each frame has the number of the system's interface that it was captured on. */
export const hasHostInterfaces = (linkType: number): boolean => linkType === LINKTYPE_LINUX_SLL2;

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
  if (linkType === LINKTYPE_ETHERNET) return LINK_OK;
  const { view } = batch;
  const at = batch.offset[i];
  const type = etherTypeOf(view, at, batch.capturedLength[i], batch.originalLength[i], linkType);
  if (type < 0) return -type;
  const cooked = cookedHeader(linkType);
  const hasMac = cooked !== null && view.getUint8(at + cooked.addressLength) === MAC_BYTES;
  const sourceHigh = hasMac ? view.getUint16(at + cooked.address) : 0;
  const sourceLow = hasMac ? view.getUint32(at + cooked.address + 2) : 0;
  const packetType = cooked === null ? 0 : view.getUint8(at + cooked.packetType);
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

function etherTypeOfFamily(family: number): number {
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
export function linkHeaderBytes(linkType: number): number {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return ethernet.HEADER_BYTES;
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      return FAMILY_BYTES;
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_12:
    case LINKTYPE_RAW_14:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
      return 0;
    default:
      return cookedHeader(linkType)?.bytes ?? -1;
  }
}

/** Whether the frames are IP packets of which the first byte tells the version. */
export const isRawIp = (linkType: number): boolean =>
  linkType === LINKTYPE_RAW || linkType === LINKTYPE_RAW_12 || linkType === LINKTYPE_RAW_14;

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
  const headerBytes = linkHeaderBytes(linkType);
  if (headerBytes < 0) return -LINK_UNKNOWN_TYPE;
  if (capturedLength < headerBytes) return -LINK_TOO_SHORT;
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return ethernet.type(view, at);
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      return etherTypeOfFamily(addressFamily(view, at));
    case LINKTYPE_IPV4:
      return ethernet.TYPE_IP4;
    case LINKTYPE_IPV6:
      return ethernet.TYPE_IP6;
  }
  const cooked = cookedHeader(linkType);
  if (cooked !== null) return etherTypeOfProtocol(view.getUint16(at + cooked.protocol), originalLength - headerBytes);
  return capturedLength < 1 ? -LINK_TOO_SHORT : etherTypeOfVersion(view.getUint8(at) >> 4);
}

/** Four bytes of address family, in the byte order of whoever captured (LINKTYPE_LOOP: of the network). */
export function addressFamily(view: DataView, at: number): number {
  const isBigEndian = view.getUint16(at) === 0; // no family needs more than 16 bits
  return view.getUint32(at, !isBigEndian);
}

/** No header at all: the IP version tells. */
function etherTypeOfVersion(version: number): number {
  if (version === 4) return ethernet.TYPE_IP4;
  return version === 6 ? ethernet.TYPE_IP6 : -LINK_UNKNOWN_PROTOCOL;
}

/** The protocol of a cooked header. An LLC payload makes an 802.3 frame, whose type field is the payload's length. */
function etherTypeOfProtocol(protocol: number, payloadBytes: number): number {
  if (protocol >= MINIMUM_ETHERTYPE) return protocol;
  return protocol === SLL_PROTOCOL_LLC && payloadBytes < MINIMUM_ETHERTYPE ? payloadBytes : -LINK_UNKNOWN_PROTOCOL;
}
