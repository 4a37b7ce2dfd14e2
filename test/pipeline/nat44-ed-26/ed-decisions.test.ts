/** Decisions of endpoint-dependent NAT44 of VPP 26.06 that no recording shows, or that go by without a sign there; by hand from VPP's source. */

import { expect } from 'chai';
import { formatAddress } from '../../../src/wire/address.js';
import * as ip4 from '../../../src/wire/ip4.js';
import * as tcp from '../../../src/wire/tcp.js';
import { Bench, icmpOf, L3, L4, tcpOf, TWO_INTERFACES_26, udpOf, viewOf, type Outcome } from '../packets.js';

const POD = '10.1.1.3';
const OTHER_POD = '10.1.1.4';
const SERVER = '8.8.8.8';
const OUTSIDE = '192.168.16.10';
const NO_DATA = new Uint8Array(8);

const IN_OUT = ['set interface nat44 in pg0', 'set interface nat44 out pg1'];
const enabled = (...lines: string[]): string[] => [...TWO_INTERFACES_26, 'nat44 plugin enable', ...lines];
const ONE_ADDRESS = enabled(`nat44 add address ${OUTSIDE}`, ...IN_OUT);

const udp = (source: string, from: number, destination: string, to: number) =>
  udpOf({ source, destination, protocol: 17 }, from, to, NO_DATA);
const segment = (flags: number) => (source: string, from: number, destination: string, to: number) =>
  tcpOf({ source, destination, protocol: 6 }, from, to, flags);
const syn = segment(tcp.SYN);
const synAck = segment(tcp.SYN | tcp.ACK);
const ack = segment(tcp.ACK);
const fin = segment(tcp.FIN | tcp.ACK);
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
  /** Where VPP decides it, in src/plugins/nat/nat44-ed. */
  readonly source: string;
  readonly config: readonly string[];
  readonly given: readonly (readonly [on: string, frame: Uint8Array, expected: string, after?: number])[];
}

/** The generator's first ports: low halves of 1013904223 and 1196435762, and 1024. */
const [P1, P2] = [63327, 11570];

const IN_SLOW = 'nat44-ed-in2out-slowpath';
const OUT_SLOW = 'nat44-ed-out2in-slowpath';

