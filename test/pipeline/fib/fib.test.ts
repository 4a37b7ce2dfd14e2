/** Where a destination goes, as VPP's FIB decides it: covers, sources, recursion. */

import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { ADJACENCY_REWRITE } from '../../../src/pipeline/fib/adjacencies.js';
import { DPO_ADJACENCY, DPO_DROP, DPO_IP_NULL, DPO_LOAD_BALANCE, DPO_RECEIVE } from '../../../src/pipeline/fib/dpo.js';
import type { Tables } from '../../../src/pipeline/engine/tables.js';
import { formatAddress, parseAddress } from '../../../src/wire/address.js';

const NODE = `
create packet-generator interface pg0
create packet-generator interface pg1
set interface state pg0 up
set interface state pg1 up
set interface ip address pg0 10.1.1.1/24
`;

/** 'via 10.1.1.3 pg0', 'glean pg0', 'local', 'drop' …, followed through recursion. */
function destinationOf(tables: Tables, loadBalance: number): string {
  const { ip4, interfaces } = tables;
  const { loadBalances, adjacencies } = ip4;
  const bucket = loadBalances.first[loadBalance];
  const index = loadBalances.dpoIndex[bucket];
  switch (loadBalances.dpoType[bucket]) {
    case DPO_ADJACENCY: {
      const { name } = interfaces.all[adjacencies.swIfIndex[index]];
      const to = `${formatAddress(adjacencies.nextHop[index])} ${name}`;
      const how = ['unresolved', 'via', 'glean'][adjacencies.state[index]];
      return adjacencies.state[index] === ADJACENCY_REWRITE ? `via ${to}` : `${how} ${to}`;
    }
    case DPO_LOAD_BALANCE:
      return `recursive, ${destinationOf(tables, index)}`;
    case DPO_RECEIVE:
      return 'local';
    case DPO_IP_NULL:
      return 'null';
    case DPO_DROP:
      return 'drop';
    default:
      return 'other';
  }
}

const CASES: readonly { name: string; given: string; to: string; table?: number; expected: string }[] = [
  { name: 'no route', given: '', to: '8.8.8.8', expected: 'drop' },
  { name: 'class E', given: '', to: '240.0.0.1', expected: 'drop' },
  { name: 'own address', given: '', to: '10.1.1.1', expected: 'local' },
  { name: 'connected subnet', given: '', to: '10.1.1.77', expected: 'glean 10.1.1.1 pg0' },
  { name: 'network address', given: '', to: '10.1.1.0', expected: 'drop' },
  { name: 'broadcast address', given: '', to: '10.1.1.255', expected: 'drop' },
  {
    name: 'neighbour in the subnet',
    given: 'set ip arp static pg0 10.1.1.3 02:00:00:00:01:03',
    to: '10.1.1.3',
    expected: 'via 10.1.1.3 pg0',
  },
  {
    name: 'the path of the smallest preference number forwards',
    given:
      'ip route add 20.0.0.0/8 via 10.1.1.3 pg0 preference 2\nip route add 20.0.0.0/8 via 10.1.1.4 pg0 preference 1\n' +
      'set ip arp static pg0 10.1.1.3 02:00:00:00:01:03\nset ip arp static pg0 10.1.1.4 02:00:00:00:01:04',
    to: '20.1.1.1',
    expected: 'via 10.1.1.4 pg0',
  },
  {
    name: 'neighbour on another interface than the subnet: its adj-fib does not forward',
    given: 'set ip arp static pg1 10.1.1.3 02:00:00:00:01:03',
    to: '10.1.1.3',
    expected: 'glean 10.1.1.1 pg0',
  },
  {
    name: 'neighbour configured before the subnet',
    given: 'set ip arp static pg1 10.1.2.3 02:00:00:00:02:03\nset interface ip address pg1 10.1.2.1/24',
    to: '10.1.2.3',
    expected: 'via 10.1.2.3 pg1',
  },
  {
    name: 'neighbour on an interface unnumbered to that of the subnet',
    given: 'set interface unnumbered pg1 use pg0\nset ip arp static pg1 10.1.1.3 02:00:00:00:01:03',
    to: '10.1.1.3',
    expected: 'via 10.1.1.3 pg1',
  },
  {
    name: 'next hop without ARP',
    given: 'ip route add 20.0.0.0/8 via 10.1.1.9 pg0',
    to: '20.1.1.1',
    expected: 'unresolved 10.1.1.9 pg0',
  },
  { name: 'attached route', given: 'ip route add 20.0.0.0/8 via pg0', to: '20.1.1.1', expected: 'glean 10.1.1.1 pg0' },
  {
    name: 'recursive route through a neighbour',
    given: 'set ip arp static pg0 10.1.1.3 02:00:00:00:01:03\nip route add 20.0.0.0/8 via 10.1.1.3',
    to: '20.1.1.1',
    expected: 'recursive, via 10.1.1.3 pg0',
  },
  {
    name: 'recursive route through nothing but the built-in default',
    given: 'ip route add 20.0.0.0/8 via 9.9.9.9',
    to: '20.1.1.1',
    expected: 'drop',
  },
  {
    name: 'recursive route whose next hop gets a route later',
    given: 'ip route add 20.0.0.0/8 via 9.9.9.9\nip route add 9.9.9.0/24 via 10.1.1.3 pg0',
    to: '20.1.1.1',
    expected: 'recursive, unresolved 10.1.1.3 pg0',
  },
  {
    name: 'routes that resolve through each other',
    given: 'ip route add 20.0.0.0/8 via 30.0.0.1\nip route add 30.0.0.0/8 via 20.0.0.1',
    to: '20.1.1.1',
    expected: 'drop',
  },
  {
    name: 'route removed again',
    given: 'ip route add 20.0.0.0/8 via drop\nip route add 20.1.0.0/16 via pg0\nip route del 20.1.0.0/16',
    to: '20.1.1.1',
    expected: 'drop',
  },
  {
    name: 'a fixed object does not displace the next hops of a route',
    given:
      'set ip arp static pg0 10.1.1.3 02:00:00:00:01:03\n' +
      'ip route add 20.0.0.0/8 via 10.1.1.3 pg0\nip route add 20.0.0.0/8 via drop',
    to: '20.1.1.1',
    expected: 'via 10.1.1.3 pg0',
  },
  {
    name: 'a route asked for twice with a fixed object stays when it is removed once',
    given:
      'ip route add 20.0.0.0/8 via drop\nip route add 20.0.0.0/8 via null-send-unreach\nip route del 20.0.0.0/8\n' +
      'ip route add 0.0.0.0/0 via 10.1.1.3 pg0',
    to: '20.1.1.1',
    expected: 'drop',
  },
  {
    name: 'a fixed object beside next hops: the next hops are not looked at',
    given: 'ip route add 20.0.0.0/8 via 10.1.1.3 pg0 via drop',
    to: '20.1.1.1',
    expected: 'drop',
  },
  {
    name: 'own address beats a configured route',
    given: 'ip route add 10.1.1.1/32 via drop',
    to: '10.1.1.1',
    expected: 'local',
  },
  {
    name: 'interface down: its subnet is gone',
    given: 'set interface state pg0 down',
    to: '10.1.1.77',
    expected: 'drop',
  },
  { name: 'another table', given: 'ip table add 7', table: 7, to: '10.1.1.77', expected: 'drop' },
  {
    name: 'unreachable by route',
    given: 'ip route add 20.0.0.0/8 via null-send-unreach',
    to: '20.1.1.1',
    expected: 'null',
  },
];

