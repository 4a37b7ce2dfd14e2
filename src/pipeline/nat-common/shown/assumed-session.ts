/**
 * A NAT44 session that must have been there before anybody looked, since a packet was translated by it: inferred from the packet before
 * and after, and never against the configuration.
 */

import { formatAddress } from '../../../wire/address.js';
import { PROTOCOL_TCP } from '../../../wire/ip4.js';
import type { Tables } from '../../engine/tables.js';
import { fillSession } from './session-state.js';
import type { KnownHost, KnownSession } from './known-session.js';
import type { PacketEnds } from '../state/nat-mode.js';
import type { Nat44 } from '../state/nat44.js';
import { LAST_RESERVED_PORT } from '../state/port-stream.js';
import { keyPort, keyProtocol, NAT_ICMP, NAT_UNKNOWN, natProtocolOf } from '../state/session-key.js';
import { SESSION_STATIC_MAPPING } from '../state/sessions.js';
import type { StaticMapping } from '../state/static-mappings.js';

/** A packet as it came and as it left. */
export interface ShownTranslation {
  readonly before: PacketEnds;
  readonly after: PacketEnds;
  /** Interfaces that it came and left by; -1 where that is not known. */
  readonly swIfIndexRx: number;
  readonly swIfIndexTx: number;
  /** A TCP SYN, or no TCP: it may have made its session itself; an ICMP error makes none, nor does what is known to have found one. */
  readonly mayOpen: boolean;
  readonly makesNone: boolean;
}

/** The ends of the session that a translation shows. */
interface Ends {
  readonly inside: KnownHost;
  readonly outside: KnownHost;
  readonly host: KnownHost;
  /** The host as the inside sees it, with twice-nat. */
  readonly seen: KnownHost | null;
  readonly isIn2out: boolean;
}

const PACKETS_OF_AN_OPEN_CONNECTION = 3;

const source = ({ source: address, sourcePort: port }: PacketEnds): KnownHost => ({ address, port });
const destination = ({ destination: address, destinationPort: port }: PacketEnds): KnownHost => ({ address, port });
const isSame = (a: KnownHost, b: KnownHost): boolean => a.address === b.address && a.port === b.port;

function endsOf({ before, after }: ShownTranslation, { twicePool, pool, mode }: Nat44): Ends | null {
  if (twicePool.has(before.destination))
    return { ...in2outEnds(before, after), host: destination(after), seen: destination(before) };
  if (!isSame(destination(before), destination(after))) {
    // Hairpinning: of sessions by flows the source's is the one that decides.
    const isHairpin = mode.isEndpointDependent && before.source !== after.source && pool.has(after.source);
    if (isHairpin) return in2outEnds(before, after);
    const isTwice = twicePool.has(after.source);
    const [inside, outside, host] = [destination(after), destination(before), source(before)];
    return { inside, outside, host, seen: isTwice ? source(after) : null, isIn2out: false };
  }
  return isSame(source(before), source(after)) ? null : in2outEnds(before, after);
}

const in2outEnds = (before: PacketEnds, after: PacketEnds): Ends => ({
  inside: source(before),
  outside: source(after),
  host: destination(before),
  seen: null,
  isIn2out: true,
});

/** The mapping by which a session has its ends, if it is one's. */
function mappingOf({ inside, outside }: Ends, { mappings }: Nat44, protocol: number): StaticMapping | null {
  const index = mappings.indexByExternal(outside.address, outside.port, protocol);
  if (index < 0) return null;
  const mapping = mappings.pool.at(index);
  if (mapping.isLoadBalanced) return mapping.locals.values().some((local) => isSame(local, inside)) ? mapping : null;
  if (mapping.localAddress !== inside.address) return null;
  return mapping.isAddressOnly || mapping.localPort === inside.port ? mapping : null;
}

/** A session that was assumed. */
export interface AssumedSession {
  readonly index: number;
  readonly words: string;
}

/** True for a packet of an inside host whose session is known, port and all. */
export function hasSession(tables: Tables, ends: PacketEnds, swIfIndexRx: number): boolean {
  const { nat44, interfaces } = tables;
  const session = nat44.mode.sessionOf(tables, ends, true, interfaces.fibIndexOf[swIfIndexRx]);
  return session >= 0 && !isPlaceholder(session, nat44);
}

