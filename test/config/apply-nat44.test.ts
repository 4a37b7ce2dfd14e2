import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import type { Tables } from '../../src/pipeline/engine/tables.js';
import { PathType } from '../../src/pipeline/fib/fib-entry.js';
import { formatAddress, parseAddress } from '../../src/wire/address.js';

const INTERFACES = ['create packet-generator interface pg0', 'create packet-generator interface pg1'];

const apply = (...lines: string[]): Tables =>
  applyScript(parseScript([...INTERFACES, ...lines].join('\n'), 'node.vpp'));

/** True where the default table delivers what is sent to the address to the node itself. */
const isLocal = ({ ip4: { fib } }: Tables, address: number): boolean =>
  fib.entries.lookup(0, address)?.paths.some(({ type }) => type === PathType.Receive) === true;

const REFUSED: { name: string; given: string[]; expected: RegExp }[] = [
  {
    name: 'an address that is in the pool already',
    given: ['nat44 add address 192.168.16.1', 'nat44 add address 192.168.16.1'],
    expected: /node\.vpp:4:.*192\.168\.16\.1 is a NAT44 pool address already/,
  },
  {
    name: 'a range of more addresses than are modelled',
    given: ['nat44 add address 10.0.0.0 - 10.1.0.0'],
    expected: /node\.vpp:3:1: not modelled: a range of 65537 addresses; 65536 at most/,
  },
  {
    name: 'a mapping of an address that is not in the pool',
    given: ['nat44 add static mapping tcp local 10.1.1.2 80 external 192.168.16.9 80'],
    expected: /192\.168\.16\.9:80 must be a NAT44 pool address first/,
  },
  {
    name: 'twice-nat in classic mode',
    given: [
      'nat44 add address 192.168.16.1',
      'nat44 add static mapping tcp local 10.1.1.2 80 external 192.168.16.1 80 twice-nat',
    ],
    expected: /only in endpoint-dependent mode/,
  },
  {
    name: 'load balancing in classic mode',
    given: [
      'nat44 add address 192.168.16.1',
      'nat44 add load-balancing static mapping protocol tcp external 192.168.16.1:80 ' +
        'local 10.1.1.2:80 probability 1 local 10.1.1.3:80 probability 1',
    ],
    expected: /only in endpoint-dependent mode/,
  },
  {
    name: 'an interface with and without output feature',
    given: ['set interface nat44 out pg1', 'set interface nat44 out pg1 output-feature'],
    expected: /pg1 has a NAT44 role already/,
  },
  {
    name: 'an interface that is not there',
    given: ['nat44 add interface address pg7'],
    expected: /pg7/,
  },
];

describe('NAT44 commands', () => {
  for (const { name, given, expected } of REFUSED)
    it(`refuse ${name}`, () => expect(() => apply(...given)).to.throw(expected));

  const RESOLVED: { name: string; given: string[] }[] = [
    {
      name: 'the interface has',
      given: [
        'set interface ip address pg1 192.168.16.1/24',
        'nat44 add interface address pg1',
        'nat44 add static mapping tcp local 10.1.1.2 80 external pg1 8080',
      ],
    },
    {
      name: 'the interface gets later',
      given: [
        'nat44 add interface address pg1',
        'nat44 add static mapping tcp local 10.1.1.2 80 external pg1 8080',
        'set interface ip address pg1 192.168.16.1/24',
      ],
    },
  ];
  for (const { name, given } of RESOLVED)
    it(`take the address that ${name} for the pool and for mappings`, () => {
      const { nat44 } = apply(...given);
      expect(nat44.pool.addresses.map(({ address }) => formatAddress(address))).to.deep.equal(['192.168.16.1']);
      const mappings = nat44.mappings.pool.values();
      expect(mappings.map((one) => formatAddress(one.externalAddress))).to.deep.equal(['192.168.16.1']);
      expect(mappings[0].origin).to.match(/^node\.vpp:\d+$/);
    });

  it('give an interface address back with its mappings', () => {
    const { nat44 } = apply(
      'nat44 add interface address pg1',
      'nat44 add static mapping tcp local 10.1.1.2 80 external pg1 8080',
      'set interface ip address pg1 192.168.16.1/24',
      'set interface ip address del pg1 192.168.16.1/24',
    );
    expect([nat44.pool.addresses.length, nat44.mappings.pool.count]).to.deep.equal([0, 0]);
  });

  it('make pool addresses local on the outside interface, whichever comes first', () => {
    const address = parseAddress('192.168.16.50') ?? 0;
    for (const order of [
      ['nat44 add address 192.168.16.50', 'set interface nat44 out pg1'],
      ['set interface nat44 out pg1', 'nat44 add address 192.168.16.50'],
    ])
      expect(isLocal(apply(...order), address)).to.equal(true);
    expect(isLocal(apply('nat44 add address 192.168.16.50'), address)).to.equal(false);
  });

  it('keep startup options', () => {
    const { nat44 } = apply('# startup: nat { max translations per user 5 translation hash buckets 8 }');
    expect([nat44.maxTranslationsPerUser, nat44.maxTranslations]).to.deep.equal([5, 80]);
    expect(apply().nat44.maxTranslationsPerUser).to.equal(100);
  });
});
