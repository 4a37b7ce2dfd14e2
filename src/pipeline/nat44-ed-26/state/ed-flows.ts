/**
 * Flows of endpoint-dependent NAT44: what a packet of a session matches in either direction, and what it becomes (VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed.h nat_6t_flow_t, nat44_ed.c nat_6t_l3_l4_csum_calc). One hash leads from a match to its session.
 *
 * A session has a record of 24 words: its two flows, 10 words each, and what else it needs beside the fields in Sessions.
 *
 *      word  0  match: source address              word 20  TCP flags seen: i2o, o2i << 8; hairpinning << 16
 *            1  match: destination address              21  its count by VRFs
 *            2  match: source port, destination << 16   22  last move in its LRU list, seconds of capture time (double)
 *            3  match: protocol, FIB << 8
 *            4  rewrite: source address
 *            5  rewrite: destination address
 *            6  rewrite: source port, destination << 16
 *            7  rewrite: FIB
 *            8  rewrite: ICMP identifier, operations << 16
 *            9  change of checksums: L3, L4 << 16
 *
 * Ports and identifiers are in host order. A change is 0 where nothing changes, else 1..0xffff.
 */

import { swap16 } from '../../../wire/checksum.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import { BothEndsTable } from '../../nat-common/state/both-ends-table.js';
import { savedKeys4, type SavedState } from '../../engine/state/saved-states.js';
import { grown } from '../../engine/state/grown.js';

/** NAT_FLOW_OP_* */
export const OP_SADDR = 2;
export const OP_SPORT = 4;
export const OP_DADDR = 8;
export const OP_DPORT = 16;
export const OP_ICMP_ID = 32;
export const OP_TXFIB = 64;

const WORDS = 24;
const FLOW_WORDS = 10;
export const MATCH_SOURCE = 0;
export const MATCH_DESTINATION = 1;
export const MATCH_PORTS = 2;
export const MATCH_PROTOCOL = 3;
export const SOURCE = 4;
export const DESTINATION = 5;
export const PORTS = 6;
export const FIB = 7;
export const ICMP_ID = 8;
export const CHANGES = 9;
const OPS_SHIFT = 16;
const TCP_FLAGS = 20;
const HAIRPINNING = 1 << 16;
const PER_VRF = 21;
const LAST_MOVE = 11;

export const portsWord = (source: number, destination: number): number => source | (destination << 16);
/** The ends' ports exchanged; also between this order and that of packets. */
export const turned = (ports: number): number => (ports >>> 16) | (ports << 16);
export const protocolWord = (protocol: number, fib: number): number => protocol | (fib << 8);

/** Where the flows of a session begin. */
export const i2oOf = (session: number): number => session * WORDS;
export const o2iOf = (session: number): number => session * WORDS + FLOW_WORDS;

export class EdFlows {
  words = new Int32Array(256 * WORDS);
  private doubles = new Float64Array(this.words.buffer);
  readonly hash = new BothEndsTable();

  readonly saved: SavedState = savedKeys4('nat44 ed flow', () => this.hash);

  constructor(private readonly stamps: FlowStamps) {}

  /** A session's record. */
  recordOf(session: number): Int32Array {
    return this.words.subarray(session * WORDS, (session + 1) * WORDS);
  }

  restore(session: number, words: readonly number[]): void {
    this.clear(session);
    this.words.set(words, session * WORDS);
  }

  /** The session that a packet's key leads to, or -1. */
  find(source: number, destination: number, ports: number, protocol: number): number {
    return this.hash.get(source, destination, ports, protocol);
  }

  /** nat_6t_t_eq */
  matches(flow: number, source: number, destination: number, ports: number, protocol: number): boolean {
    const { words } = this;
    return (
      words[flow] === source &&
      words[flow + MATCH_DESTINATION] === destination &&
      words[flow + MATCH_PORTS] === ports &&
      words[flow + MATCH_PROTOCOL] === protocol
    );
  }

  /** A session's record, all zero. */
  clear(session: number): void {
    const at = session * WORDS;
    if (at + WORDS > this.words.length) {
      this.words = grown(this.words);
      this.doubles = new Float64Array(this.words.buffer);
    }
    const { words } = this;
    for (let word = at; word < at + WORDS; word++) words[word] = 0; // `fill` is a call out of compiled code
  }

  /** nat_6t_flow_init */
  begin(flow: number, source: number, destination: number, ports: number, protocol: number): void {
    const { words } = this;
    for (let word = flow; word < flow + FLOW_WORDS; word++) words[word] = 0;
    words[flow] = source;
    words[flow + MATCH_DESTINATION] = destination;
    words[flow + MATCH_PORTS] = ports;
    words[flow + MATCH_PROTOCOL] = protocol;
  }

  rewriteSource(flow: number, address: number): void {
    this.words[flow + SOURCE] = address;
    this.addOps(flow, OP_SADDR);
  }

  rewriteDestination(flow: number, address: number): void {
    this.words[flow + DESTINATION] = address;
    this.addOps(flow, OP_DADDR);
  }

  rewriteSourcePort(flow: number, port: number): void {
    this.words[flow + PORTS] = (this.words[flow + PORTS] & ~0xffff) | port;
    this.addOps(flow, OP_SPORT);
  }

  rewriteDestinationPort(flow: number, port: number): void {
    this.words[flow + PORTS] = (this.words[flow + PORTS] & 0xffff) | (port << 16);
    this.addOps(flow, OP_DPORT);
  }

