/**
 * Four flows of pod 10.1.1.3 before the documented one, so that it draws the fifth NAT port, as in the guide.
 *
 * The ports follow from VPP 19.08 src/plugins/nat/nat.c (snat_random_port and its callers), by hand:
 *
 *     s1 =                                1013904223   1025 + s1 / 66578 = 1025 + 15228 = 16253
 *     s2 = 1664525 * s1 + 1013904223   =  1196435762   1025 + s2 / 66578 = 1025 + 17970 = 18995
 *     s3 = 1664525 * s2 + 1013904223   =  3519870697   1025 + s3 / 66578 = 1025 + 52868 = 53893
 *     s4 = 1664525 * s3 + 1013904223   =  2868466484   1025 + s4 / 66578 = 1025 + 43084 = 44109
 *     s5 = 1664525 * s4 + 1013904223   =  1649599747   1025 + s5 / 66578 = 1025 + 24776 = 25801
 *
 * modulo 2^32, with integer division. Checksums are computed in full (wire/build.ts); VPP's incremental ones must come out the same.
 */

import { ethernet, ip4, tcp, udp, type Layer } from '../build-packets.js';
import { DONT_FRAGMENT } from '../../src/wire/ip4.js';
import { SYN } from '../../src/wire/tcp.js';
import { u16 } from './bytes.js';
import type { CaseStep } from './case-source.js';

const POD = { address: '10.1.1.3', mac: '00:00:00:00:00:02', interfaceName: 'tap2', gatewayMac: '02:fe:16:3f:5f:0f' };
const UPLINK = {
  address: '192.168.16.1',
  mac: '08:00:27:44:9f:d8',
  interfaceName: 'GigabitEthernet0/8/0',
  nextHopMac: '08:00:27:02:a5:36',
};

interface EarlierFlow {
  readonly what: string;
  readonly protocol: 'tcp' | 'udp';
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly natPort: number;
  /** What a UDP datagram carries. */
  readonly data?: () => readonly number[];
}

/** The DNS name of the documented server is looked up, then other things are fetched. */
const FLOWS: readonly EarlierFlow[] = [
  {
    what: 'DNS query',
    protocol: 'udp',
    destination: '8.8.8.8',
    sourcePort: 40001,
    destinationPort: 53,
    natPort: 16253,
    data: () => DNS_QUERY,
  },
  {
    what: 'SYN to an HTTPS server',
    protocol: 'tcp',
    destination: '93.184.216.34',
    sourcePort: 40002,
    destinationPort: 443,
    natPort: 18995,
  },
  {
    what: 'NTP query',
    protocol: 'udp',
    destination: '192.0.2.123',
    sourcePort: 123,
    destinationPort: 123,
    natPort: 53893,
    data: () => NTP_QUERY,
  },
  {
    what: 'SYN to an HTTP server',
    protocol: 'tcp',
    destination: '198.51.100.7',
    sourcePort: 40004,
    destinationPort: 80,
    natPort: 44109,
  },
];

const NODES = [
  'ethernet-input',
  'ip4-input',
  'acl-plugin-in-ip4-fa',
  'nat44-out2in',
  'ip4-lookup',
  'ip4-rewrite',
  'acl-plugin-out-ip4-fa',
  'nat44-in2out-output',
  'nat44-in2out-output-slowpath',
  'GigabitEthernet0/8/0-output',
];

/** The same in VPP 26.06 with endpoint-dependent NAT44: recording D-ed0 frame 4, with the ACLs' nodes where A-seed3 frame 0 has them. */
const NODES_26 = [
  'ethernet-input',
  'ip4-input',
  'acl-plugin-in-ip4-fa',
  'ip4-sv-reassembly-feature',
  'nat44-ed-classify',
  'nat44-ed-in2out',
  'nat44-ed-in2out-slowpath',
  'ip4-lookup',
  'ip4-rewrite',
  'ip4-sv-reassembly-output-feature',
  'nat-pre-in2out-output',
  'nat44-ed-in2out-output',
  'nat44-ed-in2out-output-slowpath',
  'acl-plugin-out-ip4-fa',
  'GigabitEthernet0/8/0-output',
];

/** The four flows, one second apart, the last one a second before `microseconds`. @param keepsPorts in VPP 26.06, which keeps a port from 1024 on */
export const earlierFlows = (microseconds: number, keepsPorts = false): CaseStep[] =>
  FLOWS.map((flow, index) => {
    const natPort = keepsPorts ? flow.sourcePort : flow.natPort;
    const how = keepsPorts ? `port ${natPort} is kept` : `port ${natPort} is draw ${index + 1}`;
    const { destination } = flow;
    const headers = { destination, identification: 0x1001 + index, flagsAndFragment: DONT_FRAGMENT };
    return {
      input: {
        interfaceName: POD.interfaceName,
        microseconds: microseconds - (FLOWS.length - index) * 1_000_000,
        bytes: ethernet(
          { source: POD.mac, destination: POD.gatewayMac },
          ip4({ ...headers, source: POD.address }, datagram(flow, flow.sourcePort)),
        ),
        comment: `earlier flow ${index + 1}, by hand: ${flow.what}`,
      },
      outputs: [
        {
          interfaceName: UPLINK.interfaceName,
          bytes: ethernet(
            { source: UPLINK.mac, destination: UPLINK.nextHopMac },
            ip4({ ...headers, source: UPLINK.address, ttl: 63 }, datagram(flow, natPort)),
          ),
          comment: `earlier flow ${index + 1}, by hand: ${how}`,
        },
      ],
      nodes: { frame: `earlier flow ${index + 1} (${flow.what})`, path: keepsPorts ? NODES_26 : NODES },
    };
  });

function datagram(flow: EarlierFlow, sourcePort: number): Layer {
  const { destinationPort } = flow;
  if (flow.protocol === 'udp') return udp({ sourcePort, destinationPort }, flow.data?.());
  return tcp({ sourcePort, destinationPort, sequence: 0x1000_0000 + destinationPort, flags: SYN, window: 29200 });
}

/** RFC 1035 section 4.1: a query with recursion desired for the A record of example.com. */
const DNS_QUERY = [
  ...[...u16(0x2a01), ...u16(0x0100), ...u16(1), ...u16(0), ...u16(0), ...u16(0)],
  ...['example', 'com', ''].flatMap((label) => [label.length, ...new TextEncoder().encode(label)]),
  ...[...u16(1), ...u16(1)],
];

/** RFC 5905 section 7.3: version 4, mode 3 (client), all else unset. */
const NTP_QUERY = [0x23, ...new Array<number>(47).fill(0)];
