/**
 * The session pool: records of snat_session_t (VPP 19.08 src/plugins/nat/nat.h) in one buffer. Indices are VPP's: a new
 * session takes the index freed last, else the next one (vppinfra pool_get).
 *
 * A record is 16 words, 64 bytes, one cache line: a packet of a random session touches two lines of a record's worth of
 * fields instead of ten columns.
 *
 *      word  0  inside address                    8  last heard, seconds of capture time (double)
 *            1  inside port, protocol, FIB       10  total bytes (double)
 *            2  outside address                  12  total packets
 *            3  outside port, protocol, FIB      13  ports of the external host: own, and as translated << 16
 *            4  flags, TCP state << 8, live << 16 14  external host's address
 *            5  next older session of the user   15  external host's address as translated
 *            6  next newer session of the user
 *            7  user
 *
 * Of endpoint-independent NAT44, words 14 and 15 are when the session was last put in front of its user's (double).
 */

import { grown } from '../../engine/state/grown.js';
import { savedFreeList, type SavedRow, type SavedState } from '../../engine/state/saved-states.js';

const INITIAL_CAPACITY = 256;
const NONE = -1;

export const WORDS = 16;
export const DOUBLES = WORDS / 2;
export const FLAGS = 4;
export const OLDER = 5;
export const NEWER = 6;
export const USER = 7;

/** Of the word of flags. */
export const LIVE = 1 << 16;

export class SessionPool {
  protected words = new Int32Array(INITIAL_CAPACITY * WORDS);
  /** The same bytes as `words`. */
  protected doubles = new Float64Array(this.words.buffer);

  /** Indices ever used: the pool's length. */
  length = 0;
  private free: number[] = [];

  readonly saved: readonly SavedState[] = [
    savedFreeList(
      'nat44 session',
      () => ({ length: this.length, free: this.free }),
      (length, free) => {
        this.length = length;
        this.free = [...free];
      },
    ),
    {
      name: 'nat44 session',
      columns: 'index, the 16 words of its record (src/pipeline/nat-common/state/session-pool.ts)',
      save: () => this.rows(),
      restore: (rows) => {
        this.words.fill(0);
        for (const [index, ...words] of rows) {
          while (index * WORDS >= this.words.length) this.grow();
          this.words.set(words, index * WORDS);
        }
      },
    },
  ];

  /** Sessions in use (pool_elts). */
  get count(): number {
    return this.length - this.free.length;
  }

  /** False for an index that was freed (pool_is_free_index). */
  isUsed(index: number): boolean {
    return index < this.length && (this.words[index * WORDS + FLAGS] & LIVE) !== 0;
  }

  /** pool_get: a session with all fields zero, in no list yet. */
  allocate(): number {
    const index = this.free.pop() ?? this.length++;
    if (index * WORDS >= this.words.length) this.grow();
    const { words } = this;
    const at = index * WORDS;
    for (let word = at; word < at + WORDS; word++) words[word] = 0; // `fill` is a call out of compiled code
    words[at + FLAGS] = LIVE;
    words[at + USER] = NONE;
    words[at + OLDER] = NONE;
    words[at + NEWER] = NONE;
    return index;
  }

  /** Makes these the sessions in use, and the indices between them free ones: the lowest is given out first. */
  restore(indices: readonly number[]): void {
    const used = new Set(indices);
    const end = indices.reduce((most, index) => Math.max(most, index + 1), 0);
    while (this.length < end) this.allocate();
    for (let index = end - 1; index >= 0; index--) if (!used.has(index)) this.release(index);
  }

  /** pool_put. */
  release(index: number): void {
    this.words[index * WORDS + FLAGS] &= ~LIVE;
    this.free.push(index);
  }

  /** pool_free: no session is left, nor a trace of any. */
  clear(): void {
    this.length = 0;
    this.free.length = 0;
  }

  private *rows(): Generator<SavedRow> {
    for (let index = 0; index < this.length; index++)
      if (this.isUsed(index)) yield [index, ...this.words.subarray(index * WORDS, (index + 1) * WORDS)];
  }

  private grow(): void {
    this.words = grown(this.words);
    this.doubles = new Float64Array(this.words.buffer);
  }
}
