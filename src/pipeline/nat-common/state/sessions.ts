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
 *
 * Keys are pairs of words as in session-key.ts. Ports are in host order.
 */

import { savedFreeList, type SavedRow, type SavedState } from '../../engine/state/saved-states.js';

/** SNAT_SESSION_FLAG_* */
export const SESSION_STATIC_MAPPING = 1;
export const SESSION_UNKNOWN_PROTO = 2;
export const SESSION_LOAD_BALANCING = 4;
export const SESSION_TWICE_NAT = 8;
export const SESSION_ENDPOINT_DEPENDENT = 16;
export const SESSION_FWD_BYPASS = 32;
export const SESSION_AFFINITY = 64;
export const SESSION_OUTPUT_FEATURE = 128;

const INITIAL_CAPACITY = 256;
const NONE = -1;

const WORDS = 16;
const DOUBLES = WORDS / 2;
const IN2OUT_ADDRESS = 0;
const IN2OUT_WORD = 1;
const OUT2IN_ADDRESS = 2;
const OUT2IN_WORD = 3;
const FLAGS = 4;
const OLDER = 5;
const NEWER = 6;
const USER = 7;
const PACKETS = 12;
const EXT_HOST_PORTS = 13;
const EXT_HOST_ADDRESS = 14;
const EXT_HOST_NAT_ADDRESS = 15;
/** Offsets in doubles. */
const LAST_HEARD = 4;
const BYTES = 5;
const RENEWED = 7;

const FLAG_BITS = 0xff;
const STATE_SHIFT = 8;
const STATE_BITS = 0xff << STATE_SHIFT;
const LIVE = 1 << 16;

export class Sessions {
  private words = new Int32Array(INITIAL_CAPACITY * WORDS);
  /** The same bytes as `words`. */
  private doubles = new Float64Array(this.words.buffer);

  /** Indices ever used: the pool's length. */
  length = 0;
  private readonly free: number[] = [];

