import { expect } from 'chai';
import {
  BROADCAST,
  BVI_MAC,
  encapsulated,
  ethernetFrame,
  fromPod,
  OverlayNode,
  REMOTE_MAC,
  toPod,
  type OverlayOptions,
} from './overlay-node.js';

const IN = ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-local', 'ip4-udp-lookup', 'vxlan4-input', 'l2-input'];
const TO_BVI = ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'loop0-output', 'l2-input'];
const DROP = ['error-drop', 'drop'];
const TO_POD = ['ip4-input', 'ip4-lookup', 'ip4-rewrite', 'pg0-output'];
const ENCAP = ['l2-output', 'vxlan4-encap', 'ip4-rewrite', 'pg1-output'];
const STRANGER = '02:00:00:00:99:99';
const NOTHING = 'null-node: blackholed packets';

interface Expected {
  readonly nodes: readonly string[];
  readonly drop?: string;
  readonly cause?: string;
  readonly out?: readonly string[];
}

interface Row {
  readonly name: string;
  readonly given: OverlayOptions;
  readonly frames: readonly (readonly [on: string, frame: Uint8Array])[];
  /** Of the last frame. */
  readonly expected: Expected;
}

describe('pipeline/l2', () => {
  const rows: Row[] = [
    {
      name: 'a known remote node gets the frame through its tunnel',
      given: {},
      frames: [['pg0', fromPod('10.1.3.5')]],
      expected: { nodes: [...TO_BVI, 'l2-fwd', ...ENCAP], out: ['pg1'] },
    },
    {
      name: 'a frame to the BVI goes to IP',
      given: {},
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2]))]],
      expected: { nodes: [...IN, 'l2-learn', 'l2-fwd', ...TO_POD], out: ['pg0'] },
    },
    {
      name: 'learn 0: l2-learn is not visited',
      given: { domain: 'learn 0' },
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2]))]],
      expected: { nodes: [...IN, 'l2-fwd', ...TO_POD], out: ['pg0'] },
    },
    {
      name: 'an unknown destination is flooded to every tunnel',
      given: { fib: [] },
      frames: [['pg0', fromPod('10.1.2.5')]],
      expected: { nodes: [...TO_BVI, 'l2-fwd', 'l2-flood', ...ENCAP], out: ['pg1', 'pg1'] },
    },
    {
      name: 'what was learned is not flooded',
      given: { fib: [] },
      frames: [
        ['pg1', encapsulated(2, toPod(REMOTE_MAC[2]))],
        ['pg0', fromPod('10.1.2.5')],
      ],
      expected: { nodes: [...TO_BVI, 'l2-fwd', ...ENCAP], out: ['pg1'] },
    },
    {
      name: 'uu-flood 0: an unknown destination is a miss',
      given: { fib: [], domain: 'uu-flood 0' },
      frames: [['pg0', fromPod('10.1.2.5')]],
      expected: {
        nodes: [...TO_BVI, 'l2-fwd', ...DROP],
        drop: 'l2-fwd: L2 forward misses',
        cause: 'no port of the bridge domain is known to lead to 1a:2b:3c:4d:5e:02, and unknown frames are not flooded',
      },
    },
    {
      name: 'forward 0: a unicast frame is flooded, and the BVI takes it',
      given: { domain: 'forward 0', fib: [] },
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2]))]],
      expected: { nodes: [...IN, 'l2-learn', 'l2-flood', ...TO_POD], out: ['pg0'] },
    },
    {
      name: 'flood 0: a broadcast has nowhere to go',
      given: { domain: 'flood 0 learn 0' },
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2], BROADCAST))]],
      expected: {
        nodes: [...IN, 'feature-bitmap-drop', ...DROP],
        drop: 'feature-bitmap-drop: L2 feature forwarding disabled',
        cause: 'the bridge domain of vxlan_tunnel0 does not forward such frames, or there is none',
      },
    },
    {
      name: 'a tunnel outside of bridge domains',
      given: { more: ['create vxlan tunnel src 192.168.16.1 dst 192.168.16.9 vni 10'] },
      frames: [['pg1', encapsulated(9, toPod(REMOTE_MAC[2]))]],
      expected: {
        nodes: [...IN, 'feature-bitmap-drop', ...DROP],
        drop: 'feature-bitmap-drop: L2 feature forwarding disabled',
        cause: 'the bridge domain of vxlan_tunnel2 does not forward such frames, or there is none',
      },
    },
    {
      name: 'split horizon: a broadcast does not leave by the other tunnel of the group',
      given: {},
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2], BROADCAST))]],
      expected: { nodes: [...IN, 'l2-learn', 'l2-flood', ...TO_POD], out: ['pg0'] },
    },
    {
      name: 'split horizon: known unicast between tunnels of one group ends in l2-output',
      given: {},
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2], REMOTE_MAC[3]))]],
      expected: {
        nodes: [...IN, 'l2-learn', 'l2-fwd', 'l2-output', ...DROP],
        drop: 'l2-output: L2 split horizon drops',
        cause: 'vxlan_tunnel1 is in the split horizon group of the port that the frame came from',
      },
    },
    {
      name: 'tunnels of different groups: the frame goes from one to the other',
      given: { groups: [1, 2] },
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2], REMOTE_MAC[3]))]],
      expected: { nodes: [...IN, 'l2-learn', 'l2-fwd', ...ENCAP], out: ['pg1'] },
    },
    {
      name: 'a broadcast between groups: the replica leaves first, the BVI comes last',
      given: { groups: [0, 0] },
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2], BROADCAST))]],
      expected: {
        // Two packets at once: each node is dispatched for one, then for the other (H-vxlan3 frame 50, without its ACLs).
        nodes: [
          ...[...IN, 'l2-learn', 'l2-flood', 'l2-output', 'ip4-input', 'vxlan4-encap', 'ip4-lookup', 'ip4-rewrite'],
          ...['pg1-output', 'pg0-output'],
        ],
        out: ['pg1', 'pg0'],
      },
    },
    {
      name: 'a frame to a station on its own port is not sent back',
      given: {},
      frames: [['pg1', encapsulated(2, toPod(STRANGER, REMOTE_MAC[2]))]],
      expected: {
        nodes: [...IN, 'l2-learn', 'l2-fwd', ...DROP],
        drop: 'l2-fwd: Reflection Drop',
        cause: '1a:2b:3c:4d:5e:02 is behind vxlan_tunnel0, from where the frame came',
      },
    },
    {
      name: 'a static MAC does not move to another port',
      given: {},
      frames: [['pg1', encapsulated(3, toPod(REMOTE_MAC[2]))]],
      expected: {
        nodes: [...IN, 'l2-learn', ...DROP],
        drop: 'l2-learn: L2 mac move violations',
        cause: '1a:2b:3c:4d:5e:02 is configured on another port of the bridge domain',
      },
    },
    {
      name: 'a learned MAC moves to the port that it was last seen on',
      given: { fib: [] },
      frames: [
        ['pg1', encapsulated(3, toPod(REMOTE_MAC[2]))],
        ['pg1', encapsulated(2, toPod(REMOTE_MAC[2]))],
        ['pg1', encapsulated(2, toPod(STRANGER, REMOTE_MAC[2]))],
      ],
      expected: {
        nodes: [...IN, 'l2-learn', 'l2-fwd', ...DROP],
        drop: 'l2-fwd: Reflection Drop',
        cause: '1a:2b:3c:4d:5e:02 is behind vxlan_tunnel0, from where the frame came',
      },
    },
    {
      name: 'a filter entry drops what its MAC sends',
      given: { more: [`l2fib add ${STRANGER} 1 filter`] },
      frames: [['pg1', encapsulated(2, toPod(STRANGER))]],
      expected: {
        nodes: [...IN, 'l2-learn', ...DROP],
        drop: 'l2-learn: L2 filter mac drops',
        cause: `a filter entry of the L2 FIB drops what ${STRANGER} sends`,
      },
    },
    {
      name: 'a filter entry drops what is sent to its MAC',
      given: { more: [`l2fib add ${STRANGER} 1 filter`] },
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2], STRANGER))]],
      expected: {
        nodes: [...IN, 'l2-learn', 'l2-fwd', ...DROP],
        drop: 'l2-fwd: Filter Mac Drop',
        cause: `a filter entry of the L2 FIB drops what is sent to ${STRANGER}`,
      },
    },
    {
      name: 'an EtherType that the BVI does not take',
      given: {},
      frames: [['pg1', encapsulated(2, ethernetFrame(REMOTE_MAC[2], BVI_MAC, 0x88b5, [1, 2, 3, 4]))]],
      expected: {
        nodes: [...IN, 'l2-learn', 'l2-fwd', ...DROP],
        drop: 'l2-fwd: BVI packet with unhandled ethertype',
        cause: 'the BVI takes no frames of EtherType 0x88b5',
      },
    },
    {
      name: 'a tagged frame reaches the BVI without its tag',
      given: {},
      frames: [
        [
          'pg1',
          encapsulated(2, ethernetFrame(REMOTE_MAC[2], BVI_MAC, 0x8100, [0, 7, ...toPod(REMOTE_MAC[2]).subarray(12)])),
        ],
      ],
      expected: { nodes: [...IN, 'l2-learn', 'l2-fwd', ...TO_POD], out: ['pg0'] },
    },
    {
      name: 'the L2 FIB leads to an interface that is not bridged',
      given: { more: [`l2fib add ${STRANGER} 1 pg0 static`] },
      frames: [['pg1', encapsulated(2, toPod(REMOTE_MAC[2], STRANGER))]],
      expected: {
        nodes: [...IN, 'l2-learn', 'l2-fwd', 'l2-output', ...DROP],
        drop: 'l2-output: L2 Output interface not valid',
        cause: 'pg0, where the L2 FIB leads, is not bridged',
      },
    },
    {
      name: 'arp-term 1 is named where it would answer',
      given: { domain: 'arp-term 1' },
      frames: [['pg1', encapsulated(2, ethernetFrame(REMOTE_MAC[2], BROADCAST, 0x0806, [0, 1, 8, 0, 6, 4, 0, 1]))]],
      expected: {
        nodes: [...IN, 'l2-learn', 'arp-term-l2bd', ...DROP],
        drop: 'ip4-udp-lookup: no error',
        cause: 'not modelled: ARP termination in a bridge domain (arp-term 1)',
      },
    },
    {
      name: 'an output ACL of a tunnel sees what leaves by it',
      given: {
        more: [
          'set acl-plugin acl tag tunnel deny src 0.0.0.0/0 dst 0.0.0.0/0',
          'set acl-plugin interface vxlan_tunnel0 output acl 0',
        ],
      },
      frames: [['pg0', fromPod('10.1.2.5')]],
      expected: {
        nodes: [...TO_BVI, 'l2-fwd', 'l2-output', 'l2-output-feat-arc', 'acl-plugin-out-ip4-l2', ...DROP],
        drop: 'acl-plugin-out-ip4-l2: ACL deny packets',
        cause:
          'denied on output of vxlan_tunnel0 by ACL 0 "tunnel" rule 0 (deny src 0.0.0.0/0 dst 0.0.0.0/0) at node.vpp:27',
      },
    },
    {
      name: 'a permitting output ACL of a tunnel lets it pass',
      given: {
        more: [
          'set acl-plugin acl tag tunnel permit src 0.0.0.0/0 dst 0.0.0.0/0',
          'set acl-plugin interface vxlan_tunnel0 output acl 0',
        ],
      },
      frames: [['pg0', fromPod('10.1.2.5')]],
      expected: {
        nodes: [
          ...[
            ...TO_BVI,
            'l2-fwd',
            'l2-output',
            'l2-output-feat-arc',
            'acl-plugin-out-ip4-l2',
            'l2-output-feat-arc-end',
          ],
          ...ENCAP.slice(1),
        ],
        out: ['pg1'],
      },
    },
  ];

  for (const { name, given, frames, expected } of rows)
    it(name, () => {
      const node = new OverlayNode(given);
      const results = frames.map(([on, frame]) => node.send(on, frame));
      const { verdict, out } = results[results.length - 1];
      expect({
        nodes: verdict.nodes,
        out: out.map(({ on }) => on),
        drop: verdict.drop,
        cause: verdict.cause,
      }).to.deep.equal({
        nodes: expected.nodes,
        out: expected.out ?? [],
        drop: expected.drop ?? null,
        cause: expected.cause ?? null,
      });
      const { received, transmitted, dropped, punted, consumed } = node.totals;
      expect(received).to.equal(transmitted + dropped + punted + consumed);
    });

  it('starts a replica without the reason that its frame carries', () => {
    const { verdict } = new OverlayNode({
      groups: [0, 0],
      underlay: [],
      more: ['ip route add 192.168.16.3/32 via drop'],
    }).send('pg1', encapsulated(2, ethernetFrame(REMOTE_MAC[2], BROADCAST, 0x88b5, new Array<number>(40).fill(0))));
    // The replica for vxlan_tunnel1 keeps "no error"; the frame itself ends in l2-flood with a reason of its own.
    expect(verdict.drop).to.equal('l2-flood: BVI packet with unhandled ethertype; ip4-udp-lookup: no error');
    expect(NOTHING in verdict.counters).to.equal(false);
  });
});
