/**
 * What was decided about the frame that runs, in order: by which ACL rule or session, with which translation, by which route
 * and to which neighbour. Filled by DecisionObserver, and only where somebody wants to tell (comments, coverage).
 *
 * An entry is 20 words: kind, node, and 18 that depend on the kind.
 *
 *     ACL        interface, action, ACL, rule, session, number and capture of the frame that made it
 *     NAT44      session, is new, the header's seven words (header-words.ts); the same seven translated; mapping, protocol
 *     ROUTE      load balance, DPO type, DPO index
 *     NEIGHBOUR  adjacency
 *
 * ACL, rule, session and mapping are -1 for none. The ACL and rule of a packet that a session let pass are those which made
 * the session. A NAT44 entry without session and mapping in which nothing changes is of a packet for which NAT44 had neither.
 */

import type { PacketBuffer } from '../../pipeline/engine/packet-buffer.js';

export const ENTRY_WORDS = 20;

export const KIND = 0;
export const NODE = 1;

/** Kinds. */
export const ACL = 1;
export const NAT44 = 2;
export const ROUTE = 3;
export const NEIGHBOUR = 4;

export const ACL_INTERFACE = 2;
export const ACL_ACTION = 3;
export const ACL_INDEX = 4;
export const ACL_RULE = 5;
export const ACL_SESSION = 6;
export const ACL_MADE_BY = 7;
export const ACL_MADE_BY_CAPTURE = 8;

export const NAT_SESSION = 2;
export const NAT_IS_NEW = 3;
export const NAT_BEFORE = 4;
export const NAT_AFTER = 11;
export const NAT_MAPPING = 18;
export const NAT_PROTOCOL = 19;

export const ROUTE_LOAD_BALANCE = 2;
export const ROUTE_DPO_TYPE = 3;
export const ROUTE_DPO_INDEX = 4;

export const NEIGHBOUR_ADJACENCY = 2;

/** Told of each entry once it is complete, and whose it is; `at` is its first word. */
export type DecisionListener = (log: DecisionLog, at: number, b: PacketBuffer) => void;

export class DecisionLog {
  words = new Int32Array(32 * ENTRY_WORDS);
  /** Entries of the current frame. */
  count = 0;
  /** Whose decision each entry is; null once the packet's way has ended. */
  private readonly packets: (PacketBuffer | null)[] = [];
  /** Packets of the frame besides its own, and of those the ones that had come before it and waited for it. */
  private readonly others: PacketBuffer[] = [];
  private readonly waited: PacketBuffer[] = [];

  /** Forgets the frame before. */
  clear(): void {
    this.count = 0;
    this.packets.length = 0;
    this.others.length = 0;
    this.waited.length = 0;
  }

  /** Notes a packet besides the frame's own at its first node. */
  meet(b: PacketBuffer, hasWaited: boolean): void {
    if (this.others.includes(b)) return;
    this.others.push(b);
    if (hasWaited) this.waited.push(b);
  }

  /** True for a fragment that came before the frame, which set it free: what was decided about the frame is not about it. */
  hasWaited(b: PacketBuffer): boolean {
    return this.waited.includes(b);
  }

  /** Adds an entry, its further words 0, and returns its first word. */
  add(b: PacketBuffer, kind: number, node: number): number {
    const at = this.count++ * ENTRY_WORDS;
    if (at === this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words.fill(0, at, at + ENTRY_WORDS);
    this.words[at + KIND] = kind;
    this.words[at + NODE] = node;
    this.packets.push(b);
    return at;
  }

  /** Takes the last entry away. */
  undo(): void {
    this.count--;
    this.packets.pop();
  }

  /** The buffer may become another packet's: what was decided about this one is not about that one. */
  release(b: PacketBuffer): void {
    for (let entry = 0; entry < this.count; entry++) if (this.packets[entry] === b) this.packets[entry] = null;
    remove(this.others, b);
    remove(this.waited, b);
  }

  /** First words of the entries about a packet, or about the one it descends from, in order. */
  *about(b: PacketBuffer, ancestor: PacketBuffer | null): Generator<number> {
    for (let entry = 0; entry < this.count; entry++)
      if (this.packets[entry] === b || (ancestor !== null && this.packets[entry] === ancestor))
        yield entry * ENTRY_WORDS;
  }
}

function remove(from: PacketBuffer[], b: PacketBuffer): void {
  const at = from.indexOf(b);
  if (at >= 0) from.splice(at, 1);
}
