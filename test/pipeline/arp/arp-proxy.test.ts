/** Proxy ARP, in both releases' words (VPP 26.06 src/vnet/arp/arp_proxy.c, 19.08 src/vnet/ethernet/arp.c). By hand. */

import { expect } from 'chai';
import { Node } from '../../../src/node/node.js';
import { arp, ethernet } from '../../../tools/build-packets.js';

const ASKER = '02:00:00:00:01:03';

const message = (targetAddress: string, operation = 1, senderAddress = '10.1.1.3'): Uint8Array =>
  ethernet(
    { source: ASKER, destination: operation === 1 ? 'ff:ff:ff:ff:ff:ff' : '02:fe:00:00:00:01' },
    arp({ operation, senderMac: ASKER, senderAddress, targetMac: '00:00:00:00:00:00', targetAddress }),
  );

const RANGE: Readonly<Record<string, string>> = {
  '19.08': 'set ip arp proxy 10.1.1.128 - 10.1.1.255',
  '26.06': 'set arp proxy start 10.1.1.128 end 10.1.1.255',
};

const nodeOf = (release: string, ...more: string[]): Node =>
  new Node(
    ['create tap id 0', 'set interface state tap0 up', 'set interface ip address tap0 10.1.1.1/24', ...more].join('\n'),
    { release },
  );

const ON = 'set interface proxy-arp tap0 enable';

for (const [release, range] of Object.entries(RANGE))
  describe(`proxy ARP of ${release}`, () => {
    const answer = (node: Node, frame: Uint8Array): string | null => {
      const { sent, end } = node.receive(frame, { interface: 'tap0', time: 1 });
      return sent.length === 0 ? end.cause : Buffer.from(sent[0].bytes).toString('hex');
    };

    it('answers for an address of its range, with the MAC of the interface', () => {
      // To the asker, from tap0; ARP, Ethernet, IPv4, reply; tap0 says it is 10.1.1.200; to 10.1.1.3.
      const reply =
        '020000000103' + '02fe00000001' + '0806' + '0001080006040002' + '02fe00000001' + '0a0101c8' + '020000000103' + '0a010103';
      expect(answer(nodeOf(release, range, ON), message('10.1.1.200'))).to.equal(reply);
    }); // prettier-ignore

    it('shows the node on the way, and counts the answer', () => {
      const { nodes, counters } = nodeOf(release, range, ON).receive(message('10.1.1.200'), { interface: 'tap0', time: 1 });
      expect(nodes).to.deep.equal(['ethernet-input', 'arp-input', 'arp-reply', 'arp-proxy', 'tap0-output']);
      expect(counters).to.deep.equal({ 'arp-proxy: ARP replies sent': 1 });
    }); // prettier-ignore

    for (const { name, lines, frame } of [
      { name: 'an address outside of its range', lines: [range, ON], frame: message('10.1.1.127') },
      { name: 'an interface that it is off on', lines: [range], frame: message('10.1.1.200') },
      {
        name: 'an interface that it is off on again',
        lines: [range, ON, ON.replace('en', 'dis')],
        frame: message('10.1.1.200'),
      },
      { name: 'a range that was deleted', lines: [range, ON, `${range} del`], frame: message('10.1.1.200') },
    ])
      // prettier-ignore
      it(`does not answer for ${name}`, () => {
        expect(answer(nodeOf(release, ...lines), frame)).to.match(/no address of the node/);
      });

    it('answers no reply', () => {
      expect(answer(nodeOf(release, range, ON), message('10.1.1.200', 2))).to.match(/which is not the node/);
    });

    it('of another table it is not', () => {
      const inTable = release === '19.08' ? `${range} fib-id 5` : range.replace('start', 'table-id 5 start');
      expect(answer(nodeOf(release, 'ip table add 5', inTable, ON), message('10.1.1.200'))).to.match(/no address of/);
    });
  });
