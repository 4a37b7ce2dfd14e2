/** Why a NAT44 node ends a packet's way, in words for people. causeArg0 is the address in question, causeArg1 detail. */

import { formatAddress } from '../../wire/address.js';
import { BEFORE_CARD } from '../engine/offload-words.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { noTranslationCause } from './missed.js';

export const NAT_CAUSES = {
  TTL: 'the TTL is 1 where NAT44 translates: VPP answers with ICMP time exceeded',
  UNSUPPORTED_PROTOCOL: (b: PacketBuffer) =>
    `NAT44 translates TCP, UDP and ICMP; IP protocol ${b.causeArg1} needs an address-only static mapping for ` +
    formatAddress(b.causeArg0),
  UNSUPPORTED_INNER: (b: PacketBuffer) =>
    `the ICMP error quotes a packet of IP protocol ${b.causeArg1}, which NAT44 cannot translate`,
  BAD_ICMP_TYPE: (b: PacketBuffer) =>
    `NAT44 cannot translate ICMP type ${b.causeArg1} for ${formatAddress(b.causeArg0)} here`,
  BAD_ICMP_CHECKSUM: (b: PacketBuffer) =>
    b.causeArg0 === 0
      ? `NAT44 does not translate an ICMP message whose checksum is wrong, and this one's is 0: ${BEFORE_CARD.checksum}`
      : 'NAT44 does not translate an ICMP message whose checksum is wrong',
  BAD_INNER_CHECKSUM: 'the IP header quoted in the ICMP error has a wrong checksum',
  OUT_OF_PORTS: (b: PacketBuffer) =>
    `no outside port is left for ${formatAddress(b.causeArg0)}: the pool has no address for its VRF, or all ports are taken`,
  NO_TRANSLATION: noTranslationCause,
  MAX_SESSIONS: 'the NAT44 session table is full (translation hash buckets times 10)',
  MAX_REASS: 'too many fragmented datagrams at once, or this one had too many fragments before its first',
  MAX_FRAG: 'more than 5 fragments of the datagram came before its first',
  DROP_FRAGMENT: 'the fragment waited for a first fragment that NAT44 could not use',
};

export type NatCauseIds = Readonly<Record<keyof typeof NAT_CAUSES, number>>;
