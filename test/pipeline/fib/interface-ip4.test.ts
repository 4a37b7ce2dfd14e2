/** What commands make of an interface's IPv4: MTU, source addresses, gleans; by hand from the places in VPP 19.08 named. */

import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import type { Tables } from '../../../src/pipeline/engine/tables.js';
import { formatAddress } from '../../../src/wire/address.js';

const PG0 = 1;
const INTERFACES = `
create packet-generator interface pg0
create packet-generator interface pg1
set interface state pg0 up
set interface state pg1 up
`;

const address = (value: number | null): string => (value === null ? 'none' : formatAddress(value));
const mtu = ({ ip4, interfaces }: Tables): string => `${ip4.adjacencies.mtuOf(interfaces.all[PG0])}`;
const source = ({ ip4 }: Tables): string => address(ip4.sourceAddress(PG0, 0));
const glean = ({ ip4 }: Tables): string => address(ip4.adjacencies.nextHop[ip4.adjacencies.glean(PG0, 0)]);

const ROWS: readonly { name: string; given: string; of: (tables: Tables) => string; expected: string }[] = [
  // src/vnet/interface_cli.c, mtu_cmd: each form but the first sets one MTU and clears the others
  { name: 'MTU', given: '', of: mtu, expected: '9000' },
  { name: 'packet MTU', given: 'set interface mtu packet 600 pg0', of: mtu, expected: '600' },
  { name: 'IPv4 MTU', given: 'set interface mtu ip4 700 pg0', of: mtu, expected: '700' },
  {
    name: 'packet MTU clears that of IPv4',
    given: 'set interface mtu ip4 700 pg0\nset interface mtu packet 600 pg0',
    of: mtu,
    expected: '600',
  },
  {
    name: 'IPv6 MTU clears the others',
    given: 'set interface mtu packet 600 pg0\nset interface mtu ip6 1400 pg0',
    of: mtu,
    expected: '9000',
  },
  {
    name: 'hardware MTU leaves that of IPv4',
    given: 'set interface mtu ip4 700 pg0\nset interface mtu 1500 pg0',
    of: mtu,
    expected: '700',
  },
  // src/vnet/interface.c, vnet_sw_interface_update_unnumbered
  {
    name: 'an unnumbered interface sends from the other one',
    given: 'set interface ip address pg1 10.1.1.1/24\nset interface unnumbered pg0 use pg1',
    of: source,
    expected: '10.1.1.1',
  },
  {
    name: 'made unnumbered before the other had an address, it has none',
    given: 'set interface unnumbered pg0 use pg1\nset interface ip address pg1 10.1.1.1/24',
    of: source,
    expected: 'none',
  },
  // src/vnet/fib/fib_entry_src_interface.c: one glean for all subnets, the last one added decides
  {
    name: 'two subnets: the second asks',
    given: 'set interface ip address pg0 10.1.1.1/24\nset interface ip address pg0 10.1.2.1/24',
    of: glean,
    expected: '10.1.2.1',
  },
  {
    name: 'two addresses in a subnet: the first asks',
    given: 'set interface ip address pg0 10.1.1.1/24\nset interface ip address pg0 10.1.1.2/24',
    of: glean,
    expected: '10.1.1.1',
  },
  // src/vnet/ip/ip4_forward.c, ip4_del_interface_prefix_routes
  {
    name: 'the first of two is deleted: the second asks',
    given:
      'set interface ip address pg0 10.1.1.1/24\nset interface ip address pg0 10.1.1.2/24\n' +
      'set interface ip address del pg0 10.1.1.1/24',
    of: glean,
    expected: '10.1.1.2',
  },
];

describe('InterfaceIp4', () => {
  for (const { name, given, of, expected } of ROWS)
    it(name, () => {
      expect(of(applyScript(parseScript(INTERFACES + given, 'node.vpp')))).to.equal(expected);
    });
});
