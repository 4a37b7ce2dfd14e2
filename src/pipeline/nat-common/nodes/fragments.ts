/** What the NAT nodes share about fragments: keeping them until the first one came, letting them go, dropping them. */

import * as ip4 from '../../../wire/ip4.js';
import type { Nat44 } from '../state/nat44.js';
import type { Reassembly } from '../state/reassembly.js';
import type { BufferPool } from '../../engine/buffer-pool.js';
import { defineNode, type GraphAccess } from '../../engine/node.js';
import { FLAG_WAITED, type PacketBuffer } from '../../engine/packet-buffer.js';
import type { NatPacket } from '../nat-packet.js';

/**
 * Where fragments go that waited in vain: VPP drops them after the packet that made it give up (nat_send_all_to_node),
 * and a detour keeps them behind it. The node is ours, not VPP's.
 */
export const fragmentDrop = defineNode({
  name: 'nat44-fragment-drop',
  traced: false,
  next: { DROP: 'error-drop' },
  create:
    ({ next }) =>
    () =>
      next.DROP,
});

export class HeldFragments {
  private readonly dropNode: number;

  constructor(
    private readonly nat: Nat44,
    private readonly buffers: BufferPool,
    private readonly graph: GraphAccess,
    /** What fragments that waited in vain end with (error -1: the one they have). */
    private readonly dropError: number,
    private readonly dropCause: number,
  ) {
    this.dropNode = graph.nodeIndex(fragmentDrop.name);
  }

  /** The packet's datagram's reassembly; null where it is refused. */
  find({ b, view, l3 }: NatPacket): Reassembly<object> | null {
    const reassembly = this.nat.reassemblies.findOrCreate(
      ip4.source(view, l3),
      ip4.destination(view, l3),
      ip4.identification(view, l3),
      ip4.protocol(view, l3),
      this.nat.clock.now,
    );
    this.dropGivenUp(b);
    return reassembly;
  }

  /** Holds a copy of the packet with its reassembly; false where that has too many already, which are then dropped. */
  hold(reassembly: Reassembly<object>, { b }: NatPacket): boolean {
    if (!this.nat.reassemblies.mayHold(reassembly)) {
      this.dropGivenUp(b);
      return false;
    }
    const copy = this.buffers.copy(b);
    copy.isHeld = true;
    reassembly.fragments.push(copy);
    return true;
  }

  /** Sends held fragments through `node` again, after the packet that released them and on its account. */
  release({ fragments }: Reassembly<object>, by: PacketBuffer, node: number): void {
    for (const fragment of fragments as PacketBuffer[]) {
      fragment.isHeld = false;
      fragment.flags |= FLAG_WAITED;
      fragment.frame = by.frame;
      this.graph.enqueue(fragment, node);
    }
    fragments.length = 0;
  }

  private dropGivenUp(by: PacketBuffer): void {
    const { toDrop } = this.nat.reassemblies;
    if (toDrop.length === 0) return;
    for (const fragment of toDrop as PacketBuffer[]) {
      fragment.isHeld = false;
      fragment.frame = by.frame;
      if (this.dropError >= 0) fragment.error = this.dropError;
      fragment.cause = this.dropCause;
      this.graph.enqueue(fragment, this.dropNode);
    }
    toDrop.length = 0;
  }
}
