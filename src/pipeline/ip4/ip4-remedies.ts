/** What would let a packet pass that an IPv4 node ended. */

import { formatAddress } from '../../wire/address.js';
import { formatNotedIp6 } from '../../wire/ip6-address.js';
import { FibSource } from '../fib/fib-entry.js';
import { fibOfLoadBalance } from '../fib/fib-step-words.js';
import { never, rxName, OFFLOAD, type Remedies, type Remedy } from '../remedy.js';

const NOBODY_ELSE = 'the node itself would have to take it: what is for one of its addresses is not forwarded';

const routeRemedy: Remedy = (b, tables) => {
  const { entryOfLoadBalance, family } = fibOfLoadBalance(tables, b.causeArg0);
  const { length, prefix, sources } = entryOfLoadBalance[b.causeArg0];
  const to = family.isIp6 ? formatNotedIp6(b.causeArg1) : formatAddress(b.causeArg1);
  const [best] = sources;
  const isAlways = best.source === FibSource.SPECIAL || (best.source === FibSource.DEFAULT_ROUTE && length > 0);
  if (isAlways) return never(`VPP forwards nothing to ${prefix}`);
  if (best.source === FibSource.INTERFACE)
    return `it has to be to a host of that subnet, not to the subnet's own address`;
  return `the node needs a route to ${to} with a next hop that can be reached: ip route add ${to}/${family.bits} via …`;
};

export const ip4Remedies: Remedies = {
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
  NO_ADDRESS: (b, tables) =>
    `${rxName(b, tables)} needs an address to send ICMP errors from (set interface ip address …)`,
  DOWN: 'the interface it leaves by has to be up',

  // To the node itself
  TCP_CHECKSUM: 'it has to arrive with a right TCP checksum',
  UDP_CHECKSUM: 'it has to arrive with a right UDP checksum and length',
  OFFLOADED_CHECKSUM: OFFLOAD,
  SPOOFED: 'its source must not be an address of the node itself',
  NO_SOURCE_ROUTE: (b) =>
    `the node needs a route to its source: ip route add ${formatAddress(b.causeArg0)}/32 via … (VPP checks the source of packets to itself)`,
  PUNTED: NOBODY_ELSE,
  NO_LISTENER: 'it was for the node itself: something there has to listen on that port',
  LENGTH: 'its UDP length has to fit the packet',
  'ip4-icmp-input UNKNOWN_TYPE': NOBODY_ELSE,
  'ip4-input HDR_TOO_SHORT': 'its IP header length has to be 20 bytes at least',
  'ip4-local-full-reassembly MALFORMED': 'the fragment has to have a length that fits its datagram',
  'ip4-full-reassembly MALFORMED': 'the fragment has to have a length that fits its datagram',
  DUPLICATE: never('Nothing is wrong if the fragment came twice: VPP has it already'),
  LIMIT: 'datagrams that are incomplete have to be completed first, or to time out',
  KEEPALIVE: never('Nothing is wrong: a keepalive has done its work when it arrives'),
  'ipsec4-if-input TOO_SHORT': 'UDP port 4500 has to carry ESP, which takes 8 bytes at least',
  NO_TUNNEL: 'the node needs an IPsec tunnel with that SPI, which vppcap does not model',
};
