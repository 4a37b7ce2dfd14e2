/**
 * Frames octet by octet, for cases whose bytes must not come from the program under test. Numbers are big-endian as on
 * the wire, and checksums are computed in full (RFC 1071), never updated.
 */

/** '02:fe:16:3f:5f:0f' to octets. */
export const macOctets = (text: string): number[] => text.split(':').map((octet) => parseInt(octet, 16));

/** '10.1.1.3' to octets. */
export const addressOctets = (text: string): number[] => text.split('.').map(Number);

export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** RFC 1071: the complement of the one's complement sum of big-endian words; an odd last octet is padded with 0. */
export function internetChecksum(octets: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface Ip4Fields {
  readonly macSource: string;
  readonly macDestination: string;
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly protocol: 1 | 6 | 17;
  readonly id: number;
  readonly dontFragment?: boolean;
  readonly tos?: number;
}

/** An Ethernet frame of an IPv4 datagram without options (RFC 894, RFC 791), padded to 60 octets where `padded`. */
export function ip4Frame(fields: Ip4Fields, payload: readonly number[], padded = false): Uint8Array {
  const { macSource, macDestination, source, destination, ttl, protocol, id } = fields;
  const header = [
    0x45,
    fields.tos ?? 0,
    ...u16(20 + payload.length),
    ...u16(id),
    ...u16(fields.dontFragment === true ? 0x4000 : 0),
    ttl,
    protocol,
    ...u16(0),
    ...addressOctets(source),
    ...addressOctets(destination),
  ];
  header.splice(10, 2, ...u16(internetChecksum(header)));
  const frame = [...macOctets(macDestination), ...macOctets(macSource), 0x08, 0x00, ...header, ...payload];
  while (padded && frame.length < 60) frame.push(0);
  return Uint8Array.from(frame);
}

/** Pseudo header of RFC 9293 section 3.1 and RFC 768. */
const pseudoHeader = (source: string, destination: string, protocol: number, length: number): number[] => [
  ...addressOctets(source),
  ...addressOctets(destination),
  0,
  protocol,
  ...u16(length),
];

export interface TcpFields {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
}

/** A TCP segment without options or data (RFC 9293 section 3.1), window 29200. */
export function tcpSegment(fields: TcpFields): number[] {
  const { source, destination } = fields;
  const segment = [
    ...u16(fields.sourcePort),
    ...u16(fields.destinationPort),
    ...u32(fields.sequence),
    ...u32(fields.acknowledgment),
    0x50,
    fields.flags,
    ...u16(29200),
    ...u16(0),
    ...u16(0),
  ];
  segment.splice(
    16,
    2,
    ...u16(internetChecksum([...pseudoHeader(source, destination, 6, segment.length), ...segment])),
  );
  return segment;
}

export interface UdpFields {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A UDP datagram (RFC 768). */
export function udpDatagram(
  { source, destination, sourcePort, destinationPort }: UdpFields,
  data: readonly number[],
): number[] {
  const length = 8 + data.length;
  const datagram = [...u16(sourcePort), ...u16(destinationPort), ...u16(length), ...u16(0), ...data];
  datagram.splice(
    6,
    2,
    ...u16(internetChecksum([...pseudoHeader(source, destination, 17, length), ...datagram]) || 0xffff),
  );
  return datagram;
}

/** An ICMP message (RFC 792): type, code, checksum, the four octets that depend on the type, data. */
export function icmpMessage(type: number, code: number, rest: readonly number[], data: readonly number[]): number[] {
  const message = [type, code, ...u16(0), ...rest, ...data];
  message.splice(2, 2, ...u16(internetChecksum(message)));
  return message;
}
