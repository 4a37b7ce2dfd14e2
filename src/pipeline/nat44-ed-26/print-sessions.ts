/** Sessions as `show nat44 sessions` prints them (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_format.c); session-state.ts reads them back. */

import { formatAddress } from '../../wire/address.js';
import type { Tables } from '../engine/tables.js';
import { heading, sessionLines, type SessionForm } from '../nat-common/shown/print-sessions.js';
import { WORDS } from '../nat-common/shown/session-text.js';
import { vppFixed } from '../show-answers.js';
import { IP_PROTOCOL_NAMES } from '../trace/names.js';
import {
  DESTINATION,
  FIB,
  i2oOf,
  ICMP_ID,
  MATCH_DESTINATION,
  MATCH_PORTS,
  MATCH_PROTOCOL,
  o2iOf,
  OP_DADDR,
  OP_DPORT,
  OP_ICMP_ID,
  OP_SADDR,
  OP_SPORT,
  OP_TXFIB,
  PORTS,
  SOURCE,
  type EdFlows,
} from './state/ed-flows.js';

export function* edSessionLines({ nat44, nat44Ed26, clock }: Tables): Generator<string> {
  const { sessions } = nat44;
  const { sessions: ed } = nat44Ed26;
  const form: SessionForm = {
    o2iIndent: 4,
    isUpperCase: true,
    hasHosts: true,
    flows: (session) => [
      `i2o ${WORDS.match} ${flowWords(ed.flows, i2oOf(session))}`,
      `o2i ${WORDS.match} ${flowWords(ed.flows, o2iOf(session))}`,
    ],
    timeout: (session) => vppFixed(ed.timeoutOf(session) - (clock.now - sessions.lastHeard(session)), 2),
  };
  yield* heading('NAT44 ED sessions', sessions.count);
  for (let session = 0; session < sessions.length; session++)
    if (sessions.isUsed(session)) yield* sessionLines(sessions, session, form);
}

/** format_nat_6t_flow */
function flowWords(flows: EdFlows, flow: number): string {
  const { words } = flows;
  const ports = words[flow + MATCH_PORTS];
  const protocol = words[flow + MATCH_PROTOCOL] & 0xff;
  const match =
    `saddr ${formatAddress(words[flow])} sport ${ports & 0xffff} ` +
    `daddr ${formatAddress(words[flow + MATCH_DESTINATION])} dport ${ports >>> 16} ` +
    `proto ${IP_PROTOCOL_NAMES.get(protocol) ?? `unknown ${protocol}`} fib_idx ${words[flow + MATCH_PROTOCOL] >>> 8}`;
  const ops = flows.ops(flow);
  const rewrites = [
    [OP_SADDR, `saddr ${formatAddress(words[flow + SOURCE])} `],
    [OP_SPORT, `sport ${words[flow + PORTS] & 0xffff} `],
    [OP_DADDR, `daddr ${formatAddress(words[flow + DESTINATION])} `],
    [OP_DPORT, `dport ${words[flow + PORTS] >>> 16} `],
    [OP_ICMP_ID, `icmp-id ${words[flow + ICMP_ID] & 0xffff} `],
    [OP_TXFIB, `txfib ${words[flow + FIB]} `],
  ] as const;
  const done = rewrites.filter(([op]) => (ops & op) !== 0).map(([, text]) => text);
  return `${match} ${done.length === 0 ? '' : `rewrite: ${done.join('')}`}`;
}
