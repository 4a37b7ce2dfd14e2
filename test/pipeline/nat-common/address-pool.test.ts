import { expect } from 'chai';
import { AddressPool, ANY_FIB } from '../../../src/pipeline/nat-common/state/address-pool.js';
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
