/** The sessions part of `show nat44 sessions detail` in endpoint-dependent mode, from the model (nat_format.c). */

import { formatAddress } from '../../../src/wire/address.js';
import type { Nat44 } from '../../../src/pipeline/nat-common/state/nat44.js';
import { keyFib, keyPort, keyProtocol } from '../../../src/pipeline/nat-common/state/session-key.js';
import {
  SESSION_FWD_BYPASS,
  SESSION_LOAD_BALANCING,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
} from '../../../src/pipeline/nat-common/state/sessions.js';

const PROTOCOL_NAMES = ['udp', 'tcp', 'icmp'];

const keyText = (address: number, word: number, isUnknown: boolean): string =>
  isUnknown
    ? `${formatAddress(address)} proto ${keyPort(word)} fib ${keyFib(word)}`
    : `${formatAddress(address)} proto ${PROTOCOL_NAMES[keyProtocol(word)]} port ${keyPort(word)} fib ${keyFib(word)}`;

function sessionLines({ sessions }: Nat44, session: number): string[] {
  const flags = sessions.flags(session);
  const isUnknown = (flags & SESSION_UNKNOWN_PROTO) !== 0;
  const host = `${formatAddress(sessions.extHostAddress(session))}:${sessions.extHostPort(session)}`;
  const hostNat = `${formatAddress(sessions.extHostNatAddress(session))}:${sessions.extHostNatPort(session)}`;
  const hostOnly = sessions.extHostAddress(session) === 0 ? [] : [`external host ${host}`];
  return [
    `i2o ${keyText(sessions.in2outAddress(session), sessions.in2outWord(session), isUnknown)}`,
    `o2i ${keyText(sessions.out2inAddress(session), sessions.out2inWord(session), isUnknown)}`,
    ...(flags & SESSION_TWICE_NAT ? [`external host o2i ${host} i2o ${hostNat}`] : hostOnly),
    `index ${session}`,
    `total pkts ${sessions.totalPackets(session)}, total bytes ${sessions.totalBytes(session)}`,
    flags & SESSION_STATIC_MAPPING ? 'static translation' : 'dynamic translation',
    ...(flags & SESSION_FWD_BYPASS ? ['forwarding-bypass'] : []),
    ...(flags & SESSION_LOAD_BALANCING ? ['load-balancing'] : []),
    ...(flags & SESSION_TWICE_NAT ? ['twice-nat'] : []),
  ];
}

/** Users by index, each with its sessions by last use; without times. */
export function edSessionLines(nat: Nat44): string[] {
  const { users, sessions } = nat;
  const lines: string[] = [];
  for (let user = 0; user < users.length; user++) {
    if (users.find(users.address[user], users.fibIndex[user]) !== user) continue;
    const counts = `${users.sessionCount[user]} dynamic translations, ${users.staticSessionCount[user]} static translations`;
    lines.push(`${formatAddress(users.address[user])}: ${counts}`);
    if (users.totalOf(user) === 0) continue;
    for (let session = users.oldest[user]; session >= 0; session = sessions.newer(session))
      lines.push(...sessionLines(nat, session));
  }
  return lines;
}
