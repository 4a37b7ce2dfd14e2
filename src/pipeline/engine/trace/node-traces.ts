/** The trace writers of a graph's nodes, and the store they write to. */

import type { Tables } from '../tables.js';
import { DONE, type AnyNode, type GraphAccess, type NodeFunction } from '../node.js';
import type { PacketBuffer } from '../packet-buffer.js';
import { NextSlots } from './next-slots.js';
import type { TraceContext, TraceWriter } from './node-trace.js';
import type { TraceRecords } from './trace-records.js';

/** What writers ask of the graph. */
type GraphNames = Pick<TraceContext, 'names' | 'errors'> &
  Pick<GraphAccess, 'outputNodeOf' | 'nodeIndex' | 'position' | 'vectorLength'>;

export class NodeTraces {
  /** By output node: the tx node of its interface, which comes behind it in a trace; DONE for all other nodes. */
  readonly txNodeOf: number[] = [];
  private readonly writersBefore: (TraceWriter | null)[] = [];
  private readonly writersAfter: (TraceWriter | null)[] = [];
  private readonly nextSlots: NextSlots;

  constructor(
    private readonly tables: Tables,
    private readonly graph: GraphNames,
    private readonly records: TraceRecords,
  ) {
    const { plugins, arcs } = tables.composition;
    const all = plugins.flatMap(({ nodes = [] }) => nodes);
    const families = all.flatMap(({ name, siblingOf }) =>
      siblingOf === undefined ? [] : [[name, siblingOf] as const],
    );
    this.nextSlots = new NextSlots(arcs, tables.features, new Map(families));
  }

  /** The nodes that come next in the graph, each interface's with it. */
  add(nodes: readonly AnyNode[]): void {
    const { tables, graph, nextSlots } = this;
    const { names, errors } = graph;
    const nodeIndex = (name: string): number => graph.nodeIndex(name);
    for (const { name, trace } of nodes) {
      const node = this.txNodeOf.push(DONE) - 1;
      const writer = trace?.writer?.({ node, name, names, tables, errors, nextSlots, nodeIndex }) ?? null;
      this.writersBefore.push(trace?.when === 'before' ? writer : null);
      this.writersAfter.push(trace?.when === 'after' ? writer : null);
    }
    for (const { name, device, swIfIndex, sub } of tables.interfaces.all)
      if (device !== 'loopback' && sub === null)
        this.txNodeOf[graph.outputNodeOf[swIfIndex]] = names.indexOf(`${name}-tx`);
  }

  get isOn(): boolean {
    return this.records.isOn;
  }

  /** A visit of a packet that is not traced: a node that writes its records itself writes none. */
  unseen(visit: NodeFunction, packet: PacketBuffer): number {
    this.records.isOn = false;
    const next = visit(packet);
    this.records.isOn = true;
    return next;
  }

  /** Before a node's work on a packet. */
  before(b: PacketBuffer, node: number): void {
    const { records } = this;
    records.node = node;
    records.rx = b.swIfIndexRx;
    records.start = b.at;
    records.position = this.graph.position;
    records.vectorLength = this.graph.vectorLength;
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
