/**
 * Classes of flows: those whose packets took the same steps at the same nodes, between the same interfaces. A class knows the
 * nodes' parts in order, and which counters a packet adds to.
 */

import { NOT_CACHEABLE, type FlowEnds, type FlowPart } from '../engine/flow-part.js';
import { STEP_UNREPEATABLE, type Steps } from '../engine/steps.js';
import { DETAIL_WORDS, VALUES } from './flow-accounts.js';

/** Values that a flow can keep. */
const SLOTS = DETAIL_WORDS - VALUES;
/** A part that has nothing to keep. */
const NO_SLOT = -1;
const ALL_TCP_FLAGS = 0xff;

export class FlowClass {
  /** Nodes that a packet of the class visits, and its counters' profile; -1 while none was measured. */
  visits = -1;
  profile = -1;
  readonly isTimed: boolean;

  constructor(
    readonly id: number,
    /** Interfaces, protocol, and the nodes and flags of the steps. */
    private readonly signature: readonly number[],
    readonly parts: readonly FlowPart[],
    /** Where each part's value is among a flow's. */
    private readonly slots: readonly number[],
  ) {
    this.isTimed = parts.some(({ nextWake }) => nextWake !== undefined);
  }

  /** Nodes of the steps, in order. */
  get nodes(): readonly number[] {
    return this.signature.slice(SIGNATURE_HEAD).map((step) => step >>> FLAG_BITS);
  }

  isOf(signature: readonly number[], length: number): boolean {
    if (this.signature.length !== length) return false;
    for (let i = 0; i < length; i++) if (this.signature[i] !== signature[i]) return false;
    return true;
  }

  /** Reads the values of a flow from the steps of a packet to `details`, from `first` on; false where it is not cacheable. */
  read(steps: Steps, ends: FlowEnds, details: Int32Array, first: number): boolean {
    let at = 0;
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i];
      const value = part.valueOf(steps, at, ends);
      if (value === NOT_CACHEABLE) return false;
      if (this.slots[i] !== NO_SLOT) details[first + this.slots[i]] = value;
      if (!part.follow(value, ends)) return false;
      at += steps.kindAt(at).words;
    }
    return !ends.isOverwritten;
  }

  /** True where a packet still fares at every node as the flow's first did; `ends` becomes what leaves. */
  follow(ends: FlowEnds, details: Int32Array, first: number): boolean {
    const { parts, slots } = this;
    for (let i = 0; i < parts.length; i++)
      if (!parts[i].follow(slots[i] === NO_SLOT ? 0 : details[first + slots[i]], ends)) return false;
    return true;
  }

  needsAbsence(details: Int32Array, first: number): boolean {
    return this.parts.some((part, i) => part.needsAbsence?.(details[first + this.slots[i]]) === true);
  }

  /** TCP flags of which a packet may have any. */
  tcpFlags(details: Int32Array, first: number): number {
    const { parts, slots } = this;
    let flags = ALL_TCP_FLAGS;
    for (let i = 0; i < parts.length; i++) flags &= parts[i].tcpFlags?.(details[first + slots[i]]) ?? ALL_TCP_FLAGS;
    return flags;
  }

  account(details: Int32Array, first: number, packets: number, bytes: number, last: number): void {
    const { parts, slots } = this;
    for (let i = 0; i < parts.length; i++) parts[i].account?.(details[first + slots[i]], packets, bytes, last);
  }
}

/** Words of a signature before its steps: interfaces, and whether the protocol is TCP. A step is node and flags. */
const SIGNATURE_HEAD = 3;
const FLAG_BITS = 8;
const keepsValue = ({ needsAbsence, tcpFlags, account }: FlowPart): boolean =>
  needsAbsence !== undefined || tcpFlags !== undefined || account !== undefined;

export class FlowClasses {
  readonly all: FlowClass[] = [];
  private readonly byHash = new Map<number, FlowClass[]>();
  /** Signature of the packet looked at. */
  private readonly signature: number[] = [];
  private last: FlowClass | null = null;

  /** @param parts by node */
  constructor(private readonly parts: readonly (FlowPart | null)[]) {}

  /** The class of the packet that the steps are about; null where another packet came of it, or the next would fare otherwise. */
  find(steps: Steps, swIfIndexRx: number, swIfIndexTx: number, isTcp: boolean): FlowClass | null {
    const { signature } = this;
    signature[0] = swIfIndexRx;
    signature[1] = swIfIndexTx;
    signature[2] = isTcp ? 1 : 0;
    let length = SIGNATURE_HEAD;
    let hash = Math.imul(swIfIndexRx, 0x9e3779b1) ^ Math.imul(swIfIndexTx, 0x85ebca6b) ^ (isTcp ? 1 : 0);
    for (let at = 0; at < steps.length; at += steps.kindAt(at).words) {
      if (steps.packetAt(at) !== 0 || (steps.flagsAt(at) & STEP_UNREPEATABLE) !== 0) return null;
      const step = (steps.nodeAt(at) << FLAG_BITS) | steps.flagsAt(at);
      signature[length++] = step;
      hash = Math.imul(hash ^ step, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    if (this.last?.isOf(signature, length) === true) return this.last;
    const known = this.byHash.get(hash)?.find((one) => one.isOf(signature, length));
    this.last = known ?? this.make(hash, signature.slice(0, length));
    return this.last;
  }

  /** Null where a node has no part. */
  private make(hash: number, signature: readonly number[]): FlowClass | null {
    const parts = signature.slice(SIGNATURE_HEAD).map((step) => this.parts[step >>> FLAG_BITS]);
    if (parts.includes(null)) return null;
    let used = 0;
    const slots = parts.map((part) => (part !== null && keepsValue(part) ? used++ : NO_SLOT));
    if (used > SLOTS) return null;
    const made = new FlowClass(this.all.length, signature, parts as FlowPart[], slots);
    this.all.push(made);
    const known = this.byHash.get(hash);
    if (known) known.push(made);
    else this.byHash.set(hash, [made]);
    return made;
  }
}