  rewriteIcmpId(flow: number, identifier: number): void {
    this.words[flow + ICMP_ID] = (this.words[flow + ICMP_ID] & ~0xffff) | identifier;
    this.addOps(flow, OP_ICMP_ID);
  }

  rewriteFib(flow: number, fib: number): void {
    this.words[flow + FIB] = fib;
    this.addOps(flow, OP_TXFIB);
  }

  ops(flow: number): number {
    return this.words[flow + ICMP_ID] >>> OPS_SHIFT;
  }

  /** nat_6t_l3_l4_csum_calc: what is not rewritten stays, and what changes of the checksums. */
  seal(flow: number): void {
    const { words } = this;
    const ops = this.ops(flow);
    const ports = words[flow + MATCH_PORTS];
    if ((ops & OP_SADDR) === 0) words[flow + SOURCE] = words[flow];
    if ((ops & OP_DADDR) === 0) words[flow + DESTINATION] = words[flow + MATCH_DESTINATION];
    if ((ops & OP_SPORT) === 0) words[flow + PORTS] = (words[flow + PORTS] & ~0xffff) | (ports & 0xffff);
    if ((ops & OP_DPORT) === 0) words[flow + PORTS] = (words[flow + PORTS] & 0xffff) | (ports & ~0xffff);
    if ((ops & OP_ICMP_ID) === 0) words[flow + ICMP_ID] = (words[flow + ICMP_ID] & ~0xffff) | (ports & 0xffff);
    if ((ops & OP_TXFIB) === 0) words[flow + FIB] = words[flow + MATCH_PROTOCOL] >>> 8;
    const after = words[flow + PORTS];
    const l3 =
      addressChange(words[flow], words[flow + SOURCE]) +
      addressChange(words[flow + MATCH_DESTINATION], words[flow + DESTINATION]);
    const l4 =
      portChange(ports, after) + portChange(ports >>> 16, after >>> 16) + portChange(ports, words[flow + ICMP_ID]);
    const isL3 = words[flow] !== words[flow + SOURCE] || words[flow + MATCH_DESTINATION] !== words[flow + DESTINATION];
    const isL4 = ports !== after || (ports & 0xffff) !== (words[flow + ICMP_ID] & 0xffff);
    words[flow + CHANGES] = (isL3 ? remainder(l3) : 0) | ((isL4 ? remainder(l4) : 0) << 16);
  }

  /** clib_bihash_add_del_16_8 with is_add 1: another session with this match loses it. */
  add(flow: number, session: number): void {
    if (this.addNew(flow, session)) return;
    this.stamps.removed++;
    this.set(flow, session);
  }

  /** The same with is_add 2: false where some session has this match. */
  addNew(flow: number, session: number): boolean {
    const { words } = this;
    const known = this.find(
      words[flow],
      words[flow + MATCH_DESTINATION],
      words[flow + MATCH_PORTS],
      words[flow + MATCH_PROTOCOL],
    );
    if (known >= 0) return false;
    this.set(flow, session);
    return true;
  }

  /** Takes the flow's match out of the hash, whosever it is. */
  remove(flow: number): void {
    const { words } = this;
    this.hash.delete(
      words[flow],
      words[flow + MATCH_DESTINATION],
      words[flow + MATCH_PORTS],
      words[flow + MATCH_PROTOCOL],
    );
  }

  /** TCP flags seen from inside, and from outside << 8. */
  tcpFlags(session: number): number {
    return this.words[session * WORDS + TCP_FLAGS] & 0xffff;
  }

  setTcpFlags(session: number, flags: number): void {
    const at = session * WORDS + TCP_FLAGS;
    this.words[at] = (this.words[at] & ~0xffff) | flags;
  }

  /** SNAT_SESSION_FLAG_HAIRPINNING */
  isHairpinning(session: number): boolean {
    return (this.words[session * WORDS + TCP_FLAGS] & HAIRPINNING) !== 0;
  }

  setHairpinning(session: number): void {
    this.words[session * WORDS + TCP_FLAGS] |= HAIRPINNING;
  }

  perVrf(session: number): number {
    return this.words[session * WORDS + PER_VRF];
  }

  setPerVrf(session: number, index: number): void {
    this.words[session * WORDS + PER_VRF] = index;
  }

  lastMove(session: number): number {
    return this.doubles[(session * WORDS) / 2 + LAST_MOVE];
  }

  setLastMove(session: number, seconds: number): void {
    this.doubles[(session * WORDS) / 2 + LAST_MOVE] = seconds;
  }

  private set(flow: number, session: number): void {
    this.seal(flow);
    const { words } = this;
    this.hash.set(
      words[flow],
      words[flow + MATCH_DESTINATION],
      words[flow + MATCH_PORTS],
      words[flow + MATCH_PROTOCOL],
      session,
    );
  }

  private addOps(flow: number, ops: number): void {
    this.words[flow + ICMP_ID] |= ops << OPS_SHIFT;
  }
}

/** Before minus after, as sums of little-endian 16-bit words: equal to the difference of 32-bit ones modulo 0xffff. */
const addressChange = (before: number, after: number): number =>
  portChange(before >>> 16, after >>> 16) + portChange(before, after);
const portChange = (before: number, after: number): number => swap16(before) - swap16(after);

/** Modulo 0xffff, where 0xffff stands for 0: a sum with it is 0 no more (ip_csum_add_even, ip_csum_sub_even). */
function remainder(change: number): number {
  const rest = change % 0xffff;
  return rest > 0 ? rest : rest + 0xffff;
}
