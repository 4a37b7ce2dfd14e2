/** Decisions of the classic NAT44 nodes that no recording shows; expectations are by hand from VPP's source. */

import { expect } from 'chai';
import * as ip4 from '../../../src/wire/ip4.js';
import { formatAddress } from '../../../src/wire/address.js';
import {
  Bench,
  frameOf,
  icmpOf,
  l4Checksum,
  L3,
  L4,
  NAT_IN_OUT,
  NAT_OUTPUT_FEATURE,
  ports,
  tcpOf,
  TWO_INTERFACES,
  udpOf,
  viewOf,
  type Outcome,
} from '../packets.js';

const POD = '10.1.1.3';
const OTHER_POD = '10.1.1.4';
const SERVER = '8.8.8.8';
const OUTSIDE = '192.168.16.10';
const NO_DATA = new Uint8Array(8);
const udp = (source: string, from: number, destination: string, to: number) =>
  udpOf({ source, destination, protocol: 17 }, from, to, NO_DATA);
const syn = (source: string, from: number, destination: string, to: number) =>
  tcpOf({ source, destination, protocol: 6 }, from, to, 2);
const echo = (source: string, identifier: number, destination: string) =>
  icmpOf({ source, destination, protocol: 1 }, 8, 0, Uint8Array.of(identifier >> 8, identifier & 255, 0, 1));
const SIZES = { 1: 8, 6: 20, 17: 8 };

/** What left: addresses and ports, 'source:port > destination:port'; null for nothing. */
function flowOf({ output }: Outcome): string | null {
  if (output.length === 0) return null;
  const view = viewOf(output[0].bytes);
  const at = ip4.protocol(view, L3) === 1 ? [4, 4] : [0, 2];
  const [from, to] = at.map((offset) => view.getUint16(L4 + offset));
  return `${formatAddress(ip4.source(view, L3))}:${from} > ${formatAddress(ip4.destination(view, L3))}:${to}`;
}

interface Row {
  readonly name: string;
  /** Where VPP decides it. */
  readonly source: string;
  readonly config: readonly string[];
  readonly given: readonly (readonly [on: string, frame: Uint8Array, expected: string | null])[];
}

