/**
 * NAT users (inside hosts: address and FIB) and their sessions in order of use, in typed arrays (VPP 19.08
 * src/plugins/nat/nat.c nat_user_get_or_create, nat_inlines.h). User indices are pool indices, as sessions' are.
 */

import { FlowHashTable2 } from '../../engine/state/flow-hash-table.js';
import { savedFreeList, type SavedState } from '../../engine/state/saved-states.js';
import { SESSION_STATIC_MAPPING, type Sessions } from './sessions.js';
import { keyFib } from './session-key.js';

const INITIAL_CAPACITY = 16;
const NONE = -1;

export class Users {
  address = new Int32Array(INITIAL_CAPACITY);
  fibIndex = new Int32Array(INITIAL_CAPACITY);
  /** Dynamic and static sessions, unsigned as in VPP. */
  sessionCount = new Uint32Array(INITIAL_CAPACITY);
  staticSessionCount = new Uint32Array(INITIAL_CAPACITY);
  /** Ends of the user's session list; -1 for an empty one. */
  oldest = new Int32Array(INITIAL_CAPACITY);
  newest = new Int32Array(INITIAL_CAPACITY);

  /** nat44-ei of VPP 26.06: a session's place in its user's list is renewed at most once a second. */
  renewsOnceASecond = false;
  /** How many there may be. */
  limit = Infinity;
  /** Indices ever used: the pool's length. */
  length = 0;
  private free: number[] = [];
  private byKey = new FlowHashTable2();

  readonly saved: readonly SavedState[] = [
    savedFreeList(
      'nat44 user',
      () => ({ length: this.length, free: this.free }),
      (length, free) => {
        this.length = length;
        this.free = [...free];
      },
    ),
    {
      name: 'nat44 user',
      columns: 'index, address, FIB, dynamic sessions, static ones, its oldest session, its newest',
      save: () =>
        Array.from(this.byKey.entries(), ([, , user]) => [user, ...this.columns.map((column) => column[user])]),
      restore: (rows) => {
        this.byKey.clear();
        for (const [user, ...fields] of rows) {
          while (user >= this.address.length) this.grow();
          this.columns.forEach((column, i) => (column[user] = fields[i]));
          this.byKey.set(this.address[user], this.fibIndex[user], user);
        }
      },
    },
  ];

  constructor(private readonly sessions: Sessions) {}

  private get columns(): readonly (Int32Array | Uint32Array)[] {
    return [this.address, this.fibIndex, this.sessionCount, this.staticSessionCount, this.oldest, this.newest];
  }

  /** Users in the order of their indices. */
  indices(): number[] {
    return Array.from(this.byKey.entries(), ([, , user]) => user).sort((a, b) => a - b);
  }

  /** Users there are. */
  get count(): number {
    return this.byKey.size;
  }

  /** The user's index, or -1. */
  find(address: number, fibIndex: number): number {
    return this.byKey.get(address, fibIndex);
  }

  /** nat_user_get_or_create; -1 where there are as many users as may be. */
  getOrCreate(address: number, fibIndex: number): number {
    const known = this.byKey.get(address, fibIndex);
    if (known >= 0) return known;
    if (this.count >= this.limit) return NONE;
    const user = this.free.pop() ?? this.length++;
    if (user >= this.address.length) this.grow();
    this.address[user] = address;
    this.fibIndex[user] = fibIndex;
    this.sessionCount[user] = 0;
    this.staticSessionCount[user] = 0;
    this.oldest[user] = NONE;
    this.newest[user] = NONE;
    this.byKey.set(address, fibIndex, user);
    return user;
  }

  /** Sessions of both kinds. */
  totalOf(user: number): number {
    return (this.sessionCount[user] + this.staticSessionCount[user]) >>> 0;
  }

  /** user_session_increment: counts a new session while the user is below its quota. */
  countSession(user: number, isStatic: boolean, quota: number): void {
    if (this.totalOf(user) >= quota) return;
    if (isStatic) this.staticSessionCount[user]++;
    else this.sessionCount[user]++;
  }

  /** Undoes countSession, whose kind the session's flags tell. */
  uncountSession(user: number, session: number): void {
    if (this.sessions.flags(session) & SESSION_STATIC_MAPPING) this.staticSessionCount[user]--;
    else this.sessionCount[user]--;
  }

  /** nat44_delete_user_with_no_session */
  deleteIfIdle(user: number): void {
    if (this.sessionCount[user] !== 0 || this.staticSessionCount[user] !== 0) return;
    this.byKey.delete(this.address[user], this.fibIndex[user]);
    this.free.push(user);
  }

  /** Puts a session in no list at the recently used end of the user's. */
  append(user: number, session: number): void {
    const { sessions } = this;
    const last = this.newest[user];
    sessions.setUserIndex(session, user);
    sessions.setOlder(session, last);
    sessions.setNewer(session, NONE);
    if (last === NONE) this.oldest[user] = session;
    else sessions.setNewer(last, session);
    this.newest[user] = session;
  }

  /** Takes a session out of its user's list. */
  unlink(session: number): void {
    const { sessions } = this;
    const user = sessions.userIndex(session);
    const before = sessions.older(session);
    const after = sessions.newer(session);
    if (before === NONE) this.oldest[user] = after;
    else sessions.setNewer(before, after);
    if (after === NONE) this.newest[user] = before;
    else sessions.setOlder(after, before);
  }

  /** nat44_session_update_lru: the session, which was just heard of, is its user's most recently used one. */
  touch(session: number): void {
    if (this.renewsOnceASecond) {
      const heard = this.sessions.lastHeard(session);
      if (heard <= this.renewalAfter(session)) return;
      this.sessions.setRenewed(session, heard);
    }
    this.renew(session);
  }

  /** When a packet that comes later renews the session's place. */
  renewalAfter(session: number): number {
    return this.sessions.renewed(session) + 1;
  }

  /** Puts the session at the recently used end of its user's list. */
  renew(session: number): void {
    const user = this.sessions.userIndex(session);
    if (this.newest[user] === session) return;
    this.unlink(session);
    this.append(user, session);
  }

  /**
   * nat44_delete_session: frees the session, and the user with its last one. The user that is counted down is that of
   * the session's inside key, as in VPP. Look-up tables and ports are the caller's to release before.
   */
  deleteSession(session: number): void {
    const { sessions } = this;
    const user = this.byKey.get(sessions.in2outAddress(session), keyFib(sessions.in2outWord(session)));
    this.unlink(session);
    sessions.release(session);
    if (user < 0) return;
    this.uncountSession(user, session);
    this.deleteIfIdle(user);
  }

  clear(): void {
    this.byKey = new FlowHashTable2();
    this.free.length = 0;
    this.length = 0;
  }

  private grow(): void {
    const to = this.address.length * 2;
    this.address = copyOf(this.address, new Int32Array(to));
    this.fibIndex = copyOf(this.fibIndex, new Int32Array(to));
    this.sessionCount = copyOf(this.sessionCount, new Uint32Array(to));
    this.staticSessionCount = copyOf(this.staticSessionCount, new Uint32Array(to));
    this.oldest = copyOf(this.oldest, new Int32Array(to));
    this.newest = copyOf(this.newest, new Int32Array(to));
  }
}

function copyOf<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
