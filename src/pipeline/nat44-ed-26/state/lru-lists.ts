/** Sessions in order of their last move, in a list for each timeout (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed.h lru_pool). */

import type { SavedState } from '../../engine/state/saved-states.js';
import type { Sessions } from '../../nat-common/state/sessions.js';

/** In the order in which VPP looks for a session that timed out (nat_lru_free_one). */
export const LRU_TCP_TRANSITORY = 0;
export const LRU_UDP = 1;
export const LRU_UNKNOWN = 2;
export const LRU_ICMP = 3;
export const LRU_TCP_ESTABLISHED = 4;
export const LRU_LISTS = 5;

const NONE = -1;

export class LruLists {
  private readonly oldestOf = new Int32Array(LRU_LISTS).fill(NONE);
  private readonly newestOf = new Int32Array(LRU_LISTS).fill(NONE);

  readonly saved: SavedState = {
    name: 'nat44 ed LRU list',
    columns: 'list, its oldest session, its newest',
    save: () => Array.from(this.oldestOf, (oldest, list) => [list, oldest, this.newestOf[list]]),
    restore: (rows) => {
      this.clear();
      for (const [list, oldest, newest] of rows) {
        this.oldestOf[list] = oldest;
        this.newestOf[list] = newest;
      }
    },
  };

  constructor(private readonly sessions: Sessions) {}

  /** The session at the head of a list, or -1. */
  oldest(list: number): number {
    return this.oldestOf[list];
  }

  /** Puts a session, which is in no list, at the end of one. */
  append(list: number, session: number): void {
    const { sessions } = this;
    const last = this.newestOf[list];
    sessions.setUserIndex(session, list);
    sessions.setOlder(session, last);
    sessions.setNewer(session, NONE);
    if (last === NONE) this.oldestOf[list] = session;
    else sessions.setNewer(last, session);
    this.newestOf[list] = session;
  }

  /** Takes a session out of its list. */
  remove(session: number): void {
    const { sessions } = this;
    const list = sessions.userIndex(session);
    const before = sessions.older(session);
    const after = sessions.newer(session);
    if (before === NONE) this.oldestOf[list] = after;
    else sessions.setNewer(before, after);
    if (after === NONE) this.newestOf[list] = before;
    else sessions.setOlder(after, before);
  }

  /** To the end of its list, or of another one. */
  move(session: number, list = this.sessions.userIndex(session)): void {
    this.remove(session);
    this.append(list, session);
  }

  clear(): void {
    this.oldestOf.fill(NONE);
    this.newestOf.fill(NONE);
  }
}
