/**
 * Classes of flows: those whose packets took the same steps at the same nodes, between the same interfaces. A class knows the
 * nodes' parts in order, and which counters a packet adds to.
 */

import { ALL_TCP_FLAGS, NOT_CACHEABLE, SAME_FOR_A_FLOW, type FlowEnds, type FlowPart } from '../engine/flow-part.js';
import { nodeOfStep, STEP_UNREPEATABLE, type Steps } from '../engine/steps.js';
import { DETAIL_WORDS, VALUES } from './flow-accounts.js';

/** Values that a flow can keep. */
const SLOTS = DETAIL_WORDS - VALUES;
/** A part that has nothing to keep. */
const NO_SLOT = -1;

/** A node's part in a class: where its step is among a packet's, and its value among a flow's. */
interface Place {
  readonly part: FlowPart;
  readonly at: number;
  readonly slot: number;
}

export class FlowClass {
  /** Nodes that a packet of the class visits, and its counters' profile; -1 while none was measured. */
  visits = -1;
  profile = -1;
  readonly isTimed: boolean;
  private readonly tcpAsked: readonly Place[];
  private readonly accounted: readonly Place[];
  private readonly limited: readonly Place[];

  constructor(
    readonly id: number,
    /** Interfaces, protocol, and the nodes, kinds and flags of the steps. */
    private readonly signature: readonly number[],
    /** Parts in order, but those that do the same with every packet. */
    private readonly places: readonly Place[],
  ) {
    this.isTimed = places.some(({ part }) => part.nextWake !== undefined);
    this.tcpAsked = places.filter(({ part }) => part.tcpFlags !== undefined);
    this.accounted = places.filter(({ part }) => part.account !== undefined);
    this.limited = places.filter(({ part }) => part.deadline !== undefined);
  }

  /** Nodes of the steps, in order. */
  get nodes(): readonly number[] {
    return this.signature.slice(SIGNATURE_HEAD).map(nodeOf);
  }

  isOf(signature: readonly number[], length: number): boolean {
    if (this.signature.length !== length) return false;
    for (let i = 0; i < length; i++) if (this.signature[i] !== signature[i]) return false;
    return true;
  }

  /** Reads the values of a flow from the steps of a packet to `details`, from `first` on; false where it is not cacheable. */
  read(steps: Steps, ends: FlowEnds, details: Int32Array, first: number): boolean {
    for (const { part, at, slot } of this.places) {
      const value = part.valueOf(steps, at, ends);
      if (value === NOT_CACHEABLE) return false;
      if (slot !== NO_SLOT) details[first + slot] = value;
      if (!part.follow(value, ends)) return false;
    }
    return !ends.isOverwritten;
  }

  /** True where a packet still fares at every node as the flow's first did; `ends` becomes what leaves. */
  follow(ends: FlowEnds, details: Int32Array, first: number): boolean {
    for (const { part, slot } of this.places)
      if (!part.follow(slot === NO_SLOT ? 0 : details[first + slot], ends)) return false;
    return true;
  }

  get hasDeadline(): boolean {
    return this.limited.length > 0;
  }

  /** Until when packets may follow. */
  deadline(details: Int32Array, first: number): number {
    let earliest = Infinity;
    for (const { part, slot } of this.limited)
      earliest = Math.min(earliest, part.deadline?.(details[first + slot]) ?? Infinity);
    return earliest;
  }

  /** Does what is due for a packet that comes behind the deadline of any part; false where the graph has to. */
  renew(details: Int32Array, first: number, now: number): boolean {
    return this.limited.every(({ part, slot }) => {
      const value = details[first + slot];
      return now <= (part.deadline?.(value) ?? Infinity) || part.renew?.(value, now) === true;
    });
  }

  /** TCP flags of which a packet may have any. */
  tcpFlags(details: Int32Array, first: number): number {
    let flags = ALL_TCP_FLAGS;
    for (const { part, slot } of this.tcpAsked) flags &= part.tcpFlags?.(details[first + slot]) ?? ALL_TCP_FLAGS;
    return flags;
  }

  /** Tells the parts of packets that followed a flow since the last accounting. */
  account(details: Int32Array, first: number, packets: number, bytes: number, last: number, headers: number): void {
    for (const { part, slot } of this.accounted) part.account?.(details[first + slot], packets, bytes, last, headers);
  }
}

/** Words of a signature before its steps: interfaces, and whether the protocol is TCP. A step is its first word and its flags. */
const SIGNATURE_HEAD = 3;
const FLAG_BITS = 4;
const nodeOf = (step: number): number => nodeOfStep(step >>> FLAG_BITS);
const keepsValue = ({ tcpFlags, account }: FlowPart): boolean => tcpFlags !== undefined || account !== undefined;

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
    for (let at = 0; at < steps.length; at += steps.kindAt(at).words) {
      const flags = steps.flagsAt(at);
      if (steps.packetAt(at) !== 0 || (flags & STEP_UNREPEATABLE) !== 0) return null;
      signature[length++] = (steps.words[at] << FLAG_BITS) | flags;
    }
    if (this.last?.isOf(signature, length) === true) return this.last;
    const hash = hashOf(signature, length);
    const known = this.byHash.get(hash)?.find((one) => one.isOf(signature, length));
    this.last = known ?? this.make(hash, signature.slice(0, length), steps);
    return this.last;
  }

  /** Null where a node has no part. */
  private make(hash: number, signature: readonly number[], steps: Steps): FlowClass | null {
    const places: Place[] = [];
    let used = 0;
    for (const at of steps.all()) {
      const part = this.parts[steps.nodeAt(at)];
      if (part === null) return null;
      if (part !== SAME_FOR_A_FLOW) places.push({ part, at, slot: keepsValue(part) ? used++ : NO_SLOT });
    }
    if (used > SLOTS) return null;
    const made = new FlowClass(this.all.length, signature, places);
    this.all.push(made);
    const known = this.byHash.get(hash);
    if (known) known.push(made);
    else this.byHash.set(hash, [made]);
    return made;
  }
}

function hashOf(signature: readonly number[], length: number): number {
  let hash = 0;
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ signature[i], 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
