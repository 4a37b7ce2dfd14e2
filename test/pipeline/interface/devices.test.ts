/** Interfaces as commands make and name them, bonds, and the DHCP client. By hand, after VPP's source. */

import { expect } from 'chai';
import { applyScript } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { Node } from '../../../src/node/node.js';
import { formatMac } from '../../../src/wire/address.js';
import { ethernet, ip4, udp } from '../../../tools/build-packets.js';

const namesOf = (text: string, release: string): string[] => {
  const { interfaces } = applyScript(parseScript(text, 'node.vpp', { release }));
  return interfaces.all.slice(1).map(({ name }) => name);
};

describe('interfaces that commands make', () => {
  const NAMES: readonly { given: string; release?: string; expected: string[] }[] = [
    { given: 'create interface memif id 3 socket-id 2 master', expected: ['memif2/3'] },
    { given: 'create interface memif', expected: ['memif0/0'] },
    { given: 'create vhost-user socket /a server\ncreate vhost-user socket /b', expected: ['VirtualEthernet0/0/0', 'VirtualEthernet0/0/1'] },
    { given: 'create interface rdma host-if eth0\ncreate interface rdma host-if eth1 name up', expected: ['rdma-0', 'up'] },
    { given: 'create interface avf 0000:3b:0a.1 elog', expected: ['avf-0/3b/a/1'] },
    { given: 'create interface vmxnet3 0000:0b:00.0 rx-queue-size 1024', expected: ['vmxnet3-0/b/0/0'] },
    { given: 'create interface virtio 0000:00:09.0', expected: ['virtio-0/0/9/0'] },
    { given: 'create interface virtio 0000:00:09.0 if-name red', release: '26.06', expected: ['red'] },
    { given: 'create interface af_xdp host-if eth0 num-rx-queues all', release: '26.06', expected: ['eth0/0'] },
    { given: 'create bond mode lacp load-balance l34\ncreate bond mode xor id 7', expected: ['BondEthernet0', 'BondEthernet7'] },
    { given: 'bvi create\nbvi create instance 5', expected: ['bvi0', 'bvi5'] },
    { given: 'create tap if-name red host-if-name x', release: '26.06', expected: ['red'] },
    { given: 'create tap id 1\nset interface name tap1 green\nset interface state green up', release: '26.06', expected: ['green'] },
  ]; // prettier-ignore
  for (const { given, release = '19.08', expected } of NAMES)
    it(given.replaceAll('\n', '; '), () => {
      expect(namesOf(given, release)).to.deep.equal(expected);
    });

  it('a BVI has the MAC that VPP gives it', () => {
    const { interfaces } = applyScript(parseScript('bvi create instance 5', 'node.vpp'));
    expect(formatMac(interfaces.all[1].mac)).to.equal('b0:b0:00:00:00:05');
  });
});

const PACKET = ip4({ source: '10.1.1.3', destination: '10.2.0.9', ttl: 9 }, udp({ sourcePort: 1, destinationPort: 2 }));

describe('an interface with another name', () => {
  it('is named so by nodes and causes, also after frames ran', () => {
    const node = new Node(
      ['create tap id 0', 'set interface state tap0 up', 'set interface ip address tap0 10.1.1.1/24', 'set ip neighbor tap0 10.1.1.7 02:00:00:00:00:07'].join('\n'),
      { release: '26.06' },
    ); // prettier-ignore
    const frame = ethernet(
      { source: '02:00:00:00:00:03', destination: '02:fe:00:00:00:01' },
      ip4({ source: '10.1.1.3', destination: '10.1.1.7' }, udp({ sourcePort: 1, destinationPort: 2 })),
    );
    expect(node.receive(frame, { interface: 'tap0', time: 1 }).nodes.at(-1)).to.equal('tap0-output');
    node.apply('set interface name tap0 red');
    const { nodes, sent } = node.receive(frame, { interface: 'red', time: 2 });
    expect([nodes.at(-1), sent[0].interface]).to.deep.equal(['red-output', 'red']);
  });
});

