/** Packets of less frequent forms than packets.ts makes: tagged, with IP options, without checksum, and those that carry no IP. */

import { OPERATION_REQUEST } from '../../src/wire/arp.js';
import { arp, ethernet } from '../../tools/build-packets.js';
import * as checksum from '../../src/wire/checksum.js';
import * as ip4 from '../../src/wire/ip4.js';

/** Hex digits of the MAC addresses, which come before the type. */
const MAC_DIGITS = 24;
const IP_HEADER_DIGITS = 40;
const FOUR_NOPS = '01010101';

/** An Ethernet frame with a VLAN tag. */
export const tagged = (frame: string, tci = 10): string =>
  `${frame.slice(0, MAC_DIGITS)}8100${tci.toString(16).padStart(4, '0')}${frame.slice(MAC_DIGITS)}`;

/** An IPv4 packet with four bytes of options in its header. */
export function withIpOptions(packet: string, options = FOUR_NOPS): string {
  const bytes = Buffer.from(packet.slice(0, IP_HEADER_DIGITS) + options + packet.slice(IP_HEADER_DIGITS), 'hex');
  const headerBytes = 20 + options.length / 2;
  bytes[0] = 0x40 | (headerBytes / 4);
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.writeUInt16BE(0, 10);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  ip4.setChecksum(view, 0, checksum.compute(view, 0, headerBytes));
  return bytes.toString('hex');
}

/** An IPv4 packet that says another total length than it has, with the IP checksum it then has. */
export function withTotalLength(packet: string, totalLength: number): string {
  const bytes = Buffer.from(packet, 'hex');
  bytes.writeUInt16BE(totalLength, 2);
  bytes.writeUInt16BE(0, 10);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  ip4.setChecksum(view, 0, checksum.compute(view, 0, 20));
  return bytes.toString('hex');
}

/** A UDP packet without IP options that has no checksum (RFC 768). */
export const withoutChecksum = (udpPacket: string): string => `${udpPacket.slice(0, 52)}0000${udpPacket.slice(56)}`;

/** A request for 10.1.1.1, padded to 60 bytes. */
const POD = '02:00:00:00:01:03';
export const ARP_FRAME = Buffer.from(
  ethernet(
    { destination: 'ff:ff:ff:ff:ff:ff', source: POD, paddedTo: 60 },
    arp({
      operation: OPERATION_REQUEST,
      senderMac: POD,
      senderAddress: '10.1.1.3',
      targetMac: '00:00:00:00:00:00',
      targetAddress: '10.1.1.1',
    }),
  ),
).toString('hex');