const ROWS: Row[] = [
  {
    name: 'TCP, UDP and ICMP draw their ports from one stream',
    source: 'nat.c snat_random_port',
    config: NAT_IN_OUT,
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:16253 > ${SERVER}:53`],
      ['pg0', syn(POD, 1000, SERVER, 80), `${OUTSIDE}:18995 > ${SERVER}:80`],
      ['pg0', echo(POD, 7, SERVER), `${OUTSIDE}:53893 > ${SERVER}:53893`],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:44109 > ${SERVER}:53`],
    ],
  },
  {
    name: 'a tenant VRF gets its own address, all others the last one without tenant',
    source: 'nat.c nat_alloc_addr_and_port_default',
    config: [
      'ip table add 10',
      'create packet-generator interface pg0',
      'create packet-generator interface pg1',
      'create packet-generator interface pg2',
      ...['pg0', 'pg1', 'pg2'].map((name) => `set interface state ${name} up`),
      'set interface ip table pg2 10',
      'set interface ip address pg0 10.1.1.1/24',
      'set interface ip address pg2 10.1.1.1/24',
      'set interface ip address pg1 192.168.16.1/24',
      'set ip arp static pg1 192.168.16.100 02:00:00:00:02:64',
      'ip route add 0.0.0.0/0 via 192.168.16.100 pg1',
      'nat44 add address 192.168.16.20 tenant-vrf 10',
      'nat44 add address 192.168.16.11 - 192.168.16.12',
      'set interface nat44 in pg0',
      'set interface nat44 in pg2',
      'set interface nat44 out pg1',
    ],
    given: [
      ['pg2', udp(POD, 1000, SERVER, 53), `192.168.16.20:16253 > ${SERVER}:53`],
      ['pg0', udp(POD, 1000, SERVER, 53), `192.168.16.12:18995 > ${SERVER}:53`],
    ],
  },
  {
    name: "at the quota, the user's oldest session goes and its port is free again",
    source: 'nat.c nat_session_alloc_or_recycle',
    config: ['# startup: nat { max translations per user 2 }', ...NAT_IN_OUT],
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:16253 > ${SERVER}:53`],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:18995 > ${SERVER}:53`],
      ['pg1', udp(SERVER, 53, OUTSIDE, 16253), `${SERVER}:53 > ${POD}:1000`],
      ['pg0', udp(POD, 1002, SERVER, 53), `${OUTSIDE}:53893 > ${SERVER}:53`],
      ['pg1', udp(SERVER, 53, OUTSIDE, 18995), null],
      ['pg1', udp(SERVER, 53, OUTSIDE, 16253), `${SERVER}:53 > ${POD}:1000`],
    ],
  },
  {
    name: 'a static mapping is used from outside, from inside and by hairpinning',
    source: 'nat44_hairpinning.c snat_hairpinning',
    config: [...NAT_IN_OUT, `nat44 add static mapping tcp local ${POD} 8080 external ${OUTSIDE} 80`],
    given: [
      ['pg1', syn(SERVER, 1000, OUTSIDE, 80), `${SERVER}:1000 > ${POD}:8080`],
      ['pg0', syn(POD, 8080, SERVER, 1000), `${OUTSIDE}:80 > ${SERVER}:1000`],
      ['pg0', syn(OTHER_POD, 1000, OUTSIDE, 80), `${OUTSIDE}:16253 > ${POD}:8080`],
    ],
  },
  {
    name: 'an address-only mapping keeps ports, and takes protocols without ports along',
    source: 'in2out.c nat_in2out_sm_unknown_proto, out2in.c nat_out2in_sm_unknown_proto',
    config: [...NAT_IN_OUT, `nat44 add static mapping local ${POD} external 192.168.16.30`],
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `192.168.16.30:1000 > ${SERVER}:53`],
      ['pg1', udp(SERVER, 1, '192.168.16.30', 2), `${SERVER}:1 > ${POD}:2`],
      [
        'pg0',
        frameOf({ source: POD, destination: SERVER, protocol: 47 }, ports(5, 6, 8)),
        `192.168.16.30:5 > ${SERVER}:6`,
      ],
      [
        'pg1',
        frameOf({ source: SERVER, destination: '192.168.16.30', protocol: 47 }, ports(5, 6, 8)),
        `${SERVER}:5 > ${POD}:6`,
      ],
      ['pg0', frameOf({ source: OTHER_POD, destination: SERVER, protocol: 47 }, ports(5, 6, 8)), null],
    ],
  },
  {
    name: 'an identity mapping passes untranslated, in both directions',
    source: 'in2out.c slow_path, out2in.c',
    config: [...NAT_OUTPUT_FEATURE, 'nat44 add identity mapping 10.1.1.3 udp 4789'],
    given: [
      ['pg0', udp(POD, 4789, SERVER, 53), `${POD}:4789 > ${SERVER}:53`],
      ['pg0', udp(POD, 4790, SERVER, 53), `${OUTSIDE}:16253 > ${SERVER}:53`],
    ],
  },
  {
    name: 'a TTL of 1 ends before a look-up of any kind',
    source: 'in2out.c, out2in.c',
    config: NAT_IN_OUT,
    given: [
      [
        'pg0',
        udpOf({ source: POD, destination: SERVER, protocol: 17, ttl: 1 }, 1000, 53, NO_DATA),
        '10.1.1.1:0 > 10.1.1.3:0',
      ],
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:16253 > ${SERVER}:53`],
    ],
  },
  {
    name: 'with forwarding, an `in` interface translates nothing without a mapping',
    source: 'in2out.c snat_not_translate',
    config: [...NAT_IN_OUT, 'nat44 forwarding enable'],
    given: [['pg0', udp(POD, 1000, SERVER, 53), `${POD}:1000 > ${SERVER}:53`]],
  },
  {
    name: 'without an outside address there are no ports',
    source: 'nat.c nat_alloc_addr_and_port_default',
    config: [...TWO_INTERFACES, 'set interface nat44 in pg0', 'set interface nat44 out pg1'],
    given: [['pg0', udp(POD, 1000, SERVER, 53), null]],
  },
  {
    name: 'an inside and outside interface classifies by destination',
    source: 'nat44_classify.c',
    config: [
      ...TWO_INTERFACES,
      'nat44 add address 192.168.16.10',
      'set interface nat44 in pg0 out pg0',
      'set interface nat44 out pg1',
      `nat44 add static mapping udp local ${OTHER_POD} 53 external ${OUTSIDE} 53`,
    ],
    given: [
      ['pg0', udp(POD, 1000, OUTSIDE, 53), `${POD}:1000 > ${OTHER_POD}:53`],
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:16253 > ${SERVER}:53`],
    ],
  },
];

