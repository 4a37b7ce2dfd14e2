/**
 * What a graph node is: a declaration (name, next nodes, errors, causes, place on feature arcs) and one function that
 * does its work on a packet and returns the node to go to.
 */

import type { Tables } from './tables.js';
import type { Clock } from './state/clock.js';
import type { BufferPool } from './buffer-pool.js';
import type { Errors, ErrorSet } from './errors.js';
import type { FeatureArcs } from './feature-arcs.js';
import type { FlowPart } from './flow-part.js';
import type { PacketBuffer } from './packet-buffer.js';
import type { Steps } from './steps.js';
import type { NodeTrace } from './trace/node-trace.js';
import type { TraceRecords } from './trace/trace-records.js';

/** Returned by a node function when the packet's way ends here: transmitted, freed, or held by the node. */
export const DONE = -1;

/** A node's work on one packet: returns the global index of the next node, or DONE. */
export type NodeFunction = (b: PacketBuffer) => number;

/** A sentence for people on what ended a frame; made only when someone asks, long after the frame went by. */
export type CauseText = string | ((b: PacketBuffer, tables: Tables) => string);

/** One that hangs on a setting: 'file:line' of the command behind that, '' for none. */
export interface SetCause {
  readonly text: CauseText;
  readonly origin: (b: PacketBuffer, tables: Tables) => string;
}

/** What a node's `create` gets to work with. */
export interface NodeContext<N extends string, C extends string> {
  /** Global node index by the declaration's symbols. */
  readonly next: Readonly<Record<N, number>>;
  /** Cause ids by the declaration's symbols, for PacketBuffer.cause. */
  readonly cause: Readonly<Record<C, number>>;
  readonly node: number;
  readonly tables: Tables;
  readonly errors: Errors;
  /** Where it notes what it decides. */
  readonly steps: Steps;
  readonly arcs: FeatureArcs;
  readonly clock: Clock;
  readonly buffers: BufferPool;
  readonly graph: GraphAccess;
  /** Where a node that leaves more than one trace record for a packet writes them itself; null where none are wanted. */
  readonly records: TraceRecords | null;
}

/** Where packets leave the graph: transmitted, or ended as a drop or punt with the error they carry. */
export interface GraphSink {
  transmit(b: PacketBuffer): void;
  drop(b: PacketBuffer): void;
  punt(b: PacketBuffer): void;
}

/** What a node may ask of the graph it lives in. */
export interface GraphAccess {
  readonly sink: GraphSink;
  /** Global index of a node by name; throws for an unknown name (at start only). */
  nodeIndex(name: string): number;
  /** Where the packet being dispatched stands in its vector, from 0; -1 while the frame is a single packet. */
  readonly position: number;
  /** Packets in that vector. */
  readonly vectorLength: number;
  /** Global index of the `<interface>-output` node. */
  readonly outputNodeOf: Int32Array;
  /** Global index of the node that takes what a bridge sends by the interface (output_node_index_vec, VPP 19.08 src/vnet/l2/l2_output.c). */
  readonly bridgeOutputNodeOf: Int32Array;
  /** Sends another packet (made, cloned or released by a node) on its way to a node, after what is already pending. */
  enqueue(b: PacketBuffer, node: number): void;
  /** Called by a node that adds no trace record for the packet it has: the visit is not part of the recorded path. */
  forgetVisit(): void;
}

export interface NodeDeclaration<N extends string = string, C extends string = string> {
  /** VPP's name. */
  readonly name: string;
  /** VPP's node that it shares its next nodes' numbers with. */
  readonly siblingOf?: string;
  /** False for nodes that leave no record in VPP's trace (interface-output, error counters' helpers). */
  readonly traced?: boolean;
  /** Next nodes by symbol: VPP's names. */
  readonly next: Readonly<Record<N, string>>;
  /** Error sets this node counts in, its own or another node's. Registered so that every counter exists from the start. */
  readonly errors?: readonly ErrorSet[];
  readonly causes?: Readonly<Record<C, CauseText | SetCause>>;
  /** What the flow cache does in the node's place. */
  readonly flow?: (tables: Tables) => FlowPart;
  /** The node's records in `show trace`; a node without leaves none. */
  readonly trace?: NodeTrace;
  /** Builds the node's function, bound to one dataplane's tables. */
  readonly create: (context: NodeContext<N, C>) => NodeFunction;
}

/** A declaration whose symbols have been forgotten, for lists of nodes. */
export type AnyNode = NodeDeclaration;

/** Checks a declaration's types and forgets its symbols. */
export const defineNode = <N extends string, C extends string = never>(declaration: NodeDeclaration<N, C>): AnyNode =>
  declaration;

/** Ends a packet's way, but for the nodes that count it: VPP's error, what really decided, and the node to go to. */
export function end(b: PacketBuffer, error: number, cause: number, next: number): number {
  b.error = error;
  b.cause = cause;
  return next;
}

/** The function of a node that does nothing to a packet but send it on. */
export const passOn =
  ({ next }: NodeContext<'NEXT', string>): NodeFunction =>
  () =>
    next.NEXT;

interface DeadEnd {
  readonly name: string;
  readonly trace?: NodeTrace;
  readonly next?: string;
  /** The one error that it counts; without, packets keep theirs. */
  readonly errors?: ErrorSet;
  readonly causes: Readonly<Record<string, CauseText>>;
}

/** A node in which all packets end, for one reason. */
export const deadEnd = ({ next = 'error-drop', errors: set, ...declaration }: DeadEnd): AnyNode =>
  defineNode({
    ...declaration,
    next: { DROP: next },
    errors: set === undefined ? [] : [set],
    create: ({ next: { DROP }, cause, errors }) => {
      const [why] = Object.values(cause);
      const [error] = set === undefined ? [null] : Object.values(errors.ids(set));
      return (b) => end(b, error ?? b.error, why, DROP);
    },
  });
