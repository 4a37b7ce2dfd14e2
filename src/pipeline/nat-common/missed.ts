/**
 * Packets to an outside address for which NAT44 had neither session nor mapping, on which two ends depend: with forwarding enabled
 * they pass untranslated and are the node's own, which has no use for them; otherwise they are dropped.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { formatAddress } from '../../wire/address.js';
import type { Nat44 } from './state/nat44.js';
import type { Tables } from '../engine/tables.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../engine/packet-buffer.js';
import { isIcmpError, quotedHeader } from './icmp-error.js';
import { opensConnection } from './nat-packet.js';

/** What causeArg1 has above the port: the IP protocol, and what kind of packet of a session it is. */
const PROTOCOL_SHIFT = 16;
const IS_QUOTED = 1 << 24;
const OPENS_CONNECTION = 1 << 25;
/** Its TCP flags, which would tell whether it opens a connection, are not captured. */
const FLAGS_UNKNOWN = 1 << 26;

/** Where TCP's flags end in its header (RFC 9293 §3.1), and ports in those of TCP and UDP. */
const FLAGS_END = 14;
const PORTS_BYTES = 4;

const addressesOf = new WeakMap<Nat44, { readonly version: number; readonly addresses: ReadonlySet<number> }>();

/**
 * The addresses that NAT44 translates to on the outside, as it is configured now: of its pool, and external ones of mappings to
 * other addresses.
 */
export function natAddresses(nat44: Nat44): ReadonlySet<number> {
  const version = nat44.pool.version + nat44.mappings.pool.version;
  const known = addressesOf.get(nat44);
  if (known?.version === version) return known.addresses;
  const addresses = addressesIn(nat44);
  addressesOf.set(nat44, { version, addresses });
  return addresses;
}

function addressesIn({ pool, mappings }: Nat44): ReadonlySet<number> {
  const mapped = mappings.pool.values().filter(({ localAddress, externalAddress }) => localAddress !== externalAddress);
  return new Set([...pool.addresses.map(({ address }) => address), ...mapped.map((one) => one.externalAddress)]);
}

/**
 * The question that a local node asks before it says that nobody wants a packet: is it one that NAT44 was asked to translate? If so
 * the packet's cause has its details.
 */
export function missedBy({ nat44 }: Tables): (b: PacketBuffer, l3: number) => boolean {
  return (b, l3) => {
    if ((b.flags & FLAG_NAT44_MISSED) === 0 || !natAddresses(nat44).has(ip4.destination(b.view, l3))) return false;
    noteMissed(b, l3);
    return true;
  };
}

/** Leaves in the cause's details what NAT44 looked for: the outside end of the packet, or of the one that an ICMP error quotes. */
export function noteMissed(b: PacketBuffer, l3: number): void {
  const { view } = b;
  const l4 = l3 + ip4.headerLength(view, l3);
  const protocol = ip4.protocol(view, l3);
  const isError = protocol === ip4.PROTOCOL_ICMP && isIcmpError(icmp4.type(view, l4));
  const inner = isError ? quotedHeader(l4) : l3;
  const innerProtocol = ip4.protocol(view, inner);
  const hasFlags = !isError && protocol === ip4.PROTOCOL_TCP;
  const isUnknown = hasFlags && b.cutBytes > 0 && l4 + FLAGS_END > b.at + b.length;
  const isOpening = hasFlags && !isUnknown && opensConnection(view, l4);
  b.causeArg0 = isError ? ip4.source(view, inner) : ip4.destination(view, l3);
  b.causeArg1 =
    portOf(b, inner, innerProtocol, isError) |
    (innerProtocol << PROTOCOL_SHIFT) |
    (isError ? IS_QUOTED : 0) |
    (isOpening ? OPENS_CONNECTION : 0) |
    (isUnknown ? FLAGS_UNKNOWN : 0);
}

/** The port or identifier; 0 for none, as in an error that quotes too little. */
function portOf({ view, at, length }: PacketBuffer, l3: number, protocol: number, isSource: boolean): number {
  const l4 = l3 + ip4.headerLength(view, l3);
  if (l4 + (protocol === ip4.PROTOCOL_ICMP ? icmp4.HEADER_BYTES : PORTS_BYTES) > at + length) return 0;
  if (protocol === ip4.PROTOCOL_ICMP) return icmp4.identifier(view, l4);
  return protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP ? view.getUint16(l4 + (isSource ? 0 : 2)) : 0;
}

export interface Missed {
  /** '192.168.16.1:61234', '192.168.16.1 (identifier 7)'. */
  readonly end: string;
  readonly address: number;
  readonly port: number;
  readonly protocol: number;
  readonly isQuoted: boolean;
  readonly opensConnection: boolean;
  /** Nobody can tell whether it does. */
  readonly hasUnknownFlags: boolean;
}

const IP_NAMES = new Map([
  [ip4.PROTOCOL_TCP, 'TCP'],
  [ip4.PROTOCOL_UDP, 'UDP'],
  [ip4.PROTOCOL_ICMP, 'ICMP'],
]);

/** What `noteMissed` left. */
export function missedOf({ causeArg0: address, causeArg1: detail }: PacketBuffer): Missed {
  const [port, protocol] = [detail & 0xffff, (detail >>> PROTOCOL_SHIFT) & 0xff];
  const of = formatAddress(address);
  const hasPorts = protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP;
  const end =
    port === 0
      ? `${of} (${IP_NAMES.get(protocol) ?? `IP protocol ${protocol}`})`
      : hasPorts
        ? `${of}:${port}`
        : `${of} (identifier ${port})`;
  return {
    end,
    address,
    port,
    protocol,
    isQuoted: (detail & IS_QUOTED) !== 0,
    opensConnection: (detail & OPENS_CONNECTION) !== 0,
    hasUnknownFlags: (detail & FLAGS_UNKNOWN) !== 0,
  };
}

/** Classic NAT44 makes sessions of TCP, UDP and ICMP only. */
export const needsWholeMapping = ({ protocol }: Missed, { mode }: Nat44): boolean =>
  !mode.isEndpointDependent && !IP_NAMES.has(protocol);

/** 'NAT44 has no session or mapping for 192.168.16.1:61234', and of an address of NAT44's why. */
const sentence = (b: PacketBuffer, { nat44 }: Tables, condition: string): string => {
  const missed = missedOf(b);
  const { end, address, protocol, isQuoted, opensConnection, hasUnknownFlags } = missed;
  const what = `NAT44 has no session or mapping for ${end}${isQuoted ? ', which the ICMP error is about' : ''}${condition}`;
  if (hasUnknownFlags || !natAddresses(nat44).has(address)) return what;
  if (opensConnection) return `${what}: a connection from outside needs a static mapping`;
  if (needsWholeMapping(missed, nat44)) return `${what}: its protocol needs an address-only static mapping`;
  if (!IP_NAMES.has(protocol)) return `${what}: it began before the capture`;
  return `${what}: it began before the capture, or the real node drew another ${numberWord(protocol)}`;
};

const numberWord = (protocol: number): string => (protocol === ip4.PROTOCOL_ICMP ? 'identifier' : 'port');

/** Of a packet that passed untranslated and was the node's own then. */
export const noSessionCause = (b: PacketBuffer, tables: Tables): string => sentence(b, tables, '');

/** Of a packet that NAT44 itself dropped. */
export const noTranslationCause = (b: PacketBuffer, tables: Tables): string =>
  sentence(b, tables, ', and forwarding is disabled');
