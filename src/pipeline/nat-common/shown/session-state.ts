/** NAT44's sessions, users, busy ports and generator, as the sessions that VPP prints tell them. */

import { formatAddress } from '../../../wire/address.js';
import { counted } from '../../command/suggest.js';
import type { Tables } from '../../engine/tables.js';
import { contradicts, type ShowAnswer, type ShowReader, type StateReading } from '../../show-answers.js';
import { isCount, readSessions, type ShownSession } from './session-text.js';
import { userLines, type SessionForm } from './print-sessions.js';
import type { KnownSession } from './known-session.js';
import { NAT44 } from '../nat-steps.js';
import { lastDraw } from '../state/generator.js';
import type { Nat44 } from '../state/nat44.js';
import { NAT_TCP, NAT_UNKNOWN, packKey } from '../state/session-key.js';
import {
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_FWD_BYPASS,
  SESSION_LOAD_BALANCING,
  SESSION_OUTPUT_FEATURE,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
} from '../state/sessions.js';

/** A connection has its three-way handshake behind it with the third packet. */
const HANDSHAKE_PACKETS = 3;

/** The last answer counts, of those that list sessions rather than how many a user has. */
function lastSessions(answers: readonly ShowAnswer[]): ShownSession[] {
  const last = answers.findLast((answer) => !isCount(answer));
  return last ? readSessions(last) : [];
}
export const SHOWN_SESSIONS = { kind: NAT44, in: lastSessions };

/** `show nat44 [ei] sessions [detail]`, where users have their sessions. */
export const sessionsShow = (command: string, form: SessionForm): ShowReader => ({
  command,
  heading: /^NAT44 sessions:/,
  read: fillSessions,
  sessions: SHOWN_SESSIONS,
  write: ({ nat44 }) => {
    const { mode } = nat44;
    if (!nat44.isEnabled(mode) || command !== `show ${mode.words} sessions`) return null;
    return { command: `${command} detail`, lines: () => userLines(nat44, form), isSessions: true };
  },
});

/** When the last of them was heard. */
export const lastHeardOf = (shown: readonly ShownSession[]): number =>
  shown.reduce((latest, { lastHeard }) => Math.max(latest, lastHeard), 0);

function fillSessions(answers: readonly ShowAnswer[], reading: StateReading): string {
  const shown = lastSessions(answers);
  if (answers.every(isCount))
    reading.assume(
      `"${answers[0].command}" tells how many sessions there are, not which: "${answers[0].command} detail" does`,
    );
  const { nat44 } = reading.tables;
  for (const session of shown) check(session, nat44);
  requireUnique(shown);
  nat44.sessions.restore(shown.map(({ index }) => index));
  for (const session of shown) fillSession(session, reading.tables);
  if (reading.clock === null) reading.tables.clock.startAt(lastHeardOf(shown));
  sayWhatIsHidden(shown, reading);
  findGenerator(shown, reading);
  return counted(shown.length, 'NAT44 session');
}

/** Throws ConfigError for a session that this node cannot have. */
function check({ answer, at, outside, kinds, externalHost }: ShownSession, { pool, mode, mappings }: Nat44): void {
  if (externalHost && !mode.isEndpointDependent)
    throw contradicts(answer, at, 'a session of endpoint-dependent NAT44, and the configuration is of another kind');
  if (!externalHost && mode.isEndpointDependent)
    throw contradicts(
      answer,
      at,
      'a session without external host, and the configuration is of endpoint-dependent NAT44',
    );
  if (kinds.has('forwarding-bypass')) return;
  const isMapped = mappings.pool.values().some(({ externalAddress }) => externalAddress === outside.address);
  if (kinds.has('static translation') ? isMapped || pool.has(outside.address) : pool.has(outside.address)) return;
  const of = kinds.has('static translation') ? 'no static mapping has' : "is none of the pool's addresses";
  throw contradicts(
    answer,
    at,
    `the session's outside address ${formatAddress(outside.address)} ${of} in the configuration`,
  );
}

export function requireUnique(shown: readonly ShownSession[]): void {
  const lineOf = new Map<number, number>();
  for (const { answer, at, index } of shown) {
    const before = lineOf.get(index);
    if (before !== undefined) throw contradicts(answer, at, `session ${index} stands in line ${before} already`);
    lineOf.set(index, at.line);
  }
}

