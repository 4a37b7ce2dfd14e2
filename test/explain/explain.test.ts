/** Explanations of frames: NAT44, packets made in vain, frames that offload left unfinished. Expectations are by hand. */

import { expect } from 'chai';
import {
  frameOf,
  icmpOf,
  L3,
  L4,
  NAT_IN_OUT,
  NAT_OUTPUT_FEATURE,
  tcpOf,
  TWO_INTERFACES,
  TWO_INTERFACES_26,
  udpOf,
  viewOf,
  type Ip4Packet,
} from '../pipeline/packets.js';
import { pseudoHeaderSum } from '../../src/wire/l4-checksum.js';
import { fold } from '../../src/wire/checksum.js';
import { vxlan } from '../../tools/build-packets.js';
import * as ip4 from '../../src/wire/ip4.js';
import { explained, type Arriving } from './explained.js';

const [SYN, ACK] = [0x02, 0x10];
const [INSIDE, SERVER, POOL] = ['10.1.1.3', '8.8.8.8', '192.168.16.10'];
const out = (protocol: number): Ip4Packet => ({ source: INSIDE, destination: SERVER, protocol });
const back = (protocol: number, destination = POOL): Ip4Packet => ({ source: SERVER, destination, protocol });
const data = (length: number): Uint8Array => new Uint8Array(length).fill(0x61);
const ECHO = Uint8Array.of(0, 7, 0, 1, 1, 2, 3, 4);

const ED = '# startup: nat { endpoint-dependent }';
const FORWARDING = 'nat44 forwarding enable';

/** Both MAC addresses of a frame that arrives on pg0. */
const macsOut = (): Uint8Array => udpOf(out(17), 1, 2, data(4)).subarray(0, 12);

const dnsOut: Arriving = ['pg0', udpOf(out(17), 40001, 53, data(4))];
const echoOut: Arriving = ['pg0', icmpOf(out(1), 8, 0, ECHO)];
const dnsBack = (port: number): Arriving => ['pg1', udpOf(back(17), 53, port, data(4))];
const quoting = (frame: Uint8Array): Uint8Array => Uint8Array.of(0, 0, 0, 0, ...frame.slice(L3, L4 + 8));
/** A frame with a 16-bit field of its own. */
const withField = (frame: Uint8Array, at: number, value: number): Uint8Array => {
  const bytes = frame.slice();
  viewOf(bytes).setUint16(at, value);
  return bytes;
};
const withPseudo = (frame: Uint8Array, at: number): Uint8Array => {
  const bytes = frame.slice();
  viewOf(bytes).setUint16(at, fold(pseudoHeaderSum(viewOf(bytes), L3, bytes.length - L4)), true);
  return bytes;
};
const dontFragment = (packet: Ip4Packet): Ip4Packet => ({ ...packet, flagsAndFragment: ip4.DONT_FRAGMENT });

const OFFLOAD = 'and the capture was taken before the network card filled it in';
const MISSED = 'it began before the capture, or the real node drew another';

/** A pod's bridge domain on pg1's node with NAT44 on the way out: what comes out of the tunnel is translated, and what goes in. */
const OVERLAY = [
  ...TWO_INTERFACES,
  'create loopback interface mac 1a:2b:3c:4d:5e:01',
  'set interface state loop0 up',
  'create bridge-domain 1 learn 0',
  'set interface l2 bridge loop0 1 bvi',
  'set interface ip address loop0 192.168.30.1/24',
  'set ip arp static loop0 192.168.30.2 1a:2b:3c:4d:5e:02',
  'ip route add 10.1.2.0/24 via 192.168.30.2 loop0',
  'set ip arp static pg1 192.168.16.2 02:00:00:00:16:02',
  'create vxlan tunnel src 192.168.16.1 dst 192.168.16.2 vni 10',
  'set interface l2 bridge vxlan_tunnel0 1 1',
  'l2fib add 1a:2b:3c:4d:5e:02 1 vxlan_tunnel0 static',
  'nat44 add address 192.168.16.1',
  'nat44 forwarding enable',
  'set interface nat44 in loop0',
  'set interface nat44 out pg1 output-feature',
];
const TO_BVI = Uint8Array.of(0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 2);
const tunnelled = (inner: Uint8Array): Uint8Array => {
  const frame = inner.slice();
  frame.set(TO_BVI);
  const packet = { source: '192.168.16.2', destination: '192.168.16.1', protocol: 17 };
  return udpOf(packet, 33333, 4789, vxlan({ vni: 10 }, frame), false);
};

