/** From a data-path object to the node that acts on it, shared by the nodes that look up. */

import * as ip4 from '../../wire/ip4.js';
import {
  DPO_ADJACENCY,
  DPO_DROP,
  DPO_IP_NULL,
  DPO_LOAD_BALANCE,
  DPO_LOOKUP,
  DPO_PUNT,
  DPO_RECEIVE,
  DPO_TYPES,
} from './dpo.js';
import { ADJACENCY_ARP, ADJACENCY_GLEAN, ADJACENCY_REWRITE, type Adjacencies } from './adjacencies.js';
import type { GraphAccess, NodeContext } from '../engine/node.js';
import type { Tables } from '../engine/tables.js';
import type { LoadBalances } from './load-balances.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Steps } from '../engine/steps.js';
import { ROUTE } from './fib-steps.js';

/** Next nodes of ip4-lookup and its siblings (IP4_LOOKUP_NEXT_NODES and the DPO types' own). */
export const LOOKUP_NEXT = {
  DROP: 'ip4-drop',
  PUNT: 'ip4-punt',
  LOAD_BALANCE: 'ip4-load-balance',
  NULL: 'ip4-null',
  LOOKUP: 'lookup-ip4-dst',
  ARP: 'ip4-arp',
  REWRITE: 'ip4-rewrite',
  GLEAN: 'ip4-glean',
} as const;

const FIELD = ROUTE.at;

type LookupNext = Readonly<Record<keyof typeof LOOKUP_NEXT, number>>;
type ForwardingContext = Pick<
  NodeContext<keyof typeof LOOKUP_NEXT, 'DROPPED'>,
  'next' | 'cause' | 'tables' | 'steps' | 'node' | 'graph'
>;

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** Where packets to the node's own addresses go. */
    readonly receiveNode: 'ip4-local' | 'ip4-receive';
  }
}

/** The node of receive DPOs. */
export const receiveNodeOf = ({ composition }: Tables, graph: Pick<GraphAccess, 'nodeIndex'>): number =>
  graph.nodeIndex(composition.behaviour.receiveNode);

/** Sends packets by the buckets of load balances. */
export class Forwarding {
  private readonly dropped: number;
  private readonly steps: Steps;
  private readonly node: number;
  private readonly nodes: Int32Array;
  private readonly loadBalances: LoadBalances;
  private readonly adjacencies: Adjacencies;

  constructor({ next, cause, tables, steps, node, graph }: ForwardingContext) {
    const { loadBalances, adjacencies } = tables.ip4;
    this.dropped = cause.DROPPED;
    this.steps = steps;
    this.node = node;
    this.nodes = nextByDpo(next, receiveNodeOf(tables, graph));
    this.loadBalances = loadBalances;
    this.adjacencies = adjacencies;
  }

  /** Leaves the bucket's object in the packet and returns the node that acts on it. */
  byBucket(b: PacketBuffer, loadBalance: number, bucket: number): number {
    const { nodes, loadBalances } = this;
    const type = loadBalances.dpoType[bucket];
    const index = loadBalances.dpoIndex[bucket];
    b.adjIndexTx = index;
    if (this.steps.isOn) this.note(b, loadBalance, type, index);
    if (type === DPO_ADJACENCY) return nodes[DPO_ADJACENCY + this.adjacencies.state[index]];
    if (type === DPO_DROP) {
      b.cause = this.dropped;
      b.causeArg0 = loadBalance;
      b.causeArg1 = ip4.destination(b.view, b.at);
    }
    return nodes[type];
  }

  private note(b: PacketBuffer, loadBalance: number, dpoType: number, dpoIndex: number): void {
    const { steps, node } = this;
    const at = steps.add(ROUTE, node, b);
    const { words } = steps;
    words[at + FIELD.fibIndex] = b.fibIndex;
    words[at + FIELD.loadBalance] = loadBalance;
    words[at + FIELD.dpoType] = dpoType;
    words[at + FIELD.dpoIndex] = dpoIndex;
  }
}

/** Node by DPO type; adjacencies follow at DPO_ADJACENCY + state. */
export function nextByDpo(next: LookupNext, receive: number): Int32Array {
  const nodes = new Int32Array(DPO_TYPES + 3);
  nodes[DPO_DROP] = next.DROP;
  nodes[DPO_PUNT] = next.PUNT;
  nodes[DPO_RECEIVE] = receive;
  nodes[DPO_LOAD_BALANCE] = next.LOAD_BALANCE;
  nodes[DPO_IP_NULL] = next.NULL;
  nodes[DPO_LOOKUP] = next.LOOKUP;
  nodes[DPO_ADJACENCY + ADJACENCY_ARP] = next.ARP;
  nodes[DPO_ADJACENCY + ADJACENCY_REWRITE] = next.REWRITE;
  nodes[DPO_ADJACENCY + ADJACENCY_GLEAN] = next.GLEAN;
  return nodes;
}
