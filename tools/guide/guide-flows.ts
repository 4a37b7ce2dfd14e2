/** The guide's flows that stay on one node, and where its 2018 VPP took another way through the graph than 19.08 does. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseSource, CaseStep } from './case-source.js';
import { earlierFlows } from './earlier-flows.js';
import { guideFrame, type GuideFrame } from './guide-frames.js';
import { parseTrace } from './trace-text.js';

/** The guide does not date its traces; their clock times are put on this day. */
export const GUIDE_DAY_MICROSECONDS = Date.UTC(2018, 5, 1) * 1000;

interface Flow {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly requestPath?: Differing;
  readonly responsePath?: Differing;
}

/** The way that 19.08 takes, and how that is known. */
interface Differing {
  readonly path: readonly string[];
  readonly why: string;
}

/** nat44-in2out finds the mapping's session by itself; the 2018 VPP looked it up in the slow path. */
const SESSION_IN_FAST_PATH =
  'The guide shows nat44-in2out-slowpath behind nat44-in2out: its VPP kept the sessions of a service apart from the ' +
  'others and found them in the slow path only. 19.08 finds the session of a static mapping in nat44-in2out: ' +
  'recorded in C-nat9 frames 50 (UDP, answer to frame 33) and 178 (TCP). Same bytes.';

/** A service's answer to a pod on the node. */
const SERVICE_ANSWER: Differing = {
  path: [
    'ethernet-input',
    'ip4-input',
    'acl-plugin-in-ip4-fa',
    'nat44-in2out',
    'ip4-lookup',
    'ip4-rewrite',
    'acl-plugin-out-ip4-fa',
    'tap2-output',
  ],
  why: SESSION_IN_FAST_PATH,
};

const ETHERNET_INPUT_FIRST =
  "The guide's DPDK driver classified frames itself and sent IPv4 straight to ip4-input; in 19.08 every driver hands " +
  'its frames to ethernet-input (A-seed0 frame 3). Same bytes.';

const FLOWS: readonly Flow[] = [
  {
    name: 'pod-to-pod-same-node',
    title: 'Pod to pod on the same node',
    description:
      'SYN of pod 10.1.1.12 to port 8080 of pod 10.1.1.9, and the SYN-ACK. No address changes; the reflected ACL ' +
      'session lets the answer in.',
  },
  {
    name: 'pod-to-host',
    title: 'Pod to the host stack',
    description: 'SYN of pod 10.1.1.3 to port 8080 of the host (10.20.0.2, behind tap0), and the SYN-ACK.',
  },
  {
    name: 'host-to-pod',
    title: 'Host stack to pod',
    description: 'SYN of the host (172.30.1.2, behind tap0) to port 8080 of pod 10.1.1.6, and the SYN-ACK.',
  },
  {
    name: 'pod-to-service-same-node',
    title: 'Pod to a service with its backend on the same node',
    description:
      'SYN of pod 10.1.1.3 to the service 10.104.221.85:80. nat44-out2in translates the destination to the backend ' +
      '10.1.1.5:8080; on the way back nat44-in2out makes the source the service again.',
    responsePath: SERVICE_ANSWER,
  },
  {
    name: 'pod-to-service-host',
    title: 'Pod to a service with its backend in the host stack',
    description:
      'SYN of pod 10.1.1.3 to the service 10.104.221.85:80, whose backend was the host (10.20.0.2:8080) when the guide ' +
      'traced it; the configuration differs from the built-in node in that one mapping.',
    responsePath: SERVICE_ANSWER,
  },
  {
    name: 'pod-to-internet',
    title: 'Pod to the Internet',
    description:
      'The flow of POD_TO_INTERNET: SYN of pod 10.1.1.3:41084 to 31.134.97.51:80, source-translated to ' +
      '192.168.16.1:25801, and the SYN-ACK. 25801 is the fifth port that NAT44 draws, so four flows of the pod come before.',
    responsePath: {
      path: [
        'ethernet-input',
        'ip4-input',
        'acl-plugin-in-ip4-fa',
        'nat44-out2in',
        'ip4-lookup',
        'ip4-rewrite',
        'acl-plugin-out-ip4-fa',
        'tap2-output',
      ],
      why: ETHERNET_INPUT_FIRST,
    },
  },
];

