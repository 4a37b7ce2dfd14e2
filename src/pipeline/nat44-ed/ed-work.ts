/** What the functions of an endpoint-dependent NAT44 node work with: the tables, the node's own error and cause ids. */

import type { Nat44 } from '../nat-common/state/nat44.js';
import { SESSION_TWICE_NAT } from '../nat-common/state/sessions.js';
import type { Tables } from '../engine/tables.js';
import type { Errors, ErrorSet } from '../engine/errors.js';
import { fibBySwIfIndex } from '../engine/fib-of.js';
import { noteMissed } from '../nat-common/missed.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { EdCauseIds } from './ed-causes.js';
import type { EdErrorIds } from './ed-errors.js';
import { IcmpEdKey } from './icmp-ed-key.js';

/** Instead of a session index: the packet goes on untranslated (an identity mapping says so), or is dropped. */
export const NO_SESSION = -1;
export const IDENTITY = -2;
export const DROPPED = -3;
/** Out2in only: the packet goes to nat44-ed-in2out, or to the next feature of its arc. */
export const TO_IN2OUT = -4;
export const NEXT_FEATURE = -5;

export class EdWork {
  readonly nat: Nat44;
  readonly fibBySwIfIndex: Int32Array;
  /** Errors of the node itself, which is what a dropped packet carries. */
  readonly error: EdErrorIds;
  /** Scratch. */
  readonly icmpKey = new IcmpEdKey();

  constructor(
    tables: Tables,
    errors: Errors,
    own: ErrorSet<keyof EdErrorIds>,
    readonly cause: EdCauseIds,
  ) {
    this.nat = tables.nat44;
    this.fibBySwIfIndex = fibBySwIfIndex(tables);
    this.error = errors.ids(own);
  }

  /** FIB of an interface; -1 where there is no such interface. */
  fibOf(swIfIndex: number): number {
    return swIfIndex >= 0 && swIfIndex < this.fibBySwIfIndex.length ? this.fibBySwIfIndex[swIfIndex] : -1;
  }

  /** Leaves the reason of a drop in the packet; returns DROPPED. */
  reject(b: PacketBuffer, error: number, cause: number, argument0: number, argument1: number): number {
    b.error = error;
    return this.rejectSilently(b, cause, argument0, argument1);
  }

  /** A drop for which VPP sets no error: the packet keeps what it has. Returns DROPPED. */
  rejectSilently(b: PacketBuffer, cause: number, argument0: number, argument1: number): number {
    b.cause = cause;
    b.causeArg0 = argument0;
    b.causeArg1 = argument1;
    return DROPPED;
  }

  /** Nothing translates the packet's destination, which with forwarding disabled ends its way. Returns DROPPED. */
  rejectUntranslated(b: PacketBuffer, l3: number): number {
    b.error = this.error.NO_TRANSLATION;
    b.cause = this.cause.NO_TRANSLATION;
    noteMissed(b, l3);
    return DROPPED;
  }

  /**
   * Where VPP matches an external address without naming a client, a mapping with affinity makes it read address 0.
   * True for such a mapping, with the cause left in the packet.
   */
  crashesOnAffinity(b: PacketBuffer, address: number, port: number, protocol: number): boolean {
    const { mappings } = this.nat;
    const index = mappings.indexByExternal(address, port, protocol);
    if (index < 0) return false;
    const { isLoadBalanced, affinity } = mappings.pool.at(index);
    if (!isLoadBalanced || affinity === 0) return false;
    this.rejectSilently(b, this.cause.AFFINITY, address, port);
    return true;
  }

  isTwiceNat(session: number): boolean {
    return (this.nat.sessions.flags(session) & SESSION_TWICE_NAT) !== 0;
  }

  /** nat44_session_update_counters and nat44_session_update_lru */
  account(session: number, bytes: number): void {
    const { nat } = this;
    nat.sessions.countPacket(session, nat.clock.now, bytes);
    nat.users.touch(session);
  }
}