export const flagsOf = ({ kinds, inside }: KnownSession, nat44: Nat44): number => {
  const isBypass = kinds.has('forwarding-bypass');
  const isStatic = kinds.has('static translation');
  let flags = isStatic ? SESSION_STATIC_MAPPING : 0;
  if (isBypass) flags |= SESSION_FWD_BYPASS;
  if (kinds.has('load-balancing')) flags |= SESSION_LOAD_BALANCING;
  if (kinds.has('twice-nat')) flags |= SESSION_TWICE_NAT;
  if (inside.protocol === NAT_UNKNOWN) flags |= SESSION_UNKNOWN_PROTO;
  if (!nat44.mode.isEndpointDependent || isBypass) return flags;
  flags |= SESSION_ENDPOINT_DEPENDENT;
  return !isStatic && nat44.interfaces.outputFeatures.count > 0 ? flags | SESSION_OUTPUT_FEATURE : flags;
};

/** A protocol without ports stands in the place of the port. */
const keyWord = ({ protocol, ipProtocol, port, fibIndex }: KnownSession['inside'], isBypass: boolean): number =>
  protocol === NAT_UNKNOWN
    ? packKey(ipProtocol, isBypass ? NAT_UNKNOWN : 0, fibIndex)
    : packKey(port, protocol, fibIndex);

/** Fills in the session that was allocated for the index. */
export function fillSession(shown: KnownSession, tables: Tables): void {
  const { nat44 } = tables;
  const { sessions, users } = nat44;
  const { index, inside, outside, externalHost, translatedHost, packets, bytes, lastHeard } = shown;
  const flags = flagsOf(shown, nat44);
  const isBypass = (flags & SESSION_FWD_BYPASS) !== 0;
  const user = users.getOrCreate(shown.user ?? inside.address, inside.fibIndex);
  sessions.addFlags(index, flags);
  sessions.setIn2out(index, inside.address, keyWord(inside, isBypass));
  sessions.setOut2in(index, outside.address, keyWord(outside, isBypass));
  if (externalHost) sessions.setExtHost(index, externalHost.address, externalHost.port);
  if (translatedHost) sessions.setExtHostNat(index, translatedHost.address, translatedHost.port);
  sessions.countPackets(index, lastHeard, packets, bytes);
  if (nat44.mode.isEndpointDependent && inside.protocol === NAT_TCP && packets < HANDSHAKE_PACKETS)
    sessions.setState(index, nat44.mode.transitoryState ?? 0);
  users.append(user, index);
  users.countSession(user, (flags & SESSION_STATIC_MAPPING) !== 0, Infinity);
  nat44.mode.index?.(tables, index);
  if (inside.protocol === NAT_UNKNOWN || isBypass) return;
  if ((flags & SESSION_STATIC_MAPPING) === 0)
    nat44.pool.find(outside.address)?.markBusy(outside.protocol, outside.port);
  if (translatedHost) nat44.twicePool.find(translatedHost.address)?.markBusy(outside.protocol, translatedHost.port);
}

function sayWhatIsHidden(shown: readonly ShownSession[], { tables, assume }: StateReading): void {
  const { nat44 } = tables;
  const { isEndpointDependent } = nat44.mode;
  const free = nat44.sessions.length - shown.length;
  if (free > 0)
    assume(`which of ${free} free session indices VPP gives out first is not shown: taken to be the lowest`);
  if (isEndpointDependent && shown.some(({ inside }) => inside.protocol === NAT_TCP))
    assume(
      'the state of TCP connections is not shown: one of fewer than 3 packets is taken to be opening, others to be established',
    );
}

/** Sets the generator behind the last draw that the sessions show. */
/** @param keepsPorts a session keeps its inside port where it may: only another one was drawn */
export function findGenerator(
  shown: readonly ShownSession[],
  { tables, assume }: StateReading,
  keepsPorts = false,
): void {
  const { nat44 } = tables;
  const drawn = new Map<number, ShownSession>();
  for (const session of shown) {
    const { inside, outside, kinds, translatedHost } = session;
    if (inside.protocol === NAT_UNKNOWN || kinds.has('forwarding-bypass')) continue;
    const isKept = keepsPorts && inside.port === outside.port;
    if (!kinds.has('static translation') && !isKept) drawn.set(outside.port, session);
    if (translatedHost) drawn.set(translatedHost.port, session);
  }
  if (drawn.size === 0) return;
  const found = lastDraw(nat44.pool.policy, new Set(drawn.keys()));
  if (found === null) {
    assume("the sessions' ports do not tell where NAT44's port generator is: taken to be where it starts");
    return;
  }
  const last = drawn.get(found.port)?.index ?? 0;
  const later = shown.filter(({ kinds, index }) => kinds.has('load-balancing') && index > last).length;
  nat44.ports.restart(found.draw + later);
}
