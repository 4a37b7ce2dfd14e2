/** A packet's way through the graph: the nodes that saw it, with its bytes as each got them. */

export interface Visit {
  readonly node: string;
  /** The packet from current_data on, as far as it was captured, and its length. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** PacketBuffer.flags in the model. */
  readonly flags: number;
}

/** As a dispatch trace has it, of a frame that arrived. */
export class Way {
  readonly visits: Visit[] = [];
  /** `show trace` of the nodes up to the last, whose record is not in it; null where it was not traced. */
  trace: string | null = null;
  /** The capture ended before it did. */
  isCut = false;

  /** NAT44 translated it by a session that it had: no node made one. */
  get hadNatSession(): boolean {
    const { visits, isCut } = this;
    if (isCut || visits.some(({ node }) => node.endsWith('-slowpath'))) return false;
    return visits.some(({ node }) => IN2OUT.test(node));
  }
}

const IN2OUT = /^nat44-(?:.*-)?in2out/;
