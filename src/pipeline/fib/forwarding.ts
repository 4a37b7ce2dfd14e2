/** From a data-path object to the node that acts on it, shared by the nodes that look up. */

import * as ip4 from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';
import { noteIp6 } from '../../wire/ip6-address.js';
import {
  DPO_ADJACENCY,
  DPO_DROP,
  DPO_IP_NULL,
  DPO_LINK_LOCAL,
  DPO_LOAD_BALANCE,
  DPO_LOOKUP,
  DPO_PUNT,
  DPO_RECEIVE,
  DPO_TYPES,
} from './dpo.js';
import {
  ADJACENCY_ARP,
  ADJACENCY_GLEAN,
  ADJACENCY_MULTICAST,
  ADJACENCY_REWRITE,
  ADJACENCY_STATES,
  type Adjacencies,
} from './adjacencies.js';
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

/** The same of IPv6 (IP6_LOOKUP_NEXT_NODES). */
export const IP6_LOOKUP_NEXT = {
  DROP: 'ip6-drop',
  PUNT: 'ip6-punt',
  LOAD_BALANCE: 'ip6-load-balance',
  NULL: 'ip6-null',
  LOOKUP: 'lookup-ip6-dst',
  ARP: 'ip6-discover-neighbor',
  REWRITE: 'ip6-rewrite',
  GLEAN: 'ip6-glean',
  LINK_LOCAL: 'ip6-link-local',
  MULTICAST: 'ip6-rewrite-mcast',
} as const;

const FIELD = ROUTE.at;

type LookupNext = Readonly<Record<keyof typeof LOOKUP_NEXT, number>>;
type Ip6LookupNext = Readonly<Record<keyof typeof IP6_LOOKUP_NEXT, number>>;
type ForwardingContext = Pick<NodeContext<string, 'DROPPED'>, 'cause' | 'tables' | 'steps' | 'node'>;

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** Where packets to the node's own addresses go. */
    readonly receiveNode: 'ip4-local' | 'ip4-receive';
    readonly ip6ReceiveNode: 'ip6-local' | 'ip6-receive';
  }
}

/** The node of receive DPOs. */
export const receiveNodeOf = ({ composition }: Tables, graph: Pick<GraphAccess, 'nodeIndex'>): number =>
  graph.nodeIndex(composition.behaviour.receiveNode);

export const ip6ReceiveNodeOf = ({ composition }: Tables, graph: Pick<GraphAccess, 'nodeIndex'>): number =>
  graph.nodeIndex(composition.behaviour.ip6ReceiveNode);

/** Sends packets by the buckets of load balances. */
export class Forwarding {
  private readonly dropped: number;
  private readonly steps: Steps;
  private readonly node: number;
  private readonly loadBalances: LoadBalances;
  private readonly adjacencies: Adjacencies;

  /** @param nodes by DPO type, as `nextByDpo` makes them */
  constructor(
    { cause, tables, steps, node }: ForwardingContext,
    private readonly nodes: Int32Array,
    private readonly isIp6 = false,
  ) {
    const { loadBalances, adjacencies } = tables.ip4;
    this.dropped = cause.DROPPED;
    this.steps = steps;
    this.node = node;
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
      b.causeArg1 = this.isIp6 ? noteIp6(b.bytes, b.at + ip6.DESTINATION) : ip4.destination(b.view, b.at);
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
export function nextByDpo(next: LookupNext & Partial<Ip6LookupNext>, receive: number): Int32Array {
  const nodes = new Int32Array(DPO_TYPES + ADJACENCY_STATES);
  nodes[DPO_DROP] = next.DROP;
  nodes[DPO_PUNT] = next.PUNT;
  nodes[DPO_RECEIVE] = receive;
  nodes[DPO_LOAD_BALANCE] = next.LOAD_BALANCE;
  nodes[DPO_IP_NULL] = next.NULL;
  nodes[DPO_LOOKUP] = next.LOOKUP;
  nodes[DPO_ADJACENCY + ADJACENCY_ARP] = next.ARP;
  nodes[DPO_ADJACENCY + ADJACENCY_REWRITE] = next.REWRITE;
  nodes[DPO_ADJACENCY + ADJACENCY_GLEAN] = next.GLEAN;
  nodes[DPO_LINK_LOCAL] = next.LINK_LOCAL ?? next.DROP;
  nodes[DPO_ADJACENCY + ADJACENCY_MULTICAST] = next.MULTICAST ?? next.DROP;
  return nodes;
}
