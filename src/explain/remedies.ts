/** What would have to be otherwise for a dropped frame to pass, by the cause of the drop as its node names it. */

import type { Dataplane } from '../dataplane/dataplane.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';
import { RULE_BITS } from '../pipeline/acl/acl-causes.js';
import { missedOf, natAddresses, needsWholeMapping } from '../pipeline/nat-common/missed.js';
import { FibSource } from '../pipeline/fib/fib-entry.js';
import { formatAddress } from '../wire/address.js';
import * as ip4 from '../wire/ip4.js';

/** Said after "To pass, ", or where nothing could make the frame pass, a sentence of its own that says why. */
export type Advice = { readonly toPass: string } | { readonly never: string };

type Remedy = string | Advice | ((b: PacketBuffer, dataplane: Dataplane) => string | Advice);

const never = (why: string): Advice => ({ never: why });

const ruleOf = (b: PacketBuffer): [acl: number, rule: number] => [
  b.causeArg1 >>> RULE_BITS,
  b.causeArg1 & ((1 << RULE_BITS) - 1),
];

const rxName = (b: PacketBuffer, { tables: { interfaces } }: Dataplane): string => interfaces.all[b.swIfIndexRx].name;
const needsNeighbour: Remedy = (b, { tables: { interfaces } }) =>
  `${formatAddress(b.causeArg0)} has to answer the ARP request, or be configured: set ip arp static ${interfaces.all[b.causeArg1].name} ${formatAddress(b.causeArg0)} MAC`;
const needsOwnMac: Remedy = (b, d) =>
  `it has to be sent to the MAC of ${rxName(b, d)}, or that interface has to take all (as in a bridge domain)`;
const OFFLOAD = 'it has to be captured behind the network card, or replayed with --fix-checksums';
const NOBODY_ELSE = 'the node itself would have to take it: what is for one of its addresses is not forwarded';
const ARP_STAYS = never('ARP stays on its link: VPP answers it or learns from it, and never forwards it');
const BVI_MAC = "the inner frame has to be to the MAC of the bridge domain's BVI, or to one that is known there";
const NOT_MODELLED = never('vppcap does not model this, so what VPP would have done is not known');

/** A static mapping for what NAT44 did not find; of NAT44's protocols the words that the command takes. */
const sessionOrMapping: Remedy = (b, { tables: { nat44 } }) => {
  const missed = missedOf(b);
  const { address, port, protocol, opensConnection } = missed;
  const name = new Map([
    [ip4.PROTOCOL_TCP, 'tcp'],
    [ip4.PROTOCOL_UDP, 'udp'],
    [ip4.PROTOCOL_ICMP, 'icmp'],
  ]).get(protocol);
  const outside = formatAddress(address);
  const mapping =
    name === undefined || port === 0
      ? `nat44 add static mapping local INSIDE external ${outside}`
      : `nat44 add static mapping ${name} local INSIDE PORT external ${outside} ${port}`;
  if (needsWholeMapping(missed, nat44)) return `the address needs an address-only static mapping: ${mapping}`;
  if (opensConnection) return `the address and port need a static mapping: ${mapping}`;
  return `a packet from inside has to make the session first (replay the inside interface's capture too, from before the flow began), or a static mapping has to lead there: ${mapping}`;
};

const routeRemedy: Remedy = (b, { tables: { ip4: tables } }) => {
  const { length, prefix, sources } = tables.fib.entryOfLoadBalance[b.causeArg0];
  const to = formatAddress(b.causeArg1);
  const [best] = sources;
  const isAlways = best.source === FibSource.SPECIAL || (best.source === FibSource.DEFAULT_ROUTE && length > 0);
  if (isAlways) return never(`VPP forwards nothing to ${prefix}`);
  if (best.source === FibSource.INTERFACE)
    return `it has to be to a host of that subnet, not to the subnet's own address`;
  return `the node needs a route to ${to} with a next hop that can be reached: ip route add ${to}/32 via …`;
};

