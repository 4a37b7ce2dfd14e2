/**
 * The node graph of one dataplane: nodes by index, causes, and the dispatch loop.
 *
 * A packet runs to completion before the next frame touches state: a vector of one, which the dispatch loop takes from node to node.
 * Where a node makes further packets, vectors wait for their nodes and are dispatched as VPP dispatches pending frames.
 */

import type { Tables } from './tables.js';
import { BufferPool } from './buffer-pool.js';
import { CUT_SYMBOL, cutText } from './cut-off.js';
import { compileDispatcher, type Dispatcher } from './dispatcher.js';
import { Errors } from './errors.js';
import { FeatureArcs } from './feature-arcs.js';
import { interfaceColumn, type Interface } from './state/interface-table.js';
import { interfaceNodesOf } from './plugin.js';
import {
  DONE,
  type AnyNode,
  type CauseText,
  type GraphAccess,
  type GraphSink,
  type NodeFunction,
  type SetCause,
} from './node.js';
import { FLAG_TRACED, FLAG_TRACED_AT_TX, type PacketBuffer } from './packet-buffer.js';
import { Steps } from './steps.js';
import { PairSpeculation } from './pair-speculation.js';
import { PendingFrames } from './pending-frames.js';
import { NodeTraces } from './trace/node-traces.js';
import type { TraceRecords } from './trace/trace-records.js';

/** Watches packets at nodes, where one is set; every packet that nodes make on the way is shown as well. */
export interface NodeObserver {
  before(b: PacketBuffer, node: number): void;
  after(b: PacketBuffer, node: number): void;
}

/** Longest node path that is recorded for frames that run together; a routing loop is cut off by TTL long before. */
const PATH_LIMIT = 1 << 14;

/** Graph.visits of a frame that other packets came of. */
export const MANY = -1;

export class Graph implements GraphAccess {
  readonly errors: Errors;
  readonly steps = new Steps();
  readonly buffers = new BufferPool();
  readonly arcs: FeatureArcs;
  readonly outputNodeOf = interfaceColumn(DONE);
  readonly bridgeOutputNodeOf = interfaceColumn(DONE);
  readonly nodes: AnyNode[] = [];
  readonly names: string[] = [];
  /** Cause sentences by cause id; id 0 is "none", id 1 CUT_CAUSE. */
  readonly causes: CauseText[] = ['', cutText];
  readonly causeOrigins: (SetCause['origin'] | undefined)[] = [undefined, undefined];
  /** The symbols that the nodes declare them by. */
  readonly causeSymbols: string[] = ['', CUT_SYMBOL];
  /** And these nodes' names. */
  readonly causeNodes: string[] = ['', ''];
  /** Nodes visited by traced packets of the current frame, in dispatch order; valid below pathLength. */
  readonly path = new Uint16Array(PATH_LIMIT);
  /** PacketBuffer.frame of whom each was visited by. */
  readonly pathFrames = new Int32Array(PATH_LIMIT);
  pathLength = 0;
  /** [0]: how many nodes the last frame visited; MANY where it was not the only packet. */
  readonly visits = new Int32Array(1);
  position = -1;
  vectorLength = 1;
  /** Sees what `runRecorded` runs. */
  observer: NodeObserver | null = null;

  private readonly functions: NodeFunction[] = [];
  private dispatch: Dispatcher;
  /** 1 by index for nodes that leave a record. */
  private readonly isTraced: number[] = [];
  private readonly indexOf = new Map<string, number>();
  /** By index, for nodes that take packets two at a time. */
  private readonly pairs: (PairSpeculation | undefined)[] = [];
  private readonly nexts: number[] = [];
  private readonly pending = new PendingFrames();
  /** 1 while the node that runs is the last of `path`, put there by this visit. */
  private justRecorded = 0;
  /** 1 where the node that runs adds no trace record for this visit. */
  private forgotten = 0;
  /** Writers of trace records, where a trace is wanted. */
  private readonly traces: NodeTraces | null;

