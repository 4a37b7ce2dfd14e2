/**
 * The lists that sessions wait in for their timeout, one per kind of timeout, each in order of enqueueing
 * (fa_conn_list, VPP 19.08 src/plugins/acl/session_inlines.h).
 */

import {
  DELETED,
  ENQUEUED,
  L4,
  LIST_MASK,
  LIST_SHIFT,
  NEXT,
  PREVIOUS,
  SESSION_DOUBLES,
  SESSION_WORDS,
  STATE,
  type SessionPool,
} from './session-pool.js';
import type { SavedState } from '../../engine/state/saved-states.js';
import { PROTOCOL_TCP } from '../../../wire/ip4.js';

/** Lists by number (acl_timeout_e); 0 is no list. */
export const UDP_IDLE = 1;
export const TCP_IDLE = 2;
export const TCP_TRANSIENT = 3;
/** Deleted sessions, until nothing can refer to them any more. */
export const PURGATORY = 4;
export const LIST_COUNT = 5;

/** TCP flags that tell a session's state, seen from output and input: RST, FIN, SYN and ACK. */
const STATE_FLAGS = 0x1717;
/** SYN and ACK from both sides, and neither RST nor FIN. */
const ESTABLISHED_FLAGS = 0x1212;

export class SessionLists {
  readonly head = new Int32Array(LIST_COUNT).fill(-1);
  readonly tail = new Int32Array(LIST_COUNT).fill(-1);
  /** When the cleaner has to look at a list at the latest; Infinity for an empty one. */
  readonly headExpiry = new Float64Array(LIST_COUNT).fill(Infinity);
  /** Seconds by list; the defaults of acl.h. */
  readonly timeoutSeconds = Float64Array.of(0, 600, 24 * 3600, 120, 10e-6);

  readonly saved: SavedState = {
    name: 'acl session list',
    columns: 'list, its head, its tail, when its head expires',
    save: () => Array.from(this.head, (head, list) => [list, head, this.tail[list], this.headExpiry[list]]),
    restore: (rows) => {
      this.head.fill(-1);
      this.tail.fill(-1);
      this.headExpiry.fill(Infinity);
      for (const [list, head, tail, expiry] of rows) {
        this.head[list] = head;
        this.tail[list] = tail;
        this.headExpiry[list] = expiry;
      }
    },
  };

  constructor(private readonly pool: SessionPool) {}

  /** Which timeout a session has by its protocol and the TCP flags seen (fa_session_get_timeout_type). */
  timeoutType(session: number): number {
    const { words } = this.pool;
    const at = session * SESSION_WORDS;
    if ((words[at + L4] & 0xff) !== PROTOCOL_TCP) return UDP_IDLE;
    return (words[at + STATE] & STATE_FLAGS) === ESTABLISHED_FLAGS ? TCP_IDLE : TCP_TRANSIENT;
  }

  /** Seconds of inactivity after which a session may go (fa_session_get_timeout). */
  timeoutOf(session: number): number {
    const { words } = this.pool;
    const inPurgatory = (words[session * SESSION_WORDS + STATE] & LIST_MASK) >> LIST_SHIFT === PURGATORY;
    return this.timeoutSeconds[inPurgatory ? PURGATORY : this.timeoutType(session)];
  }

  /** Appends a session to the list of its timeout, or to purgatory once it is deleted. */
  add(session: number, now: number): void {
    const { words, doubles } = this.pool;
    const at = session * SESSION_WORDS;
    const list = (words[at + STATE] & DELETED) !== 0 ? PURGATORY : this.timeoutType(session);
    const tail = this.tail[list];
    doubles[session * SESSION_DOUBLES + ENQUEUED] = now;
    words[at + STATE] = (words[at + STATE] & ~LIST_MASK) | (list << LIST_SHIFT);
    words[at + NEXT] = -1;
    words[at + PREVIOUS] = tail;
    if (tail !== -1) words[tail * SESSION_WORDS + NEXT] = session;
    this.tail[list] = session;
    if (this.head[list] !== -1) return;
    this.head[list] = session;
    this.headExpiry[list] = now + this.timeoutOf(session);
  }

  remove(session: number, now: number): void {
    const { words } = this.pool;
    const at = session * SESSION_WORDS;
    const list = (words[at + STATE] & LIST_MASK) >> LIST_SHIFT;
    const next = words[at + NEXT];
    const previous = words[at + PREVIOUS];
    if (previous !== -1) words[previous * SESSION_WORDS + NEXT] = next;
    if (next !== -1) words[next * SESSION_WORDS + PREVIOUS] = previous;
    if (this.head[list] === session) {
      this.head[list] = next;
      this.headExpiry[list] = next === -1 ? Infinity : now + this.timeoutOf(next);
    }
    if (this.tail[list] === session) this.tail[list] = previous;
  }

  /** When a list's first session has to be looked at: users' lists are gone through twice per timeout. */
  dueOf(list: number): number {
    const session = this.head[list];
    if (session === -1) return Infinity;
    const timeout = this.timeoutOf(session);
    return this.pool.doubles[session * SESSION_DOUBLES + ENQUEUED] + (list === PURGATORY ? timeout : timeout / 2);
  }
}