const ROWS: Row[] = [
  {
    name: 'the inside port is kept from 1024 on, also for two flows to different servers',
    source: 'nat44_ed_in2out.c nat_ed_alloc_addr_and_port_with_snat_address',
    config: ONE_ADDRESS,
    given: [
      ['pg0', udp(POD, 1024, SERVER, 53), `${OUTSIDE}:1024 > ${SERVER}:53`],
      ['pg0', udp(OTHER_POD, 1024, '8.8.4.4', 53), `${OUTSIDE}:1024 > 8.8.4.4:53`],
      ['pg1', udp(SERVER, 53, OUTSIDE, 1024), `${SERVER}:53 > ${POD}:1024`],
      ['pg1', udp('8.8.4.4', 53, OUTSIDE, 1024), `8.8.4.4:53 > ${OTHER_POD}:1024`],
    ],
  },
  {
    name: 'a port below 1024, and one that another host has to the same server, are drawn',
    source: 'nat44_ed_in2out.c nat_ed_alloc_addr_and_port_with_snat_address',
    config: ONE_ADDRESS,
    given: [
      ['pg0', udp(POD, 1023, SERVER, 53), `${OUTSIDE}:${P1} > ${SERVER}:53`],
      ['pg0', udp(POD, 2000, SERVER, 53), `${OUTSIDE}:2000 > ${SERVER}:53`],
      ['pg0', udp(OTHER_POD, 2000, SERVER, 53), `${OUTSIDE}:${P2} > ${SERVER}:53`],
    ],
  },
  {
    name: 'an identifier is kept as a port is',
    source: 'nat44_ed_in2out.c icmp_in2out_ed_slow_path',
    config: ONE_ADDRESS,
    given: [
      ['pg0', echo(POD, 4000, SERVER), `${OUTSIDE}:4000 > ${SERVER}:4000`],
      ['pg0', echo(OTHER_POD, 4000, SERVER), `${OUTSIDE}:${P1} > ${SERVER}:${P1}`],
    ],
  },
  {
    name: 'a session more than may be gets none before another one has timed out',
    source: 'nat44_ed_in2out.c slow_path_ed, nat44_ed_inlines.h nat_lru_free_one',
    config: [
      ...TWO_INTERFACES_26,
      'nat44 plugin enable sessions 1',
      `nat44 add address ${OUTSIDE}`,
      'set nat timeout udp 60 tcp-established 7440 tcp-transitory 240 icmp 60',
      ...IN_OUT,
    ],
    given: [
      ['pg0', udp(POD, 2000, SERVER, 53), `${OUTSIDE}:2000 > ${SERVER}:53`],
      ['pg0', udp(POD, 2001, SERVER, 53), `${IN_SLOW}: maximum sessions exceeded`, 59],
      ['pg0', udp(POD, 2001, SERVER, 53), `${OUTSIDE}:2001 > ${SERVER}:53`, 2],
      ['pg1', udp(SERVER, 53, OUTSIDE, 2000), `${OUT_SLOW}: no translation`],
    ],
  },
  {
    name: 'a session that timed out ends with the next packet, from outside too',
    source: 'nat44_ed_out2in.c nat44_ed_out2in_fast_path_node_fn_inline',
    config: ONE_ADDRESS,
    given: [
      ['pg0', udp(POD, 2000, SERVER, 53), `${OUTSIDE}:2000 > ${SERVER}:53`],
      ['pg1', udp(SERVER, 53, OUTSIDE, 2000), `${SERVER}:53 > ${POD}:2000`, 298],
      ['pg1', udp(SERVER, 53, OUTSIDE, 2000), `${OUT_SLOW}: no translation`, 301],
    ],
  },
  {
    name: 'TCP begins with a SYN, one way or the other',
    source: 'nat44_ed_in2out.c slow_path_ed, nat44_ed_out2in.c nat44_ed_out2in_slow_path_node_fn_inline',
    config: [...ONE_ADDRESS, `nat44 add static mapping tcp local ${POD} 8080 external ${OUTSIDE} 80`],
    given: [
      ['pg0', ack(POD, 2000, SERVER, 80), `${IN_SLOW}: non-SYN packet try to create session`],
      ['pg1', ack(SERVER, 2000, OUTSIDE, 80), `${OUT_SLOW}: non-SYN packet try to create session`],
      ['pg1', syn(SERVER, 2000, OUTSIDE, 80), `${SERVER}:2000 > ${POD}:8080`],
      ['pg1', ack(SERVER, 2000, OUTSIDE, 80), `${SERVER}:2000 > ${POD}:8080`],
    ],
  },
  {
    name: 'a connection that was opened by both sides lives longer than one that was not, and shorter once it ends',
    source: 'nat44_ed_inlines.h nat44_set_tcp_session_state',
    config: ONE_ADDRESS,
    given: [
      ['pg0', syn(POD, 2000, SERVER, 80), `${OUTSIDE}:2000 > ${SERVER}:80`],
      ['pg1', synAck(SERVER, 80, OUTSIDE, 2000), `${SERVER}:80 > ${POD}:2000`],
      ['pg0', ack(POD, 2000, SERVER, 80), `${OUTSIDE}:2000 > ${SERVER}:80`],
      ['pg0', ack(POD, 2000, SERVER, 80), `${OUTSIDE}:2000 > ${SERVER}:80`, 7000],
      ['pg0', fin(POD, 2000, SERVER, 80), `${OUTSIDE}:2000 > ${SERVER}:80`],
      ['pg1', ack(SERVER, 80, OUTSIDE, 2000), `${SERVER}:80 > ${POD}:2000`, 230],
      ['pg1', ack(SERVER, 80, OUTSIDE, 2000), `${OUT_SLOW}: no translation`, 241],
    ],
  },
  {
    name: 'with forwarding enabled what comes in untranslated opens the way for its answer',
    source: 'nat44_ed_out2in.c create_bypass_for_fwd, nat44_ed_in2out.c nat_not_translate_output_feature_fwd',
    config: enabled(
      `nat44 add address ${OUTSIDE}`,
      'nat44 forwarding enable',
      'set interface nat44 out pg1 output-feature',
    ),
    given: [
      ['pg1', udp(SERVER, 53, POD, 2000), `${SERVER}:53 > ${POD}:2000`],
      ['pg0', udp(POD, 2000, SERVER, 53), `${POD}:2000 > ${SERVER}:53`],
      ['pg0', udp(POD, 2001, SERVER, 53), `${OUTSIDE}:2001 > ${SERVER}:53`],
    ],
  },
  {
    name: 'an address of the own VRF comes before one of no VRF, and one of another VRF is none',
    source: 'nat44_ed_in2out.c nat_ed_alloc_addr_and_port',
    config: enabled(
      'nat44 add address 192.168.16.11 tenant-vrf 7',
      'nat44 add address 192.168.16.12',
      'nat44 add address 192.168.16.13 tenant-vrf 0',
      ...IN_OUT,
    ),
    given: [['pg0', udp(POD, 2000, SERVER, 53), `192.168.16.13:2000 > ${SERVER}:53`]],
  },
  {
    name: 'a VRF that says which VRFs it goes to goes nowhere else',
    source: 'nat44_ed_in2out.c is_destination_resolvable, get_tx_fib_index',
    config: [...ONE_ADDRESS, 'nat44 vrf table add 0', 'nat44 vrf route add table 0 5'],
    given: [['pg0', udp(POD, 2000, SERVER, 53), `${POD}:2000 > ${SERVER}:53`]],
  },
  {
    name: 'enabled again, it has no forwarding and the default timeouts',
    source: 'nat44_ed.c nat44_plugin_enable',
    config: [
      ...enabled('nat44 forwarding enable'),
      'set nat timeout udp 10 tcp-established 7440 tcp-transitory 240 icmp 60',
      'nat44 plugin disable',
      'nat44 plugin enable',
      `nat44 add address ${OUTSIDE}`,
      ...IN_OUT,
    ],
    given: [
      ['pg0', udp(POD, 2000, SERVER, 53), `${OUTSIDE}:2000 > ${SERVER}:53`],
      ['pg1', udp(SERVER, 53, OUTSIDE, 2000), `${SERVER}:53 > ${POD}:2000`, 200],
      ['pg1', udp(SERVER, 53, POD, 2000), `${OUT_SLOW}: no translation`],
    ],
  },
  {
    name: 'disabled, it translates nothing, and forgets what it was told',
    source: 'nat44_ed.c nat44_plugin_disable',
    config: [
      ...ONE_ADDRESS,
      'nat44 add address 192.168.16.11 twice-nat',
      `nat44 add static mapping udp local ${POD} 8080 external ${OUTSIDE} 80`,
      'nat44 plugin disable',
      'nat44 plugin enable',
      ...IN_OUT,
    ],
    given: [
      ['pg1', udp(SERVER, 2000, OUTSIDE, 80), `${OUT_SLOW}: no translation`],
      ['pg0', udp(POD, 2000, SERVER, 53), `${IN_SLOW}: out of ports`],
    ],
  },
  {
    name: 'clear nat44 ed sessions forgets static mappings as well',
    source: 'nat44_ed.c nat44_ed_sessions_clear',
    config: [
      ...ONE_ADDRESS,
      `nat44 add static mapping udp local ${POD} 8080 external ${OUTSIDE} 80`,
      'clear nat44 ed sessions',
    ],
    given: [['pg1', udp(SERVER, 2000, OUTSIDE, 80), `${OUT_SLOW}: no translation`]],
  },
];

describe('NAT44 ED decisions of VPP 26.06', () => {
  for (const { name, source, config, given } of ROWS)
    it(`${name} (${source})`, () => {
      const bench = new Bench(config);
      for (const [on, frame, expected, after] of given)
        expect(flowOf(bench.send(on, frame, after)), expected).to.equal(expected);
    });
});
