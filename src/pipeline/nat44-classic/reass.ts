/**
 * What the reassembly nodes of classic NAT44 have in common (VPP 19.08 src/plugins/nat/in2out.c nat44_in2out_reass_node,
 * src/plugins/nat/out2in.c nat44_out2in_reass_node): their ways out, and what becomes of fragments that wait.
 */

import type { Nat44 } from '../nat-common/state/nat44.js';
import { REASS_DONT_TRANSLATE, type Reassembly } from '../nat-common/state/reassembly.js';
import type { Errors } from '../engine/errors.js';
import { DONE, type NodeContext } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { FragmentKeeper } from '../nat-common/fragments.js';
import type { NAT_CAUSES, NatCauseIds } from '../nat-common/nat-causes.js';
import type { NatErrorIds } from '../nat-common/nat-errors.js';
import { DROPPED, NO_SESSION } from './session-work.js';

export type ReassContext = NodeContext<'LOOKUP' | 'DROP', keyof typeof NAT_CAUSES>;

/** VPP's next indices of a node, for traces. */
export interface ReassNextIndices {
  readonly lookup: number;
  readonly drop: number;
}

export class ReassWork {
  private readonly nat: Nat44;
  private readonly errors: Errors;
  private readonly next: ReassContext['next'];
  private readonly cause: NatCauseIds;
  private readonly keeper: FragmentKeeper;
  private readonly self: number;

  constructor(
    { next, cause, errors, tables, graph, buffers }: ReassContext,
    name: string,
    private readonly error: NatErrorIds,
    private readonly traced: ReassNextIndices,
  ) {
    this.nat = tables.nat44;
    this.errors = errors;
    this.next = next;
    this.cause = cause;
    this.keeper = new FragmentKeeper(this.nat, buffers, graph, error.DROP_FRAGMENT, cause.DROP_FRAGMENT);
    this.self = graph.nodeIndex(name);
  }

  drop(): number {
    this.nat.lastNextIndex = this.traced.drop;
    return this.next.DROP;
  }

  pass(): number {
    this.nat.lastNextIndex = this.traced.lookup;
    this.errors.increment(this.error.PROCESSED_FRAGMENTS);
    return this.next.LOOKUP;
  }

  /** The reassembly of the packet's datagram; null where it is refused, with the reason left in the packet. */
  find(b: PacketBuffer): Reassembly<object> | null {
    const reassembly = this.keeper.find(b, b.at);
    if (!reassembly) {
      b.error = this.error.MAX_REASS;
      b.cause = this.cause.MAX_REASS;
    }
    return reassembly;
  }

  /** Sends the fragments that waited through the node again, behind the first one. */
  release(reassembly: Reassembly<object>, b: PacketBuffer): void {
    this.keeper.release(reassembly, b, this.self);
  }

  /** A fragment that came before the first one: it waits, where there is room. Returns the packet's next node. */
  wait(reassembly: Reassembly<object>, b: PacketBuffer): number {
    if (this.keeper.keep(reassembly, b)) {
      this.errors.increment(this.error.CACHED_FRAGMENTS);
      return DONE;
    }
    b.error = this.error.MAX_FRAG;
    b.cause = this.cause.MAX_FRAG;
    return this.drop();
  }

  /** Goes on behind a first fragment of ICMP, which came to `session`, NO_SESSION or DROPPED. Returns its next node. */
  afterIcmp(session: number, reassembly: Reassembly<object>, b: PacketBuffer): number {
    if (session === DROPPED) return this.drop();
    if (session === NO_SESSION) reassembly.flags |= REASS_DONT_TRANSLATE;
    else reassembly.session = session;
    this.release(reassembly, b);
    return this.pass();
  }
}
