/** The trace writers of a graph's nodes, and the store they write to. */

import type { Tables } from './tables.js';
import type { Errors } from './errors.js';
import { DONE, type AnyNode } from './node.js';
import type { PacketBuffer } from './packet-buffer.js';
import { NextSlots } from './next-slots.js';
import type { TraceWriter } from './node-trace.js';
import type { TraceRecords } from './trace-records.js';

/** What writers ask of the graph. */
interface GraphNames {
  readonly names: readonly string[];
  readonly errors: Errors;
  readonly outputNodeOf: Int32Array;
  nodeIndex(name: string): number;
}

export class NodeTraces {
  /** By output node: the tx node of its interface, which comes behind it in a trace; DONE for all other nodes. */
  readonly txNodeOf: Int32Array;
  private readonly writersBefore: (TraceWriter | null)[];
  private readonly writersAfter: (TraceWriter | null)[];

  constructor(
    nodes: readonly AnyNode[],
    tables: Tables,
    graph: GraphNames,
    private readonly records: TraceRecords,
  ) {
    const nextSlots = new NextSlots(tables.composition.arcs, tables.features);
    const { names, errors } = graph;
    const nodeIndex = (name: string): number => graph.nodeIndex(name);
    const writers = (when: 'before' | 'after'): (TraceWriter | null)[] =>
      nodes.map(
        ({ name, trace }, node) =>
          (trace?.when === when ? trace.writer?.({ node, name, names, tables, errors, nextSlots, nodeIndex }) : null) ??
          null,
      );
    this.writersBefore = writers('before');
    this.writersAfter = writers('after');
    this.txNodeOf = new Int32Array(nodes.length).fill(DONE);
    tables.interfaces.all.forEach(({ name, device }, swIfIndex) => {
      if (device !== 'loopback') this.txNodeOf[graph.outputNodeOf[swIfIndex]] = names.indexOf(`${name}-tx`);
    });
  }

  get isOn(): boolean {
    return this.records.isOn;
  }

  /** Before a node's work on a packet. */
  before(b: PacketBuffer, node: number): void {
    const { records } = this;
    records.node = node;
    records.rx = b.swIfIndexRx;
    records.start = b.at;
    this.writersBefore[node]?.(b, records);
  }

  /** After it: the node sent the packet to `next` and put `sent` others on their way. */
  after(b: PacketBuffer, node: number, next: number, sent: number): void {
    const { records } = this;
    records.next = next;
    records.sent = sent;
    this.writersAfter[node]?.(b, records);
  }
}
