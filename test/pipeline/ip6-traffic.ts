/** Seeded IPv6 and IPv4 traffic through a node that routes both, most of it established flows, some of it odd. */

import fc from 'fast-check';
import { TYPE_IP6 } from '../../src/wire/ethernet.js';
import * as ip4 from '../../src/wire/ip4.js';
import * as ip6 from '../../src/wire/ip6.js';
import { parseIp6 } from '../../src/wire/ip6-address.js';
import * as tcp from '../../src/wire/tcp.js';
import { ethernet } from '../../tools/build-packets.js';
import { MACS, ports, tcpOf, viewOf } from './packets.js';

/** Two equal ways to the Internet; rules that permit, that reflect, and that deny; the first output interface has a small MTU. */
export const dualStackNode = (release: string): string =>
  [
    `# release: ${release}`,
    `create tap id 0 hw-addr ${MACS.destination}`,
    ...[1, 2].map((id) => `create tap id ${id} hw-addr ${MACS.destination}`),
    ...[0, 1, 2].flatMap((id) => [
      `set interface state tap${id} up`,
      `set interface ip address tap${id} 10.${id + 1}.0.1/16`,
      `set interface ip address tap${id} 2001:db8:${id + 1}::1/64`,
      `set ip6 neighbor tap${id} 2001:db8:${id + 1}::2 02:00:00:00:0${id}:02 static`,
      `set ip ${release === '19.08' ? 'arp static' : 'neighbor'} tap${id} 10.${id + 1}.0.2 02:00:00:00:0${id}:02`,
    ]),
    'set interface mtu packet 1300 tap1',
    'ip route add ::/0 via 2001:db8:2::2 tap1 via 2001:db8:3::2 tap2',
    'ip route add 0.0.0.0/0 via 10.2.0.2 tap1',
    'set acl-plugin acl tag in permit src 2001:db8:1::3/128 dst ::/0 proto 17, permit+reflect src ::/0 dst ::/0, permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0',
    'set acl-plugin acl tag out permit+reflect src 2001:db8:1::/64 dst ::/0, deny src ::/0 dst ::/0, permit src 0.0.0.0/0 dst 0.0.0.0/0',
    'set acl-plugin interface tap0 input acl 0',
    'set acl-plugin interface tap1 output acl 1',
    'set acl-plugin interface tap0 output acl 1',
  ].join('\n');

/** What is odd about a packet; most are none of these. */
const KINDS = ['', '', '', '', '', '', 'syn', 'fin', 'echo', 'udp', 'udp', 'last hop', 'short', 'long', 'padded', 'hop-by-hop', 'fragment', 'link-local', 'group', 'neighbours', 'big', 'answer', 'answer', 'ip4'] as const; // prettier-ignore

interface Choice {
  readonly kind: (typeof KINDS)[number];
  readonly host: number;
  readonly server: number;
  readonly label: number;
  readonly size: number;
}

export const ip6Choices = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    host: fc.integer({ min: 2, max: 4 }),
    server: fc.nat({ max: 3 }),
    label: fc.nat({ max: 3 }),
    size: fc.nat({ max: 40 }),
  }),
  { minLength: 100, maxLength: 400 },
);

/** A frame of the traffic, and the tap that it comes in on. */
export function ip6Frame({ kind, host, server, label, size }: Choice): { tap: number; bytes: Uint8Array } {
  if (kind === 'ip4') {
    const ends = { source: `10.1.0.${host}`, destination: `93.184.0.${server}`, protocol: ip4.PROTOCOL_TCP };
    return { tap: 0, bytes: tcpOf(ends, 40000, 80, tcp.ACK) };
  }
  const isAnswer = kind === 'answer';
  const client = kind === 'link-local' ? `fe80::${host}` : `2001:db8:1::${host}`;
  const peer = kind === 'group' ? 'ff02::1' : `2a00:1450:4001::${server}`;
  const isUdp = kind === 'udp';
  const l4 = isAnswer ? ports(80, 40000, 20 + size) : ports(40000, isUdp ? 53 : 80, (isUdp ? 8 : 20) + size);
  if (!isUdp) l4[13] = kind === 'syn' ? tcp.SYN : kind === 'fin' ? tcp.FIN | tcp.ACK : tcp.ACK;
  const payload =
    kind === 'echo' || kind === 'neighbours'
      ? Uint8Array.of(kind === 'echo' ? 128 : 135, 0, label, size, 0, 1, 0, size, ...new Uint8Array(24))
      : kind === 'hop-by-hop' || kind === 'fragment'
        ? Uint8Array.of(ip4.PROTOCOL_TCP, 0, 0, kind === 'fragment' ? 1 : 0, 0, 0, 0, 0, ...l4)
        : kind === 'big'
          ? Uint8Array.of(...l4, ...new Uint8Array(1290))
          : l4;
  const nextHeaders: Partial<Record<Choice['kind'], number>> = {
    udp: ip4.PROTOCOL_UDP,
    echo: ip6.PROTOCOL_ICMP6,
    neighbours: ip6.PROTOCOL_ICMP6,
    'hop-by-hop': ip6.HOP_BY_HOP,
    fragment: ip6.FRAGMENT,
  };
  const packet = new Uint8Array(ip6.HEADER_BYTES + payload.length + (kind === 'padded' ? 9 : 0));
  const view = viewOf(packet);
  ip6.setFirstWord(view, 0, (6 << 28) | (size << 20) | label);
  ip6.setPayloadLength(
    view,
    0,
    payload.length + (kind === 'long' ? 1 : kind === 'short' ? -payload.length + (size % 24) : 0),
  );
  ip6.setNextHeader(view, 0, nextHeaders[kind] ?? ip4.PROTOCOL_TCP);
  ip6.setHopLimit(view, 0, kind === 'last hop' ? label : 64 - (size % 3));
  (isAnswer ? [peer, client] : [client, peer]).forEach((address, end) =>
    parseIp6(address)?.forEach((word, i) => view.setInt32(ip6.SOURCE + end * ip6.ADDRESS_BYTES + i * 4, word)),
  );
  packet.set(payload, ip6.HEADER_BYTES);
  return { tap: isAnswer ? 1 + (label % 2) : 0, bytes: ethernet({ ...MACS, type: TYPE_IP6 }, packet) };
}