  readonly saved: readonly SavedState[] = [
    savedFreeList(
      'nat44 session',
      () => ({ length: this.length, free: this.free }),
      (length, free) => {
        this.length = length;
        this.free.splice(0, Infinity, ...free);
      },
    ),
    {
      name: 'nat44 session',
      columns: 'index, the 16 words of its record (src/pipeline/nat-common/state/sessions.ts)',
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

  /** Inside key: address, and port/protocol/FIB. */
  in2outAddress(index: number): number {
    return this.words[index * WORDS + IN2OUT_ADDRESS];
  }

  in2outWord(index: number): number {
    return this.words[index * WORDS + IN2OUT_WORD];
  }

  setIn2out(index: number, address: number, word: number): void {
    this.words[index * WORDS + IN2OUT_ADDRESS] = address;
    this.words[index * WORDS + IN2OUT_WORD] = word;
  }

  /** Outside key. */
  out2inAddress(index: number): number {
    return this.words[index * WORDS + OUT2IN_ADDRESS];
  }

  out2inWord(index: number): number {
    return this.words[index * WORDS + OUT2IN_WORD];
  }

  setOut2in(index: number, address: number, word: number): void {
    this.words[index * WORDS + OUT2IN_ADDRESS] = address;
    this.words[index * WORDS + OUT2IN_WORD] = word;
  }

  /** True for a session in use with this inside key. */
  hasIn2out(index: number, address: number, word: number): boolean {
    const at = index * WORDS;
    const { words } = this;
    return (
      words[at + IN2OUT_ADDRESS] === address && words[at + IN2OUT_WORD] === word && (words[at + FLAGS] & LIVE) !== 0
    );
  }

  /** True for a session in use with this outside key. */
  hasOut2in(index: number, address: number, word: number): boolean {
    const at = index * WORDS;
    const { words } = this;
    return (
      words[at + OUT2IN_ADDRESS] === address && words[at + OUT2IN_WORD] === word && (words[at + FLAGS] & LIVE) !== 0
    );
  }

  /** SESSION_* flags. */
  flags(index: number): number {
    return this.words[index * WORDS + FLAGS] & FLAG_BITS;
  }

  addFlags(index: number, flags: number): void {
    this.words[index * WORDS + FLAGS] |= flags;
  }

  /** TCP state bits (NAT44_SES_*); endpoint-dependent mode only. */
  state(index: number): number {
    return (this.words[index * WORDS + FLAGS] & STATE_BITS) >> STATE_SHIFT;
  }

  setState(index: number, state: number): void {
    const at = index * WORDS + FLAGS;
    this.words[at] = (this.words[at] & ~STATE_BITS) | (state << STATE_SHIFT);
  }

  /** Neighbours in the user's list, least recently used first; -1 at the ends. */
  older(index: number): number {
    return this.words[index * WORDS + OLDER];
  }

  setOlder(index: number, older: number): void {
    this.words[index * WORDS + OLDER] = older;
  }

  newer(index: number): number {
    return this.words[index * WORDS + NEWER];
  }

  setNewer(index: number, newer: number): void {
    this.words[index * WORDS + NEWER] = newer;
  }

  /** User whose list the session is in (user_index, per_user_list_head_index). */
  userIndex(index: number): number {
    return this.words[index * WORDS + USER];
  }

  setUserIndex(index: number, user: number): void {
    this.words[index * WORDS + USER] = user;
  }

  /** Seconds, capture time. */
  lastHeard(index: number): number {
    return this.doubles[index * DOUBLES + LAST_HEARD];
  }

  setLastHeard(index: number, seconds: number): void {
    this.doubles[index * DOUBLES + LAST_HEARD] = seconds;
  }

  totalBytes(index: number): number {
    return this.doubles[index * DOUBLES + BYTES];
  }

  totalPackets(index: number): number {
    return this.words[index * WORDS + PACKETS] >>> 0;
  }

  extHostAddress(index: number): number {
    return this.words[index * WORDS + EXT_HOST_ADDRESS];
  }

  extHostPort(index: number): number {
    return this.words[index * WORDS + EXT_HOST_PORTS] & 0xffff;
  }

  setExtHost(index: number, address: number, port: number): void {
    const at = index * WORDS;
    this.words[at + EXT_HOST_ADDRESS] = address;
    this.words[at + EXT_HOST_PORTS] = (this.words[at + EXT_HOST_PORTS] & ~0xffff) | port;
  }

  setExtHostPort(index: number, port: number): void {
    const at = index * WORDS + EXT_HOST_PORTS;
    this.words[at] = (this.words[at] & ~0xffff) | port;
  }

  /** last_lru_update, seconds; endpoint-independent NAT44 only. */
  renewed(index: number): number {
    return this.doubles[index * DOUBLES + RENEWED];
  }

  setRenewed(index: number, seconds: number): void {
    this.doubles[index * DOUBLES + RENEWED] = seconds;
  }

  extHostNatAddress(index: number): number {
    return this.words[index * WORDS + EXT_HOST_NAT_ADDRESS];
  }

  extHostNatPort(index: number): number {
    return this.words[index * WORDS + EXT_HOST_PORTS] >>> 16;
  }

  setExtHostNat(index: number, address: number, port: number): void {
    const at = index * WORDS;
    this.words[at + EXT_HOST_NAT_ADDRESS] = address;
    this.words[at + EXT_HOST_PORTS] = (this.words[at + EXT_HOST_PORTS] & 0xffff) | (port << 16);
  }

  /** pool_get: a session with all fields zero, in no list yet. */
  allocate(): number {
    const index = this.free.pop() ?? this.length++;
    if (index * WORDS >= this.words.length) this.grow();
    const at = index * WORDS;
    this.words.fill(0, at, at + WORDS);
    this.words[at + FLAGS] = LIVE;
    this.words[at + USER] = NONE;
    this.words[at + OLDER] = NONE;
    this.words[at + NEWER] = NONE;
    return index;
  }

  /** Makes these the sessions in use, and the indices between them free ones: the lowest is given out first. */
  restore(indices: readonly number[]): void {
    const used = new Set(indices);
    const end = Math.max(-1, ...indices) + 1;
    while (this.length < end) this.allocate();
    for (let index = end - 1; index >= 0; index--) if (!used.has(index)) this.release(index);
  }

  /** Zeroes what VPP zeroes in a recycled session. Keys, time and list stay. */
  clearForReuse(index: number): void {
    const { words } = this;
    const at = index * WORDS;
    words[at + FLAGS] &= LIVE;
    words[at + PACKETS] = 0;
    words[at + EXT_HOST_PORTS] = 0;
    words[at + EXT_HOST_ADDRESS] = 0;
    words[at + EXT_HOST_NAT_ADDRESS] = 0;
    this.doubles[index * DOUBLES + BYTES] = 0;
  }

  /** pool_put. */
  release(index: number): void {
    this.words[index * WORDS + FLAGS] &= ~LIVE;
    this.free.push(index);
  }

  /** nat44_session_update_counters. */
  countPacket(index: number, now: number, bytes: number): void {
    this.countPackets(index, now, 1, bytes);
  }

  /** As countPacket, for packets of which the last came now. */
  countPackets(index: number, now: number, packets: number, bytes: number): void {
    this.doubles[index * DOUBLES + LAST_HEARD] = now;
    this.doubles[index * DOUBLES + BYTES] += bytes;
    this.words[index * WORDS + PACKETS] += packets;
  }

  /** nat44_ed_session_reopen: the session counts anew. */
  clearCounts(index: number): void {
    this.words[index * WORDS + PACKETS] = 0;
    this.doubles[index * DOUBLES + BYTES] = 0;
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
    // Doubled: the system provides the new half only as it is used, so it does not count against what a session may take.
    const grown = new Int32Array(this.words.length * 2);
    grown.set(this.words);
    this.words = grown;
    this.doubles = new Float64Array(grown.buffer);
  }
}