  constructor(
    nodes: readonly AnyNode[],
    private readonly tables: Tables,
    readonly sink: GraphSink,
    private readonly traceRecords: TraceRecords | null = null,
  ) {
    const { interfaces, composition, features } = tables;
    this.errors = new Errors(composition.errorTexts, composition.errorColumns);
    for (const node of nodes) this.number(node);
    for (const owner of interfaces.all) this.findOutputOf(owner);
    this.arcs = new FeatureArcs(composition.arcs, features, this.nodeIndex.bind(this));
    this.traces = traceRecords === null ? null : new NodeTraces(tables, this, traceRecords);
    this.create(nodes);
    this.dispatch = this.compile();
    interfaces.created.listen((owner) => this.addInterface(owner));
    interfaces.renamed.listen(({ name }, before) => {
      for (const end of ['output', 'tx']) this.rename(`${before}-${end}`, `${name}-${end}`);
    });
  }

  /** The nodes of an interface that was made after frames ran. */
  private addInterface(owner: Interface): void {
    const nodes = interfaceNodesOf(this.tables, owner);
    for (const node of nodes) this.number(node);
    this.findOutputOf(owner);
    this.create(nodes);
    this.dispatch = this.compile();
  }

  private rename(before: string, name: string): void {
    const index = this.indexOf.get(before);
    if (index === undefined) return;
    this.indexOf.delete(before);
    this.indexOf.set(name, index);
    this.names[index] = name;
  }

  /** Packets of a sub-interface leave by its port's node. */
  private findOutputOf({ swIfIndex, encapNode }: Interface): void {
    const { all, portOf } = this.tables.interfaces;
    const output = `${all[portOf[swIfIndex]].name}-output`;
    this.outputNodeOf[swIfIndex] = this.nodeIndex(output);
    this.bridgeOutputNodeOf[swIfIndex] = this.nodeIndex(encapNode ?? output);
  }

  private number(node: AnyNode): void {
    const { name, traced } = node;
    if (this.indexOf.has(name)) throw new Error(`two graph nodes are named ${name}`);
    this.nodes.push(node);
    this.indexOf.set(name, this.names.push(name) - 1);
    this.pending.addNode();
    this.isTraced.push(traced === false ? 0 : 1);
  }

  private create(nodes: readonly AnyNode[]): void {
    for (const { errors } of nodes) for (const set of errors ?? []) this.errors.ids(set);
    for (const node of nodes)
      this.functions.push(
        node.create({
          node: this.nodeIndex(node.name),
          steps: this.steps,
          next: mapValues(node.next, (name) => this.nodeIndex(name)),
          cause: this.numberCauses(node),
          tables: this.tables,
          errors: this.errors,
          arcs: this.arcs,
          clock: this.tables.clock,
          buffers: this.buffers,
          graph: this,
          records: this.traceRecords,
        }),
      );
    for (const { name, next } of nodes)
      if (this.tables.composition.pairNodes?.includes(name) === true)
        this.pairs[this.nodeIndex(name)] = new PairSpeculation(
          this.pending,
          this.nodeIndex(Object.values(next)[0] ?? name),
        );
    this.traces?.add(nodes);
  }

  private compile(): Dispatcher {
    return compileDispatcher(this.functions, this.pending.nodes, this.visits);
  }

  private numberCauses({ name, causes = {} }: AnyNode): Record<string, number> {
    this.causeSymbols.push(...Object.keys(causes));
    return mapValues(causes, (cause) => {
      const isSet = typeof cause === 'object';
      this.causeNodes.push(name);
      this.causeOrigins.push(isSet ? cause.origin : undefined);
      return this.causes.push(isSet ? cause.text : cause) - 1;
    });
  }

  nodeIndex(name: string): number {
    const index = this.indexOf.get(name);
    if (index === undefined) throw new Error(`no graph node is named ${name}`);
    return index;
  }

  enqueue(b: PacketBuffer, node: number): void {
    this.pending.put(b, node);
  }

