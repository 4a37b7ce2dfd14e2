/**
 * The guide's node with a pod of both families, by hand: the pod's IPv4 is translated as in the guide, its IPv6 is routed. Policies of IPv6
 * stand beside those of IPv4 on the same interfaces. An IPv6 header (RFC 8200 §3) has no checksum, and the hop limit is in no pseudo header
 * (§8.1), so that of a packet that is forwarded the MACs and the hop limit change, nothing else. The TCP checksums, as one's complement
 * sums of 16-bit words:
 *
 *     source       fd00:10:1:1::3       fd00 + 0010 + 0001 + 0001 + 0003  = fd15
 *     destination  2001:db8:cafe::80    2001 + 0db8 + cafe + 0080         = f937
 *     length 20, protocol 6             0014 + 0006                       = 001a     all three: 1f666, folded f667
 *
 *     SYN          9c47 + 01bb + 1111 + 1111 + 5002 + 7210               = 18236, folded 8237
 *                  f667 + 8237 = 1789e, folded 789f                        checksum ~789f = 8760
 *     SYN-ACK      01bb + 9c47 + 2222 + 2222 + 1111 + 1112 + 5012 + 7210 = 1c68b, folded c68c
 *                  f667 + c68c = 1bcf3, folded bcf4                        checksum ~bcf4 = 430b
 *     SYN to 25    01bb becomes 0019: 789f - 01a2 = 76fd                   checksum ~76fd = 8902
 *     SYN to 22    from port 9c47 of the server to the pod: 8237 - 01bb + 0016 = 8092
 *                  f667 + 8092 = 176f9, folded 76fa                        checksum ~76fa = 8905
 */

import type { CaseSource } from './case-source.js';
import { earlierFlows } from './earlier-flows.js';
import { DAY_MICROSECONDS, step } from './hand-node.js';

const POD_LINES = `set interface ip address GigabitEthernet0/8/0 2001:db8:16::1/64
set interface ip address tap2 fd00:10:2:1::3/128
set ip6 neighbor GigabitEthernet0/8/0 2001:db8:16::100 08:00:27:02:a5:36 static
set ip6 neighbor tap2 fd00:10:1:1::3 00:00:00:00:00:02 static
ip route add ::/0 via 2001:db8:16::100 GigabitEthernet0/8/0
ip route add fd00:10:1:1::3/128 via fd00:10:1:1::3 tap2
set acl-plugin acl tag reflective-6 permit+reflect src ::/0 dst ::/0
set acl-plugin acl tag global-6 permit src fd00:10:1:1::/64 dst ::/0 proto 6 dport 443, deny src ::/0 dst ::/0
set acl-plugin acl tag pod-6 deny src ::/0 dst ::/0
set acl-plugin interface GigabitEthernet0/8/0 input acl 5
set acl-plugin interface GigabitEthernet0/8/0 output acl 6
set acl-plugin interface tap2 input acl 5
set acl-plugin interface tap2 output acl 7
`;

const hex = (...parts: readonly string[]): Uint8Array =>
  Uint8Array.from(Buffer.from(parts.join('').replaceAll(' ', ''), 'hex'));

/** Destination, source, EtherType. */
const FROM_POD = '02fe163f5f0f 000000000002 86dd';
const TO_POD = '000000000002 02fe163f5f0f 86dd';
const FROM_GATEWAY = '080027449fd8 08002702a536 86dd';
const TO_GATEWAY = '08002702a536 080027449fd8 86dd';
/** Version 6, traffic class and flow label 0; 20 bytes of TCP behind it. */
const IP6 = '60000000 0014 06';
const POD = 'fd000010000100010000000000000003';
const SERVER = '20010db8cafe00000000000000000080';
/** Ports, sequence, acknowledgment, header of 20 bytes with SYN, window 29200, checksum, urgent pointer. */
const SYN = '9c47 01bb 11111111 00000000 5002 7210 8760 0000';
const SYN_ACK = '01bb 9c47 22222222 11111112 5012 7210 430b 0000';
const SYN_TO_25 = '9c47 0019 11111111 00000000 5002 7210 8902 0000';
const SYN_TO_22 = '9c47 0016 11111111 00000000 5002 7210 8905 0000';

