/** Packets for tests of the comparison, made field by field, with right checksums. */

import * as checksum from '../../src/wire/checksum.js';
import { parseAddress } from '../../src/wire/address.js';
import * as ip4 from '../../src/wire/ip4.js';

const ETHERNET = '02fe00000001' + '020000000103' + '0800';

export interface GivenPacket {
  readonly from?: string;
  readonly to?: string;
  readonly id?: number;
  readonly ttl?: number;
  readonly payload?: string;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const address = (text: string): string => hex((parseAddress(text) ?? 0) >>> 0, 8);

/** `a.b.c.d:port`, or without a port. */
const endpoint = (text: string): { readonly ip: string; readonly port: number } => {
  const [ip, port = '0'] = text.split(':');
  return { ip, port: Number(port) };
};

/** An IPv4 packet without Ethernet, in hex; `l4` has a zero checksum at `checksumAt`. */
function ip4Packet(protocol: number, given: GivenPacket, l4: string, checksumAt: number, hasPseudo: boolean): string {
  const { from = '10.1.1.3:42010', to = '93.184.216.34:80', id = 1, ttl = 64 } = given;
  const length = 20 + l4.length / 2;
  const head = `4500${hex(length, 4)}${hex(id, 4)}4000${hex(ttl, 2)}${hex(protocol, 2)}0000`;
  const bytes = Buffer.from(`${head}${address(endpoint(from).ip)}${address(endpoint(to).ip)}${l4}`, 'hex');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  ip4.setChecksum(view, 0, checksum.compute(view, 0, 20));
  const pseudo = hasPseudo ? checksum.sumWords(view, 12, 8, (protocol << 8) + swap(length - 20)) : 0;
  view.setUint16(20 + checksumAt, checksum.compute(view, 20, length - 20, pseudo), true);
  return bytes.toString('hex');
}

const swap = (word: number): number => ((word & 0xff) << 8) | (word >>> 8);

const ports = ({ from = '10.1.1.3:42010', to = '93.184.216.34:80' }: GivenPacket): string =>
  hex(endpoint(from).port, 4) + hex(endpoint(to).port, 4);

export const tcpIp = (given: GivenPacket & { readonly seq?: number; readonly flags?: number } = {}): string => {
  const { seq = 1, flags = 0x18, payload = '68656c6c6f' } = given;
  const l4 = `${ports(given)}${hex(seq, 8)}00000000${hex(0x5000 | flags, 4)}ffff00000000${payload}`;
  return ip4Packet(6, given, l4, 16, true);
};

export const udpIp = (given: GivenPacket = {}): string => {
  const { payload = '68656c6c6f' } = given;
  return ip4Packet(17, given, `${ports(given)}${hex(8 + payload.length / 2, 4)}0000${payload}`, 6, true);
};

/** An echo request, or with `type` 0 its reply. */
export const echoIp = (
  given: GivenPacket & { readonly type?: number; readonly ident?: number; readonly seq?: number } = {},
): string => {
  const { type = 8, ident = 7, seq = 1, payload = '70696e67' } = given;
  return ip4Packet(1, given, `${hex(type, 2)}000000${hex(ident, 4)}${hex(seq, 4)}${payload}`, 2, false);
};

/** An ICMP error that quotes a packet's header and first eight bytes. */
export const icmpErrorIp = (
  given: GivenPacket & { readonly quotes: string; readonly type?: number; readonly code?: number },
): string => {
  const { type = 3, code = 3, quotes } = given;
  return ip4Packet(1, given, `${hex(type, 2)}${hex(code, 2)}000000000000${quotes.slice(0, 56)}`, 2, false);
};

/** As an Ethernet frame. */
export const frame = (ip: string): string => ETHERNET + ip;

/** The frame of a VXLAN packet between two nodes that carries a frame. */
export const vxlan = (inner: string, sourcePort: number, vni = 10): string =>
  frame(
    udpIp({
      from: `192.168.16.1:${sourcePort}`,
      to: '192.168.16.2:4789',
      payload: `08000000${hex(vni, 6)}00${inner}`,
    }),
  );
