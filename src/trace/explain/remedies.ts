/** What would have to be otherwise for a dropped frame to pass, by the cause of the drop as its node names it. */

import type { Dataplane } from '../../pipeline/dataplane.js';
import type { PacketBuffer } from '../../pipeline/packet-buffer.js';
import { RULE_BITS } from '../../pipeline/acl/acl-causes.js';
import { formatAddress } from '../../wire/address.js';

type Remedy = string | ((b: PacketBuffer, dataplane: Dataplane) => string);

const ruleOf = (b: PacketBuffer): [acl: number, rule: number] => [
  b.causeArg1 >>> RULE_BITS,
  b.causeArg1 & ((1 << RULE_BITS) - 1),
];

/** By symbol; a symbol that several nodes use means the same in all of them, or is left out. */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  DENIED_BY_RULE: (b) => {
    const [acl, rule] = ruleOf(b);
    return `a rule that permits it has to come before rule ${rule} of ACL ${acl}, or an earlier packet has to make an ACL session for it (permit+reflect)`;
  },
  DENIED_BY_DEFAULT: (b, { tables: { acl } }) =>
    `one of the ACLs ${acl.contexts[b.causeArg0].aclIndices.join(', ')} needs a rule that permits it, or an earlier packet has to make an ACL session for it (permit+reflect)`,
  TOO_MANY_SESSIONS: 'ACL sessions have to end first: shorter timeouts (set acl-plugin session timeout …) help',
  TTL: 'it has to arrive with a higher TTL',
  TTL_ZERO: 'it has to arrive with a TTL of at least 2',
  UNRESOLVED: (b, { tables: { interfaces } }) =>
    `${formatAddress(b.causeArg0)} has to answer the ARP request, or be configured: set ip arp static ${interfaces.all[b.causeArg1].name} ${formatAddress(b.causeArg0)} MAC`,
  THROTTLED: (b, { tables: { interfaces } }) =>
    `${formatAddress(b.causeArg0)} has to answer the ARP request, or be configured: set ip arp static ${interfaces.all[b.causeArg1].name} ${formatAddress(b.causeArg0)} MAC`,
  NO_SOURCE: (b, { tables: { interfaces } }) => `${interfaces.all[b.causeArg1].name} needs an address`,
  DROPPED: (b) =>
    `the node needs a route to ${formatAddress(b.causeArg1)} with a next hop that can be reached: ip route add ${formatAddress(b.causeArg1)}/32 via …`,
  UNREACH: 'the null-send-unreach route has to go, or a longer prefix has to lead elsewhere',
  PROHIBIT: 'the null-send-prohibit route has to go, or a longer prefix has to lead elsewhere',
  NOT_ENABLED: 'the interface it came by needs an IPv4 address (set interface ip address …), or has to be unnumbered',
  DOWN: 'the interface it leaves by has to be up',
  NO_TRANSLATION: (b) =>
    `a packet from inside has to make a session first, or ${formatAddress(b.causeArg0)} port ${b.causeArg1} needs a static mapping; with "nat44 forwarding enable" it would pass untranslated`,
  OUT_OF_PORTS: 'the pool needs another address (nat44 add address …), or sessions have to end',
  MAX_SESSIONS: 'sessions have to end, or the table has to be larger (startup: translation hash buckets)',
  USER_QUOTA: 'a session of that user has to end, or the quota has to be higher (startup: max translations per user)',
  NON_SYN: 'the flow has to begin with a SYN that this node sees',
  ERROR_WITHOUT_SESSION: 'the flow that the error is about has to have a session',
  UNSUPPORTED_PROTOCOL: 'its inside address needs an address-only static mapping',
  UNKNOWN_WITHOUT_MAPPING: 'the address needs an address-only static mapping, or forwarding has to be enabled',
  NO_TWICE_NAT_PORT: 'the twice-nat pool needs another address',
  NO_FREE_ADDRESS: 'the pool needs another address (nat44 add address …)',
  BAD_CHECKSUM: 'it has to arrive with a right IP header checksum',
  BAD_ICMP_CHECKSUM: 'it has to arrive with a right ICMP checksum',
  BAD_LENGTH: 'its IP total length has to fit the frame',
  OPTIONS: 'it has to come without IP options',
  DONT_FRAGMENT: "it has to be smaller, or the outgoing interface's MTU larger, or it must not say don't fragment",
  NO_LISTENER: 'it was for the node itself: something there has to listen on that port',
  NO_SUCH_TUNNEL: 'the node needs a VXLAN tunnel with these ends and this VNI',
  CUT: 'the capture has to be taken with more bytes of each frame (tcpdump -s 0)',
  SPLIT_HORIZON: 'the two bridge ports must not be in one split horizon group',
};

/** A sentence without its end, or null where vppcap knows of nothing. */
export function remedyFor(b: PacketBuffer, dataplane: Dataplane): string | null {
  const remedy = REMEDIES[dataplane.graph.causeSymbols[b.cause]] as Remedy | undefined;
  if (remedy === undefined) return null;
  return typeof remedy === 'string' ? remedy : remedy(b, dataplane);
}
