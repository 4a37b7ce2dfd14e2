/**
 * NAT44 sessions as VPP's show commands print them (VPP 19.08 src/plugins/nat/nat_format.c format_snat_user, format_snat_session; VPP 26.06
 * src/plugins/nat/nat44-ei/nat44_ei_cli.c, nat44-ed/nat44_ed_format.c). session-text.ts reads them back.
 */

import { formatAddress } from '../../../wire/address.js';
import { vppFixed } from '../../show-answers.js';
import type { Nat44 } from '../state/nat44.js';
import { keyFib, keyPort, keyProtocol, NAT_ICMP, NAT_TCP, NAT_UDP, NAT_UNKNOWN } from '../state/session-key.js';
import {
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_FWD_BYPASS,
  SESSION_LOAD_BALANCING,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
  type Sessions,
} from '../state/sessions.js';
import { BALANCED, BYPASS, DYNAMIC, STATIC, TWICE, WORDS } from './session-text.js';

const PROTOCOL_WORDS: Readonly<Record<number, string>> = { [NAT_UDP]: 'udp', [NAT_TCP]: 'tcp', [NAT_ICMP]: 'icmp' };

/** What stands in the place of users and of the words of one kind of NAT44. */
export interface SessionForm {
  /** Columns before `o2i`. */
  readonly o2iIndent: number;
  /** Between the external host and the index. */
  readonly flows?: (session: number) => readonly string[];
  /** Behind the time last heard. */
  readonly timeout?: (session: number) => string;
  readonly isUpperCase?: true;
  /** The external host is told of every session. */
  readonly hasHosts?: true;
}

export const heading = (what: string, count: number): string[] => [
  `${what}:`,
  `-------- thread 0 vpp_main: ${count} sessions --------`,
];

/** Users with their sessions, least recently used first. */
export function* userLines({ sessions, users }: Nat44, form: SessionForm): Generator<string> {
  yield* heading('NAT44 sessions', sessions.count);
  for (const user of users.indices()) {
    const [dynamics, statics] = [users.sessionCount[user], users.staticSessionCount[user]];
    yield `  ${formatAddress(users.address[user])}: ${dynamics} ${WORDS.dynamics}, ${statics} ${WORDS.statics}`;
    if (dynamics === 0 && statics === 0) continue;
    for (let one = users.oldest[user]; one >= 0; one = sessions.newer(one)) yield* sessionLines(sessions, one, form);
  }
}

export function* sessionLines(sessions: Sessions, session: number, form: SessionForm): Generator<string> {
  const flags = sessions.flags(session);
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const inside = endWords(sessions.in2outAddress(session), sessions.in2outWord(session), flags, form);
  yield `    i2o ${inside}`;
  const outside = endWords(sessions.out2inAddress(session), sessions.out2inWord(session), flags, form);
  yield `${' '.repeat(form.o2iIndent)}o2i ${outside}`;
  const host = `${formatAddress(sessions.extHostAddress(session))}:${sessions.extHostPort(session)}`;
  if (form.hasHosts === true || has(SESSION_ENDPOINT_DEPENDENT | SESSION_FWD_BYPASS)) {
    if (has(SESSION_TWICE_NAT)) {
      const translated = `${formatAddress(sessions.extHostNatAddress(session))}:${sessions.extHostNatPort(session)}`;
      yield `       ${WORDS.host} o2i ${host} i2o ${translated}`;
    } else if (sessions.extHostAddress(session) !== 0) yield `       ${WORDS.host} ${host}`;
  }
  for (const flow of form.flows?.(session) ?? []) yield `       ${flow}`;
  yield `       ${WORDS.index} ${session}`;
  yield `       ${WORDS.heard} ${vppFixed(sessions.lastHeard(session), 2)}`;
  if (form.timeout) yield `       ${WORDS.timeout} ${form.timeout(session)}`;
  yield `       ${WORDS.packets} ${sessions.totalPackets(session) | 0}, ${WORDS.bytes} ${sessions.totalBytes(session)}`;
  yield `       ${has(SESSION_STATIC_MAPPING) ? STATIC : DYNAMIC}`;
  if (has(SESSION_FWD_BYPASS)) yield `       ${BYPASS}`;
  if (has(SESSION_LOAD_BALANCING)) yield `       ${BALANCED}`;
  if (has(SESSION_TWICE_NAT)) yield `       ${TWICE}`;
  yield '';
}

/** A protocol without ports stands in the place of the port. */
function endWords(address: number, word: number, flags: number, { isUpperCase }: SessionForm): string {
  const of = formatAddress(address);
  const fib = `fib ${keyFib(word)}`;
  const protocol = keyProtocol(word);
  if ((flags & SESSION_UNKNOWN_PROTO) !== 0 || protocol === NAT_UNKNOWN) return `${of} proto ${keyPort(word)} ${fib}`;
  const words = PROTOCOL_WORDS[protocol];
  return `${of} proto ${isUpperCase ? words.toUpperCase() : words} port ${keyPort(word)} ${fib}`;
}
