/**
 * The guide's flows between two nodes, as one case for each node: the client's node and the server's. A packet that one node
 * sent is what the other received.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseSource, CaseStep } from './case-source.js';
import { GUIDE_DAY_MICROSECONDS } from './guide-flows.js';
import { receivedFrame, sentFrame, withSourcePort, type OverlayFrame } from './overlay-frames.js';
import { serverNode, type ServerNode } from './server-node.js';
import { parseTrace } from './trace-text.js';

interface OverlayFlow {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** MACs of the two uplinks in the run that was traced. */
  readonly clientMac: string;
  readonly serverMac: string;
  readonly server: Pick<ServerNode, 'pod' | 'podMac' | 'tap' | 'tapId'>;
  /** 19.08 finds the session of a static mapping in nat44-in2out itself, see guide-flows.ts. */
  readonly isService: boolean;
}

const FLOWS: readonly OverlayFlow[] = [
  {
    name: 'pod-to-pod-different-nodes',
    title: 'Pod to a pod on another node',
    description:
      'SYN of pod 10.1.1.12 to port 8080 of pod 10.1.2.13 on the other node, and the SYN-ACK, through VXLAN.',
    clientMac: '08:00:27:72:95:8d',
    serverMac: '08:00:27:a2:a4:50',
    server: { pod: '10.1.2.13', podMac: '00:00:00:00:00:02', tap: '02:fe:47:84:04:5d', tapId: 12 },
    isService: false,
  },
  {
    name: 'pod-to-service-different-nodes',
    title: 'Pod to a service with its backend on another node',
    description:
      'SYN of pod 10.1.1.3 to the service 10.97.193.160:80, whose backend is 10.1.2.4:8080 on the other node, and the ' +
      "SYN-ACK, through VXLAN. The client's node translates.",
    clientMac: '08:00:27:44:9f:d8',
    serverMac: '08:00:27:e0:57:49',
    server: { pod: '10.1.2.4', podMac: '00:00:00:00:00:02', tap: '02:fe:1d:72:95:66', tapId: 3 },
    isService: true,
  },
];

/** The first port that NAT44 draws: 1025 + floor(1013904223 / 66578), NOTES-19.08 "NAT44, both modes". */
const FIRST_PORT = 16253;

const WHY = {
  sent:
    'Behind the bridge, 19.08 runs input ACLs on a feature arc (l2-input-feat-arc) where the 2018 VPP classified ' +
    '(l2-input-classify), and vxlan4-encap skips load balances with one bucket: recorded in H-vxlan0 frame 7.',
  received:
    "The guide's DPDK driver sent IPv4 straight to ip4-input; in 19.08 every driver hands its frames to ethernet-input " +
    '(A-seed0 frame 3). Same bytes.',
  service:
    ' nat44-in2out finds the session of a static mapping by itself; the 2018 VPP did so in the slow path only ' +
    '(C-nat9 frames 50 and 178).',
} as const;

const SOURCE_PORT_NOTE =
  `The outer UDP source port of what leaves by the uplink is ${FIRST_PORT}, not the trace's: in 19.08 the output feature of ` +
  'NAT44 translates it, because the identity mapping covers port 4789 only (NOTES-19.08 "VXLAN, bridge domain", H-vxlan0 ' +
  'frames 7, 10 and 13). It is the first port that is drawn. All other bytes are those of the trace.';

/** @param builtIn commands of the built-in node */
export function overlayCases(reference: string, builtIn: string): CaseSource[] {
  return FLOWS.flatMap((flow) => {
    const { name, title, description, clientMac, serverMac, isService } = flow;
    const read = (which: string) =>
      parseTrace(readFileSync(join(reference, 'contiv-traces', `${name}-${which}.txt`), 'utf8'));
    const [requestSent, requestReceived] = read('request');
    const [responseSent, responseReceived] = read('response');
    const request = { sent: sentFrame(requestSent), received: receivedFrame(requestReceived) };
    const response = { sent: sentFrame(responseSent), received: receivedFrame(responseReceived) };
    for (const { sent, received } of [request, response])
      if (Buffer.compare(sent.expected, received.input) !== 0) throw new Error(`${name}: the two nodes disagree`);
    const made = (node: 'client' | 'server', config: string | null, steps: CaseStep[]): CaseSource => ({
      name: `${name}-${node}`,
      config,
      words: {
        title: `${title}: the ${node}'s node`,
        description,
        origin: 'trace',
        sources: [`contiv-traces/${name}-request.txt`, `contiv-traces/${name}-response.txt`],
        notes: [
          `The inner frames' bytes from ${request.sent.unknownFrom} on (TCP options) are not in the trace and stand as zero, so a reader finds the TCP checksums wrong; they are the trace's.`,
          SOURCE_PORT_NOTE,
          'The clock times are those of the trace; the day is invented.',
        ],
      },
      steps,
    });
    const clientConfig = isService
      ? null
      : `# The commands of the built-in node (configs/contiv-node.vpp) with the uplinks' MACs of another run.\n` +
        builtIn.replace('08:00:27:44:9f:d8', clientMac).replace('08:00:27:e0:57:49', serverMac);
    return [
      made('client', clientConfig, [
        step(flow, 'request', request.sent, 'received by'),
        step(flow, 'response', response.received, 'sent by'),
      ]),
      made('server', serverNode({ ...flow.server, mac: serverMac, peerMac: clientMac }), [
        step(flow, 'request', request.received, 'sent by'),
        step(flow, 'response', response.sent, 'received by'),
      ]),
    ];
  });
}

function step({ name, server, isService }: OverlayFlow, which: string, frame: OverlayFrame, other: string): CaseStep {
  const source = `contiv-traces/${name}-${which}.txt`;
  const isSent = frame.nodes.includes('vxlan4-encap');
  const onServer = frame.outputInterface === `tap${server.tapId}` || (isSent && which === 'response');
  const podInterface = onServer ? `tap${server.tapId}` : isService ? 'tap2' : 'tap11';
  const translated = isService && !onServer && !isSent;
  const path = pathOf(frame.nodes, translated);
  const uplink = 'GigabitEthernet0/8/0';
  return {
    input: {
      interfaceName: isSent ? podInterface : uplink,
      microseconds: GUIDE_DAY_MICROSECONDS + frame.microseconds,
      bytes: frame.input,
      comment: `${which}: ${source}, the headers at the input nodes; ${other} the other node`,
    },
    outputs: [
      {
        interfaceName: frame.outputInterface,
        bytes: isSent ? withSourcePort(frame.expected, FIRST_PORT) : frame.expected,
        comment: `${which}: ${source}, ${frame.outputInterface}-output`,
      },
    ],
    nodes: {
      frame: `${which} (${which === 'request' ? 'SYN' : 'SYN-ACK'})`,
      path,
      sourcePath: [...frame.nodes],
      differs: (isSent ? WHY.sent : WHY.received) + (translated ? WHY.service : ''),
    },
  };
}

/** The way that 19.08 takes, from the one of the guide's VPP. */
function pathOf(nodes: readonly string[], isTranslatedBack: boolean): string[] {
  const path = nodes.flatMap((node, at) => {
    if (node === 'l2-input-classify') return ['l2-input-feat-arc'];
    if (node === 'acl-plugin-in-ip4-l2') return [node, 'l2-input-feat-arc-end'];
    if (node === 'ip4-load-balance' && nodes[at - 1] === 'vxlan4-encap') return [];
    if (node === 'nat44-in2out-slowpath' && isTranslatedBack) return [];
    return [node];
  });
  return path[0] === 'ethernet-input' ? path : ['ethernet-input', ...path];
}