describe('Fib', () => {
  for (const { name, given, to, table, expected } of CASES)
    it(`${name}: ${to}`, () => {
      const tables = applyScript(parseScript(NODE + given, 'node.vpp'));
      const address = parseAddress(to);
      if (address === null) throw new Error(`bad address ${to}`);
      const fibIndex = tables.ip4.fibIndexOf(table ?? 0);
      expect(destinationOf(tables, tables.ip4.mtrie.lookup(fibIndex, address))).to.equal(expected);
    });
});

const LOCAL = 'ip route add 20.0.0.1/32 via local';

/** Indices worked out from VPP's pool by hand: the first address of a fresh VPP gets 5. The last is that of recording C-nat3. */
const RECEIVE: readonly { name: string; given: string; to: string; expected: number }[] = [
  { name: 'the first address of an interface', given: '', to: '10.1.1.1', expected: 5 },
  { name: 'the second', given: 'set interface ip address pg1 10.1.2.1/24', to: '10.1.2.1', expected: 6 },
  {
    name: 'an address after one that went',
    given: 'set interface ip address del pg0 10.1.1.1/24\nset interface ip address pg0 10.1.1.2/24',
    to: '10.1.1.2',
    expected: 4,
  },
  { name: 'a local route', given: LOCAL, to: '20.0.0.1', expected: 6 },
  {
    name: 'two local routes share one',
    given: `${LOCAL}\nip route add 20.0.0.2/32 via local`,
    to: '20.0.0.2',
    expected: 6,
  },
  {
    name: 'a local route stays when its like goes',
    given: `${LOCAL}\nip route add 20.0.0.2/32 via local\nip route del 20.0.0.1/32\nset interface ip address pg1 10.1.2.1/24`,
    to: '10.1.2.1',
    expected: 7,
  },
  {
    name: 'a local route that went',
    given: `${LOCAL}\nip route del 20.0.0.1/32\nset interface ip address pg1 10.1.2.1/24`,
    to: '10.1.2.1',
    expected: 4,
  },
  {
    name: 'a second address of NAT, mapped, behind three outside interfaces',
    given: `set interface ip address pg1 10.1.2.1/24
create packet-generator interface pg2
set interface ip address pg2 192.168.16.1/24
nat44 add address 192.168.16.1
nat44 add address 192.168.16.221
nat44 add static mapping local 10.1.1.86 external 192.168.16.233
set interface nat44 out pg0
set interface nat44 out pg1
set interface nat44 out pg2 output-feature`,
    to: '192.168.16.221',
    expected: 4,
  },
];

describe('receive DPO', () => {
  for (const { name, given, to, expected } of RECEIVE)
    it(`${name}: ${to}`, () => {
      const { ip4 } = applyScript(parseScript(NODE + given, 'node.vpp'));
      const address = parseAddress(to);
      const { loadBalances } = ip4;
      const bucket = loadBalances.first[ip4.mtrie.lookup(0, address ?? 0)];
      expect({ type: loadBalances.dpoType[bucket], index: loadBalances.dpoIndex[bucket] }).to.deep.equal({
        type: DPO_RECEIVE,
        index: expected,
      });
    });
});
