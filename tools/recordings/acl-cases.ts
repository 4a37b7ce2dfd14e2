/** ACLs: kinds of rules, sessions, fragments. */

import type { RecordingCase } from './recording-case.js';

const DENY_IN = 'acl-plugin-in-ip4-fa: ACL deny packets';
const DENY_OUT = 'acl-plugin-out-ip4-fa: ACL deny packets';

export const aclCases: readonly RecordingCase[] = [
  {
    name: 'acl-input',
    recording: 'B-acl0',
    frames: 56,
    title: 'ACLs on input: permit, deny and permit+reflect',
    description:
      'Three interfaces, ACLs of 3 to 6 rules on the input of two, evaluated in order. Fragments to the node itself are ' +
      'put together before ip4-local takes them.',
    evidence: [
      { frame: 8, what: 'a fragment to the node goes to reassembly', node: 'ip4-full-reassembly' },
      { frame: 52, what: 'denied', drop: DENY_IN },
    ],
  },
  {
    name: 'acl-many-rules',
    recording: 'B-acl3',
    frames: 30,
    title: 'ACLs with hundreds of rules, tcpflags among them',
    description: 'Five ACLs with 371 rules. What VPP finds by hashing is what reading the rules in order would find.',
    evidence: [
      { frame: 1, what: 'denied by rule 42 of its ACL', drop: DENY_IN },
      { frame: 17, what: 'a FIN, denied by a rule with tcpflags 1 63', drop: DENY_OUT },
      { frame: 19, what: 'IP options: punted before any ACL', drop: 'ip4-input: ip4 options present' },
    ],
  },
  {
    name: 'acl-linear',
    recording: 'B-acl6',
    frames: 40,
    title: 'ACLs read rule by rule',
    description: 'use-hash-acl-matching 0: the rules of 139 are tried one after the other.',
    evidence: [
      { frame: 1, what: 'denied on input', drop: DENY_IN },
      { frame: 9, what: 'denied on output', drop: DENY_OUT },
    ],
  },
  {
    name: 'acl-reflexive',
    recording: 'B-acl1',
    frames: 60,
    title: 'Reflexive sessions in both directions of several interfaces',
    description:
      'permit+reflect rules on input and output. A session lets its packets pass without looking at rules; ICMP requests ' +
      'make a session for the reply as well.',
    evidence: [
      { frame: 8, what: 'denied on output', drop: DENY_OUT },
      { frame: 39, what: 'the last fragment of a ping of the node, which is answered', node: 'ip4-icmp-echo-request' },
    ],
  },
  {
    name: 'acl-session-timeouts',
    recording: 'B-acl5',
    frames: 90,
    title: 'Sessions of ACLs that time out',
    description:
      'Idle timeouts of one second (UDP, transient TCP) and five (TCP). Between frames 66 and 67 the traffic pauses for 2.6 ' +
      'seconds, and the cleaner removes sessions.',
    evidence: [
      { frame: 64, what: 'a flow that has sessions', counter: 'acl-plugin-in-ip4-fa: existing session packets' },
      { frame: 67, what: 'the same flow makes new ones', counter: 'acl-plugin-in-ip4-fa: new sessions added' },
    ],
  },
  {
    name: 'acl-fragments',
    recording: 'G-frag1',
    frames: 56,
    title: 'Fragments and ACLs with ports',
    description:
      'Fragments behind the first have no ports: a rule of their protocol takes them whatever ports it names, so the first ' +
      'such rule decides. Behind the ACLs is the output feature of NAT44.',
    evidence: [
      { frame: 3, what: 'a fragment with offset 1 (RFC 1858)', drop: 'ip4-input: ip4 fragment offset == 1' },
      { frame: 5, what: 'a later fragment that a rule with ports denies', drop: DENY_IN },
      { frame: 10, what: 'kept for the output feature, and never sent', node: 'nat44-in2out-reass' },
    ],
  },
  {
    name: 'acl-fragments-strict',
    recording: 'G-frag5',
    frames: 40,
    title: 'Fragments and ACLs, l4-match-nonfirst-fragment 0',
    description: 'Fragments behind the first match no rule with a protocol.',
    evidence: [
      { frame: 3, what: 'a later fragment that no rule matches', drop: DENY_IN },
      { frame: 9, what: 'a later fragment that a rule without protocol denies', drop: DENY_OUT },
    ],
  },
];
