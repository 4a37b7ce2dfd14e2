/** How packets of a flow fare at a NAT44 node: by the session of the first, or untranslated because there is none. */

import type { FlowEnds, FlowPart } from '../engine/flow-part.js';
import { NAT44 } from './nat-steps.js';
import type { Sessions } from './state/sessions.js';
import { keyPort } from './state/session-key.js';
import type { Users } from './state/users.js';

const SESSION = NAT44.at.session;
/** No session: the packets pass, as long as there is none; and for ever, where there can be none for their destination. */
const NONE = -1;
const NEVER = -2;

/** What a kind of NAT44 answers about its sessions. */
export interface FlowSessions {
  readonly sessions: Sessions;
  readonly users: Users;
  /** A session's place in its user's list is renewed at most once a second. */
  readonly renewsOnceASecond?: boolean;
  /** True where the session, which once was found by the flow's ends, still is. */
  readonly isFound: (session: number, ends: FlowEnds) => boolean;
  /** True where some session would be found by the flow's ends. */
  readonly isAny: (ends: FlowEnds) => boolean;
  /** True where the address is one that NAT44 has outside: a session may come to be for it. */
  readonly isOutside: (address: number) => boolean;
}

/** A node that translates sources of packets from the inside, before or (`isOutput`) behind ip4-rewrite. */
export const in2outFlowPart = (of: FlowSessions, isOutput: boolean): FlowPart => {
  const { sessions, users, isFound } = of;
  return {
    valueOf: ({ words }, at) => words[at + SESSION],
    follow: (session, ends) => {
      if (session < 0 || !isFound(session, ends)) return false;
      ends.translateSource(sessions.out2inAddress(session), keyPort(sessions.out2inWord(session)));
      return true;
    },
    account: accountIn(sessions, users, isOutput),
    ...renewalIn(of),
  };
};

/** A node that translates destinations of packets from the outside. */
export const out2inFlowPart = (of: FlowSessions): FlowPart => {
  const { sessions, users } = of;
  const account = accountIn(sessions, users, false);
  return {
    valueOf: ({ words }, at, ends) => {
      const session = words[at + SESSION];
      if (session >= 0) return session;
      if (!of.isOutside(ends.destination)) return NEVER;
      ends.needsAbsence = true;
      return NONE;
    },
    follow: (session, ends) => {
      if (session < 0) return session === NEVER || !of.isAny(ends);
      if (!of.isFound(session, ends)) return false;
      ends.translateDestination(sessions.in2outAddress(session), keyPort(sessions.in2outWord(session)));
      return true;
    },
    account: (session, packets, bytes, last, headerBytes) => {
      if (session >= 0) account(session, packets, bytes, last, headerBytes);
    },
    ...renewalIn(of),
  };
};

/** The packet that renews a session's place needs the graph. */
const renewalIn = ({ users, renewsOnceASecond = false }: FlowSessions): Pick<FlowPart, 'deadline'> =>
  renewsOnceASecond ? { deadline: (session) => (session < 0 ? Infinity : users.renewalAfter(session)) } : {};

/** Behind ip4-rewrite a packet has an Ethernet header. */
const accountIn =
  (sessions: Sessions, users: Users, isOutput: boolean) =>
  (session: number, packets: number, bytes: number, last: number, headerBytes: number): void => {
    sessions.countPackets(session, last, packets, isOutput ? bytes + headerBytes : bytes);
    users.touch(session);
  };
