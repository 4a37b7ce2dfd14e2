/** Error counters of the IPv4 nodes, in VPP's words (VPP 19.08 src/vnet/ip/ip4_error.h, icmp4.h, udp_error.def). */

import { errorSet } from '../engine/errors.js';

const IP4_TEXTS = {
  NONE: 'valid ip4 packets',
  TOO_SHORT: 'ip4 length < 20 bytes',
  BAD_LENGTH: 'ip4 length > l2 length',
  BAD_CHECKSUM: 'bad ip4 checksum',
  VERSION: 'ip4 version != 4',
  OPTIONS: 'ip4 options present',
  FRAGMENT_OFFSET_ONE: 'ip4 fragment offset == 1',
  TIME_EXPIRED: 'ip4 ttl <= 1',
  HDR_TOO_SHORT: 'ip4 IHL < 5', // 26.06
  MTU_EXCEEDED: 'ip4 MTU exceeded and DF set',
  DST_LOOKUP_MISS: 'ip4 destination lookup miss',
  SRC_LOOKUP_MISS: 'ip4 source lookup miss',
  DROP: 'ip4 drop',
  PUNT: 'ip4 punt',
  SAME_INTERFACE: 'ip4 egress interface same as ingress',
  UNKNOWN_PROTOCOL: 'unknown ip protocol',
  TCP_CHECKSUM: 'bad tcp checksum',
  UDP_CHECKSUM: 'bad udp checksum',
  UDP_LENGTH: 'inconsistent udp/ip lengths',
  UNICAST_SOURCE_CHECK_FAILS: 'ip4 unicast source check fails',
  SPOOFED_LOCAL_PACKETS: 'ip4 spoofed local-address packet drops',
  INACL_TABLE_MISS: 'input ACL table-miss drops',
  INACL_SESSION_DENY: 'input ACL session deny drops',
  OUTACL_TABLE_MISS: 'output ACL table-miss drops',
  OUTACL_SESSION_DENY: 'output ACL session deny drops',
  RPF_FAILURE: 'Multicast RPF check failed',
  REASS_DUPLICATE_FRAGMENT: 'duplicate/overlapping fragments',
  REASS_LIMIT_REACHED: 'drops due to concurrent reassemblies limit',
  REASS_FRAGMENT_CHAIN_TOO_LONG: 'fragment chain too long (drop)',
  REASS_NO_BUF: 'out of buffers (drop)',
  REASS_MALFORMED_PACKET: 'malformed packets',
  REASS_INTERNAL_ERROR: 'drops due to internal reassembly error',
  /** These in 26.06. */
  REASS_TIMEOUT: 'fragments dropped due to reassembly timeout',
  REASS_SUCCESS: 'successful reassemblies',
  REASS_FRAGMENTS_REASSEMBLED: 'fragments reassembled',
  REASS_FRAGMENTS_RCVD: 'fragments received',
};

/** Counted by ip4-rewrite, ip4-local and ip4-mfib-forward-rpf too. */
export const ip4InputErrors = errorSet('ip4-input', IP4_TEXTS);
/** In 26.06 those of ip4-local and ip4-receive. */
export const ip4LocalErrors = errorSet('ip4-local', IP4_TEXTS);
export const ip4FullReassemblyErrors = errorSet('ip4-full-reassembly', IP4_TEXTS);
export const ip4LocalFullReassemblyErrors = errorSet('ip4-local-full-reassembly', IP4_TEXTS);

const ICMP4_TEXTS = {
  NONE: 'valid packets',
  UNKNOWN_TYPE: 'unknown type',
  INVALID_CODE_FOR_TYPE: 'invalid code for type',
  INVALID_HOP_LIMIT_FOR_TYPE: 'hop_limit != 255',
  LENGTH_TOO_SMALL_FOR_TYPE: 'payload length too small for type',
  OPTIONS_WITH_ODD_LENGTH: 'total option length not multiple of 8 bytes',
  OPTION_WITH_ZERO_LENGTH: 'option has zero length',
  ECHO_REPLIES_SENT: 'echo replies sent',
  DST_LOOKUP_MISS: 'icmp6 dst address lookup misses',
  DEST_UNREACH_SENT: 'destination unreachable response sent',
  TTL_EXPIRE_SENT: 'hop limit exceeded response sent',
  PARAM_PROBLEM_SENT: 'parameter problem response sent',
  DROP: 'error message dropped',
};

export const icmp4InputErrors = errorSet('ip4-icmp-input', ICMP4_TEXTS);
export const icmp4ErrorErrors = errorSet('ip4-icmp-error', ICMP4_TEXTS);

export const udp4LookupErrors = errorSet('ip4-udp-lookup', {
  NONE: 'no error',
  NO_LISTENER: 'no listener for dst port',
  LENGTH_ERROR: 'UDP packets with length errors',
  PUNT: 'no listener punt',
});

export const fragErrors = errorSet('ip4-frag', {
  NONE: 'packet fragmented',
  SMALL_PACKET: 'packet smaller than MTU',
  FRAGMENT_SENT: 'number of sent fragments',
  CANT_FRAGMENT_HEADER: "can't fragment header",
  DONT_FRAGMENT_SET: "can't fragment this packet",
  MALFORMED: 'malformed packet',
  MEMORY: 'could not allocate buffer',
  UNKNOWN: 'unknown error',
});
