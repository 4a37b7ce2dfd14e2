/** Packets for tests of the comparison, in hex. */

import { ethernet, icmp, ip4, tcp, udp, vxlan as vxlanOf, type Payload } from '../../tools/build-packets.js';
import * as ip4Header from '../../src/wire/ip4.js';

const MACS = { destination: '02:fe:00:00:00:01', source: '02:00:00:00:01:03' };

export interface GivenPacket {
  /** `a.b.c.d:port`, or without a port. */
  readonly from?: string;
  readonly to?: string;
  readonly id?: number;
  readonly ttl?: number;
  readonly payload?: string;
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const endsOf = ({ from = '10.1.1.3:42010', to = '93.184.216.34:80' }: GivenPacket) => {
  const [source, sourcePort = '0'] = from.split(':');
  const [destination, destinationPort = '0'] = to.split(':');
  return { source, destination, sourcePort: Number(sourcePort), destinationPort: Number(destinationPort) };
};

/** An IPv4 packet without Ethernet, in hex. */
function ip4Packet(given: GivenPacket, payload: Payload): string {
  const { id: identification = 1, ttl = 64 } = given;
  const flagsAndFragment = ip4Header.DONT_FRAGMENT;
  return hexOf(ip4({ ...endsOf(given), identification, ttl, flagsAndFragment }, payload).bytes);
}

export const tcpIp = (given: GivenPacket & { readonly seq?: number; readonly flags?: number } = {}): string => {
  const { seq: sequence = 1, flags = 0x18, payload = '68656c6c6f' } = given;
  return ip4Packet(given, tcp({ ...endsOf(given), sequence, flags, window: 0xffff }, bytesOf(payload)));
};

export const udpIp = (given: GivenPacket = {}): string =>
  ip4Packet(given, udp(endsOf(given), bytesOf(given.payload ?? '68656c6c6f')));

/** An echo request, or with `type` 0 its reply. */
export const echoIp = (
  given: GivenPacket & { readonly type?: number; readonly ident?: number; readonly seq?: number } = {},
): string => {
  const { type = 8, ident: identifier = 7, seq: sequence = 1, payload = '70696e67' } = given;
  return ip4Packet(given, icmp({ type, identifier, sequence }, bytesOf(payload)));
};

/** An ICMP error that quotes a packet's header and first eight bytes. */
export const icmpErrorIp = (
  given: GivenPacket & { readonly quotes: string; readonly type?: number; readonly code?: number },
): string => {
  const { type = 3, code = 3, quotes } = given;
  return ip4Packet(given, icmp({ type, code }, bytesOf(quotes).subarray(0, 28)));
};

/** As an Ethernet frame. */
export const frame = (ip: string): string => hexOf(ethernet({ ...MACS, type: 0x0800 }, bytesOf(ip)));

/** The frame of a VXLAN packet between two nodes that carries a frame. */
export const vxlan = (inner: string, sourcePort: number, vni = 10): string =>
  frame(
    udpIp({
      from: `192.168.16.1:${sourcePort}`,
      to: '192.168.16.2:4789',
      payload: hexOf(vxlanOf({ vni }, bytesOf(inner))),
    }),
  );