const UPLINK_NAME = 'GigabitEthernet0/8/0';
const WAY = [
  'ethernet-input',
  'ip6-input',
  'acl-plugin-in-ip6-fa',
  'ip6-lookup',
  'ip6-rewrite',
  'acl-plugin-out-ip6-fa',
];
const DENIED = [...WAY, 'error-drop', 'drop'];

/** The same in VPP 26.06, which has one command for neighbours of both families. */
const POD_LINES_26 = POD_LINES.replaceAll(/^set ip6 neighbor (.*) static$/gm, 'set ip neighbor static $1');

/**
 * Packets of IPv6 are the same in both releases. Of IPv4 VPP 26.06 keeps the pod's ports, as they are above 1023 and nobody has them
 * (nat44_ed_in2out.c nat_ed_alloc_addr_and_port).
 * @param builtIn commands of the node
 * @param is26 it is a node of VPP 26.06
 */
export const dualStackCase = (builtIn: string, is26: boolean): CaseSource => ({
  name: `pod-to-internet-dual-stack${is26 ? '-26' : ''}`,
  words: {
    title: `A pod of both families to the Internet${is26 ? ', in VPP 26.06' : ''}`,
    description:
      `The guide's node with IPv6 beside IPv4. Two IPv4 flows of the pod ${is26 ? 'keep their ports 40001 and 40002' : 'get the NAT44 ports 16253 and 18995'}. Its IPv6 SYN to port 443 is ` +
      'forwarded as it is, and the SYN-ACK comes back by the reflected session though the pod denies all; a SYN to port 25 ends at the ' +
      "uplink's policy, and one from the Internet at the pod's.",
    origin: 'by hand',
    sources: [
      `recording ${is26 ? 'of 26.06 K-acl6-0 frame 9' : 'K-acl6-0 frame 58'} (drop node and reason of an output ACL)`,
      'tools/guide/dual-stack.ts',
    ],
  },
  drops: [{ node: 'acl-plugin-out-ip6-fa', reason: 'ACL deny packets', count: 2 }],
  config: `# The commands of ${is26 ? 'configs/contiv-node-26.06.vpp' : 'the built-in node (configs/contiv-node.vpp)'}, and IPv6 of the uplink and of the pod.\n${builtIn}${is26 ? POD_LINES_26 : POD_LINES}`,
  steps: [
    ...earlierFlows(DAY_MICROSECONDS, is26).slice(0, 2),
    step(
      0,
      'IPv6 SYN to port 443',
      'tap2',
      hex(FROM_POD, IP6, '40', POD, SERVER, SYN),
      [{ interfaceName: UPLINK_NAME, bytes: hex(TO_GATEWAY, IP6, '3f', POD, SERVER, SYN) }],
      [...WAY, 'GigabitEthernet0/8/0-output'],
    ),
    step(
      1,
      'its SYN-ACK',
      UPLINK_NAME,
      hex(FROM_GATEWAY, IP6, '39', SERVER, POD, SYN_ACK),
      [{ interfaceName: 'tap2', bytes: hex(TO_POD, IP6, '38', SERVER, POD, SYN_ACK) }],
      [...WAY, 'tap2-output'],
    ),
    step(2, 'IPv6 SYN to port 25', 'tap2', hex(FROM_POD, IP6, '40', POD, SERVER, SYN_TO_25), [], DENIED),
    step(3, 'IPv6 SYN to the pod', UPLINK_NAME, hex(FROM_GATEWAY, IP6, '39', SERVER, POD, SYN_TO_22), [], DENIED),
  ],
});