/**
 * By symbol, or by node and symbol where a symbol means something else in every node. test/explain/remedies.test.ts holds
 * that no cause is forgotten.
 */
export const REMEDIES: Readonly<Record<string, Remedy>> = {
  // ACLs
  DENIED_BY_RULE: (b) => {
    const [acl, rule] = ruleOf(b);
    return `a rule that permits it has to come before rule ${rule} of ACL ${acl}, or an earlier packet has to make an ACL session for it (permit+reflect)`;
  },
  DENIED_BY_DEFAULT: (b, { tables: { acl } }) =>
    `one of the ACLs ${acl.contexts[b.causeArg0].aclIndices.join(', ')} needs a rule that permits it, or an earlier packet has to make an ACL session for it (permit+reflect)`,
  TOO_MANY_SESSIONS: 'ACL sessions have to end first: shorter timeouts (set acl-plugin session timeout …) help',
  CUT: 'the frame has to be captured whole: tcpdump -s 0, or a larger snaplen',

  // Ethernet and what is behind it
  'ethernet-input MAC_MISMATCH': needsOwnMac,
  'ethernet-input-type MAC_MISMATCH': needsOwnMac,
  UNKNOWN_VLAN: (b, d) =>
    `${rxName(b, d)} needs a sub-interface for it (create sub-interfaces ${rxName(b, d)} ${b.causeArg0}), which vppcap does not model`,
  'ethernet-input UNKNOWN_TYPE': never('VPP has no use for that EtherType on an interface that routes'),
  'ethernet-input-type UNKNOWN_TYPE': never('VPP has no use for that EtherType on an interface that routes'),
  UNKNOWN_PROTOCOL: never('VPP has no use for that protocol on an interface that routes'),
  'lldp-input DISABLED': never('LLDP stays on its link: VPP takes it where it is enabled, and never forwards it'),
  TTL_EXPIRED: 'its MPLS label has to have a higher TTL',
  'mpls-not-enabled NOT_ENABLED': (b, d) => `MPLS has to be enabled on ${rxName(b, d)}, which vppcap does not model`,

  // ARP
  'arp-disabled DISABLED': (b, d) =>
    never(`ARP stays on its link; for an answer ${rxName(b, d)} needs an address (set interface ip address …)`),
  HARDWARE: ARP_STAYS,
  PROTOCOL: ARP_STAYS,
  NO_SENDER: ARP_STAYS,
  OWN_SENDER: ARP_STAYS,
  FOREIGN_SENDER: (b, d) =>
    never(`ARP stays on its link; for an answer the sender has to be in a subnet of ${rxName(b, d)}`),
  NOT_OURS: ARP_STAYS,
  KNOWN_NEIGHBOUR: ARP_STAYS,
  'arp-reply MAC_MISMATCH': never("ARP stays on its link; for an answer the message's sender has to be the frame's"),
  LEARNED: never('Nothing is wrong: VPP has learned the neighbour, and an ARP reply goes no further'),
  STRAY_REPLY: ARP_STAYS,
  OTHER_SUBNET: (b, d) => never(`ARP stays on its link; for an answer the address has to be one of ${rxName(b, d)}`),
  ANNOUNCEMENT: ARP_STAYS,
  UNRESOLVED: needsNeighbour,
  THROTTLED: needsNeighbour,
  NO_SOURCE: (b, { tables: { interfaces } }) => `${interfaces.all[b.causeArg1].name} needs an address`,

  // IPv4
  'ip4-input TOO_SHORT': 'its IP total length has to be that of the packet, 20 bytes at least',
  BAD_LENGTH: 'its IP total length has to fit the frame',
  ZERO_LENGTH: OFFLOAD,
  BAD_CHECKSUM: 'it has to arrive with a right IP header checksum',
  ZERO_CHECKSUM: OFFLOAD,
  'ip4-input VERSION': 'its EtherType and its IP version have to agree',
  OPTIONS: 'it has to come without IP options',
  FRAGMENT_OFFSET_ONE: 'it has to be fragmented otherwise: VPP drops fragments that could overwrite a TCP header',
  TTL: 'it has to arrive with a higher TTL',
  TTL_ZERO: 'it has to arrive with a TTL of at least 2',
  'ip4-not-enabled NOT_ENABLED':
    'the interface it came by needs an IPv4 address (set interface ip address …), or has to be unnumbered',
  DROPPED: routeRemedy,
  LOOP: 'one of these routes has to lead to a next hop or interface instead of another table',
  UNREACH: 'the null-send-unreach route has to go, or a longer prefix has to lead elsewhere',
  PROHIBIT: 'the null-send-prohibit route has to go, or a longer prefix has to lead elsewhere',
  'ip4-mfib-forward-rpf NO_ROUTE': never('vppcap models no multicast routes, and the node has none'),
  DONT_FRAGMENT: "it has to be smaller, or the outgoing interface's MTU larger, or it must not say don't fragment",
  'ip4-frag MALFORMED': 'its IP total length has to fit the frame',
  TINY_MTU: "the outgoing interface's MTU has to be larger (set interface mtu packet …)",
  NO_ADDRESS: (b, d) => `${rxName(b, d)} needs an address to send ICMP errors from (set interface ip address …)`,
  DOWN: 'the interface it leaves by has to be up',

  // To the node itself
  TCP_CHECKSUM: 'it has to arrive with a right TCP checksum',
  UDP_CHECKSUM: 'it has to arrive with a right UDP checksum and length',
  OFFLOADED_CHECKSUM: OFFLOAD,
  SPOOFED: 'its source must not be an address of the node itself',
  NO_SOURCE_ROUTE: (b) =>
    `the node needs a route to its source: ip route add ${formatAddress(b.causeArg0)}/32 via … (VPP checks the source of packets to itself)`,
  PUNTED: NOBODY_ELSE,
  NO_SESSION: sessionOrMapping,
  NO_LISTENER: 'it was for the node itself: something there has to listen on that port',
  LENGTH: 'its UDP length has to fit the packet',
  'ip4-icmp-input UNKNOWN_TYPE': NOBODY_ELSE,
  'ip4-full-reassembly MALFORMED': 'the fragment has to have a length that fits its datagram',
  DUPLICATE: never('Nothing is wrong if the fragment came twice: VPP has it already'),
  LIMIT: 'datagrams that are incomplete have to be completed first, or to time out',
  KEEPALIVE: never('Nothing is wrong: a keepalive has done its work when it arrives'),
  'ipsec4-if-input TOO_SHORT': 'UDP port 4500 has to carry ESP, which takes 8 bytes at least',
  NO_TUNNEL: 'the node needs an IPsec tunnel with that SPI, which vppcap does not model',

  // IPv6
  'ip6-input TOO_SHORT': 'the frame has to have a whole IPv6 header',
  'ip6-input VERSION': 'its EtherType and its IP version have to agree',
  HOP_LIMIT: 'it has to arrive with a higher hop limit',
  'ip6-not-enabled NOT_ENABLED': (b, d) => `IPv6 has to be enabled on ${rxName(b, d)}; vppcap routes IPv4 only`,
  'ip6-lookup NO_ROUTE': 'the node needs an IPv6 route; vppcap routes IPv4 only',

  // NAT44
  NO_TRANSLATION: (b, d) =>
    natAddresses(d.tables.nat44).has(missedOf(b).address)
      ? sessionOrMapping(b, d)
      : `it has to be to an address of NAT44's pool or of a mapping, or "nat44 forwarding enable" has to let it pass untranslated`,
  OUT_OF_PORTS: 'the pool needs another address (nat44 add address …), or sessions have to end',
  MAX_SESSIONS: 'sessions have to end, or the table has to be larger (startup: translation hash buckets)',
  USER_QUOTA: 'a session of that user has to end, or the quota has to be higher (startup: max translations per user)',
  NON_SYN: 'the flow has to begin with a SYN that this node sees',
  ERROR_WITHOUT_SESSION: 'the flow that the error is about has to have a session',
  UNSUPPORTED_PROTOCOL: 'its inside address needs an address-only static mapping',
  UNSUPPORTED_INNER: 'the error has to be about TCP, UDP or ICMP',
  UNKNOWN_WITHOUT_MAPPING: 'the address needs an address-only static mapping, or forwarding has to be enabled',
  BAD_ICMP_TYPE: 'it has to be an echo, or an ICMP error about a packet of a session',
  BAD_ICMP_CHECKSUM: (b) => (b.causeArg0 === 0 ? OFFLOAD : 'it has to arrive with a right ICMP checksum'),
  BAD_INNER_CHECKSUM: 'the IP header that it quotes has to have a right checksum',
  NO_TWICE_NAT_PORT: 'the twice-nat pool needs another address (nat44 add address … twice-nat)',
  NO_FREE_ADDRESS: 'the pool needs another address (nat44 add address …)',
  MAX_REASS: 'datagrams that are incomplete have to be completed first (nat virtual-reassembly … max-reassemblies)',
  MAX_FRAG: 'the first fragment has to come before so many others (nat virtual-reassembly … max-fragments)',
  DROP_FRAGMENT: 'the first fragment of the datagram has to pass',

  // Bridge domains and VXLAN
  NO_SUCH_TUNNEL: 'the node needs a VXLAN tunnel with these ends and this VNI',
  BAD_FLAGS: 'the VXLAN header has to have flags 0x08',
  BVI_BAD_MAC: BVI_MAC,
  BVI_ETHERTYPE: never('A BVI hands on IPv4, IPv6 and ARP only'),
  SPLIT_HORIZON: 'the two bridge ports must not be in one split horizon group',
  NO_MEMBERS: 'the bridge domain needs another port, outside of the split horizon group',
  MISS: 'the MAC has to be known (it sends first, or l2fib add …), or the bridge domain has to flood (uu-flood 1)',
  REFLECTED: never('Nothing is wrong: the receiver has the frame already, since it is behind the port that it came by'),
  FILTERED: 'the filter entry of the L2 FIB has to go',
  MOVED: 'the MAC has to be configured on the port that it sends by, or not at all',
  'l2-output NOT_BRIDGED': 'the L2 FIB has to lead to a port of the bridge domain',
  NO_FEATURE: (b, d) => `${rxName(b, d)} has to be in a bridge domain that forwards (set interface l2 bridge …)`,
};

/** By the cause of a packet that ended; null where its node names none. */
export function adviceFor(b: PacketBuffer, dataplane: Dataplane): Advice | null {
  const { causeSymbols, causeNodes } = dataplane.graph;
  const symbol = causeSymbols[b.cause];
  const remedy = remedyOf(causeNodes[b.cause], symbol);
  if (remedy === undefined) return causeIsNotModelled(b, dataplane) ? NOT_MODELLED : null;
  const advice = typeof remedy === 'function' ? remedy(b, dataplane) : remedy;
  return typeof advice === 'string' ? { toPass: advice } : advice;
}

/** The remedy of a declared cause; undefined where there is none. */
export const remedyOf = (node: string, symbol: string): Remedy | undefined =>
  REMEDIES[`${node} ${symbol}`] ?? REMEDIES[symbol];

const causeIsNotModelled = (b: PacketBuffer, { graph: { causes }, tables }: Dataplane): boolean => {
  const cause = causes[b.cause];
  return (typeof cause === 'string' ? cause : cause(b, tables)).startsWith('not modelled');
};
