/**
 * Packets that wait for their next nodes, in vectors, as VPP's frames do (VPP 19.08 src/vlib/main.c dispatch_pending_node): a packet
 * joins the vector that waits for its node, else a new one is put behind all others. Vectors are dispatched first in, first out, each
 * as a whole.
 */

import type { PacketBuffer } from './packet-buffer.js';

/** VLIB_FRAME_SIZE */
const VECTOR_SIZE = 256;
const NONE = -1;

export class PendingFrames {
  /** Nodes that have a vector waiting, in order of dispatch. */
  readonly nodes: number[] = [];
  count = 0;
  private readonly vectors: PacketBuffer[][] = [];
  /** By node: the place of its vector that takes more packets, or NONE. */
  private readonly open: number[] = [];
  private readonly spare: PacketBuffer[][] = [];

  /** Makes room for a graph's next node. */
  addNode(): void {
    this.open.push(NONE);
  }

  put(b: PacketBuffer, node: number): void {
    const { nodes, vectors, open } = this;
    this.count++;
    let at = open[node];
    if (at === NONE || vectors[at].length === VECTOR_SIZE) {
      open[node] = at = nodes.push(node) - 1;
      vectors.push(this.spare.pop() ?? []);
    }
    vectors[at].push(b);
  }

  /** Packets that a device received together: a vector of their own, behind all others. */
  putVector(packets: readonly PacketBuffer[], node: number): void {
    this.open[node] = NONE;
    for (const b of packets) this.put(b, node);
    this.open[node] = NONE;
  }

  /** The vector at a place; from now on it takes no more packets. */
  take(at: number): readonly PacketBuffer[] {
    const node = this.nodes[at];
    if (this.open[node] === at) this.open[node] = NONE;
    return this.vectors[at];
  }

  clear(): void {
    for (const vector of this.vectors) {
      vector.length = 0;
      this.spare.push(vector);
    }
    this.nodes.length = 0;
    this.vectors.length = 0;
  }
}
