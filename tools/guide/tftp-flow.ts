/**
 * A pod fetches a file by TFTP, and the answer never reaches it: the investigation of docs/TUTORIAL.md, on the built-in node.
 *
 * A TFTP server answers from a port that it chooses anew for each transfer (RFC 1350 section 4), so its answer is of another
 * flow than the request. What becomes of it, by hand:
 *
 *   - classic NAT44 looks a packet from outside up by its destination alone (VPP 19.08 src/plugins/nat/out2in.c: address,
 *     port, protocol), so the answer is translated to the pod, as if from port 69;
 *   - the ACL session that the pod's request made on tap2 is for the request's five-tuple, so the pod's own ACL decides, on
 *     output: rule 4 of ACL 4 denies it, unless a rule before it permits the server.
 *
 * NAT ports are the first two draws (earlier-flows.ts). Checksums are computed in full (wire/build.ts).
 */

import { ethernet, ip4, udp } from '../build-packets.js';
import { DONT_FRAGMENT } from '../../src/wire/ip4.js';
import { u16, u32 } from './bytes.js';
import type { CaseSource, CaseStep } from './case-source.js';
import { classicPcap } from './capture-files.js';

/** The capture that the tutorial starts from: what arrives, in one classic pcap. */
export const lostAnswerCapture = (): Uint8Array => classicPcap(steps(false).map(({ input }) => input));

/** The same at a node of VPP 26.06, whose endpoint-dependent NAT44 keeps a port that is free (nat44_ed_in2out.c). */
export const lostAnswerCapture26 = (): Uint8Array => classicPcap(steps(false, KEPT_PORTS).map(({ input }) => input));

const RESOLVER = { address: '8.8.8.8', port: 53, ttl: 118 };
const SERVER = { address: '192.0.2.69', requestPort: 69, ttl: 58 };
const QUERY_PORT = 40001;
const REQUEST_PORT = 50123;
interface PodFlow {
  readonly port: number;
  readonly natPort: number;
}
interface PodFlows {
  readonly query: PodFlow;
  readonly request: PodFlow;
}
const DRAWN_PORTS: PodFlows = {
  query: { port: QUERY_PORT, natPort: 16253 },
  request: { port: REQUEST_PORT, natPort: 18995 },
};
const KEPT_PORTS: PodFlows = {
  query: { port: QUERY_PORT, natPort: QUERY_PORT },
  request: { port: REQUEST_PORT, natPort: REQUEST_PORT },
};
/** One for each transfer: the request is sent twice. */
const TRANSFER_PORTS = [40741, 40742] as const;

const START_MICROSECONDS = Date.UTC(2026, 0, 1, 9) * 1000;

const TO_UPLINK = [
  'ethernet-input',
  'ip4-input',
  'acl-plugin-in-ip4-fa',
  'nat44-out2in',
  'ip4-lookup',
  'ip4-rewrite',
  'acl-plugin-out-ip4-fa',
  'nat44-in2out-output',
];
const UPLINK_OUTPUT = 'GigabitEthernet0/8/0-output';
/** Of a packet that makes a NAT44 session, and of one that finds it. */
const NEW_FLOW = [...TO_UPLINK, 'nat44-in2out-output-slowpath', UPLINK_OUTPUT];
const KNOWN_FLOW = [...TO_UPLINK, UPLINK_OUTPUT];
const TO_POD_ACL = TO_UPLINK.slice(0, -1);
const TO_POD = [...TO_POD_ACL, 'tap2-output'];
const DENIED = [...TO_POD_ACL, 'error-drop', 'drop'];

/** The case of the built-in node, and that of the same node with a rule for the server. @param permitting its commands */
export const tftpCases = (permitting: string): CaseSource[] => [
  {
    name: 'tftp-answer-denied',
    words: {
      title: 'A TFTP answer that no ACL session is for',
      description:
        'A pod resolves a name and asks a TFTP server for a file. The server answers from another port than 69: NAT44 ' +
        "translates the answer, and the pod's ACL denies it. The server repeats it, the pod asks again.",
      origin: 'by hand',
      sources: ['RFC 1350 section 4', 'tools/guide/tftp-flow.ts'],
    },
    drops: [{ node: 'acl-plugin-out-ip4-fa', reason: 'ACL deny packets', count: 4 }],
    config: null,
    steps: steps(false),
  },
  {
    name: 'tftp-answer-permitted',
    words: {
      title: "A TFTP answer that a rule of the pod's ACL permits",
      description: 'The frames of tftp-answer-denied. The rule lets the server answer the pod from any port.',
      origin: 'by hand',
      sources: ['RFC 1350 section 4', 'tools/guide/tftp-flow.ts'],
    },
    config: permitting,
    steps: steps(true),
  },
];

