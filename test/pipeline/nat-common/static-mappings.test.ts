import { expect } from 'chai';
import { AddressPool, ANY_FIB } from '../../../src/pipeline/nat-common/pool/address-pool.js';
import { PortStream } from '../../../src/pipeline/nat-common/state/port-stream.js';
import { NAT_TCP, NAT_UDP } from '../../../src/pipeline/nat-common/state/session-key.js';
import {
  addLbMapping,
  addMapping,
  deleteMapping,
  type MappingRequest,
  type MappingSurroundings,
} from '../../../src/pipeline/nat-common/state/static-mapping-config.js';
import { StaticMappings } from '../../../src/pipeline/nat-common/state/static-mappings.js';

const LOCAL = 1;
const EXTERNAL = 100;

const REQUEST: MappingRequest = {
  localAddress: LOCAL,
  localPort: 8080,
  externalAddress: EXTERNAL,
  externalPort: 80,
  protocol: NAT_TCP,
  vrf: null,
  twiceNat: 0,
  isAddressOnly: false,
  isOut2inOnly: false,
  isIdentity: false,
  origin: 'test',
};

const ADDRESS_ONLY: MappingRequest = { ...REQUEST, localPort: 0, externalPort: 0, protocol: 0, isAddressOnly: true };

function surroundings(isEndpointDependent = false): MappingSurroundings & { locals: Set<number> } {
  const stream = new PortStream();
  const pool = new AddressPool(stream);
  pool.add(EXTERNAL, ANY_FIB);
  const locals = new Set<number>();
  return {
    mappings: new StaticMappings(stream),
    pool,
    isEndpointDependent,
    fibIndexOf: (vrf) => vrf,
    changeLocal: (address, isAdd) => (isAdd ? locals.add(address) : locals.delete(address)),
    locals,
  };
}

describe('NAT44 static mappings', () => {
  const refusals: { name: string; first: MappingRequest | null; then: MappingRequest; expected: string }[] = [
    { name: 'the first one', first: null, then: REQUEST, expected: 'ok' },
    { name: 'the same again', first: REQUEST, then: REQUEST, expected: 'exists' },
    { name: 'the local side taken', first: REQUEST, then: { ...REQUEST, externalPort: 81 }, expected: 'exists' },
    { name: 'the port reserved', first: { ...REQUEST, externalPort: 90, localPort: 9 }, then: REQUEST, expected: 'ok' },
    { name: 'an address that is not in the pool', first: null, then: { ...REQUEST, externalAddress: 7 }, expected: 'missing' }, // prettier-ignore
    { name: 'any address for addresses only', first: null, then: { ...ADDRESS_ONLY, externalAddress: 7 }, expected: 'ok' }, // prettier-ignore
    { name: 'twice-nat for addresses only', first: null, then: { ...ADDRESS_ONLY, twiceNat: 1 }, expected: 'unsupported' }, // prettier-ignore
  ];
  for (const { name, first, then, expected } of refusals)
    it(`adding: ${name}`, () => {
      const around = surroundings();
      if (first) expect(addMapping(around, first)).to.equal('ok');
      expect(addMapping(around, then)).to.equal(expected);
    });

  it('are found from both sides, by port first, then by address, which keeps the port', () => {
    const around = surroundings();
    addMapping(around, REQUEST);
    addMapping(around, ADDRESS_ONLY);
    const { mappings } = around;
    expect(mappings.matchExternal(EXTERNAL, 80, NAT_TCP, 0)).to.equal(true);
    expect([mappings.matchedAddress, mappings.matchedPort, mappings.matchedIsAddressOnly]).to.deep.equal([
      1,
      8080,
      false,
    ]);
    expect(mappings.matchExternal(EXTERNAL, 80, NAT_UDP, 0)).to.equal(true);
    expect([mappings.matchedAddress, mappings.matchedPort, mappings.matchedIsAddressOnly]).to.deep.equal([1, 80, true]);
    expect(mappings.matchLocal(LOCAL, 8080, NAT_TCP, 0, 0)).to.equal(true);
    expect([mappings.matchedAddress, mappings.matchedPort]).to.deep.equal([EXTERNAL, 80]);
    expect(mappings.matchLocal(LOCAL, 8080, NAT_TCP, 5, 0), 'in another FIB').to.equal(false);
    expect([...around.locals]).to.deep.equal([EXTERNAL]);
  });

  it('reserve their port in the pool and give it back', () => {
    const around = surroundings();
    addMapping(around, REQUEST);
    expect(around.pool.find(EXTERNAL)?.isBusy(NAT_TCP, 80)).to.equal(true);
    expect(deleteMapping(around, REQUEST)).to.equal('ok');
    expect(around.pool.find(EXTERNAL)?.isBusy(NAT_TCP, 80)).to.equal(false);
    expect(around.mappings.matchExternal(EXTERNAL, 80, NAT_TCP, 0)).to.equal(false);
  });

  it('are load-balanced in endpoint-dependent mode only, with the stream of the ports', () => {
    const locals = [1, 2, 3].map((address) => ({ address, port: 8080, probability: 10 * address, vrf: 0 }));
    const request = {
      externalAddress: EXTERNAL,
      externalPort: 80,
      protocol: NAT_TCP,
      locals,
      twiceNat: 0,
      isOut2inOnly: false,
      affinity: 0,
      origin: 'test',
    };
    expect(addLbMapping(surroundings(), request)).to.equal('feature-disabled');
    const around = surroundings(true);
    expect(addLbMapping(around, request)).to.equal('ok');
    // By hand: s = 1013904223, 1196435762, 3519870697, …; 1 + s % 60 = 44, 3, 38; prefixes 10, 30, 60.
    const chosen = [1, 2, 3].map(() => {
      around.mappings.matchExternal(EXTERNAL, 80, NAT_TCP, 0);
      return around.mappings.matchedAddress;
    });
    expect(chosen).to.deep.equal([3, 1, 3]);
  });
});
