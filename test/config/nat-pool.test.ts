import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { natPoolOf } from '../../src/pipeline/nat-common/state/nat-pool.js';
import { parseScript } from '../../src/config/parse-script.js';

const NODE = `# interface: GigabitEthernet0/8/0
set interface state GigabitEthernet0/8/0 up
set interface ip address GigabitEthernet0/8/0 192.168.16.1/24
`;

describe('NAT pool of a node', () => {
  for (const { name, script, addresses, fixedPorts } of [
    { name: 'none', script: '', addresses: [], fixedPorts: [] },
    {
      name: 'a range of addresses',
      script: 'nat44 add address 10.0.0.1 - 10.0.0.3',
      addresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      fixedPorts: [],
    },
    {
      name: 'the address of an interface, and a port that maps to itself',
      script: 'nat44 add interface address GigabitEthernet0/8/0\nnat44 add identity mapping 192.168.16.1 udp 4789',
      addresses: ['192.168.16.1'],
      fixedPorts: ['udp 192.168.16.1:4789'],
    },
    {
      name: 'a port that is forwarded, and an address that is mapped whole',
      script:
        'nat44 add address 10.0.0.1 - 10.0.0.2\nnat44 add static mapping tcp local 10.1.1.3 80 external 10.0.0.1 8080\n' +
        'nat44 add static mapping local 10.1.1.4 external 10.0.0.2',
      addresses: ['10.0.0.1'],
      fixedPorts: ['tcp 10.0.0.1:8080'],
    },
  ]) {
    it(name, () => {
      const pool = natPoolOf(applyScript(parseScript(NODE + script, 'node.vpp')).nat44);
      expect(pool.addresses).to.deep.equal(addresses.map((address) => ({ first: address, last: address })));
      expect(pool.fixedPorts.map(({ protocol, address, port }) => `${protocol} ${address}:${port}`)).to.deep.equal(
        fixedPorts,
      );
      expect([pool.firstPort, pool.lastPort]).to.deep.equal([1025, 65535]);
    });
  }
});