  /** Runs a received frame, and every packet that comes of it, from `node` to its end. */
  run(b: PacketBuffer, node: number): void {
    const at = this.dispatch(b, node);
    if (this.pending.nodes.length === 0) return;
    this.runPending(b, at, false);
    this.visits[0] = MANY;
  }

  /** As `run`, and records in `path` the nodes that traced packets visit. */
  runRecorded(b: PacketBuffer, node: number): void {
    this.pathLength = 0;
    this.runPending(b, node, true);
  }

  /** Runs vectors of received frames, one for each interface, and every packet that comes of them. */
  runVectors(vectors: readonly (readonly PacketBuffer[])[], node: number): void {
    for (const vector of vectors) this.pending.putVector(vector, node);
    this.pathLength = 0;
    this.runPending(vectors[0][0], DONE, true);
  }

  forgetVisit(): void {
    this.pathLength -= this.justRecorded;
    this.justRecorded = 0;
    this.forgotten = 1;
  }

  /** `show trace` names a node once for records in a row: fragments side by side, a recursive route's levels. */
  private recordNode(node: number, frame: number): void {
    const { path, pathFrames, pathLength } = this;
    if (pathLength === PATH_LIMIT) return;
    if (pathLength > 0 && path[pathLength - 1] === node && pathFrames[pathLength - 1] === frame) return;
    path[pathLength] = node;
    pathFrames[this.pathLength++] = frame;
    this.justRecorded = 1;
  }

  /** One visit with its trace records. Returns the next node, which for a packet that leaves is its interface's tx node. */
  private visitTraced(traces: NodeTraces, visit: NodeFunction, packet: PacketBuffer, node: number): number {
    if ((packet.flags & FLAG_TRACED) === 0) {
      const onward = traces.unseen(visit, packet);
      if (onward !== DONE || (packet.flags & FLAG_TRACED_AT_TX) === 0) return onward;
      packet.flags |= FLAG_TRACED;
      return traces.txNodeOf[node];
    }
    traces.before(packet, node);
    const { count } = this.pending;
    this.forgotten = 0;
    const next = visit(packet);
    if (this.forgotten === 0) traces.after(packet, node, next, this.pending.count - count);
    return next === DONE ? traces.txNodeOf[node] : next;
  }

  /** Dispatches the vectors that wait, the packet's own with them. A node sees a vector's packets one after the other. */
  private runPending(b: PacketBuffer, node: number, record: boolean): void {
    const { functions, pending, isTraced, observer } = this;
    const { nodes } = pending;
    const traces = record && this.traces?.isOn === true ? this.traces : null;
    if (node !== DONE) pending.put(b, node);
    let visits = 0;
    for (let at = 0; at < nodes.length; at++) {
      const current = nodes[at];
      const visit = functions[current];
      const vector = pending.take(at);
      const pairs = this.pairs.at(current);
      this.vectorLength = vector.length;
      for (this.position = 0; this.position < vector.length; this.position++) {
        const packet = vector[this.position];
        visits = packet === b && visits !== MANY ? visits + 1 : MANY;
        this.justRecorded = 0;
        if (record && (packet.flags & FLAG_TRACED) !== 0 && isTraced[current] === 1)
          this.recordNode(current, packet.frame);
        if (observer !== null) observer.before(packet, current);
        const next = traces === null ? visit(packet) : this.visitTraced(traces, visit, packet, current);
        if (observer !== null) observer.after(packet, current);
        if (pairs !== undefined) this.nexts[this.position] = next;
        else if (next !== DONE) pending.put(packet, next);
        if (next === DONE && packet.isPooled && !packet.isHeld) this.buffers.release(packet);
      }
      pairs?.enqueue(vector, this.nexts);
    }
    this.visits[0] = visits;
    this.position = -1;
    pending.clear();
  }
}

function mapValues<V, W>(from: Readonly<Record<string, V>>, make: (value: V) => W): Record<string, W> {
  const made: Record<string, W> = {};
  for (const [key, value] of Object.entries(from)) made[key] = make(value);
  return made;
}
