/**
 * Why an endpoint-dependent NAT44 node ends a packet's way, in words for people. causeArg0 is the address in question.
 */

import { formatAddress } from '../../wire/address.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

export const ED_CAUSES = {
  ...NAT_CAUSES,
  NON_SYN: (b: PacketBuffer) =>
    `no NAT44 session for this TCP flow of ${formatAddress(b.causeArg0)}, and only a SYN may create one`,
  ERROR_WITHOUT_SESSION: (b: PacketBuffer) =>
    `the ICMP error (type ${b.causeArg1}) from ${formatAddress(b.causeArg0)} belongs to no NAT44 session, ` +
    'and cannot create one',
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
  AFFINITY: (b: PacketBuffer) =>
    `not modelled: VPP 19.08 crashes when it picks a back end of ${formatAddress(b.causeArg0)} with affinity here, ` +
    'for it does not say which client asks',
  HAIRPIN_LOOP: (b: PacketBuffer) =>
    `not modelled: VPP 19.08 sends this packet round and round between ip4-lookup and hairpinning, since the static ` +
    `mapping of ${formatAddress(b.causeArg0)} maps it to itself`,
};

export type EdCauseIds = Readonly<Record<keyof typeof ED_CAUSES, number>>;
