/** Decisions of the NAT44 EI nodes that no recording shows, or that go by without a sign there; expectations are by hand from VPP's source. */

import { expect } from 'chai';
import { formatAddress } from '../../../src/wire/address.js';
import * as ip4 from '../../../src/wire/ip4.js';
import { Bench, icmpOf, L3, L4, tcpOf, TWO_INTERFACES_26, udpOf, viewOf, type Outcome } from '../packets.js';

const POD = '10.1.1.3';
const OTHER_POD = '10.1.1.4';
const SERVER = '8.8.8.8';
const OUTSIDE = '192.168.16.10';
const NO_DATA = new Uint8Array(8);

const IN_OUT = ['set interface nat44 ei in pg0', 'set interface nat44 ei out pg1'];
const enabled = (...lines: string[]): string[] => [...TWO_INTERFACES_26, 'nat44 ei plugin enable', ...lines];
const limited = (limits: string): string[] => [
  ...TWO_INTERFACES_26,
  `nat44 ei plugin enable ${limits}`,
  `nat44 ei add address ${OUTSIDE}`,
  ...IN_OUT,
];

const udp = (source: string, from: number, destination: string, to: number, ttl = 64) =>
  udpOf({ source, destination, protocol: 17, ttl }, from, to, NO_DATA);
const syn = (source: string, from: number, destination: string, to: number) =>
  tcpOf({ source, destination, protocol: 6 }, from, to, 2);
const echo = (source: string, identifier: number, destination: string) =>
  icmpOf({ source, destination, protocol: 1 }, 8, 0, Uint8Array.of(identifier >> 8, identifier & 255, 0, 1));

/** What left: addresses and ports, 'source:port > destination:port'; else why it was dropped. */
function flowOf({ output, verdict }: Outcome): string | null {
  if (output.length === 0) return verdict.drop;
  const view = viewOf(output[0].bytes);
  const at = ip4.protocol(view, L3) === 1 ? [4, 4] : [0, 2];
  const [from, to] = at.map((offset) => view.getUint16(L4 + offset));
  return `${formatAddress(ip4.source(view, L3))}:${from} > ${formatAddress(ip4.destination(view, L3))}:${to}`;
}

interface Row {
  readonly name: string;
  /** Where VPP decides it, in src/plugins/nat. */
  readonly source: string;
  readonly config: readonly string[];
  readonly given: readonly (readonly [on: string, frame: Uint8Array, expected: string, after?: number])[];
}

/** The generator's first ports: low halves of 1013904223, 1196435762, 3519870697, 2868466484, 1649599747, and 1024. */
const [P1, P2, P3, P4, P5] = [63327, 11570, 64233, 22324, 59651];

