/** NAT44 in endpoint-dependent mode: the services of a Contiv node. */

import type { RecordingCase } from './recording-case.js';

export const edCases: readonly RecordingCase[] = [
  {
    name: 'ed-self-twice-nat',
    recording: 'D-ed0',
    frames: 30,
    title: 'Services with self-twice-nat',
    description:
      'Load-balanced services with pods that are inside and outside. A client that is its own backend is translated twice.',
    evidence: [
      { frame: 1, what: 'from outside to a service', sent: '8.8.8.8:30007 > 10.1.1.102:5353' },
      { frame: 2, what: 'the answer of the backend', sent: '10.96.0.12:53 > 8.8.8.8:30007' },
      { frame: 11, what: 'the backend is the client', sent: '10.1.254.254:53893 > 10.1.1.102:5353' },
    ],
  },
  {
    name: 'ed-twice-nat',
    recording: 'D-ed2',
    frames: 45,
    title: 'Services with twice-nat',
    description: 'The source becomes the twice-nat address for every client from outside.',
    evidence: [
      {
        frame: 4,
        what: 'no session, and no SYN',
        drop: 'nat44-ed-in2out-slowpath: non-SYN packet try to create session',
      },
      { frame: 5, what: 'both ends translated', sent: '10.1.254.254:23198 > 10.1.1.143:5353' },
      { frame: 6, what: 'and back', sent: '192.168.16.222:82 > 31.134.97.51:45640' },
    ],
  },
  {
    name: 'ed-services-behind-acls',
    recording: 'D-ed1',
    frames: 55,
    title: 'Services with twice-nat out2in-only, behind ACLs',
    description: 'As on a Contiv node with policies: the ACL on the output of the pod sees the translated packet.',
    evidence: [
      { frame: 1, what: 'translated, then denied', drop: 'acl-plugin-out-ip4-fa: ACL deny packets' },
      { frame: 11, what: 'from a pod to the Internet', sent: '192.168.16.1:38556' },
      { frame: 37, what: 'another protocol from outside', drop: 'nat44-ed-out2in-slowpath: unsupported protocol' },
    ],
  },
  {
    name: 'ed-affinity',
    recording: 'D-ed3',
    frames: 60,
    title: 'Services with session affinity',
    description: 'A client that comes back within the timeout gets the backend that it had, whatever would be drawn.',
    evidence: [
      { frame: 34, what: 'a client gets a backend', sent: '93.184.216.34:10361 > 10.1.3.60:9000' },
      { frame: 46, what: 'from another port it gets the same', sent: '93.184.216.34:839 > 10.1.3.60:9000' },
    ],
  },
  {
    name: 'ed-forwarding',
    recording: 'D-ed6',
    frames: 40,
    title: 'Endpoint-dependent NAT44 with forwarding enabled',
    description: 'What is no service and has no session passes untranslated.',
    evidence: [
      { frame: 6, what: 'passes untranslated', sent: '10.1.4.195:20056 > 185.199.108.153:83' },
      { frame: 14, what: 'from a mapped pod to a service', sent: '192.168.16.235:8434 > 10.1.4.195:9000' },
    ],
  },
  {
    name: 'ed-user-limit',
    recording: 'D-ed7',
    frames: 142,
    title: 'max translations per user in endpoint-dependent mode',
    description: 'Six sessions for each user; out2in-only services; fragments of pings, kept and released.',
    evidence: [
      { frame: 2, what: 'to a service', sent: '10.1.1.59:30290 > 10.1.4.112:8081' },
      { frame: 12, what: 'the first fragment releases those before it', sent: '151.101.1.69 > 10.1.1.59' },
      { frame: 141, what: 'as many sessions as are allowed', drop: 'null-node: blackholed packets' },
    ],
  },
  {
    name: 'ed-session-timeouts',
    recording: 'D-ed5',
    frames: 120,
    title: 'NAT44 sessions that time out',
    description:
      'Timeouts of two seconds (UDP, ICMP, transitory TCP) and six (established TCP). Between frames 83 and 84 the traffic ' +
      'pauses for 3.3 seconds.',
    evidence: [
      { frame: 55, what: 'a flow to a service gets its session', node: 'nat44-ed-out2in-slowpath' },
      { frame: 113, what: 'it gets a new one: the first has timed out', node: 'nat44-ed-out2in-slowpath' },
    ],
  },
  {
    name: 'ed-fragments',
    recording: 'G-frag2',
    frames: 55,
    title: 'Fragments in endpoint-dependent mode',
    description: 'Unlike the classic mode, fragments come out of the output feature as well.',
    evidence: [
      { frame: 4, what: 'kept', node: 'nat44-ed-out2in-reass' },
      { frame: 19, what: 'on the way out', node: 'nat44-ed-in2out-reass' },
    ],
  },
  {
    name: 'ed-fragments-acl',
    recording: 'G-frag3',
    frames: 50,
    title: 'Fragments, ACLs and endpoint-dependent NAT44',
    description: 'All that meets a fragment from a pod to the Internet.',
    evidence: [
      { frame: 1, what: 'denied', drop: 'acl-plugin-in-ip4-fa: ACL deny packets' },
      { frame: 28, what: 'denied on output', drop: 'acl-plugin-out-ip4-fa: ACL deny packets' },
    ],
  },
];
