/** pcap-filter expressions of `vppcap trace --filter`. */

import { parseFilter } from '../../../src/filter/frame-filter.js';
import { icmpOf, tcpOf, udpOf } from '../../pipeline/packets.js';
import { acceptedOrNull, Broken, type FuzzTarget } from '../target.js';
import { mutateText } from '../text-mutations.js';

const SEEDS = [
  'tcp',
  'host 10.1.1.3 and tcp port 80',
  'net 10.0.0.0/8 and not (udp or icmp)',
  'src net 10.1 mask 255.255.0.0 or dst portrange 1000-2000',
  'ether src 02:00:00:00:00:01 and vlan 5 and ip proto 6',
  'tcp dst port 53 || udp src port 53 && ! arp',
  'less 100 or greater 1000 or broadcast or multicast',
  'icmp and (host 8.8.8.8 or 192.168.16.1 or 10.1.1.3)',
  'ip6 or ether proto 0x88a8 or rarp',
  'tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn and ip[2:2] - 4*(ip[0]&15) > 20',
  'not udp[8:4] / 3 % 5 << 2 != -1 or len >= 64',
];
const WORDS = (
  'and or not && || ! ( ) host net mask port portrange src dst proto ether ip ip6 arp rarp tcp udp icmp sctp vlan ' +
  'less greater broadcast multicast 10.1.1.3 10.1 10/8 80 http 02:00:00:00:00:01 tcp[13] <= = != [ ] : + * % ^ << len tcpflags 0x1f'
).split(' ');

const PACKET = { source: '10.1.1.3', destination: '8.8.8.8', protocol: 6 };
const UDP = udpOf({ ...PACKET, protocol: 17 }, 53, 53, new Uint8Array(9));
const VLAN = Uint8Array.of(...UDP.subarray(0, 12), 0x81, 0, 0, 5, ...UDP.subarray(12));
const FRAMES = [
  tcpOf(PACKET, 40000, 80, 2),
  UDP,
  VLAN,
  icmpOf({ ...PACKET, protocol: 1 }, 8, 0, new Uint8Array(4)),
  Uint8Array.from({ length: 90 }, (_, i) => i * 37),
];

export const filters: FuzzTarget = {
  name: 'filters',
  extension: '.txt',
  share: 35,
  seeds: () => SEEDS.map((text) => Buffer.from(text)),
  mutate: (input, other, random) => mutateText(input, other, random, WORDS),
  split: (input) => ({
    pieces: input
      .toString()
      .split(/(?<=\s)/)
      .map((word) => Buffer.from(word)),
    join: (words) => Buffer.concat(words),
  }),
  check(input) {
    const filter = acceptedOrNull(() => parseFilter(input.toString()), ['UsageError']);
    if (filter === null) return;
    for (const frame of FRAMES) {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
      for (let length = 0; length <= frame.length; length++)
        if (typeof filter({ view, at: 0, length, wireLength: frame.length }) !== 'boolean')
          throw new Broken('a filter answers neither yes nor no');
    }
  },
};
