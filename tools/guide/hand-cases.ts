/**
 * Small cases made by hand: one behaviour each, on a node with one pod and one uplink. What VPP 19.08 does is known from
 * the recordings named in `sources`; the bytes are worked out here, with full checksums (bytes.ts).
 */

import { ethernet, icmp, ip4, tcp, udp, type Ip4Fields, type Layer } from '../build-packets.js';
import { SYN } from '../../src/wire/tcp.js';
import type { CaseFrame } from './capture-files.js';
import type { CaseSource, CaseStep } from './case-source.js';

const POD = {
  address: '10.1.1.3',
  mac: '00:00:00:00:00:02',
  interfaceName: 'tap1',
  vppMac: '02:fe:00:00:00:01',
  vppAddress: '10.1.1.1',
};
const UPLINK = {
  address: '192.168.16.1',
  interfaceName: 'GigabitEthernet0/8/0',
  vppMac: '08:00:27:44:9f:d8',
  gateway: '192.168.16.100',
  gatewayMac: '08:00:27:02:a5:36',
};
const SERVER = '203.0.113.9';

const NODE = `# One pod behind tap1, the uplink with the default route.
# interface: ${UPLINK.interfaceName}
create tap id 1
set interface mac address ${UPLINK.interfaceName} ${UPLINK.vppMac}
set interface mac address tap1 ${POD.vppMac}
set interface state ${UPLINK.interfaceName} up
set interface state tap1 up
set interface ip address ${UPLINK.interfaceName} ${UPLINK.address}/24
set interface ip address tap1 ${POD.vppAddress}/24
set ip arp static ${UPLINK.interfaceName} ${UPLINK.gateway} ${UPLINK.gatewayMac}
set ip arp static tap1 ${POD.address} ${POD.mac}
ip route add 0.0.0.0/0 via ${UPLINK.gateway} ${UPLINK.interfaceName}
`;

const DAY_MICROSECONDS = Date.UTC(2026, 0, 1) * 1000;
const DATA = Array.from({ length: 16 }, (_, i) => i + 1);

/** The four places where a frame can be seen: on its way to VPP or from it, at the pod or at the uplink. */
const fromPod = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: POD.mac, destination: POD.vppMac }, ip4(headers, payload));
const toPod = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: POD.vppMac, destination: POD.mac }, ip4(headers, payload));
const fromUplink = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: UPLINK.gatewayMac, destination: UPLINK.vppMac }, ip4(headers, payload));
const toUplink = (headers: Ip4Fields, payload: Layer): Uint8Array =>
  ethernet({ source: UPLINK.vppMac, destination: UPLINK.gatewayMac }, ip4(headers, payload));

/** A step: frame `nth` of its case, a second after the one before. */
function step(
  nth: number,
  what: string,
  interfaceName: string,
  bytes: Uint8Array,
  outputs: readonly Omit<CaseFrame, 'microseconds' | 'comment'>[],
  path: string[],
): CaseStep {
  return {
    input: { interfaceName, microseconds: DAY_MICROSECONDS + nth * 1_000_000, bytes, comment: what },
    outputs: outputs.map((output) => ({ ...output, comment: `because of: ${what}` })),
    nodes: { frame: what, path },
  };
}

const DROP = ['error-drop', 'drop'];

/** A SYN from the Internet to the pod. TTL 64 arrives, TTL 63 leaves. */
function synToPod(destinationPort: number, ttl: number, see: typeof fromUplink): Uint8Array {
  const headers = { source: SERVER, destination: POD.address, ttl, identification: 0x0101 };
  return see(headers, tcp({ sourcePort: 40000, destinationPort, sequence: 1, flags: SYN, window: 29200 }));
}

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

/** A query of the pod to the server; ports and data do not change on the way. */
function query(destination: string, ttl: number, see: typeof fromPod): Uint8Array {
  const headers = { source: POD.address, destination, ttl, identification: 0x0202 };
  return see(headers, udp({ sourcePort: 40000, destinationPort: 33434 }, DATA));
}

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
export const handCases = (): CaseSource[] => [aclDenyToPod(), ttlExpiry(), defaultRoute(), echoToNode()];
