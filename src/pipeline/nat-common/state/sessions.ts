/** NAT44 sessions: the fields of the pool's records. Keys are pairs of words as in session-key.ts. Ports are in host order. */

import { DOUBLES, FLAGS, LIVE, NEWER, OLDER, SessionPool, USER, WORDS } from './session-pool.js';

/** SNAT_SESSION_FLAG_* */
export const SESSION_STATIC_MAPPING = 1;
export const SESSION_UNKNOWN_PROTO = 2;
export const SESSION_LOAD_BALANCING = 4;
export const SESSION_TWICE_NAT = 8;
export const SESSION_ENDPOINT_DEPENDENT = 16;
export const SESSION_FWD_BYPASS = 32;
export const SESSION_AFFINITY = 64;
export const SESSION_OUTPUT_FEATURE = 128;

const IN2OUT_ADDRESS = 0;
const IN2OUT_WORD = 1;
const OUT2IN_ADDRESS = 2;
const OUT2IN_WORD = 3;
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

export class Sessions extends SessionPool {
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
}