interface Row {
  readonly name: string;
  readonly config: readonly string[];
  readonly frames: readonly Arriving[];
  /** Parts of sentences, of each of which a line has to have one. */
  readonly says: readonly string[];
  /** Parts that no line may have. */
  readonly never?: readonly string[];
}

const kinds = [
  { kind: 'classic', first: [] as string[] },
  { kind: 'endpoint-dependent', first: [ED] },
];

/** Both kinds of NAT44, in and out as well as output feature, say the same. */
const MISSES: Row[] = kinds.flatMap(({ kind, first }) =>
  [
    { how: 'in and out', config: [...first, ...NAT_IN_OUT, FORWARDING] },
    { how: 'output feature', config: [...first, ...NAT_OUTPUT_FEATURE] },
  ].flatMap(({ how, config }): Row[] => [
    {
      name: `${kind}, ${how}: a UDP answer without a session`,
      config,
      frames: [dnsOut, dnsBack(61234)],
      says: [
        `out2in`,
        `NAT44 has no session or mapping for ${POOL}:61234 and passes the packet on untranslated.`,
        `It was dropped: NAT44 has no session or mapping for ${POOL}:61234: ${MISSED} port.`,
        `nat44 add static mapping udp local INSIDE PORT external ${POOL} 61234`,
      ],
      never: ['nothing in VPP listens'],
    },
    {
      name: `${kind}, ${how}: a TCP answer without a session`,
      config,
      frames: [['pg1', tcpOf(back(6), 80, 50111, SYN | ACK)]],
      says: [`It was punted: NAT44 has no session or mapping for ${POOL}:50111: ${MISSED} port.`],
    },
    {
      name: `${kind}, ${how}: a connection from outside`,
      config,
      frames: [['pg1', tcpOf(back(6), 40000, 22, SYN)]],
      says: [
        `NAT44 has no session or mapping for ${POOL}:22: a connection from outside needs a static mapping.`,
        `To pass, the address and port need a static mapping: nat44 add static mapping tcp local INSIDE PORT external ${POOL} 22.`,
      ],
      never: ['before the capture'],
    },
    {
      name: `${kind}, ${how}: an echo reply without a session`,
      config,
      frames: [['pg1', icmpOf(back(1), 0, 0, ECHO)]],
      says: [`NAT44 has no session or mapping for ${POOL} (identifier 7): ${MISSED} identifier.`],
    },
    {
      name: `${kind}, ${how}: an ICMP error about a packet without a session`,
      config,
      frames: [
        [
          'pg1',
          icmpOf(back(1), 11, 0, quoting(udpOf({ source: POOL, destination: SERVER, protocol: 17 }, 777, 53, data(4)))),
        ],
      ],
      says: [`NAT44 has no session or mapping for ${POOL}:777, which the ICMP error is about: ${MISSED} port.`],
    },
    {
      name: `${kind}, ${how}: a protocol without ports`,
      config,
      frames: [['pg1', frameOf(back(47), data(8))]],
      says:
        kind === 'classic'
          ? [
              `NAT44 has no session or mapping for ${POOL} (IP protocol 47): its protocol needs an address-only static mapping.`,
              `To pass, the address needs an address-only static mapping: nat44 add static mapping local INSIDE external ${POOL}.`,
            ]
          : [`NAT44 has no session or mapping for ${POOL} (IP protocol 47)`],
      never: ['another port'],
    },
    {
      name: `${kind}, ${how}: UDP to an address of the interface that NAT44 has nothing to do with`,
      config,
      frames: [['pg1', udpOf(back(17, '192.168.16.1'), 53, 777, data(4))]],
      says: ['nothing in VPP listens on UDP port 777'],
      never: ['NAT44 has no'],
    },
    {
      name: `${kind}, ${how}: UDP from inside to the node itself`,
      config,
      frames: [['pg0', udpOf({ ...out(17), destination: '10.1.1.1' }, 40001, 777, data(4))]],
      says: ['nothing in VPP listens on UDP port 777'],
      never: ['NAT44 has no'],
    },
  ]),
);