/** All frames in order of time; `permitted` tells whether the server's answers reach the pod. */
function steps(permitted: boolean, { query, request } = DRAWN_PORTS): CaseStep[] {
  const answer = (at: number, what: string, transfer: 0 | 1): CaseStep => {
    const server = { address: SERVER.address, port: TRANSFER_PORTS[transfer], ttl: SERVER.ttl };
    return toPod(at, what, server, request, DATA, 0x51c0 + transfer, permitted);
  };
  return [
    fromPod(0, 'DNS query', query, RESOLVER, dnsMessage(0x0100, []), 1, NEW_FLOW),
    toPod(21_480, 'DNS answer', RESOLVER, query, dnsMessage(0x8180, DNS_ANSWER), 0x7a31, true),
    fromPod(22_015, 'TFTP request', request, requested, READ_REQUEST, 2, NEW_FLOW),
    answer(34_702, 'TFTP data', 0),
    answer(1_034_911, 'TFTP data, second time', 0),
    answer(3_035_260, 'TFTP data, third time', 0),
    fromPod(5_022_384, 'TFTP request again', request, requested, READ_REQUEST, 3, KNOWN_FLOW),
    answer(5_035_120, 'TFTP data of a second transfer', 1),
  ];
}

interface Peer {
  readonly address: string;
  readonly port: number;
  readonly ttl: number;
}

const requested: Peer = { address: SERVER.address, port: SERVER.requestPort, ttl: SERVER.ttl };

/** A datagram of the pod, which leaves by the uplink with the node's address, the NAT port and a hop less. */
function fromPod(
  at: number,
  what: string,
  { port, natPort }: PodFlow,
  peer: Peer,
  data: readonly number[],
  nth: number,
  path: readonly string[],
): CaseStep {
  const headers = { destination: peer.address, identification: 0x2000 + nth, flagsAndFragment: DONT_FRAGMENT };
  const inside = udp({ sourcePort: port, destinationPort: peer.port }, data);
  const outside = udp({ sourcePort: natPort, destinationPort: peer.port }, data);
  return {
    input: {
      interfaceName: 'tap2',
      microseconds: START_MICROSECONDS + at,
      bytes: ethernet(
        { source: '00:00:00:00:00:02', destination: '02:fe:16:3f:5f:0f' },
        ip4({ ...headers, source: '10.1.1.3', ttl: 64 }, inside),
      ),
      comment: what,
    },
    outputs: [
      {
        interfaceName: 'GigabitEthernet0/8/0',
        bytes: ethernet(
          { source: '08:00:27:44:9f:d8', destination: '08:00:27:02:a5:36' },
          ip4({ ...headers, source: '192.168.16.1', ttl: 63 }, outside),
        ),
        comment: `because of: ${what}`,
      },
    ],
    nodes: { frame: what, path },
  };
}

/** A datagram from the Internet to the NAT port, which reaches the pod if `permitted`. */
function toPod(
  at: number,
  what: string,
  peer: Peer,
  { port, natPort }: PodFlow,
  data: readonly number[],
  identification: number,
  permitted: boolean,
): CaseStep {
  const headers = { source: peer.address, identification };
  const outside = udp({ sourcePort: peer.port, destinationPort: natPort }, data);
  const inside = udp({ sourcePort: peer.port, destinationPort: port }, data);
  return {
    input: {
      interfaceName: 'GigabitEthernet0/8/0',
      microseconds: START_MICROSECONDS + at,
      bytes: ethernet(
        { source: '08:00:27:02:a5:36', destination: '08:00:27:44:9f:d8' },
        ip4({ ...headers, destination: '192.168.16.1', ttl: peer.ttl }, outside),
      ),
      comment: what,
    },
    outputs: permitted
      ? [
          {
            interfaceName: 'tap2',
            bytes: ethernet(
              { source: '02:fe:16:3f:5f:0f', destination: '00:00:00:00:00:02' },
              ip4({ ...headers, destination: '10.1.1.3', ttl: peer.ttl - 1 }, inside),
            ),
            comment: `because of: ${what}`,
          },
        ]
      : [],
    nodes: { frame: what, path: permitted ? TO_POD : DENIED },
  };
}

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

/** RFC 1350 section 5: opcode 1, file name and mode, each ended by 0. */
const READ_REQUEST = [...u16(1), ...ascii('edge-7.cfg\0octet\0')];

/** RFC 1350 section 5: opcode 3, block 1, and less than 512 octets: the whole file. */
const DATA = [
  ...u16(3),
  ...u16(1),
  ...ascii('hostname edge-7\nntp server 192.0.2.123\nlogging host 192.0.2.51\nsnmp-server location rack 7\n'),
];

/** RFC 1035 section 4.1: the question for the A record of tftp.example.net, and answers. */
const dnsMessage = (flags: number, answers: readonly number[]): number[] => [
  ...[...u16(0x6b1d), ...u16(flags), ...u16(1), ...u16(answers.length > 0 ? 1 : 0), ...u16(0), ...u16(0)],
  ...['tftp', 'example', 'net', ''].flatMap((label) => [label.length, ...ascii(label)]),
  ...[...u16(1), ...u16(1)],
  ...answers,
];

/** An A record for the name at octet 12, for five minutes. */
const DNS_ANSWER = [...u16(0xc00c), ...u16(1), ...u16(1), ...u32(300), ...u16(4), 192, 0, 2, 69];
