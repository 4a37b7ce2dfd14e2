import { expect } from 'chai';
import fc from 'fast-check';
import { AddressPool, ANY_FIB } from '../../../src/pipeline/nat-common/pool/address-pool.js';
import { PORTS_PER_ADDRESS, PortStream } from '../../../src/pipeline/nat-common/state/port-stream.js';
import { NAT_TCP, NAT_UDP, NAT_UNKNOWN } from '../../../src/pipeline/nat-common/state/session-key.js';

const poolOf = (...addresses: [address: number, fibIndex: number][]): AddressPool => {
  const pool = new AddressPool(new PortStream());
  for (const [address, fibIndex] of addresses) pool.add(address, fibIndex);
  return pool;
};

interface Row {
  name: string;
  addresses: [number, number][];
  fibIndex: number;
  expected: number | null;
}

const CHOICES: Row[] = [
  { name: 'no address at all', addresses: [], fibIndex: 0, expected: null },
  { name: 'the last address without tenant', addresses: [[1, ANY_FIB], [2, ANY_FIB]], fibIndex: 0, expected: 2 }, // prettier-ignore
  { name: 'the first address of the tenant', addresses: [[1, ANY_FIB], [2, 7], [3, 7]], fibIndex: 7, expected: 2 }, // prettier-ignore
  { name: 'none of another tenant', addresses: [[2, 7]], fibIndex: 0, expected: null },
];

describe('NAT44 address pool', () => {
  for (const { name, addresses, fibIndex, expected } of CHOICES)
    it(`allocates: ${name}`, () => {
      const pool = poolOf(...addresses);
      expect(pool.allocate(NAT_TCP, fibIndex)).to.equal(expected !== null);
      if (expected !== null) expect(pool.allocatedAddress).to.equal(expected);
    });

  it('draws again for a port that is taken for the protocol, not for another one', () => {
    const pool = poolOf([1, ANY_FIB]);
    pool.find(1)?.reserve(NAT_TCP, 16253);
    pool.allocate(NAT_TCP, 0);
    expect(pool.allocatedPort).to.equal(18995);
    const other = poolOf([1, ANY_FIB]);
    other.find(1)?.reserve(NAT_UDP, 16253);
    other.allocate(NAT_TCP, 0);
    expect(other.allocatedPort).to.equal(16253);
  });

  it('goes to the next address when one is out of ports, and has none left after that', function () {
    this.timeout(20_000);
    const pool = poolOf([1, ANY_FIB], [2, ANY_FIB]);
    for (const address of [1, 2]) {
      const entry = pool.find(address);
      for (let port = 1025; port <= 65535; port++) entry?.markBusy(NAT_TCP, port);
      expect(entry?.busyPorts[NAT_TCP]).to.equal(PORTS_PER_ADDRESS);
    }
    pool.release(1, NAT_TCP, 40000);
    expect(pool.allocate(NAT_TCP, 0)).to.equal(true);
    expect([pool.allocatedAddress, pool.allocatedPort]).to.deep.equal([1, 40000]);
    expect(pool.allocate(NAT_TCP, 0)).to.equal(false);
    expect(pool.allocate(NAT_UDP, 0)).to.equal(true);
  });

  it('gives the ports that it gives anyway where ports are foretold, whatever happens in between', () => {
    const act = fc.oneof(
      fc.record({
        act: fc.constantFrom('allocate', 'release', 'reserve'),
        protocol: fc.constantFrom(NAT_TCP, NAT_UDP),
      }),
      fc.record({ act: fc.constantFrom('draw', 'policy'), protocol: fc.constant(NAT_TCP) }),
      fc.record({ act: fc.constant('foretell'), protocol: fc.constantFrom(NAT_TCP, NAT_UDP) }),
    );
    const run = (acts: readonly { act: string; protocol: number }[], isForetold: boolean): number[] => {
      const stream = new PortStream();
      const pool = new AddressPool(stream);
      pool.add(1, ANY_FIB);
      const entry = pool.find(1);
      for (let port = 1025; port <= 65535; port += port % 16 === 0 ? 2 : 1) entry?.markBusy(NAT_TCP, port);
      const given: number[] = [];
      for (const { act, protocol } of acts) {
        if (act === 'allocate' && pool.allocate(protocol, 0)) given.push(pool.allocatedPort);
        if (act === 'release') entry?.release(NAT_TCP, 1026 + given.length);
        if (act === 'reserve') entry?.reserve(NAT_UDP, 1026 + given.length);
        if (act === 'draw') stream.random();
        if (act === 'policy') pool.policy = { ...pool.policy, port: (from) => 2000 + (from.random() >>> 17) };
        if (act === 'foretell' && isForetold) {
          pool.startForetelling();
          for (let i = 0; i < 8; i++) pool.foretellPort(protocol);
        }
      }
      return [...given, stream.save(), stream.draws];
    };
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        expect(run(acts, true)).to.deep.equal(run(acts, false));
      }),
    );
  });

  it('foretells the ports that it gives then', () => {
    const pool = poolOf([1, ANY_FIB]);
    pool.allocate(NAT_TCP, 0);
    pool.startForetelling();
    const foretold = [pool.foretellPort(NAT_TCP), pool.foretellPort(NAT_TCP), pool.foretellPort(NAT_TCP)];
    const given = foretold.map(() => (pool.allocate(NAT_TCP, 0), pool.allocatedPort));
    expect(given).to.deep.equal(foretold);
  });

  it('has no ports for other protocols', () => {
    expect(poolOf([1, ANY_FIB]).allocate(NAT_UNKNOWN, 0)).to.equal(false);
  });

  it('does not count reserved ports up to 1024 as busy', () => {
    const pool = poolOf([1, ANY_FIB]);
    pool.find(1)?.reserve(NAT_TCP, 80);
    pool.find(1)?.reserve(NAT_TCP, 8080);
    expect(pool.find(1)?.busyPorts[NAT_TCP]).to.equal(1);
  });
});
