/** VPP 26.06: one case or two of each family of recordings. NOTES-26.06.md beside the recordings names most of the frames. */

import type { RecordingCase } from './recording-case.js';

const RELEASE = '26.06';

const cases: readonly Omit<RecordingCase, 'release'>[] = [
  {
    name: 'v26-ei-output-feature',
    recording: 'A-seed0',
    frames: 60,
    title: 'NAT44 EI on the way out of the uplink, with ACLs',
    description: 'Output ACLs see packets before their source is translated; sessions of input ACLs let answers pass.',
    evidence: [
      { frame: 1, what: 'multicast', drop: 'ip4-input: Multicast RPF check failed' },
      { frame: 4, what: 'the first port that NAT44 draws', sent: '192.168.16.1:63327' },
      { frame: 5, what: 'the second', sent: '192.168.16.1:11570' },
      { frame: 16, what: 'arrives with TTL 2 and leaves with 1', node: 'nat44-ei-in2out-output' },
    ],
  },
  {
    name: 'v26-acl-strict-fragments',
    recording: 'B-acl4',
    frames: 60,
    title: 'ACLs without a match for later fragments',
    description: 'l4-match-nonfirst-fragment 0: later fragments match no rule that names ports.',
    evidence: [{ frame: 23, what: 'a later fragment', node: 'acl-plugin-in-ip4-fa' }],
  },
  {
    name: 'v26-ei-in-out',
    recording: 'C-nat0',
    frames: 60,
    title: 'NAT44 EI with inside and outside interfaces',
    description: 'One pool address, forwarding disabled: what has no session is not let in.',
    evidence: [
      { frame: 7, what: 'from outside, without a session', drop: 'nat44-ei-out2in: no translation' },
      { frame: 8, what: 'another protocol from outside', drop: 'nat44-ei-out2in: unsupported protocol' },
      { frame: 11, what: 'another protocol from inside', drop: 'nat44-ei-in2out-slowpath: unsupported protocol' },
      { frame: 12, what: 'TTL 1 where NAT44 translates', node: 'ip4-icmp-error' },
    ],
  },
  {
    name: 'v26-ei-static-mappings',
    recording: 'C-nat2',
    frames: 60,
    title: 'Static mappings and hairpinning of NAT44 EI',
    description: 'Mappings of an address, of address and port, of an ICMP identifier, and identity mappings.',
    evidence: [
      { frame: 2, what: 'one of several pool addresses, by the inside address', node: 'nat44-ei-in2out-slowpath' },
    ],
  },
  {
    name: 'v26-ei-user-sessions',
    recording: 'C-nat4',
    frames: 60,
    title: 'A quota of sessions for each user',
    description: 'user-sessions 3: a new session takes the place of the one used longest ago.',
    evidence: [{ frame: 1, what: 'the first packet', node: 'ethernet-input' }],
  },
  {
    name: 'v26-ei-mss-clamping',
    recording: 'C-nat6',
    frames: 60,
    title: 'MSS clamping of NAT44 EI',
    description: 'Segments with SYN that go out, and UDP without checksum.',
    evidence: [{ frame: 33, what: 'a SYN whose MSS is lowered', node: 'nat44-ei-in2out' }],
  },
  {
    name: 'v26-ed-services',
    recording: 'D-ed0',
    frames: 60,
    title: 'Services of NAT44 ED on pod interfaces',
    description: 'self-twice-nat and out2in-only, pods on both sides, source NAT on the way out of the uplink.',
    evidence: [
      { frame: 6, what: 'a pod that is sent to itself gets the twice-nat address', node: 'nat44-ed-out2in-slowpath' },
      {
        frame: 13,
        what: 'a session begins with SYN',
        drop: 'nat44-ed-in2out-output-slowpath: non-SYN packet try to create session',
      },
    ],
  },
  {
    name: 'v26-ed-twice-nat',
    recording: 'D-ed2',
    frames: 60,
    title: 'Twice-nat services of NAT44 ED',
    description: 'in on pods, out on the uplink, forwarding disabled.',
    evidence: [{ frame: 1, what: 'an in2out session', node: 'nat44-ed-in2out-slowpath' }],
  },
  {
    name: 'v26-ed-session-limit',
    recording: 'D-ed7',
    frames: 70,
    title: 'A limit of sessions',
    description: 'sessions 12: when none has timed out, a packet that needs another one is dropped.',
    evidence: [{ frame: 57, what: 'no session is left', drop: 'nat44-ed-out2in-slowpath: maximum sessions exceeded' }],
  },
  {
    name: 'v26-routing',
    recording: 'E-route0',
    frames: 60,
    title: 'Routing in 26.06',
    description: 'Longest prefix, local addresses, ARP, glean, broadcast, multicast.',
    evidence: [{ frame: 9, what: 'an echo reply of the node', node: 'ip4-icmp-echo-request' }],
  },
  {
    name: 'v26-fragmentation',
    recording: 'E-route3',
    frames: 60,
    title: 'Fragmentation and ICMP errors in 26.06',
    description: 'The TTL is taken down once, identifiers count from 0, ICMP errors leave with TTL 255.',
    evidence: [
      { frame: 5, what: 'an ICMP error is traced with its packet', node: 'ip4-icmp-error' },
      { frame: 7, what: 'fragments', node: 'ip4-frag' },
    ],
  },
  {
    name: 'v26-malformed',
    recording: 'F-malformed1',
    frames: 60,
    title: 'Malformed frames in 26.06',
    description: 'With ACLs and NAT44 EI.',
    evidence: [
      { frame: 38, what: '802.3', node: 'llc-input' },
      { frame: 9, what: 'too short', drop: 'ip4-input: ip4 length < 20 bytes' },
    ],
  },
  {
    name: 'v26-wrong-mac',
    recording: 'F-wrongmac3',
    frames: 40,
    title: 'Destination MACs are checked',
    description: 'A unicast MAC of somebody else ends in ethernet-input; broadcast and multicast do not.',
    evidence: [
      { frame: 1, what: 'broadcast', node: 'ip4-input' },
      { frame: 4, what: 'a foreign MAC', drop: 'ethernet-input: l3 mac mismatch' },
    ],
  },
  {
    name: 'v26-fragments-ei',
    recording: 'G-frag0',
    frames: 60,
    title: 'Shallow virtual reassembly with NAT44 EI',
    description: 'Later fragments that come first wait for the first one; three are held.',
    evidence: [{ frame: 18, what: 'a fragment is translated', node: 'ip4-sv-reassembly-output-feature' }],
  },
  {
    name: 'v26-fragments-ed',
    recording: 'G-frag2',
    frames: 60,
    title: 'Shallow virtual reassembly with NAT44 ED',
    description: 'Fragments through services and out of the uplink.',
    evidence: [{ frame: 58, what: 'a first fragment sets free those that waited', node: 'ip4-sv-reassembly-feature' }],
  },
  {
    name: 'v26-vxlan-nat',
    recording: 'H-vxlan0',
    frames: 60,
    title: 'VXLAN behind NAT44 EI',
    description: 'An overlay whose tunnel leaves through an interface with output feature.',
    evidence: [{ frame: 1, what: 'into the tunnel, by an ACL of the bridge', node: 'acl-plugin-in-ip4-l2' }],
  },
  {
    name: 'v26-mix-ed',
    recording: 'I-mix1',
    frames: 120,
    title: 'A random mix with NAT44 ED',
    description: 'Five interfaces, ACLs, services, routes, all kinds of traffic.',
    evidence: [{ frame: 1, what: 'the first packet', node: 'ethernet-input' }],
  },
];

export const casesOf26: readonly RecordingCase[] = cases.map((one) => ({ ...one, release: RELEASE }));
