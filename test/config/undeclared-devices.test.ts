/** Devices that a script names and nothing makes: errors, and leniently there before the script begins. By hand. */

import { expect } from 'chai';
import { applyScript } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import { Node } from '../../src/node/node.js';
import type { Tables } from '../../src/pipeline/engine/tables.js';
import { ethernet, ip4, udp } from '../../tools/build-packets.js';

const leniently = (...lines: string[]): Tables =>
  applyScript(parseScript(lines.join('\n'), 'node.vpp', { isLenient: true }));
const namesOf = ({ interfaces }: Tables): string[] => interfaces.all.slice(1).map(({ name }) => name);
const touchedOf = ({ notModelled }: Tables): string[] =>
  (notModelled?.commands ?? []).map(({ text, at, touches }) => `${String(at.line)} ${text}: ${touches.join()}`);

describe('config: devices that nothing declares', () => {
  it('are errors', () => {
    expect(() => parseScript('set interface state wan up', 'node.vpp')).to.throw('a line "# interface: wan"');
  });

  it('come first, those of PCI addresses in the order in which DPDK finds them', () => {
    const tables = leniently(
      'create tap id 0',
      'set interface state wan up',
      'set interface state TenGigabitEthernet10/0/0 up',
      'set interface unnumbered TenGigabitEthernetb/0/1 use TenGigabitEthernetb/0/0',
    );
    const found = ['TenGigabitEthernetb/0/0', 'TenGigabitEthernetb/0/1', 'TenGigabitEthernet10/0/0'];
    expect(namesOf(tables)).to.deep.equal([...found, 'wan', 'tap0']);
    expect(touchedOf(tables)).to.deep.equal([
      '4 TenGigabitEthernetb/0/0: ',
      '4 TenGigabitEthernetb/0/1: ',
      '3 TenGigabitEthernet10/0/0: ',
      '2 wan: wan',
    ]);
  });

  it('are not those that a command makes, or would have made', () => {
    expect(namesOf(leniently('set interface state tap3 up'))).to.deep.equal([]);
    expect(namesOf(leniently('create gre tunnel src 10.0.0.1 dst 10.0.0.2', 'set interface state gre0 up'))).to.deep.equal(['gre0']);
  }); // prettier-ignore

  it('forward as devices do; of any other kind, what they would send is dropped', () => {
    const node = (name: string): Node =>
      new Node(
        parseScript(
          [
            'create tap id 0', 'set interface state tap0 up', 'set interface ip address tap0 10.1.1.1/24', `set interface state ${name} up`,
            `set interface ip address ${name} 10.2.0.1/24`, `set ip arp ${name} 10.2.0.9 02:00:00:00:00:09`,
          ].join('\n'),
          'node.vpp',
          { isLenient: true },
        ),
      ); // prettier-ignore
    const frame = ethernet(
      { source: '02:00:00:00:00:03', destination: '02:fe:00:00:00:02' },
      ip4({ source: '10.1.1.3', destination: '10.2.0.9' }, udp({ sourcePort: 1, destinationPort: 2 })),
    );
    const arrival = { interface: 'tap0', time: 1 };
    expect(node('GigabitEthernet0/8/0').receive(frame, arrival).sent[0]?.interface).to.equal('GigabitEthernet0/8/0');
    expect(node('wan').receive(frame, arrival).end.cause).to.equal('not modelled: "wan" (node.vpp:4)');
  });

  it('macros that the release does not have are the only error of their lines', () => {
    const script = ['define UP tap0', 'create tap id 0', 'set interface state $(UP) up'].join('\n');
    const message = 'node.vpp:1:1: "define" is a command of VPP 26.06; VPP 19.08, which is modelled, does not have it';
    expect(() => parseScript(script, 'node.vpp', { release: '19.08' })).to.throw(new RegExp(`^${message}$`));
    parseScript(script, 'node.vpp', { release: '26.06' });
  });
});
