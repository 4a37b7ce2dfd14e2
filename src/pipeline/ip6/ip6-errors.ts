/** Error counters of the IPv6 nodes, in VPP's words (VPP 26.06 src/vnet/ip/ip.api, counters ip6 and icmp6; 19.08 ip6_error.h, icmp6.h). */

import { errorSet } from '../engine/errors.js';

const IP6_TEXTS = {
  NONE: 'valid ip6 packets',
  TOO_SHORT: 'ip6 length < 40 bytes',
  BAD_LENGTH: 'ip6 length > l2 length',
  VERSION: 'ip6 version != 6',
  TIME_EXPIRED: 'ip6 ttl <= 1',
  MTU_EXCEEDED: 'ip6 MTU exceeded',
  DST_LOOKUP_MISS: 'ip6 destination lookup miss',
  SRC_LOOKUP_MISS: 'ip6 source lookup miss',
  UNKNOWN_PROTOCOL: 'unknown ip protocol',
  UDP_CHECKSUM: 'bad udp checksum',
  ICMP_CHECKSUM: 'bad icmp checksum',
  UDP_LENGTH: 'inconsistent udp/ip lengths',
  RPF_FAILURE: 'Multicast RPF check failed',
  REASS_MISSING_UPPER: 'missing-upper layer drops',
  REASS_DUPLICATE_FRAGMENT: 'duplicate fragments',
  REASS_OVERLAPPING_FRAGMENT: 'overlapping fragments',
  REASS_LIMIT_REACHED: 'drops due to concurrent reassemblies limit',
  REASS_FRAGMENT_CHAIN_TOO_LONG: 'fragment chain too long (drop)',
  REASS_TIMEOUT: 'fragments dropped due to reassembly timeout',
  REASS_INTERNAL_ERROR: 'drops due to internal reassembly error',
  REASS_INVALID_FRAG_LEN: 'invalid fragment length',
  REASS_NO_FRAG_HDR: 'no fragmentation header',
  REASS_INVALID_FRAG_SIZE: 'drop due to invalid fragment size',
  REASS_SUCCESS: 'successful reassemblies',
  REASS_FRAGMENTS_REASSEMBLED: 'fragments reassembled',
  REASS_FRAGMENTS_RCVD: 'fragments received',
};

/** Of ip6-input, which the nodes of forwarding and local delivery use as well. */
export const ip6InputErrors = errorSet('ip6-input', IP6_TEXTS);
export const ip6FullReassemblyErrors = errorSet('ip6-full-reassembly', IP6_TEXTS);
export const ip6LocalFullReassemblyErrors = errorSet('ip6-local-full-reassembly', IP6_TEXTS);

const ICMP6_TEXTS = {
  NONE: 'valid packets',
  UNKNOWN_TYPE: 'unknown type',
  INVALID_CODE_FOR_TYPE: 'invalid code for type',
  INVALID_HOP_LIMIT_FOR_TYPE: 'hop_limit != 255',
  LENGTH_TOO_SMALL_FOR_TYPE: 'payload length too small for type',
  ECHO_REPLIES_SENT: 'echo replies sent',
  NEIGHBOR_SOLICITATION_SOURCE_NOT_ON_LINK: 'neighbor solicitations from source not on link',
  NEIGHBOR_SOLICITATION_SOURCE_UNKNOWN: 'neighbor solicitations for unknown targets',
  NEIGHBOR_ADVERTISEMENTS_TX: 'neighbor advertisements sent',
  NEIGHBOR_ADVERTISEMENTS_RX: 'neighbor advertisements received',
  ROUTER_SOLICITATION_SOURCE_NOT_ON_LINK: 'router solicitations from source not on link',
  ROUTER_SOLICITATION_UNSUPPORTED_INTF: 'neighbor discovery unsupported interface',
  ROUTER_SOLICITATION_RADV_NOT_CONFIG: 'neighbor discovery not configured',
  ROUTER_ADVERTISEMENT_SOURCE_NOT_LINK_LOCAL: 'router advertisement source not link local',
  ROUTER_ADVERTISEMENTS_TX: 'router advertisements sent',
  ROUTER_ADVERTISEMENTS_RX: 'router advertisements received',
  DST_LOOKUP_MISS: 'icmp6 dst address lookup misses',
  DEST_UNREACH_SENT: 'destination unreachable response sent',
  PACKET_TOO_BIG_SENT: 'packet too big response sent',
  TTL_EXPIRE_SENT: 'hop limit exceeded response sent',
  PARAM_PROBLEM_SENT: 'parameter problem response sent',
  DROP: 'error message dropped',
};

export const icmp6InputErrors = errorSet('ip6-icmp-input', ICMP6_TEXTS);
export const icmp6ErrorErrors = errorSet('ip6-icmp-error', ICMP6_TEXTS);

export const udp6LookupErrors = errorSet('ip6-udp-lookup', {
  NONE: 'no error',
  NO_LISTENER: 'no listener for dst port',
  LENGTH_ERROR: 'UDP packets with length errors',
  PUNT: 'no listener punt',
});

export const hopByHopErrors = errorSet('ip6-local-hop-by-hop', {
  UNKNOWN: 'Unknown protocol ip6 local h-b-h packets dropped',
  OK: 'Good ip6 local h-b-h packets',
});

export const frag6Errors = errorSet('ip6-frag', {
  NONE: 'packet fragmented',
  SMALL_PACKET: 'packet smaller than MTU',
  FRAGMENT_SENT: 'number of sent fragments',
  CANT_FRAGMENT_HEADER: "can't fragment header",
  DONT_FRAGMENT_SET: "can't fragment this packet",
  MALFORMED: 'malformed packet',
});