const ROWS: Row[] = [
  {
    name: 'TCP, UDP and ICMP draw from one stream: the lower half of each number where it fits',
    source: 'lib/nat_inlines.h nat_random_port',
    config: limited(''),
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:${P1} > ${SERVER}:53`],
      ['pg0', syn(POD, 1000, SERVER, 80), `${OUTSIDE}:${P2} > ${SERVER}:80`],
      ['pg0', echo(POD, 7, SERVER), `${OUTSIDE}:${P3} > ${SERVER}:${P3}`],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:${P4} > ${SERVER}:53`],
      ['pg0', udp(POD, 1000, SERVER, 54), `${OUTSIDE}:${P1} > ${SERVER}:54`],
    ],
  },
  {
    // 10.1.1.3 is 0x0301010a = 50397450, 0 modulo 3: the search begins at .1 and the last one is .3; 10.1.1.4 is 1 modulo 3.
    name: 'the inside address chooses among pool addresses',
    source: 'nat44-ei/nat44_ei.c nat44_ei_alloc_default_cb',
    config: enabled('nat44 ei add address 192.168.16.1 - 192.168.16.3', ...IN_OUT),
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `192.168.16.3:${P1} > ${SERVER}:53`],
      ['pg0', udp(OTHER_POD, 1000, SERVER, 53), `192.168.16.1:${P2} > ${SERVER}:53`],
    ],
  },
  {
    name: 'one user more than may be: its port is drawn, and lost',
    source: 'nat44-ei/nat44_ei_in2out.c slow_path',
    config: limited('users 1'),
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:${P1} > ${SERVER}:53`],
      ['pg0', udp(OTHER_POD, 1000, SERVER, 53), 'nat44-ei-in2out-slowpath: cannot create NAT user'],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:${P3} > ${SERVER}:53`],
    ],
  },
  {
    name: 'one session more than may be: nothing is drawn',
    source: 'nat44-ei/nat44_ei_in2out.c slow_path',
    config: limited('sessions 2'),
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:${P1} > ${SERVER}:53`],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:${P2} > ${SERVER}:53`],
      ['pg0', udp(OTHER_POD, 1000, SERVER, 53), 'nat44-ei-in2out-slowpath: maximum sessions exceeded'],
    ],
  },
  {
    name: 'at the quota the session goes that was renewed last the longest ago, and a renewal is due after a second only',
    source: 'nat44-ei/nat44_ei_inlines.h nat44_ei_session_update_lru',
    config: limited('user-sessions 2'),
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:${P1} > ${SERVER}:53`],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:${P2} > ${SERVER}:53`],
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:${P1} > ${SERVER}:53`, 0.9],
      // The first one goes, although it was heard of last.
      ['pg0', udp(POD, 1002, SERVER, 53), `${OUTSIDE}:${P3} > ${SERVER}:53`],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:${P2} > ${SERVER}:53`, 0.5],
      // Now it is the third, for the second was renewed.
      ['pg0', udp(POD, 1003, SERVER, 53), `${OUTSIDE}:${P4} > ${SERVER}:53`],
      ['pg0', udp(POD, 1001, SERVER, 53), `${OUTSIDE}:${P2} > ${SERVER}:53`],
      ['pg0', udp(POD, 1002, SERVER, 53), `${OUTSIDE}:${P5} > ${SERVER}:53`],
    ],
  },
  {
    // 1024 + 1013904223 mod 1024, 1024 + 1196435762 mod 1024
    name: 'a range has ports of the first address only',
    source: 'nat44-ei/nat44_ei.c nat44_ei_alloc_range_cb',
    config: enabled(
      'nat44 ei addr-port-assignment-alg port-range 1024 - 2047',
      'nat44 ei add address 192.168.16.1 - 192.168.16.3',
      ...IN_OUT,
    ),
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `192.168.16.1:1887 > ${SERVER}:53`],
      ['pg0', udp(OTHER_POD, 1000, SERVER, 53), `192.168.16.1:1330 > ${SERVER}:53`],
    ],
  },
  {
    // 1 + 1013904223 mod 63 | 10 << 6 | (1196435762 mod 16) << 12
    name: 'MAP-E takes two numbers for a port',
    source: 'nat44-ei/nat44_ei.c nat44_ei_alloc_mape_cb',
    config: enabled(
      'nat44 ei addr-port-assignment-alg map-e psid 10 psid-offset 6 psid-len 6',
      `nat44 ei add address ${OUTSIDE}`,
      ...IN_OUT,
    ),
    given: [['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:8885 > ${SERVER}:53`]],
  },
  {
    name: 'all addresses of the receiving interface are its own',
    source: 'nat44-ei/nat44_ei_inlines.h nat44_ei_is_interface_addr',
    config: [
      ...enabled(`nat44 ei add address ${OUTSIDE}`, ...IN_OUT),
      'set interface ip address pg1 192.168.17.1/24',
      'set interface ip address pg0 10.1.9.1/24',
    ],
    given: [
      ['pg1', echo(SERVER, 7, '192.168.16.1'), `192.168.16.1:7 > ${SERVER}:7`],
      ['pg1', echo(SERVER, 7, '192.168.17.1'), `192.168.17.1:7 > ${SERVER}:7`],
      ['pg1', echo(SERVER, 7, OUTSIDE), 'nat44-ei-out2in: no translation'],
    ],
  },
  {
    name: 'the TTL is no matter on output',
    source: 'nat44-ei/nat44_ei_in2out.c nat44_ei_in2out_node_fn_inline',
    config: enabled(
      'nat44 ei forwarding enable',
      `nat44 ei add address ${OUTSIDE}`,
      'set interface nat44 ei out pg1 output-feature',
    ),
    given: [['pg0', udp(POD, 1000, SERVER, 53, 2), `${OUTSIDE}:${P1} > ${SERVER}:53`]],
  },
  {
    name: 'an address-only mapping is no mapping of UDP port 0',
    source: 'lib/nat_proto.h NAT_PROTOCOL_OTHER',
    config: enabled(
      `nat44 ei add address ${OUTSIDE}`,
      `nat44 ei add static mapping local ${OTHER_POD} external 192.168.16.20`,
      `nat44 ei add static mapping udp local ${POD} 0 external ${OUTSIDE} 0`,
      ...IN_OUT,
    ),
    given: [
      ['pg1', udp(SERVER, 53, '192.168.16.20', 0), `${SERVER}:53 > ${OTHER_POD}:0`],
      ['pg1', udp(SERVER, 53, '192.168.16.20', 9), `${SERVER}:53 > ${OTHER_POD}:9`],
      ['pg1', udp(SERVER, 53, OUTSIDE, 0), `${SERVER}:53 > ${POD}:0`],
      ['pg1', udp(SERVER, 53, OUTSIDE, 9), 'nat44-ei-out2in: no translation'],
    ],
  },
  {
    name: 'in and out on one interface: to outside addresses out2in, all else in2out',
    source: 'nat44-ei/nat44_ei.c nat44_ei_classify_inline_fn',
    config: enabled(
      `nat44 ei add address ${OUTSIDE}`,
      `nat44 ei add static mapping udp local ${OTHER_POD} 5353 external ${OUTSIDE} 53`,
      'set interface nat44 ei in pg0',
      'set interface nat44 ei out pg0',
      'set interface nat44 ei out pg1',
    ),
    given: [
      ['pg0', udp(POD, 1000, SERVER, 53), `${OUTSIDE}:${P1} > ${SERVER}:53`],
      ['pg0', udp(POD, 1000, OUTSIDE, 53), `${POD}:1000 > ${OTHER_POD}:5353`],
      ['pg0', udp(POD, 1000, OUTSIDE, 54), 'nat44-ei-out2in: no translation'],
    ],
  },
];

describe('pipeline/nat44-ei', () => {
  for (const { name, source, config, given } of ROWS)
    it(`${name} (${source})`, () => {
      const bench = new Bench(config);
      for (const [on, frame, expected, after = 0] of given)
        expect(flowOf(bench.send(on, frame, after))).to.equal(expected);
    });

  describe('refuses', () => {
    const REFUSED: { name: string; given: readonly string[]; expected: string }[] = [
      {
        name: 'commands before the plugin',
        given: [...TWO_INTERFACES_26, `nat44 ei add address ${OUTSIDE}`],
        expected: '"nat44 ei plugin enable" has to come first',
      },
      {
        name: 'the plugin twice',
        given: enabled('nat44 ei plugin enable'),
        expected: 'NAT44 EI is enabled already',
      },
      {
        name: 'both plugins',
        given: enabled('nat44 plugin enable'),
        expected: 'not modelled: both plugins of NAT44 in one node',
      },
      {
        name: 'twice-nat addresses',
        given: enabled(`nat44 ei add address ${OUTSIDE} twice-nat`),
        expected: 'or the end of the line, found "twice-nat"',
      },
      {
        name: 'an identity mapping of an address that is not in the pool',
        given: enabled(`nat44 ei add identity mapping ${OUTSIDE} udp 4789`),
        expected: 'must be a NAT44 pool address first (nat44 ei add address)',
      },
      {
        name: 'one port of two',
        given: enabled(`nat44 ei add static mapping tcp local ${POD} 80 external ${OUTSIDE}`),
        expected: 'either both ports are given or none',
      },
      {
        name: 'the end of a session that is none',
        given: enabled(`nat44 ei del session out ${OUTSIDE}:80 tcp`),
        expected: `NAT44 has no session of tcp ${OUTSIDE}:80`,
      },
    ];
    for (const { name, given, expected } of REFUSED)
      it(name, () => {
        expect(() => new Bench(given)).to.throw(expected);
      });
  });

  it('is as new after it was disabled, but for the generator', () => {
    const bench = new Bench([
      ...limited(''),
      `nat44 ei add static mapping udp local ${POD} 53 external ${OUTSIDE} 53`,
      'nat44 ei plugin disable',
      'nat44 ei plugin enable',
      `nat44 ei add address ${OUTSIDE}`,
      ...IN_OUT,
    ]);
    expect(flowOf(bench.send('pg1', udp(SERVER, 53, OUTSIDE, 53)))).to.equal('nat44-ei-out2in: no translation');
    expect(flowOf(bench.send('pg0', udp(POD, 53, SERVER, 53)))).to.equal(`${OUTSIDE}:${P1} > ${SERVER}:53`);
  });
});
