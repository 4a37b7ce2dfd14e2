/**
 * Sessions as `show nat44 sessions` prints them with both their flows (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_format.c
 * format_snat_ed_session):
 *
 *     i2o flow: match: saddr 10.1.4.99 sport 33923 daddr 185.199.108.153 dport 8080 proto TCP fib_idx 0 rewrite: saddr 192.168.16.1 sport 33923 daddr 185.199.108.153 dport 8080 txfib 0
 */

import { parseAddress } from '../../wire/address.js';
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip4.js';
import { ACK, SYN } from '../../wire/tcp.js';
import { counted } from '../command/suggest.js';
import { edSessionLines } from './print-sessions.js';
import { findGenerator, flagsOf, lastHeardOf, requireUnique } from '../nat-common/shown/session-state.js';
import { readSessions, type ShownSession } from '../nat-common/shown/session-text.js';
import type { KnownEnd, KnownSession } from '../nat-common/shown/known-session.js';
import { NAT_ICMP, NAT_TCP, NAT_UNKNOWN, packKey } from '../nat-common/state/session-key.js';
import {
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_OUTPUT_FEATURE,
  SESSION_UNKNOWN_PROTO,
} from '../nat-common/state/sessions.js';
import { contradicts, type ShowAnswer, type ShowReader, type StateReading } from '../show-answers.js';
import { i2oOf, o2iOf, portsWord, protocolWord, type EdFlows } from './state/ed-flows.js';
import { TCP_CLOSING, TCP_ESTABLISHED, type EdSessions } from './state/ed-sessions.js';

const MATCH = /^saddr (\S+) sport (\d+) daddr (\S+) dport (\d+) proto (\S+) fib_idx (\d+)(?: rewrite: (.*?))?\s*$/;
const FIELD = /(saddr|sport|daddr|dport|icmp-id|txfib) (\S+)/g;

const PROTOCOLS = new Map([
  ['TCP', PROTOCOL_TCP],
  ['UDP', PROTOCOL_UDP],
  ['ICMP', PROTOCOL_ICMP],
]);

/** Flags of 19.08 that a session of the rewritten kind does not have. */
const NOT_KEPT = SESSION_ENDPOINT_DEPENDENT | SESSION_OUTPUT_FEATURE | SESSION_UNKNOWN_PROTO;

export const edSessionsShow: ShowReader = {
  command: 'show nat44 sessions',
  heading: /^NAT44 ED sessions:/,
  read: fillSessions,
  write: (tables) => {
    const { nat44 } = tables;
    if (!nat44.isEnabled(nat44.mode) || !nat44.mode.isEndpointDependent) return null;
    return { command: 'show nat44 sessions', lines: edSessionLines(tables), isSessions: true };
  },
};

function fillSessions(answers: readonly ShowAnswer[], reading: StateReading): string {
  const shown = readSessions(answers[answers.length - 1]);
  const { tables, assume } = reading;
  const { sessions } = tables.nat44;
  const ed = tables.nat44Ed26.sessions;
  requireUnique(shown);
  const now = reading.clock ?? lastHeardOf(shown);
  if (reading.clock === null) tables.clock.startAt(now);
  sessions.restore(shown.map(({ index }) => index));
  // The lists' order is not shown: a session moves when a packet comes, once a second at most.
  for (const one of [...shown].sort((a, b) => a.lastHeard - b.lastHeard || a.index - b.index)) fill(one, ed, now);
  if (sessions.length > shown.length)
    assume(
      `which of ${sessions.length - shown.length} free session indices VPP gives out first is not shown: taken to be the lowest`,
    );
  if (shown.some(({ inside }) => inside.protocol === NAT_TCP))
    assume('TCP flags seen so far are not shown: taken to be those of a connection that is open, or being opened');
  findGenerator(shown, reading, true);
  return counted(shown.length, 'NAT44 session');
}

function fill(shown: ShownSession, ed: EdSessions, now: number): void {
  const { flows } = ed;
  const { index, inside } = shown;
  fillFields(shown, ed);
  const i2o = addFlow(shown, shown.i2oFlow, flows, i2oOf(index));
  const o2i = addFlow(shown, shown.o2iFlow, flows, o2iOf(index));
  if (inside.protocol === NAT_TCP) guessTcp(shown, ed, now);
  ed.restore(index, (i2o ?? o2i ?? inside).ipProtocol);
}

function fillFields(known: KnownSession, { sessions, flows, nat }: EdSessions): void {
  const { index, inside, outside, externalHost, translatedHost, lastHeard, packets, bytes } = known;
  const word = ({ port, protocol, ipProtocol, fibIndex }: KnownEnd): number =>
    packKey(protocol === NAT_UNKNOWN ? ipProtocol : port, protocol, fibIndex);
  sessions.addFlags(index, flagsOf(known, nat) & ~NOT_KEPT);
  sessions.setIn2out(index, inside.address, word(inside));
  sessions.setOut2in(index, outside.address, word(outside));
  if (externalHost) sessions.setExtHost(index, externalHost.address, externalHost.port);
  if (translatedHost) sessions.setExtHostNat(index, translatedHost.address, translatedHost.port);
  sessions.countPackets(index, lastHeard, packets, bytes);
  flows.clear(index);
}

