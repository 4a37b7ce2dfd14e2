/**
 * Small cases made by hand: one behaviour each, on a node with one pod and one uplink. What VPP 19.08 does is known from
 * the recordings named in `sources`; the bytes are worked out here, with full checksums (bytes.ts).
 */

import { icmp, type Layer } from '../build-packets.js';
import type { CaseSource } from './case-source.js';
import {
  DATA,
  DROP,
  NODE,
  POD,
  SERVER,
  UPLINK,
  fromPod,
  fromUplink,
  query,
  step,
  synToPod,
  toPod,
  toUplink,
} from './hand-node.js';

const aclDenyToPod = (): CaseSource => {
  const way = ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'acl-plugin-out-ip4-fa'];
  return {
    name: 'acl-deny-to-pod',
    words: {
      title: 'An ACL that lets only port 8080 to a pod',
      description:
        'Two SYNs from the Internet to a pod. The first goes to port 22: rule 1 denies it and the frame is dropped behind ' +
        'ip4-rewrite. The second goes to port 8080 and rule 0 lets it through.',
      origin: 'by hand',
      sources: ['recording A-seed0 frame 16 (drop node and reason of an output ACL)', 'tools/guide/hand-cases.ts'],
    },
    drops: [{ node: 'acl-plugin-out-ip4-fa', reason: 'ACL deny packets', count: 1 }],
    config:
      NODE +
      `set acl-plugin acl tag to-pod permit src 0.0.0.0/0 dst 0.0.0.0/0 proto 6 sport 0-65535 dport 8080-8080, deny src 0.0.0.0/0 dst 0.0.0.0/0\n` +
      `set acl-plugin interface tap1 output acl 0\n`,
    steps: [
      step(0, 'SYN to port 22', UPLINK.interfaceName, synToPod(22, 64, fromUplink), [], [...way, ...DROP]),
      step(
        1,
        'SYN to port 8080',
        UPLINK.interfaceName,
        synToPod(8080, 64, fromUplink),
        [{ interfaceName: POD.interfaceName, bytes: synToPod(8080, 63, toPod) }],
        [...way, 'tap1-output'],
      ),
    ],
  };
};

/**
 * TTL 1 becomes 0 in ip4-rewrite. The answer quotes the whole datagram as it then was, TTL 0 and checksum adjusted:
 * 20 + 8 + 44 = 72 bytes. It starts with TTL 255 and ip4-rewrite makes that 254; id 0 (NOTES-19.08, "ICMP errors made by VPP").
 */
function timeExceeded(): Uint8Array {
  const quoted = query(SERVER, 0, fromPod).subarray(14);
  return toPod({ source: POD.vppAddress, destination: POD.address, ttl: 254 }, icmp({ type: 11 }, quoted));
}

const ttlExpiry = (): CaseSource => ({
  name: 'ttl-expiry',
  words: {
    title: 'A TTL that runs out on the node',
    description:
      'A traceroute probe of the pod with TTL 1. ip4-rewrite finds that the TTL is used up and VPP answers with ICMP time exceeded from the ' +
      "pod's gateway address; with TTL 2 the probe leaves.",
    origin: 'by hand',
    sources: ['recording E-route0 frame 3 (form of the ICMP error)', 'tools/guide/hand-cases.ts'],
  },
  drops: [{ node: 'ip4-input', reason: 'ip4 ttl <= 1', count: 1 }],
  config: NODE,
  steps: [
    step(
      0,
      'probe with TTL 1',
      POD.interfaceName,
      query(SERVER, 1, fromPod),
      [{ interfaceName: POD.interfaceName, bytes: timeExceeded() }],
      ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'ip4-icmp-error', 'ip4-drop', ...DROP],
    ),
    step(
      1,
      'probe with TTL 2',
      POD.interfaceName,
      query(SERVER, 2, fromPod),
      [{ interfaceName: UPLINK.interfaceName, bytes: query(SERVER, 1, toUplink) }],
      ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'GigabitEthernet0/8/0-output'],
    ),
  ],
});

const defaultRoute = (): CaseSource => ({
  name: 'default-route',
  words: {
    title: 'An unknown destination takes the default route',
    description:
      'A datagram to an address that no route but 0.0.0.0/0 covers leaves by the uplink. One to 203.0.113.128/25, which is routed to ' +
      'drop, ends in ip4-drop; the reason that VPP prints for it says nothing, since ip4-drop sets none.',
    origin: 'by hand',
    sources: ['recording E-route0 frame 11 (drop route)', 'tools/guide/hand-cases.ts'],
  },
  drops: [{ node: 'null-node', reason: 'blackholed packets', count: 1 }],
  config: `${NODE}ip route add 203.0.113.128/25 via drop\n`,
  steps: [
    step(
      0,
      'to 203.0.113.9',
      POD.interfaceName,
      query(SERVER, 64, fromPod),
      [{ interfaceName: UPLINK.interfaceName, bytes: query(SERVER, 63, toUplink) }],
      ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'GigabitEthernet0/8/0-output'],
    ),
    step(
      1,
      'to 203.0.113.200',
      POD.interfaceName,
      query('203.0.113.200', 64, fromPod),
      [],
      ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-drop', ...DROP],
    ),
  ],
});

