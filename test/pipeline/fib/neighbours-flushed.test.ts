/**
 * What becomes of neighbours with their interface or its address (VPP 19.08 src/vnet/ethernet/arp.c vnet_arp_flush_ip4_over_ethernet_internal,
 * 26.06 src/vnet/ip-neighbor/ip_neighbor.c ip_neighbor_flush). By hand.
 */

import { expect } from 'chai';
import { applyCommand } from '../../../src/config/apply.js';
import { parseScript } from '../../../src/config/parse-script.js';
import { Node } from '../../../src/node/node.js';
import { arp, ethernet, ip4, udp } from '../../../tools/build-packets.js';

const [LEARNED, STATIC] = ['10.1.2.3', '10.1.2.4'];
const MAC = '02:00:00:00:02:03';
const STATIC_LINE: Readonly<Record<string, string>> = {
  '19.08': `set ip arp static tap1 ${STATIC} ${MAC}`,
  '26.06': `set ip neighbor static tap1 ${STATIC} ${MAC}`,
};

const to = (destination: string): Uint8Array =>
  ethernet(
    { source: '02:00:00:00:01:03', destination: '02:fe:00:00:00:01' },
    ip4({ source: '10.1.1.3', destination, protocol: 17, ttl: 64 }, udp({ sourcePort: 1, destinationPort: 2 })),
  );

const request = ethernet(
  { source: MAC, destination: 'ff:ff:ff:ff:ff:ff' },
  arp({ operation: 1, senderMac: MAC, senderAddress: LEARNED, targetMac: '00:00:00:00:00:00', targetAddress: '10.1.2.1' }),
); // prettier-ignore

for (const [release, neighbour] of Object.entries(STATIC_LINE))
  describe(`neighbours of ${release}`, () => {
    /** What leaves by tap1 for a packet to each neighbour after these commands: the packet, a question, or nothing. */
    const after = (...commands: string[]): string[] => {
      const node = new Node(
        [
          ...[0, 1].flatMap((id) => [`create tap id ${id}`, `set interface state tap${id} up`]),
          ...['set interface mac address tap0 02:fe:00:00:00:01', 'set interface ip address tap0 10.1.1.1/24'],
          ...['set interface ip address tap1 10.1.2.1/24', neighbour],
        ].join('\n'),
        { release },
      );
      node.receive(request, { interface: 'tap1', time: 1 });
      for (const command of parseScript(commands.join('\n'), 'test.vpp', { release, interfaceNames: ['tap0', 'tap1'] })
        .commands)
        applyCommand(command, node.tables);
      return [LEARNED, STATIC].map((address, at) => {
        const { sent } = node.receive(to(address), { interface: 'tap0', time: 2 + at });
        return sent.length === 0 ? 'nothing' : sent[0].bytes[13] === 6 ? 'question' : 'packet';
      });
    };
    const DOWN = 'set interface state tap1 down';
    const UP = 'set interface state tap1 up';
    const ADDRESS = 'set interface ip address tap1 10.1.2.1/24';
    const WITHOUT = 'set interface ip address del tap1 10.1.2.1/24';

    it('are there before', () => {
      expect(after()).to.deep.equal(['packet', 'packet']);
    });

    it('with the interface down and up again: learned ones are forgotten', () => {
      expect(after(DOWN, UP)).to.deep.equal(['question', 'packet']);
    });

    it('with the address gone and there again: learned ones are forgotten; 19.08 has to ask for static ones, too', () => {
      expect(after(WITHOUT, ADDRESS)).to.deep.equal(['question', release === '19.08' ? 'question' : 'packet']);
    });

    it('outside of every subnet, behind a gateway: reached directly only once their adjacency changed', () => {
      const gateway = `ip route add 0.0.0.0/0 via ${STATIC} tap1`;
      const foreign = neighbour.replace(STATIC, '9.9.9.9').replace(MAC, '02:00:00:00:09:09');
      const node = (lines: string[]): string[] => {
        const made = new Node(
          ['create tap id 0', 'set interface state tap0 up', 'set interface ip address tap0 10.1.1.1/24', ...lines].join('\n'),
          { release },
        ); // prettier-ignore
        const sent = made.receive(to('9.9.9.9'), { interface: 'tap0', time: 1 }).sent;
        return sent.map(({ bytes }) => Buffer.from(bytes.subarray(0, 6)).toString('hex'));
      };
      const second = ['create tap id 1', UP, ADDRESS, 'set interface mac address tap0 02:fe:00:00:00:01'];
      expect(node([...second, neighbour, gateway, foreign])).to.deep.equal(['020000000203']);
      const route = 'ip route add 10.9.9.0/24 via 9.9.9.9 tap1';
      // The adjacency was there before, and incomplete: when it becomes complete, its /32 is looked at once more (adj_nbr_update_rewrite).
      expect(node([...second, neighbour, gateway, route, foreign])).to.deep.equal(['020000000909']);
    });
  });
