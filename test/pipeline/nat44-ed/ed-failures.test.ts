/** How endpoint-dependent nodes fail: by hand from VPP 19.08 src/plugins/nat/{nat44_classify,out2in_ed}.c. */

import { expect } from 'chai';
import * as checksum from '../../../src/wire/checksum.js';
import * as ip4 from '../../../src/wire/ip4.js';
import { parseAddress } from '../../../src/wire/address.js';
import { Bench, frameOf, L3, ports, TWO_INTERFACES, viewOf, type Ip4Packet } from '../packets.js';

const ED = ['# startup: nat { endpoint-dependent }', ...TWO_INTERFACES, 'nat44 add address 192.168.16.10'];
const IN_OUT = ['set interface nat44 in pg0', 'set interface nat44 out pg1'];
const PERMIT_ALL = [
  'set acl-plugin acl permit src 0.0.0.0/0 dst 0.0.0.0/0',
  'set acl-plugin interface pg0 input acl 0',
];
const TO_SERVICE: Ip4Packet = { source: '8.8.8.8', destination: '192.168.16.10', protocol: 17 };
const FIRST = { flagsAndFragment: ip4.MORE_FRAGMENTS };
const udp = (to: number): Uint8Array => ports(1000, to, 16);

interface Row {
  name: string;
  config: string[];
  on: string;
  given: Uint8Array[];
  /** Reason of the last frame's drop. */
  expected: string;
}

const ROWS: Row[] = [
  {
    name: 'too many fragments for nat44-ed-classify: it has no errors, and the reason before it is wiped',
    config: [...ED, ...PERMIT_ALL, 'set interface nat44 in pg0 out pg0'],
    on: 'pg0',
    given: Array.from({ length: 6 }, (_, i) =>
      frameOf({ source: '10.1.1.3', destination: '8.8.8.8', protocol: 17, flagsAndFragment: i + 2 }, udp(0)),
    ),
    expected: 'null-node: blackholed packets',
  },
  {
    name: 'a first fragment to a twice-nat service when no twice-nat address is left',
    config: [...ED, ...IN_OUT, 'nat44 add static mapping udp local 10.1.1.3 8080 external 192.168.16.10 80 twice-nat'],
    on: 'pg1',
    given: [frameOf({ ...TO_SERVICE, ...FIRST }, udp(80))],
    expected: 'nat44-ed-out2in-reass: no translation',
  },
  {
    name: 'a whole packet to it',
    config: [...ED, ...IN_OUT, 'nat44 add static mapping udp local 10.1.1.3 8080 external 192.168.16.10 80 twice-nat'],
    on: 'pg1',
    given: [frameOf(TO_SERVICE, udp(80))],
    expected: 'nat44-ed-out2in-slowpath: out of ports',
  },
  {
    name: 'a first fragment of TCP that is no SYN',
    config: [...ED, ...IN_OUT, 'nat44 add static mapping tcp local 10.1.1.3 8080 external 192.168.16.10 80'],
    on: 'pg1',
    given: [frameOf({ ...TO_SERVICE, ...FIRST, protocol: 6 }, ports(1000, 80, 24))],
    expected: 'nat44-ed-out2in-reass: non-SYN packet try to create session',
  },
];

describe('NAT44 ED failures', () => {
  for (const { name, config, on, given, expected } of ROWS)
    it(name, () => {
      const bench = new Bench(config);
      const outcomes = given.map((frame) => bench.send(on, frame));
      expect(outcomes.at(-1)?.verdict.drop).to.include(expected);
    });

  it('a packet of another protocol over the quota goes to the inside host with its old header checksum', () => {
    const bench = new Bench([
      '# startup: nat { endpoint-dependent max translations per user 1 }',
      ...ED.slice(1),
      ...IN_OUT,
      'nat44 forwarding enable',
      'nat44 add static mapping local 10.1.1.4 external 192.168.16.30',
    ]);
    const isSound = (source: string): boolean => {
      const packet = { source, destination: '192.168.16.30', protocol: 47, ttl: 64 };
      const { output } = bench.send('pg1', frameOf(packet, new Uint8Array(20)));
      expect(output.map((one) => one.on)).to.deep.equal(['pg0']);
      const view = viewOf(output[0].bytes);
      expect(ip4.destination(view, L3)).to.equal(parseAddress('10.1.1.4'));
      return checksum.fold(checksum.sumWords(view, L3, ip4.HEADER_BYTES)) === 0xffff;
    };
    expect(isSound('8.8.8.8')).to.equal(true);
    expect(isSound('9.9.9.9')).to.equal(false);
    expect(isSound('8.8.8.8')).to.equal(true);
  });
});