/** Makes the session that the translation needs and this node does not have; null where there is nothing to assume. */
export function assumeSession(tables: Tables, shown: ShownTranslation): AssumedSession | null {
  const { nat44, interfaces, clock } = tables;
  const { ipProtocol } = shown.before;
  const protocol = natProtocolOf(ipProtocol);
  const rxFib = interfaces.fibIndexOf[shown.swIfIndexRx];
  const ends = endsOf(shown, nat44);
  if (ends === null || protocol === NAT_UNKNOWN) return null;
  const { inside, outside, host, seen, isIn2out } = ends;
  const session = nat44.mode.sessionOf(tables, shown.before, isIn2out, rxFib);
  if (session >= 0) {
    if (isIn2out && isPlaceholder(session, nat44)) give(session, outside, tables);
    return null;
  }
  const mapping = mappingOf(ends, nat44, protocol);
  if (mapping === null && !nat44.pool.has(outside.address)) return null;
  if (isMadeByItself(shown, ends, mapping, nat44)) return null;
  const txFib = shown.swIfIndexTx < 0 ? nat44.insideFibIndex : interfaces.fibIndexOf[shown.swIfIndexTx];
  const insideFib = isIn2out ? rxFib : (mapping?.fibIndex ?? txFib);
  const kinds = mapping === null ? ['dynamic translation'] : ['static translation'];
  if (mapping?.isLoadBalanced === true) kinds.push('load-balancing');
  if (seen !== null) kinds.push('twice-nat');
  const isDependent = nat44.mode.isEndpointDependent;
  const known: KnownSession = {
    index: nat44.sessions.allocate(),
    user: null,
    inside: { ...inside, protocol, ipProtocol, fibIndex: insideFib },
    outside: {
      ...outside,
      protocol,
      ipProtocol,
      fibIndex: isIn2out ? nat44.outsideFibFor(host.address) : rxFib,
    },
    lastHeard: clock.now,
    packets: PACKETS_OF_AN_OPEN_CONNECTION,
    bytes: 0,
    externalHost: isDependent ? { ...host, port: protocol === NAT_ICMP ? 0 : host.port } : null,
    translatedHost: seen,
    kinds: new Set(kinds),
  };
  if (nat44.mode.fill) nat44.mode.fill(known, tables);
  else fillSession(known, tables);
  const by = mapping === null ? '' : ` by the mapping at ${mapping.origin}`;
  const withHost = isDependent ? ` with ${hostText(host)}` : '';
  return { index: known.index, words: `NAT44 session ${hostText(inside)} as ${hostText(outside)}${withHost}${by}` };
}

/** A session whose port nobody has seen has one that no pool gives. */
const isPlaceholder = (session: number, { sessions }: Nat44): boolean =>
  (sessions.flags(session) & SESSION_STATIC_MAPPING) === 0 &&
  keyPort(sessions.out2inWord(session)) < LAST_RESERVED_PORT;

/** Gives such a session the port that a packet shows. */
function give(session: number, { address, port }: KnownHost, tables: Tables): void {
  const { pool, mode } = tables.nat44;
  const entry = pool.find(address);
  const protocol = keyProtocol(tables.nat44.sessions.out2inWord(session));
  if (entry && port >= LAST_RESERVED_PORT && !entry.isBusy(protocol, port)) mode.rekey?.(tables, session, entry, port);
}

const hostText = ({ address, port }: KnownHost): string => `${formatAddress(address)}:${String(port)}`;

/** True where the packet makes its session itself, as far as the configuration goes. */
function isMadeByItself(
  { mayOpen, makesNone, before }: ShownTranslation,
  ends: Ends,
  mapping: StaticMapping | null,
  nat: Nat44,
): boolean {
  if (makesNone) return false;
  if (before.ipProtocol === PROTOCOL_TCP && nat.mode.isEndpointDependent && !mayOpen) return false;
  if (!ends.isIn2out) return mapping !== null;
  return ends.seen === null && mapping?.isLoadBalanced !== true;
}
