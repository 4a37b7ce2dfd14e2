/** The sessions part of `show nat44 sessions detail`: what a recording says, and what the model holds, as lines. */

import { formatAddress } from '../../../src/wire/address.js';
import { keyFib, keyPort, keyProtocol } from '../../../src/pipeline/nat-common/state/session-key.js';
import { SESSION_STATIC_MAPPING } from '../../../src/pipeline/nat-common/state/sessions.js';
import type { Nat44 } from '../../../src/pipeline/nat-common/state/nat44.js';

const PROTOCOL_NAMES = ['udp', 'tcp', 'icmp'];

/** Lines of a recording's session list without times: users in order, each with its sessions by last use. */
export function recordedSessionLines(sessionsText: string): string[] {
  const lines = sessionsText.split('\n');
  const from = lines.findIndex((line) => line === 'NAT44 sessions:') + 2;
  const to = lines.findIndex((line, at) => at > from && line.startsWith('###'));
  return lines
    .slice(from, to)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('last heard'));
}

/** The same lines from the model. */
export function modelSessionLines({ users, sessions }: Nat44): string[] {
  const lines: string[] = [];
  for (let user = 0; user < users.length; user++) {
    if (users.find(users.address[user], users.fibIndex[user]) !== user) continue;
    lines.push(
      `${formatAddress(users.address[user])}: ${users.sessionCount[user]} dynamic translations, ` +
        `${users.staticSessionCount[user]} static translations`,
    );
    for (let session = users.oldest[user]; session >= 0; session = sessions.newer(session)) {
      const word = sessions.in2outWord(session);
      const outWord = sessions.out2inWord(session);
      lines.push(
        `i2o ${formatAddress(sessions.in2outAddress(session))} proto ${PROTOCOL_NAMES[keyProtocol(word)]} ` +
          `port ${keyPort(word)} fib ${keyFib(word)}`,
        `o2i ${formatAddress(sessions.out2inAddress(session))} proto ${PROTOCOL_NAMES[keyProtocol(outWord)]} ` +
          `port ${keyPort(outWord)} fib ${keyFib(outWord)}`,
        `index ${session}`,
        `total pkts ${sessions.totalPackets(session)}, total bytes ${sessions.totalBytes(session)}`,
        sessions.flags(session) & SESSION_STATIC_MAPPING ? 'static translation' : 'dynamic translation',
      );
    }
  }
  return lines;
}

/** Lines of a session: i2o, o2i, index, packets, kind. */
const SESSION_LINES = 5;

/** The same lines with each user's sessions in order of their first line. */
export function sortedByUser(lines: readonly string[]): string[] {
  const sorted: string[] = [];
  let sessions: string[] = [];
  const flush = (): void => {
    sorted.push(...sessions.toSorted());
    sessions = [];
  };
  for (let at = 0; at < lines.length;) {
    if (lines[at].startsWith('i2o')) {
      sessions.push(lines.slice(at, at + SESSION_LINES).join('\n'));
      at += SESSION_LINES;
    } else {
      flush();
      sorted.push(lines[at++]);
    }
  }
  flush();
  return sorted;
}