/** A session that packets tell of: its flows follow from its ends. */
export function fillKnown(known: KnownSession, ed: EdSessions, now: number): void {
  const { flows } = ed;
  const { index, inside, outside } = known;
  fillFields(known, ed);
  const host = known.externalHost ?? { address: 0, port: 0 };
  const seen = known.translatedHost ?? host;
  const [i2o, o2i] = [i2oOf(index), o2iOf(index)];
  const isIcmp = inside.protocol === NAT_ICMP;
  const fromHost = portsWord(isIcmp ? outside.port : host.port, outside.port);
  const toHost = portsWord(inside.port, isIcmp ? inside.port : seen.port);
  flows.begin(i2o, inside.address, seen.address, toHost, protocolWord(inside.ipProtocol, inside.fibIndex));
  flows.rewriteSource(i2o, outside.address);
  flows.rewriteDestination(i2o, host.address);
  flows.rewriteFib(i2o, outside.fibIndex);
  flows.begin(o2i, host.address, outside.address, fromHost, protocolWord(inside.ipProtocol, outside.fibIndex));
  flows.rewriteSource(o2i, seen.address);
  flows.rewriteDestination(o2i, inside.address);
  flows.rewriteFib(o2i, inside.fibIndex);
  if (isIcmp) {
    flows.rewriteIcmpId(i2o, outside.port);
    flows.rewriteIcmpId(o2i, inside.port);
  } else {
    flows.rewriteSourcePort(i2o, outside.port);
    flows.rewriteDestinationPort(i2o, host.port);
    flows.rewriteSourcePort(o2i, seen.port);
    flows.rewriteDestinationPort(o2i, inside.port);
  }
  flows.add(i2o, index);
  flows.add(o2i, index);
  if (inside.protocol === NAT_TCP) {
    ed.sessions.setState(index, TCP_ESTABLISHED);
    flows.setTcpFlags(index, SYN | ACK | ((SYN | ACK) << 8));
  }
  ed.sessions.setLastHeard(index, now);
  ed.restore(index, inside.ipProtocol);
}

/** Files a flow by its match; one of zeros only is none. */
function addFlow(
  { answer, at, index, inside }: ShownSession,
  text: string | null,
  flows: EdFlows,
  flow: number,
): { readonly ipProtocol: number } | null {
  const match = MATCH.exec(text ?? '');
  if (!match) throw contradicts(answer, at, 'a session without its flows: "show nat44 sessions" has them');
  const [, source, sport, destination, dport, protocol, fib, rewrite = ''] = match;
  const ipProtocol = PROTOCOLS.get(protocol) ?? inside.ipProtocol;
  const ports = portsWord(Number(sport), Number(dport));
  const [from, to] = [parseAddress(source) ?? 0, parseAddress(destination) ?? 0];
  if (from === 0 && to === 0 && ports === 0) return null;
  flows.begin(flow, from, to, ports, protocolWord(ipProtocol, Number(fib)));
  for (const [, name, value] of rewrite.matchAll(FIELD)) REWRITES[name](flows, flow, value);
  flows.add(flow, index);
  return { ipProtocol };
}

const REWRITES: Readonly<Record<string, (flows: EdFlows, flow: number, value: string) => void>> = {
  saddr: (flows, flow, value) => {
    flows.rewriteSource(flow, parseAddress(value) ?? 0);
  },
  daddr: (flows, flow, value) => {
    flows.rewriteDestination(flow, parseAddress(value) ?? 0);
  },
  sport: (flows, flow, value) => {
    flows.rewriteSourcePort(flow, Number(value));
  },
  dport: (flows, flow, value) => {
    flows.rewriteDestinationPort(flow, Number(value));
  },
  'icmp-id': (flows, flow, value) => {
    flows.rewriteIcmpId(flow, Number(value));
  },
  txfib: (flows, flow, value) => {
    flows.rewriteFib(flow, Number(value));
  },
};

/** The timeout tells whether a connection is established, where both timeouts differ; which flags it has had is not shown. */
function guessTcp(
  { index, timeoutIn, lastHeard, packets }: ShownSession,
  { sessions, flows, nat }: EdSessions,
  now: number,
): void {
  const { tcpEstablished, tcpTransitory } = nat.timeouts;
  const timeout = (timeoutIn ?? 0) + now - lastHeard;
  const isEstablished =
    timeoutIn === null || tcpEstablished === tcpTransitory
      ? packets > 2
      : Math.abs(timeout - tcpEstablished) < Math.abs(timeout - tcpTransitory);
  const open = SYN | ACK;
  if (isEstablished) {
    sessions.setState(index, TCP_ESTABLISHED);
    flows.setTcpFlags(index, open | (open << 8));
  } else if (packets > 2) sessions.setState(index, TCP_CLOSING);
  else flows.setTcpFlags(index, SYN | (packets > 1 ? open << 8 : 0));
}