describe('NAT44 decisions', () => {
  for (const { name, source, config, given } of ROWS)
    it(`${name} (${source})`, () => {
      const bench = new Bench(config);
      for (const [on, frame, expected] of given) expect(flowOf(bench.send(on, frame))).to.equal(expected);
    });

  it('notices that hairpinning to an identity mapping never ends', () => {
    const bench = new Bench([...NAT_IN_OUT, `nat44 add identity mapping ${OUTSIDE} udp 4789`]);
    expect(bench.send('pg0', udp(POD, 1000, OUTSIDE, 4789)).verdict.cause).to.include('round and round');
    expect(flowOf(bench.send('pg0', udp(POD, 1000, SERVER, 53)))).to.include(OUTSIDE);
  });

  it("hairpins a first fragment by the port of its session's first packet", () => {
    // VPP 19.08 src/plugins/nat/nat44_hairpinning.c nat44_reass_hairpinning
    const bench = new Bench([
      ...NAT_IN_OUT,
      `nat44 add static mapping tcp local ${OTHER_POD} 8080 external ${OUTSIDE} 80`,
    ]);
    bench.send('pg0', syn(POD, 1000, OUTSIDE, 80));
    const fragment = frameOf(
      { source: POD, destination: OUTSIDE, protocol: 6, flagsAndFragment: ip4.MORE_FRAGMENTS },
      ports(1000, 81, 24),
    );
    viewOf(fragment).setUint16(L4 + 16, l4Checksum(fragment), true);
    const outcome = bench.send('pg0', fragment);
    expect(flowOf(outcome)).to.equal(`${OUTSIDE}:16253 > ${OTHER_POD}:8080`);
    // It was 81 and VPP took it for 80: the checksum is off by one (read as a little-endian word).
    expect(l4Checksum(outcome.output[0].bytes)).to.equal(0x0100);
  });

  describe('leaves alone what is not the packet', () => {
    const config = ['nat mss-clamping 1000', ...NAT_IN_OUT];
    const packet = (protocol: number) => ({ source: POD, destination: SERVER, protocol });
    const rows: { name: string; frame: Uint8Array }[] = [
      ...Object.entries(SIZES).flatMap(([protocol, size]) =>
        Array.from({ length: size }, (_, length) => ({
          name: `protocol ${protocol} with ${length} bytes of its header`,
          frame: frameOf(packet(Number(protocol)), ports(1000, 53, 20).slice(0, length)),
        })),
      ),
      {
        name: 'a TCP header length beyond the end, with an MSS option there',
        frame: (() => {
          const frame = tcpOf(packet(6), 1000, 80, 2, [1, 1, 1, 1]);
          frame[L4 + 12] = 0xf0;
          return frame;
        })(),
      },
      {
        name: 'an ICMP error without the packet it is about',
        frame: icmpOf(packet(1), 3, 3, new Uint8Array(4)),
      },
      {
        name: 'an ICMP error about a packet cut off behind its IP header',
        frame: icmpOf(packet(1), 3, 3, Uint8Array.of(0, 0, 0, 0, ...frameOf({ ...packet(17) }, NO_DATA).slice(L3, L4))),
      },
    ];
    for (const { name, frame } of rows)
      it(name, () => {
        const outcomes = [0, 2, 255].map((garbage) => {
          const { verdict, output } = new Bench(config, garbage).send('pg0', frame);
          return { ...verdict, bytes: output.map(({ bytes }) => Buffer.from(bytes).toString('hex')) };
        });
        expect(outcomes[1]).to.deep.equal(outcomes[0]);
        expect(outcomes[2]).to.deep.equal(outcomes[0]);
      });
  });
});