/** Frames come a second after each other, from 2026-01-01T00:00:00Z on. */
const CHANGES = `# The pod's service moves to port 22.
# before frame 1
set acl-plugin acl index 0 tag to-pod permit src 0.0.0.0/0 dst 0.0.0.0/0 proto 6 sport 0-65535 dport 22-22
# at +1.5s
ip route del 0.0.0.0/0 via ${UPLINK.gateway} ${UPLINK.interfaceName}
# at 2026-01-01T00:00:03Z
ip route add 0.0.0.0/0 via ${UPLINK.gateway} ${UPLINK.interfaceName}
`;

const changesOverTime = (): CaseSource => {
  const toTap = ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'acl-plugin-out-ip4-fa'];
  return {
    name: 'changes-over-time',
    words: {
      title: 'What is replaced, taken away and put back while frames run',
      description:
        'A SYN to port 22 of the pod is denied. The ACL is replaced, and the same SYN passes. The default route goes, and a datagram of ' +
        'the pod ends in ip4-drop; with the route put back it leaves.',
      origin: 'by hand',
      sources: [
        'recording A-seed0 frame 16 (drop node and reason of an output ACL)',
        'recording M-change1 (an ACL replaced), M-change0 (routes that go and come)',
        'tools/guide/hand-cases.ts',
      ],
    },
    drops: [
      { node: 'acl-plugin-out-ip4-fa', reason: 'ACL deny packets', count: 1 },
      { node: 'null-node', reason: 'blackholed packets', count: 1 },
    ],
    config:
      NODE +
      `set acl-plugin acl tag to-pod permit src 0.0.0.0/0 dst 0.0.0.0/0 proto 6 sport 0-65535 dport 8080-8080\n` +
      `set acl-plugin interface tap1 output acl 0\n`,
    changes: CHANGES,
    steps: [
      step(0, 'SYN to port 22', UPLINK.interfaceName, synToPod(22, 64, fromUplink), [], [...toTap, ...DROP]),
      step(
        1,
        'SYN to port 22 under the new rules',
        UPLINK.interfaceName,
        synToPod(22, 64, fromUplink),
        [{ interfaceName: POD.interfaceName, bytes: synToPod(22, 63, toPod) }],
        [...toTap, 'tap1-output'],
      ),
      step(
        2,
        'to 203.0.113.9 without a route',
        POD.interfaceName,
        query(SERVER, 64, fromPod),
        [],
        ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-drop', ...DROP],
      ),
      step(
        3,
        'to 203.0.113.9 with the route',
        POD.interfaceName,
        query(SERVER, 64, fromPod),
        [{ interfaceName: UPLINK.interfaceName, bytes: query(SERVER, 63, toUplink) }],
        ['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'GigabitEthernet0/8/0-output'],
      ),
    ],
  };
};

/** An echo request (type 8) or reply (type 0), sequence number 1. */
const echo = (type: 0 | 8, identifier: number): Layer => icmp({ type, identifier, sequence: 1 }, DATA);

const echoToNode = (): CaseSource => {
  const local = ['ethernet-input', 'ip4-input', 'nat44-out2in', 'ip4-lookup', 'ip4-local', 'ip4-icmp-input'];
  const answered = [...local, 'ip4-icmp-echo-request', 'ip4-load-balance', 'ip4-rewrite'];
  const atPod = { source: POD.address, destination: POD.vppAddress, ttl: 64, identification: 0x0303 };
  const atUplink = { source: UPLINK.gateway, destination: UPLINK.address, ttl: 64, identification: 0x0404 };
  return {
    name: 'echo-to-node',
    words: {
      title: 'Pings to the node itself',
      description:
        "The pod pings its gateway address and gets the answer with its own identifier. The uplink's gateway pings the node: the answer " +
        'passes the output feature of NAT44 like any other packet, so its identifier becomes a NAT port, the first draw (16253).',
      origin: 'by hand',
      sources: [
        'recording C-nat3 frames 9 (pod) and 109 (uplink; the reply is source-translated)',
        'tools/guide/hand-cases.ts',
      ],
      notes: [
        'VPP chooses the IP id of an echo reply at random; the expected frames have 0 and the field is not compared.',
      ],
    },
    unstable: [1, 2].map((packet) => ({ packet, fields: ['ip4.id', 'ip4.checksum'] })),
    config:
      `${NODE}nat44 forwarding enable\nnat44 add address ${UPLINK.address}\n` +
      `set interface nat44 out tap1\nset interface nat44 out ${UPLINK.interfaceName} output-feature\n`,
    steps: [
      step(
        0,
        'ping of the pod',
        POD.interfaceName,
        fromPod(atPod, echo(8, 0x1234)),
        [
          {
            interfaceName: POD.interfaceName,
            bytes: toPod(
              { ...atPod, source: POD.vppAddress, destination: POD.address, identification: 0 },
              echo(0, 0x1234),
            ),
          },
        ],
        [...answered, 'tap1-output'],
      ),
      step(
        1,
        "ping of the uplink's gateway",
        UPLINK.interfaceName,
        fromUplink(atUplink, echo(8, 0x5678)),
        [
          {
            interfaceName: UPLINK.interfaceName,
            bytes: toUplink(
              { ...atUplink, source: UPLINK.address, destination: UPLINK.gateway, identification: 0 },
              echo(0, 16253),
            ),
          },
        ],
        [...answered, 'nat44-in2out-output', 'nat44-in2out-output-slowpath', 'GigabitEthernet0/8/0-output'],
      ),
    ],
  };
};

/** The cases made by hand. */
export const handCases = (): CaseSource[] => [
  aclDenyToPod(),
  ttlExpiry(),
  defaultRoute(),
  changesOverTime(),
  echoToNode(),
];