/** A flow's two packets, as its trace files tell them. */
export interface GuidePair {
  readonly flow: string;
  readonly request: GuideFrame;
  readonly response: GuideFrame;
}

/** Reads the flows' traces from the reference folder (contiv-traces/*.txt, POD_TO_INTERNET.txt). */
export function guidePairs(reference: string): GuidePair[] {
  return FLOWS.map(({ name }) => {
    const [request] = readTrace(join(reference, 'contiv-traces', `${name}-request.txt`));
    const [response] = readTrace(join(reference, 'contiv-traces', `${name}-response.txt`));
    // A flow's response comes in where its request went out, and back.
    if (request.outputMac !== response.inputMac || response.outputMac !== request.inputMac)
      throw new Error(`${name}: request and response do not use the same two interfaces`);
    return { flow: name, request, response };
  });
}

/** The documented flow once more, as POD_TO_INTERNET.txt has it: request, response. */
export const documentedPair = (reference: string): GuideFrame[] => readTrace(join(reference, 'POD_TO_INTERNET.txt'));

const readTrace = (file: string): GuideFrame[] => parseTrace(readFileSync(file, 'utf8')).map(guideFrame);

/** The cases of the guide. @param hostServiceConfig text of pod-to-service-host's node.vpp */
export function guideCases(reference: string, hostServiceConfig: string): CaseSource[] {
  return guidePairs(reference).map(({ flow: name, request, response }, index) => {
    const { title, description, requestPath, responsePath } = FLOWS[index];
    const isInternet = name === 'pod-to-internet';
    const steps = [
      step(name, 'request', request, response.outputInterface, requestPath),
      step(name, 'response', response, request.outputInterface, responsePath),
    ];
    return {
      name,
      config: name === 'pod-to-service-host' ? hostServiceConfig : null,
      words: {
        title,
        description,
        origin: 'trace',
        sources: [
          `contiv-traces/${name}-request.txt`,
          `contiv-traces/${name}-response.txt`,
          ...(isInternet ? ['POD_TO_INTERNET.txt'] : []),
        ],
        notes: notesOf(request, response, isInternet),
      },
      filePerInterface: isInternet,
      steps: isInternet ? [...earlierFlows(GUIDE_DAY_MICROSECONDS + request.microseconds), ...steps] : steps,
    };
  });
}

function step(flow: string, which: string, frame: GuideFrame, interfaceName: string, differing?: Differing): CaseStep {
  const source = `contiv-traces/${flow}-${which}.txt`;
  return {
    input: {
      interfaceName,
      microseconds: GUIDE_DAY_MICROSECONDS + frame.microseconds,
      bytes: frame.input,
      comment: `${which}: ${source}, the headers at ethernet-input and ip4-input`,
    },
    outputs: [
      {
        interfaceName: frame.outputInterface,
        bytes: frame.expected,
        comment: `${which}: ${source}, ${frame.outputInterface}-output`,
      },
    ],
    nodes: {
      frame: `${which} (${which === 'request' ? 'SYN' : 'SYN-ACK'})`,
      path: [...(differing?.path ?? frame.nodes)],
      ...(differing ? { sourcePath: [...frame.nodes], differs: differing.why } : {}),
    },
  };
}

function notesOf(request: GuideFrame, response: GuideFrame, isInternet: boolean): string[] {
  const unknown = [['request', request] as const, ['response', response] as const].flatMap(
    ([which, { unknownFrom, input }]) =>
      unknownFrom < input.length
        ? [
            `Bytes ${unknownFrom}-${input.length - 1} of the ${which} (TCP options) are not in the trace and stand as zero, so a reader finds its TCP checksum wrong; it is the trace's.`,
          ]
        : [],
  );
  return [
    ...unknown,
    'The clock times are those of the trace; the day is invented.',
    ...(isInternet
      ? [
          'The four flows before the request are made by hand in tools/guide/earlier-flows.ts, which also derives their ports 16253, 18995, 53893 and 44109.',
        ]
      : []),
  ];
}
