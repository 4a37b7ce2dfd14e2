/** NAT44 in classic mode. */

import type { RecordingCase } from './recording-case.js';

export const natCases: readonly RecordingCase[] = [
  {
    name: 'nat-in-out',
    recording: 'C-nat0',
    frames: 60,
    title: 'NAT44 with inside and outside interfaces',
    description: 'One pool address, forwarding disabled: what has no session is not let in.',
    evidence: [
      { frame: 1, what: 'the first port that NAT44 draws', sent: '192.168.16.1:16253' },
      {
        frame: 22,
        what: 'TTL 1 where NAT44 translates: answered, and the drop has a stale reason',
        node: 'ip4-icmp-error',
      },
      { frame: 38, what: 'from outside, without a session', drop: 'nat44-out2in: no translation' },
      { frame: 57, what: 'another protocol from outside', drop: 'nat44-out2in: unsupported protocol' },
    ],
  },
  {
    name: 'nat-four-addresses',
    recording: 'C-nat1',
    frames: 30,
    title: 'NAT44 with four pool addresses',
    description: 'The address that was added last is used until its ports run out.',
    evidence: [
      { frame: 1, what: 'from outside, without a session', drop: 'nat44-out2in: no translation' },
      { frame: 3, what: 'the first draw', sent: '192.168.16.1:16253' },
    ],
  },
  {
    name: 'nat-static-mappings',
    recording: 'C-nat2',
    frames: 50,
    title: 'Static mappings and hairpinning',
    description:
      'Mappings of an address, of address and port, of an ICMP identifier, and identity mappings; from outside and, through ' +
      'ip4-local and the hairpinning feature there, from inside.',
    evidence: [
      {
        frame: 2,
        what: 'from inside to an outside address: translated twice',
        sent: '192.168.16.220:16253 > 10.1.2.74:53',
      },
      { frame: 4, what: 'an address-only mapping keeps the port', sent: '192.168.16.231:19838' },
      { frame: 10, what: 'from outside to a mapped address', sent: '151.101.1.69 > 10.1.1.201' },
      { frame: 44, what: 'a later fragment', node: 'nat44-in2out-reass' },
      { frame: 50, what: 'an identity mapping: to the node itself', drop: 'ip4-input: unknown ip protocol' },
    ],
  },
  {
    name: 'nat-forwarding',
    recording: 'C-nat9',
    frames: 45,
    title: 'Static mappings with forwarding enabled',
    description:
      'With forwarding, plain inside interfaces translate static mappings only; all else passes untranslated.',
    evidence: [
      { frame: 11, what: 'to the node itself', node: 'ip4-udp-lookup' },
      { frame: 25, what: 'hairpinning', node: 'ip4-local-end-of-arc' },
    ],
  },
  {
    name: 'nat-output-feature',
    recording: 'C-nat3',
    frames: 60,
    title: 'NAT44 as an output feature',
    description:
      'Translation behind ip4-rewrite, as on a Contiv node, with static mappings. A TTL that ip4-rewrite made 1 is used up there.',
    evidence: [
      { frame: 2, what: 'a new session', node: 'nat44-in2out-output-slowpath' },
      { frame: 3, what: 'TTL 1 in the output feature', drop: 'null-node: blackholed packets' },
      { frame: 10, what: 'a ping of the node', node: 'ip4-icmp-echo-request' },
      { frame: 50, what: 'a fragment from outside', node: 'nat44-out2in-reass' },
    ],
  },
  {
    name: 'nat-lru-recycling',
    recording: 'C-nat5',
    frames: 240,
    title: 'max translations per user: the oldest session is recycled',
    description: 'Four sessions for each user. A fifth takes the place of the one that was idle longest.',
    evidence: [
      { frame: 69, what: 'a flow gets its port', sent: '192.168.16.1:25798' },
      { frame: 238, what: 'the same flow gets another one: its session was recycled', sent: '192.168.16.1:32376' },
    ],
  },
  {
    name: 'nat-mss-clamping',
    recording: 'C-nat6',
    frames: 90,
    title: 'MSS clamping, UDP checksum 0, other protocols',
    description: 'SYNs on their way out get an MSS of 1452 at most; a UDP checksum of 0 stays 0.',
    evidence: [
      { frame: 20, what: 'IGMP is not translated', drop: 'nat44-in2out-slowpath: unsupported protocol' },
      { frame: 27, what: 'UDP without a checksum', sent: '192.168.16.1:25801' },
      {
        frame: 35,
        what: 'a SYN on its way out, whose MSS of 8960 becomes 1452',
        sent: '192.168.16.234:30002',
      },
      { frame: 88, what: 'SCTP of an address-only mapping is translated', sent: '192.168.16.234 > 185.199.108.153' },
    ],
  },
  {
    name: 'nat-icmp-errors',
    recording: 'C-nat7',
    frames: 82,
    title: 'ICMP errors through NAT44',
    description: 'The quoted packet is translated as well, in both directions.',
    evidence: [
      {
        frame: 11,
        what: 'an error from outside about a translated flow',
        sent: '100.253.15.245 > 10.1.2.29 icmp type 3',
      },
      { frame: 21, what: 'an error about no flow', drop: 'nat44-in2out-slowpath: unsupported ICMP type' },
      { frame: 81, what: 'an error from inside', sent: '192.168.16.1 > 192.168.16.100 icmp type 11' },
    ],
  },
  {
    name: 'nat-fragments',
    recording: 'G-frag4',
    frames: 35,
    title: 'Fragments through NAT44, also out of order',
    description:
      'Fragments that come before the first are kept and follow it in order of arrival, translated, also when hairpinned.',
    evidence: [
      { frame: 3, what: 'kept', node: 'nat44-in2out-reass' },
      { frame: 7, what: 'the first fragment, and the kept ones behind it', sent: '192.168.16.1:18995 > 10.1.1.40:80' },
      { frame: 26, what: 'a fragment for nobody', drop: 'nat44-out2in-reass: no translation' },
    ],
  },
  {
    name: 'nat-fragments-output-feature',
    recording: 'G-frag0',
    frames: 62,
    title: 'Fragments through the output feature',
    description: 'Fragments that are to leave through an output-feature interface are kept and never come out.',
    evidence: [
      { frame: 2, what: 'kept for ever', node: 'nat44-in2out-reass' },
      { frame: 18, what: 'offset 1', drop: 'ip4-input: ip4 fragment offset == 1' },
      { frame: 60, what: 'to the node itself', node: 'ip4-full-reassembly' },
    ],
  },
];
