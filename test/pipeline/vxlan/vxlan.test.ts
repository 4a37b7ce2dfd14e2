import { expect } from 'chai';
import { internetChecksum } from '../../../tools/guide/bytes.js';
import { ConfigError } from '../../../src/pipeline/command/config-error.js';
import { ethernet, ip4, tcp } from '../../../tools/build-packets.js';
import { SYN } from '../../../src/wire/tcp.js';
import { FLOW_HASH_DEFAULT } from '../../../src/pipeline/fib/flow-hash.js';
import { ip6FlowHash } from '../../../src/pipeline/fib/ip6/ip6-flow-hash.js';
import {
  BVI_MAC,
  datagram,
  encapsulated,
  ethernetFrame,
  fromPod,
  OverlayNode,
  REMOTE_MAC,
  toPod,
  vxlanHeader,
  type OverlayOptions,
} from '../l2/overlay-node.js';

const OUTER_BYTES = 14 + 20 + 8 + 8;
const octets = (bytes: Uint8Array): number[] => Array.from(bytes);

describe('pipeline/vxlan', () => {
  describe('vxlan4-encap', () => {
    it('puts the inner frame behind outer headers made for it', () => {
      const { out } = new OverlayNode().send('pg0', fromPod('10.1.2.5'));
      expect(out.map(({ on }) => on)).to.deep.equal(['pg1']);
      const [{ bytes }] = out;
      const view = new DataView(bytes.buffer);
      const inner = datagram('10.1.1.3', '10.1.2.5', 63, [BVI_MAC, REMOTE_MAC[2]]);
      expect(octets(bytes.subarray(OUTER_BYTES))).to.deep.equal(octets(inner));
      expect(view.getUint16(14 + 2), 'total length').to.equal(bytes.length - 14);
      expect(view.getUint16(14 + 4), 'identification').to.equal(0);
      expect(view.getUint8(14 + 8), 'TTL: 254, less the hop').to.equal(253);
      expect(internetChecksum(octets(bytes.subarray(14, 34))), 'header checksum').to.equal(0);
      expect(view.getUint16(36), 'UDP destination').to.equal(4789);
      expect(view.getUint16(38), 'UDP length').to.equal(bytes.length - 34);
      expect(view.getUint16(40), 'UDP checksum').to.equal(0);
      expect(octets(bytes.subarray(42, 50)), 'VXLAN').to.deep.equal(vxlanHeader(10));
    });

    it('counts a frame that leaves encapsulated as transmitted, and its capture keeps its other frames', () => {
      const node = new OverlayNode();
      for (let i = 0; i < 3; i++) node.send('pg0', fromPod('10.1.2.5'));
      expect(node.totals).to.include({ received: 3, transmitted: 3, dropped: 0, punted: 0, consumed: 0 });
    });

    // What the guide's 2018 VPP sent from: contiv-traces/pod-to-{pod,service}-different-nodes-{request,response}.txt.
    const guidePorts = [
      { from: '10.1.1.12', fromPort: 60996, to: '10.1.2.13', toPort: 8080, expected: 50038 },
      { from: '10.1.2.13', fromPort: 8080, to: '10.1.1.12', toPort: 60996, expected: 50493 },
      { from: '10.1.1.3', fromPort: 49710, to: '10.1.2.4', toPort: 8080, expected: 60039 },
      { from: '10.1.2.4', fromPort: 8080, to: '10.1.1.3', toPort: 49710, expected: 25569 },
    ];
    for (const { from, fromPort, to, toPort, expected } of guidePorts)
      it(`sends ${from}:${fromPort} to ${to}:${toPort} from port ${expected}`, () => {
        const segment = tcp({ sourcePort: fromPort, destinationPort: toPort, flags: SYN });
        const inner = ethernet(
          { source: REMOTE_MAC[2], destination: REMOTE_MAC[3] },
          ip4({ source: from, destination: to }, segment),
        );
        const { out } = new OverlayNode({ groups: [0, 0] }).send('pg1', encapsulated(2, inner));
        expect(new DataView(out[0].bytes.buffer).getUint16(34)).to.equal(expected);
      });

    it('carries a large frame from one tunnel to another', () => {
      const given = { groups: [0, 0] } as const;
      const large = encapsulated(
        2,
        ethernetFrame(REMOTE_MAC[2], REMOTE_MAC[3], 0x88b5, new Array<number>(1800).fill(7)),
      );
      const { out } = new OverlayNode(given).send('pg1', large);
      expect(octets(out[0].bytes.subarray(OUTER_BYTES))).to.deep.equal(octets(large.subarray(OUTER_BYTES)));
    });

    it('keeps the length of a frame that snaplen cut', () => {
      const frame = fromPod('10.1.2.5');
      const { out } = new OverlayNode().send('pg0', frame, frame.length - 4);
      const view = new DataView(out[0].bytes.buffer);
      expect(out[0].bytes.length).to.equal(OUTER_BYTES + frame.length - 4);
      expect(view.getUint16(14 + 2)).to.equal(36 + frame.length);
    });

    const ways: { name: string; given: OverlayOptions; nodes: string[]; cause: string | null }[] = [
      {
        name: 'the remote node is unresolved',
        given: { underlay: [] },
        nodes: ['ip4-arp', 'pg1-output', 'error-drop', 'drop'],
        cause: 'neighbour 192.168.16.2 on pg1 is unresolved: ARP request sent',
      },
      {
        name: 'the remote node is behind two equal next hops',
        given: {
          underlay: [
            'set ip arp static pg1 192.168.16.100 02:00:00:00:16:64',
            'set ip arp static pg1 192.168.16.101 02:00:00:00:16:65',
            'ip route add 192.168.16.2/32 via 192.168.16.100 pg1',
            'ip route add 192.168.16.2/32 via 192.168.16.101 pg1',
          ],
        },
        nodes: ['ip4-load-balance', 'ip4-rewrite', 'pg1-output'],
        cause: null,
      },
      {
        name: 'the remote node is behind a next hop that is resolved itself: one bucket after another is skipped',
        given: {
          underlay: [
            'set ip arp static pg1 192.168.16.100 02:00:00:00:16:64',
            'ip route add 192.168.16.2/32 via 192.168.16.100',
          ],
        },
        nodes: ['ip4-rewrite', 'pg1-output'],
        cause: null,
      },
      {
        name: 'the remote node is routed to drop',
        given: { underlay: ['ip route add 192.168.16.2/32 via drop'] },
        nodes: ['ip4-drop', 'error-drop', 'drop'],
        cause: 'route 192.168.16.2/32 via drop (node.vpp:10)',
      },
      {
        name: 'the tunnel leads through its own bridge',
        given: { underlay: [], more: ['ip route add 192.168.16.2/32 via 192.168.30.3 loop0'] },
        nodes: ['error-drop', 'drop'],
        cause: 'not modelled: a VXLAN tunnel whose remote node is reached through loop0, which is bridged',
      },
      {
        name: 'the remote node is the node itself',
        given: { underlay: ['set interface ip address pg1 192.168.16.2/24'] },
        nodes: ['error-drop', 'drop'],
        cause: 'not modelled: a VXLAN tunnel whose remote node 192.168.16.2 is the node itself',
      },
    ];
    for (const { name, given, nodes, cause } of ways)
      it(name, () => {
        const { verdict } = new OverlayNode(given).send('pg0', fromPod('10.1.2.5'));
        expect(verdict.nodes.slice(verdict.nodes.indexOf('vxlan4-encap') + 1)).to.deep.equal(nodes);
        expect(verdict.cause).to.equal(cause);
      });

    it('sends an IPv6 packet from a port that is a hash of its addresses', () => {
      const ip6 = ethernetFrame(REMOTE_MAC[2], REMOTE_MAC[3], 0x86dd, new Array<number>(48).fill(0x60));
      const { out } = new OverlayNode({ groups: [0, 0] }).send('pg1', encapsulated(2, ip6));
      const hash = ip6FlowHash(new DataView(Uint8Array.from(ip6).buffer), 14, ip6.length, FLOW_HASH_DEFAULT);
      expect(new DataView(out[0].bytes.buffer).getUint16(34, true)).to.equal(hash & 0xffff);
    });
  });

  describe('vxlan4-input', () => {
    const inner = toPod(REMOTE_MAC[2]);
    const rows: { name: string; frame: Uint8Array; drop: string | null; cause: string | null }[] = [
      { name: 'a tunnel of the node', frame: encapsulated(2, inner), drop: null, cause: null },
      {
        name: 'another sender',
        frame: encapsulated(9, inner),
        drop: 'vxlan4-input: no such tunnel packets',
        cause: 'no VXLAN tunnel to 192.168.16.9 has VNI 10',
      },
      {
        name: 'another VNI',
        frame: encapsulated(2, inner, vxlanHeader(11)),
        drop: 'vxlan4-input: no such tunnel packets',
        cause: 'no VXLAN tunnel to 192.168.16.2 has VNI 11',
      },
      {
        name: 'a reserved byte that is not 0 is part of what VPP compares',
        frame: encapsulated(2, inner, vxlanHeader(10, 8, 1)),
        drop: 'vxlan4-input: no such tunnel packets',
        cause: 'no VXLAN tunnel to 192.168.16.2 has VNI 10',
      },
      {
        name: 'other flags',
        frame: encapsulated(2, inner, vxlanHeader(10, 0x0c)),
        drop: 'vxlan4-input: packets with bad flags field in vxlan header',
        cause: 'the flags of the VXLAN header are not 0x08: there is no valid VNI',
      },
      {
        name: 'no whole Ethernet header inside',
        frame: encapsulated(2, inner.subarray(0, 13)),
        drop: 'ip4-udp-lookup: no error',
        cause: 'not modelled: a VXLAN packet that ends before the end of its inner Ethernet header',
      },
    ];
    for (const { name, frame, drop, cause } of rows)
      it(name, () => {
        const { verdict, out } = new OverlayNode().send('pg1', frame);
        expect({ drop: verdict.drop, cause: verdict.cause }).to.deep.equal({ drop, cause });
        expect(out.length).to.equal(drop === null ? 1 : 0);
      });

    it('hands on what was inside', () => {
      const { out } = new OverlayNode().send('pg1', encapsulated(2, inner));
      const expected = datagram('10.1.2.5', '10.1.1.3', 62, ['02:fe:00:00:00:01', '02:00:00:00:01:03']);
      expect(octets(out[0].bytes)).to.deep.equal(octets(expected));
    });
  });

  describe('commands', () => {
    const refused: { name: string; more: string; message: string }[] = [
      {
        name: 'a second BVI',
        more: 'create loopback interface\nset interface l2 bridge loop1 1 bvi',
        message: 'bridge domain 1 has a BVI already: loop0',
      },
      {
        name: 'a bridge domain twice',
        more: 'create bridge-domain 1',
        message: 'there already is a bridge domain 1',
      },
      {
        name: 'a tunnel twice',
        more: 'create vxlan tunnel src 192.168.16.1 dst 192.168.16.2 vni 10 instance 7',
        message: 'there already is a VXLAN tunnel to 192.168.16.2 with VNI 10',
      },
      {
        name: 'a multicast address',
        more: 'create vxlan tunnel src 192.168.16.1 dst 239.1.1.1 vni 10',
        message: '"dst" must be a unicast address, not 239.1.1.1',
      },
      {
        name: 'a table that there is not',
        more: 'create vxlan tunnel src 192.168.16.1 dst 192.168.16.4 vni 10 encap-vrf-id 5',
        message: 'there is no table 5; make it first: ip table add 5',
      },
      {
        name: 'a port twice',
        more: 'set interface l2 bridge vxlan_tunnel0 2',
        message: 'vxlan_tunnel0 is in bridge domain 1 already; moving it is not modelled',
      },
      {
        name: 'a loopback that is not the BVI',
        more: 'create loopback interface\nset interface l2 bridge loop1 1',
        message: 'bridging of loop1 is not modelled but as BVI: append "bvi"',
      },
      {
        name: 'an entry in a bridge domain that there is not',
        more: 'l2fib add 02:00:00:00:00:01 9 filter',
        message: 'there is no bridge domain 9; "create bridge-domain 9" makes it',
      },
    ];
    for (const { name, more, message } of refused)
      it(`refuses ${name}`, () => {
        expect(() => new OverlayNode({ more: [more] })).to.throw(ConfigError, message);
      });

    it('moves the entry of a BVI whose MAC changes', () => {
      const moved = '1a:2b:3c:4d:5e:99';
      const node = new OverlayNode({ more: [`set interface mac address loop0 ${moved}`] });
      expect(node.send('pg1', encapsulated(2, toPod(REMOTE_MAC[2], moved))).out.length).to.equal(1);
      expect(node.send('pg1', encapsulated(2, toPod(REMOTE_MAC[2]))).verdict.drop).to.equal(
        'l2-flood: BVI L3 mac mismatch',
      );
    });
  });
});
