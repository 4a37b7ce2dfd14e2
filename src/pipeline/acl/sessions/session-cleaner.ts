/**
 * The process that deletes idle sessions (VPP 19.08 src/plugins/acl/sess_mgmt_node.c). It wakes up every half second,
 * or when a list's head is due to expire, and goes through the heads of the lists: a session found idle for its
 * timeout is deleted, any other is enqueued anew. So a session lives up to about one second longer than its timeout.
 *
 * The model runs it late: before a packet, for all the times at which it would have woken since the last packet.
 */

import { savedRow } from '../../engine/state/saved-states.js';
import type { AclSessions } from './acl-sessions.js';
import { LIST_COUNT, PURGATORY } from './session-lists.js';
import { DELETED, ENQUEUED, L4, LAST_ACTIVE, SESSION_DOUBLES, SESSION_WORDS, STATE } from './session-pool.js';

/** "at least twice a second" */
const WAKE_SECONDS = 0.5;
/** The process does not run again before this has passed. */
const SHORTEST_WAIT_SECONDS = 100e-6;
/** Time between two sweeps while there is work: more than a session spends in purgatory. */
const SWEEP_SECONDS = 20e-6;
/** Sessions of one list per sweep (ACL_FA_DEFAULT_MAX_DELETED_SESSIONS_PER_INTERVAL). */
const SWEEP_SESSIONS = 100;

const NONE = -1;
const ALL = -2;

export class SessionCleaner {
  nextWake = 0;
  readonly wake = (): number => this.nextWake;
  readonly saved = savedRow(
    'acl session cleaner',
    'when it wakes up next',
    () => [this.nextWake],
    ([next]) => {
      this.nextWake = next;
      this.begin = null;
    },
  );
  /** While a sweep deletes the sessions of an interface, or of ALL. */
  private clearing = NONE;
  /** Sessions enqueued until then are looked at, whether they are due or not. */
  private swipeEnd = -Infinity;
  private readonly expired = new Int32Array(LIST_COUNT * SWEEP_SESSIONS);

  /** Makes the sessions that there are when the first packet comes; returns when the first of them was made. */
  begin: ((now: number) => number) | null = null;

  constructor(private readonly sessions: AclSessions) {}

  /**
   * Deletes the sessions of an interface, as after a change of its ACLs (acl_clear_sessions), or of all. Of each list it takes the first
   * 100 only: whether there are more to be looked at is asked of the first list, which no session is ever in. Others of these are enqueued
   * anew, with their times.
   */
  clear(swIfIndex: number | null, now: number): void {
    const { serviced } = this.sessions.lists;
    if (swIfIndex === null ? !serviced.includes(1) : serviced[swIfIndex] === 0) return;
    this.advance(now);
    this.clearing = swIfIndex ?? ALL;
    this.swipeEnd = now;
    this.sweep(now);
    this.clearing = NONE;
    this.swipeEnd = -Infinity;
    this.nextWake = this.wakeAfter(this.cleanAt(now + SWEEP_SECONDS));
  }

  /** Does all the cleaning that falls before `now`. */
  advance(now: number): void {
    if (now >= this.nextWake) this.catchUp(now);
  }

  private catchUp(now: number): void {
    if (this.begin !== null) {
      this.nextWake = Math.min(this.nextWake, this.begin(now));
      this.begin = null;
    }
    while (this.nextWake <= now) {
      const due = this.earliestDue();
      if (due > now) {
        this.nextWake += (Math.floor((now - this.nextWake) / WAKE_SECONDS) + 1) * WAKE_SECONDS;
        return;
      }
      // Wake-ups with nothing due change nothing: skip them, on the half-second grid.
      if (due > this.nextWake) this.nextWake += Math.ceil((due - this.nextWake) / WAKE_SECONDS) * WAKE_SECONDS;
      if (this.nextWake <= now) this.nextWake = this.wakeAfter(this.cleanAt(this.nextWake));
    }
  }

  private earliestDue(): number {
    const { lists } = this.sessions;
    let due = Infinity;
    for (let list = 1; list < LIST_COUNT; list++) due = Math.min(due, lists.dueOf(list));
    return due;
  }

  private wakeAfter(time: number): number {
    const { headExpiry } = this.sessions.lists;
    let wake = time + WAKE_SECONDS;
    for (let list = 1; list < LIST_COUNT; list++) wake = Math.min(wake, headExpiry[list]);
    return Math.max(wake, time + SHORTEST_WAIT_SECONDS);
  }

  /** Sweeps again and again while there is work, as the worker's interrupt does; returns when it was done. */
  private cleanAt(time: number): number {
    const { lists } = this.sessions;
    while (this.sweep(time) > 0 || lists.head[PURGATORY] !== -1) time += SWEEP_SECONDS;
    return time;
  }

  /** acl_fa_conn_time_to_check */
  private isDue(list: number, now: number): boolean {
    const { lists, pool } = this.sessions;
    const { [list]: head } = lists.head;
    return head !== -1 && (lists.dueOf(list) < now || pool.doubles[head * SESSION_DOUBLES + ENQUEUED] <= this.swipeEnd);
  }

  /** acl_fa_check_idle_sessions: returns how many sessions were looked at. */
  private sweep(now: number): number {
    const { lists, pool } = this.sessions;
    const { expired } = this;
    let count = 0;
    for (let list = 1; list < LIST_COUNT; list++) {
      for (let taken = 0; taken < SWEEP_SESSIONS && this.isDue(list, now); taken++) {
        const session = lists.head[list];
        expired[count++] = session;
        lists.remove(session, now);
      }
    }
    for (let i = 0; i < count; i++) {
      const session = expired[i];
      const swIfIndex = pool.words[session * SESSION_WORDS + L4] >>> 16;
      const isIdle = now >= pool.doubles[session * SESSION_DOUBLES + LAST_ACTIVE] + lists.timeoutOf(session);
      const goes = isIdle || this.clearing === ALL || this.clearing === swIfIndex;
      if (goes && (pool.words[session * SESSION_WORDS + STATE] & DELETED) !== 0) {
        pool.put(session);
        continue;
      }
      if (goes) this.sessions.deactivate(session);
      lists.add(session, now);
    }
    return count;
  }
}