/** A UDP answer without a session in two fragments; VPP's reassembly waits for a tenth of a second. */
const ANSWER = udpOf(back(17), 53, 61234, data(64)).slice(L4);
const FRAGMENTS = [
  frameOf({ ...back(17), flagsAndFragment: ip4.MORE_FRAGMENTS }, ANSWER.slice(0, 32)),
  frameOf({ ...back(17), flagsAndFragment: 4 }, ANSWER.slice(32)),
].map((bytes, i): Arriving => ['pg1', bytes, { time: 1 + i / 100 }]);

const ROWS: Row[] = [
  ...MISSES,
  ...kinds.map(({ kind, first }): Row => ({
    name: `${kind}: an answer in fragments, which the node itself puts together in vain`,
    config: [...first, ...NAT_IN_OUT, FORWARDING],
    frames: FRAGMENTS,
    says: [
      'Because of it, there was a packet that VPP dropped: UDP 8.8.8.8:53 > 192.168.16.10:61234, 92 bytes of IP.',
      `It was dropped because: NAT44 has no session or mapping for ${POOL}:61234: ${MISSED} port.`,
    ],
  })),
  {
    name: 'an answer without a session whose checksum is wrong, too',
    config: [...NAT_IN_OUT, FORWARDING],
    frames: [['pg1', withField(tcpOf(back(6), 80, 50111, ACK), L4 + 16, 1)]],
    says: ['Its TCP checksum is wrong.', `It was dropped: NAT44 has no session or mapping for ${POOL}:50111`],
  },
  {
    name: 'a mapping that was met for the destination is not what translates the source',
    config: [...NAT_IN_OUT, `nat44 add static mapping udp local 10.1.1.4 80 external ${POOL} 80`],
    frames: [['pg0', udpOf({ ...out(17), destination: POOL }, 4000, 80, data(4))]],
    says: [
      `NAT44 translates the source ${INSIDE}:4000 to ${POOL}:16253, with session 0, which it makes; its port is draw 1`,
      `nat44-hairpinning: NAT44 translates the destination ${POOL}:80 to 10.1.1.4:80, by a static mapping.`,
    ],
  },
  ...kinds.map(({ kind, first }): Row => ({
    name: `${kind}, without forwarding: NAT44 itself drops`,
    config: [...first, ...NAT_IN_OUT],
    frames: [dnsBack(61234)],
    says: [`NAT44 has no session or mapping for ${POOL}:61234, and forwarding is disabled: ${MISSED} port.`],
  })),
  {
    name: 'an identity mapping is no session that was missed',
    config: [...NAT_OUTPUT_FEATURE, `nat44 add identity mapping ${POOL} udp 777`],
    frames: [dnsBack(777)],
    says: ['nothing in VPP listens on UDP port 777'],
    never: ['NAT44 has no'],
  },
  {
    name: 'no NAT44 at all',
    config: TWO_INTERFACES,
    frames: [['pg1', udpOf(back(17, '192.168.16.1'), 53, 777, data(4))]],
    says: ['nothing in VPP listens on UDP port 777'],
    never: ['NAT44'],
  },
  ...kinds.flatMap(({ kind, first }): Row[] => [
    {
      name: `${kind}: an ICMP query has one identifier`,
      config: [...first, ...NAT_IN_OUT],
      frames: [echoOut],
      says: [
        `NAT44 translates the source ${INSIDE} (identifier 7) to ${POOL} (identifier 16253), with session 0, which it makes; its identifier is draw 1`,
      ],
      never: ['the destination'],
    },
    {
      name: `${kind}: and its reply`,
      config: [...first, ...NAT_IN_OUT],
      frames: [echoOut, ['pg1', icmpOf(back(1), 0, 0, Uint8Array.of(0x3f, 0x7d, 0, 1, 1, 2, 3, 4))]],
      says: [`NAT44 translates the destination ${POOL} (identifier 16253) to ${INSIDE} (identifier 7), by session 0`],
      never: ['the source'],
    },
    {
      name: `${kind}: of an ICMP error what it quotes is told too`,
      config: [...first, ...NAT_IN_OUT],
      frames: [
        dnsOut,
        [
          'pg1',
          icmpOf(
            back(1),
            11,
            0,
            quoting(udpOf({ source: POOL, destination: SERVER, protocol: 17 }, 16253, 53, data(4))),
          ),
        ],
      ],
      says: [
        `NAT44 translates the destination ${POOL} to ${INSIDE}, and in the packet that it quotes the source ${POOL}:16253 to ${INSIDE}:40001, by session 0, which frame 1 made; the port was draw 1`,
      ],
    },
    {
      name: `${kind}: and an error about a query`,
      config: [...first, ...NAT_IN_OUT],
      frames: [
        echoOut,
        [
          'pg1',
          icmpOf(
            back(1),
            3,
            1,
            quoting(
              icmpOf(
                { source: POOL, destination: SERVER, protocol: 1 },
                8,
                0,
                Uint8Array.of(0x3f, 0x7d, 0, 1, 1, 2, 3, 4),
              ),
            ),
          ),
        ],
      ],
      says: [`in the packet that it quotes the source ${POOL} (identifier 16253) to ${INSIDE} (identifier 7)`],
    },
    {
      name: `${kind}: "fragmentation needed" that goes to the pool's own address`,
      config: [...first, ...NAT_IN_OUT, 'set interface mtu packet 1300 pg1'],
      frames: [['pg0', udpOf(dontFragment(out(17)), 40001, 53, data(1400))]],
      says: [
        'It was dropped: the packet is larger than the MTU of pg1, 1300 bytes',
        'Because of it, there was an ICMP error that VPP dropped: ICMP destination_unreachable fragmentation_needed_and_dont_fragment_set 10.1.1.1 > 192.168.16.10, 576 bytes of IP.',
        'It was dropped because: the source 10.1.1.1 is an address of the node itself.',
        'VPP counts it under "ip4-input: ip4 spoofed local-address packet drops".',
        `So ${INSIDE} is not told that its packets are too large, and its path MTU discovery hangs: the error is to ${POOL}.`,
      ],
    },
  ]),
  {
    name: 'the same behind an output feature reaches its sender',
    config: [...NAT_OUTPUT_FEATURE, 'set interface mtu packet 1300 pg1'],
    frames: [['pg0', udpOf(dontFragment(out(17)), 40001, 53, data(1400))]],
    says: ['Because of it, VPP sent on pg0: ICMP destination_unreachable'],
    never: ['hangs'],
  },
  ...kinds.flatMap(({ kind, first }): Row[] => [
    {
      name: `${kind}: NAT44 translates what came out of a tunnel`,
      config: [...first, ...OVERLAY, 'nat44 add identity mapping 192.168.16.1 udp 4789'],
      frames: [['pg1', tunnelled(tcpOf({ source: '10.1.2.4', destination: SERVER, protocol: 6 }, 40000, 80, SYN))]],
      says: [
        'NAT44 translates the source 10.1.2.4:40000 to 192.168.16.1:16253, with session 0, which it makes; its port is draw 1',
        'It left by pg1: TCP 192.168.16.1:16253 > 8.8.8.8:80 (SYN)',
      ],
      never: ['leaves it as it is, with session'],
    },
    {
      name: `${kind}: and a query`,
      config: [...first, ...OVERLAY, 'nat44 add identity mapping 192.168.16.1 udp 4789'],
      frames: [['pg1', tunnelled(icmpOf({ source: '10.1.2.4', destination: SERVER, protocol: 1 }, 8, 0, ECHO))]],
      says: ['NAT44 translates the source 10.1.2.4 (identifier 7) to 192.168.16.1 (identifier 16253), with session 0'],
    },
  ]),
  {
    name: 'NAT44 translates the outer packet of what went into a tunnel',
    config: OVERLAY,
    frames: [['pg0', tcpOf({ source: INSIDE, destination: '10.1.2.4', protocol: 6 }, 40000, 80, SYN)]],
    // What leaves says it, too: the port of a flow's VXLAN packets is a hash, and NAT44 draws another one for it.
    says: [
      'to 192.168.16.1:16253, with session 0, which it makes',
      'It left by pg1: UDP 192.168.16.1:16253 > 192.168.16.2:4789',
    ],
    never: ['leaves it as it is'],
  },
  {
    name: 'a packet out of a tunnel is not the one that NAT44 missed',
    config: OVERLAY,
    frames: [
      ['pg1', tunnelled(udpOf({ source: '10.1.2.4', destination: '192.168.16.1', protocol: 17 }, 40000, 777, data(4)))],
    ],
    says: ['nothing in VPP listens on UDP port 777'],
  },
  {
    name: 'an ICMP error that has no route to its sender',
    config: TWO_INTERFACES.filter((line) => !line.includes('0.0.0.0')),
    frames: [
      ['pg0', udpOf({ ...out(17), source: '9.9.9.9', destination: '192.168.16.100', ttl: 1 }, 40001, 53, data(4))],
    ],
    says: [
      'Because of it, there was an ICMP error that VPP dropped: ICMP time_exceeded ttl_exceeded_in_transit 10.1.1.1 > 9.9.9.9',
      'It was dropped because: no route to 9.9.9.9 in table 0.',
      'To pass, the node needs a route to 9.9.9.9',
      'So 9.9.9.9 is not told.',
    ],
  },
  {
    name: 'fragments that an ACL drops on their way out',
    config: [
      ...TWO_INTERFACES,
      'set interface mtu packet 600 pg1',
      'set acl-plugin acl deny src 0.0.0.0/0 dst 0.0.0.0/0',
      'set acl-plugin interface pg1 output acl 0',
    ],
    frames: [['pg0', udpOf(out(17), 40001, 53, data(1000))]],
    says: [
      'Because of it, there was a fragment that VPP dropped',
      '  It was dropped because: denied on output of pg1 by ACL 0',
    ],
  },
  {
    name: 'a TCP checksum of the pseudo header only',
    config: NAT_IN_OUT,
    frames: [['pg0', withPseudo(tcpOf(out(6), 41000, 80, SYN), L4 + 16)]],
    says: [
      `Its TCP checksum is that of the pseudo header only: it looks like checksum offload, ${OFFLOAD}.`,
      'It left by pg1',
    ],
  },
  {
    name: 'a UDP checksum of the pseudo header only, to the node itself',
    config: TWO_INTERFACES,
    frames: [['pg0', withPseudo(udpOf({ ...out(17), destination: '10.1.1.1' }, 40001, 777, data(4)), L4 + 6)]],
    says: ['It was dropped: the UDP checksum is that of the pseudo header only', '--fix-checksums'],
  },
  {
    name: 'a UDP checksum of 0 says that there is none',
    config: NAT_IN_OUT,
    frames: [['pg0', udpOf(out(17), 40001, 53, data(4), false)]],
    says: ['It left by pg1'],
    never: ['checksum'],
  },
  {
    name: 'an IP header checksum of 0',
    config: NAT_IN_OUT,
    frames: [['pg0', withField(tcpOf(out(6), 41000, 80, SYN), L3 + 10, 0)]],
    says: [
      `It was dropped: the IP header checksum is 0: it looks like checksum offload, ${OFFLOAD}.`,
      '--fix-checksums',
    ],
  },
  {
    name: 'another wrong IP header checksum is not offload',
    config: NAT_IN_OUT,
    frames: [['pg0', withField(tcpOf(out(6), 41000, 80, SYN), L3 + 10, 0x1234)]],
    says: [
      'It was dropped: the IP header checksum is wrong.',
      'To pass, it has to arrive with a right IP header checksum.',
    ],
    never: ['offload', 'fix-checksums'],
  },
  {
    name: 'an IP total length of 0, in a frame longer than any packet',
    config: NAT_IN_OUT,
    frames: [['pg0', withField(frameOf(out(6), data(2000)), L3 + 2, 0)]],
    says: ['It is longer than 1514 bytes', `Its IP total length is 0: it looks like segmentation offload, ${OFFLOAD}.`],
  },
  {
    name: 'an IP total length that is too short otherwise',
    config: NAT_IN_OUT,
    frames: [['pg0', withField(tcpOf(out(6), 41000, 80, SYN), L3 + 2, 12)]],
    says: ['To pass, its IP total length has to be that of the packet, 20 bytes at least.'],
    never: ['offload'],
  },
  ...kinds.map(({ kind, first }): Row => ({
    name: `${kind}: an ICMP checksum of 0`,
    config: [...first, ...NAT_IN_OUT],
    frames: [['pg0', withField(icmpOf(out(1), 8, 0, ECHO), L4 + 2, 0)]],
    says: ["and this one's is 0: it looks like checksum offload", '--fix-checksums'],
  })),
  ...[
    { release: '19.08', config: TWO_INTERFACES, words: 'set ip arp static' },
    { release: '26.06', config: TWO_INTERFACES_26, words: 'set ip neighbor static' }, // it has no set ip arp
  ].map(({ release, config, words }): Row => ({
    name: `${release}: a neighbour that is not known, in the release's words`,
    config,
    frames: [['pg0', udpOf({ ...out(17), destination: '192.168.16.77' }, 40001, 53, data(4))]],
    says: [`or be configured: ${words} pg1 192.168.16.77 MAC`],
  })),
  ...[
    { name: 'two tags', type: 0x0800, says: ['(create sub-interfaces pg0 ID dot1q 5 inner-dot1q 6 exact-match)'] },
    // ethernet-input looks at two tags: the third is a type that no node takes.
    { name: 'three tags', type: 0x8100, says: ['a bridge domain needs', 'inner-dot1q 6)', 'no frame with three tags'] },
  ].map(({ name, type, says }): Row => ({
    name: `${name} that no sub-interface is for`,
    config: TWO_INTERFACES,
    frames: [['pg0', Uint8Array.of(...macsOut(), 0x81, 0, 0, 5, 0x81, 0, 0, 6, type >> 8, type & 0xff, ...data(40))]],
    says,
  })),
  {
    name: 'lengths are those on the wire',
    config: NAT_IN_OUT,
    frames: [['pg0', icmpOf(out(1), 8, 0, new Uint8Array(1004)), { cutTo: 96, originalLength: 1042 }]],
    says: ['1042 bytes, 96 of them captured.'],
  },
];

describe('explanations', () => {
  for (const { name, config, frames, says, never = [] } of ROWS)
    it(name, async () => {
      const text = (await explained(config, frames)).join('\n');
      for (const part of says) expect(text).to.include(part);
      for (const part of never) expect(text).not.to.include(part);
    });

  it('of a frame that was filled in say so', async () => {
    const frame = withField(withField(tcpOf(out(6), 41000, 80, SYN), L3 + 10, 0), L4 + 16, 0);
    const lines = await explained(NAT_IN_OUT, [['pg0', frame]], { fixChecksums: true });
    expect(lines[1]).to.equal('  Filled in before it ran: its checksums.');
    expect(lines.join('\n')).to.include('It left by pg1').and.not.to.include('offload');
  });
});
