/** What would let an IPv6 packet pass, or get it the answer that its sender wanted. */

import { formatNotedIp6 } from '../../wire/ip6-address.js';
import { never, rxName, type Remedies, type Remedy } from '../remedy.js';

const NOBODY_ELSE = 'the node itself would have to take it: what is for one of its addresses is not forwarded';
const needsNeighbour: Remedy = (b, { interfaces }) => {
  const [address, { name }] = [formatNotedIp6(b.causeArg0), interfaces.all[b.causeArg1]];
  return `${address} has to answer the neighbour solicitation, or be configured: set ip6 neighbor ${name} ${address} MAC`;
};
const needsIp6: Remedy = (b, tables) =>
  `${rxName(b, tables)} needs an IPv6 address (set interface ip address …) or IPv6 without one (enable ip6 interface …)`;
const ON_LINK = never('Neighbour discovery stays on its link: VPP answers it or learns from it, and never forwards it');
const foreign: Remedy = (b, tables) =>
  never(`Neighbour discovery stays on its link; its source has to be in a subnet of ${rxName(b, tables)}`);
const sizeOfFragment = 'the fragment has to have a length that fits its datagram';
const CHECKSUM = 'it has to arrive with a right checksum';

/** The same of the nodes of both releases that are each other's. */
const each = (nodes: readonly string[], remedies: Remedies): Remedies =>
  Object.fromEntries(
    nodes.flatMap((node) => Object.entries(remedies).map(([symbol, remedy]) => [`${node} ${symbol}`, remedy])),
  );

export const ip6Remedies: Remedies = {
  'ip6-input TOO_SHORT': 'the frame has to have a whole IPv6 header',
  'ip6-input VERSION': 'its EtherType and its IP version have to agree',
  'ip6-input HOP_LIMIT': 'it has to arrive with a higher hop limit',
  'ip6-not-enabled NOT_ENABLED': needsIp6,
  'ip6-link-local NO_TABLE': needsIp6,
  IP6_UNREACH: 'the null-send-unreach route has to go, or a longer prefix has to lead elsewhere',
  IP6_PROHIBIT: 'the null-send-prohibit route has to go, or a longer prefix has to lead elsewhere',
  'ip6-mfib-forward-rpf NO_ROUTE': never('vppcap models no multicast routes, and the node has none'),
  ...each(['ip6-rewrite', 'ip6-rewrite-mcast'], {
    HOP_LIMIT: 'it has to arrive with a hop limit of at least 2',
    TOO_BIG: "it has to be smaller, or the outgoing interface's MTU larger: in IPv6 only the sender fragments",
  }),
  'ip6-frag MALFORMED': 'its payload length has to fit the frame',
  IP6_NO_ADDRESS: needsIp6,

  // Neighbours
  IP6_UNRESOLVED: needsNeighbour,
  IP6_THROTTLED: needsNeighbour,
  NO_IP6: (b, { interfaces }) => `${interfaces.all[b.causeArg1].name} needs an IPv6 address`,
  'icmp6-neighbor-solicitation NOT_ON_LINK': foreign,
  'icmp6-neighbor-advertisement NOT_ON_LINK': foreign,
  'icmp6-router-solicitation NOT_ON_LINK': foreign,
  IP6_NOT_OURS: ON_LINK,
  'icmp6-neighbor-advertisement HEARD': never(
    'Nothing is wrong: VPP has heard the advertisement, which goes no further',
  ),
  'icmp6-router-advertisement HEARD': never('Nothing is wrong: an advertisement goes no further'),
  'icmp6-router-advertisement NOT_LINK_LOCAL': ON_LINK,
  'icmp6-router-advertisement NOT_CONFIGURED': ON_LINK,
  'icmp6-router-solicitation NOT_CONFIGURED': (b, tables) =>
    never(`Router solicitations stay on their link; for an answer: ip6 nd ${rxName(b, tables)} no ra-suppress`),
  TOO_SOON: never('VPP answers router solicitations of an interface at most every 3 seconds'),

  // To the node itself
  IP6_UDP_CHECKSUM: CHECKSUM,
  ICMP_CHECKSUM: CHECKSUM,
  IP6_BAD_LENGTH: 'its payload length has to fit the frame',
  UDP_LENGTH: 'its UDP length has to fit the packet',
  IP6_NO_SOURCE_ROUTE: (b) =>
    `the node needs a route to its source that is none of its own: ip route add ${formatNotedIp6(b.causeArg0)}/128 via … (VPP checks the source of packets to itself)`,
  IP6_PUNTED: NOBODY_ELSE,
  'ip6-local-hop-by-hop UNKNOWN': never('VPP drops every packet to the node itself that has a hop-by-hop header'),
  'ip6-icmp-input UNKNOWN_TYPE': NOBODY_ELSE,
  INVALID_CODE: 'its ICMPv6 code has to be one that its type has',
  TOO_SMALL: 'the message has to be whole',
  'ip6-icmp-input HOP_LIMIT': ON_LINK,
  NO_HEADER: 'the fragment has to have a whole fragment header',
  NO_UPPER_LAYER: 'its first fragment has to have all headers',
  BAD_SIZE: sizeOfFragment,
  TOO_LARGE: sizeOfFragment,
  EMPTY: sizeOfFragment,
  IP6_DUPLICATE: never('Nothing is wrong if the fragment came twice: VPP has it already'),
  OVERLAP: sizeOfFragment,
  TIMED_OUT: 'all fragments have to arrive within a tenth of a second or two',
};