describe('a bond', () => {
  const LINES = [
    '# interface: eth0 mac 02:00:00:00:0e:00', '# interface: eth1 mac 02:00:00:00:0e:01', 'create bond mode lacp', 'bond add BondEthernet0 eth0',
    'bond add BondEthernet0 eth1', 'set interface state BondEthernet0 up', 'set interface ip address BondEthernet0 10.1.1.1/24',
    'create tap id 1 hw-addr 02:fe:00:00:00:01', 'set interface state tap1 up', 'set interface ip address tap1 10.2.0.1/24',
    'set ip arp tap1 10.2.0.9 02:00:00:00:00:09', 'set ip arp BondEthernet0 10.1.1.3 02:00:00:00:00:03',
  ]; // prettier-ignore

  it('has the MAC of its first member, and so have the others', () => {
    const { interfaces } = applyScript(parseScript(LINES.join('\n'), 'node.vpp'));
    expect(interfaces.all.slice(1, 4).map(({ mac }) => formatMac(mac))).to.deep.equal(Array(3).fill('02:00:00:00:0e:00'));
  }); // prettier-ignore

  it('receives what is captured on a member, and sends as one', () => {
    const node = new Node(LINES.join('\n'));
    const there = ethernet({ source: '02:00:00:00:00:03', destination: '02:00:00:00:0e:00' }, PACKET);
    expect(node.receive(there, { interface: 'eth1', time: 1 }).sent[0].interface).to.equal('tap1');
    const back = ethernet(
      { source: '02:00:00:00:00:09', destination: '02:fe:00:00:00:01' },
      ip4({ source: '10.2.0.9', destination: '10.1.1.3' }, udp({ sourcePort: 2, destinationPort: 1 })),
    );
    expect(node.receive(back, { interface: 'tap1', time: 2 }).sent[0].interface).to.equal('BondEthernet0');
  });
});

describe('the DHCP client', () => {
  const LINES = [
    '# dhcp: up 192.0.2.7/24 via 192.0.2.1', '# interface: up mac 02:00:00:00:0e:00', 'create tap id 1', 'set interface state up up',
    'set interface state tap1 up', 'set interface ip address tap1 10.1.1.1/24', 'set dhcp client intfc up hostname node',
    'set ip arp up 192.0.2.1 02:00:00:00:00:01',
  ]; // prettier-ignore
  const frame = ethernet({ source: '02:00:00:00:00:03', destination: '02:fe:00:00:00:02' }, PACKET);

  it('has the address and the default route that the script says the server gave', () => {
    const { sent } = new Node(LINES.join('\n')).receive(frame, { interface: 'tap1', time: 1 });
    expect(Buffer.from(sent[0].bytes.subarray(0, 6)).toString('hex')).to.equal('020000000001');
    const { interfaces } = applyScript(parseScript(LINES.join('\n'), 'node.vpp'));
    expect(interfaces.byName('up')?.addresses[0]).to.deep.include({ prefixLength: 24 });
  });

  it('a route of the script goes before its own', () => {
    const lines = [...LINES, 'ip route add 0.0.0.0/0 via drop'];
    const { end } = new Node(lines.join('\n')).receive(frame, { interface: 'tap1', time: 1 });
    expect(end.cause).to.equal('route 0.0.0.0/0 via drop (node.vpp:9)');
  });

  it('gives it back', () => {
    const lines = [...LINES, 'set dhcp client intfc up del'];
    const { end } = new Node(lines.join('\n')).receive(frame, { interface: 'tap1', time: 1 });
    expect(end.cause).to.equal('no route to 10.2.0.9 in table 0');
  });

  it('is an error where nothing says what it got', () => {
    expect(() => new Node(LINES.slice(1).join('\n'))).to.throw(
      'node.vpp:6:1: what the DHCP server gave to up is not known: a line says it, "# dhcp: up ADDRESS/LENGTH via ROUTER"',
    );
  });
});
