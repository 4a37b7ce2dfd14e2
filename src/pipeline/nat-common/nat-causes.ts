/** Why a NAT44 node ends a packet's way, in words for people. causeArg0 is the address in question, causeArg1 detail. */

import { formatAddress } from '../../wire/address.js';
import { BEFORE_CARD } from '../../wire/l4-checksum.js';
import type { Tables } from '../engine/tables.js';
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
  MAX_SESSIONS: (_: PacketBuffer, { nat44 }: Tables) =>
    `the NAT44 session table is full (${nat44.mode.isPlugin ? `"sessions" of ${nat44.mode.words} plugin enable` : 'translation hash buckets times 10'})`,
  MAX_REASS: 'too many fragmented datagrams at once, or this one had too many fragments before its first',
  MAX_FRAG: 'more than 5 fragments of the datagram came before its first',
  DROP_FRAGMENT: 'the fragment waited for a first fragment that NAT44 could not use',
  ENDLESS_LOOP: (_: PacketBuffer, { composition }: Tables) =>
    `not modelled: VPP ${composition.name} sends this packet round and round between ip4-lookup and hairpinning, since the ` +
    'static mapping leads from the address to itself',
  // Endpoint-dependent mode only.
  NON_SYN: (b: PacketBuffer) =>
    `no NAT44 session for this TCP flow of ${formatAddress(b.causeArg0)}, and only a SYN may create one`,
  ERROR_WITHOUT_SESSION: (b: PacketBuffer) =>
    `the ICMP error (type ${b.causeArg1}) from ${formatAddress(b.causeArg0)} belongs to no NAT44 session, ` +
    'and cannot create one',
  TOO_MANY_USERS: (b: PacketBuffer) =>
    `${formatAddress(b.causeArg0)} has no NAT44 session yet, and there are as many inside hosts as "users" allows`,
  USER_QUOTA: (b: PacketBuffer) =>
    `${formatAddress(b.causeArg0)} has as many NAT44 sessions as "max translations per user" allows, ` +
    'the least recently used of them still alive',
  NO_TWICE_NAT_PORT: (b: PacketBuffer) =>
    `the service ${formatAddress(b.causeArg0)} port ${b.causeArg1} translates its clients (twice-nat), ` +
    'but no twice-nat address has a port left',
  UNKNOWN_WITHOUT_MAPPING: (b: PacketBuffer) =>
    `no session and no address-only static mapping for IP protocol ${b.causeArg1} to ` +
    `${formatAddress(b.causeArg0)}, and forwarding is disabled`,
  NO_FREE_ADDRESS: (b: PacketBuffer) =>
    `no outside address is free for IP protocol ${b.causeArg1} to ${formatAddress(b.causeArg0)}: ` +
    'protocols without ports have one session per outside address and destination',
  AFFINITY: (b: PacketBuffer, { composition }: Tables) =>
    `not modelled: VPP ${composition.name} crashes when it picks a back end of ${formatAddress(b.causeArg0)} with affinity here, ` +
    'for it does not say which client asks',
};

export type NatCause = keyof typeof NAT_CAUSES;
export type NatCauseIds = Readonly<Record<NatCause, number>>;
