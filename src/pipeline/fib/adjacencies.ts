/**
 * Adjacencies: what it takes to send to a neighbour, or to find one (VPP 19.08 src/vnet/adj/adj.h). Structure of arrays;
 * indices follow the order of creation, as VPP's pool does, and show in traces.
 */

import * as ethernet from '../../wire/ethernet.js';
import type { Interface, InterfaceTable } from '../engine/interface-table.js';
import type { MacAddress } from '../../wire/address.js';
import { FlowHashTable2 } from '../engine/flow-hash-table.js';

/** ip_lookup_next_t, as far as adjacencies are concerned. */
export const ADJACENCY_ARP = 0;
export const ADJACENCY_REWRITE = 1;
export const ADJACENCY_GLEAN = 2;

const NONE = -1;
const BROADCAST: MacAddress = { high: 0xffff, low: 0xffffffff };

/** What making an adjacency asks of ARP (arp_update_adjacency). */
export interface AdjacencyOwner {
  /** MAC of a known neighbour. */
  macOf(nextHop: number, swIfIndex: number): MacAddress | null;
  /** An adjacency of the interface was made. */
  adjacencyAdded(swIfIndex: number): void;
  /** The interface's L3 MTU for IPv4. */
  mtuOf(swIfIndex: number): number;
}

export class Adjacencies {
  /** One of ADJACENCY_*. */
  state = new Uint8Array(16);
  swIfIndex = new Int32Array(16);
  /** Neighbour's address; of a glean, the interface's own address that asks. */
  nextHop = new Int32Array(16);
  /** Largest L3 packet that fits. */
  mtuBytes = new Int32Array(16);
  /** The Ethernet header to prepend: three big-endian words and the EtherType. */
  rewrite = new Int32Array(16 * 3);
  etherType = new Uint16Array(16);
  private used = 0;
  private readonly byNeighbour = new FlowHashTable2();
  private readonly gleans: number[] = [];

  constructor(
    private readonly interfaces: InterfaceTable,
    private readonly owner: AdjacencyOwner,
  ) {}

  get size(): number {
    return this.used;
  }

  /** adj_nbr_find; -1 where there is none. */
  find(nextHop: number, swIfIndex: number): number {
    return this.byNeighbour.get(nextHop, swIfIndex);
  }

  /** adj_nbr_add_or_lock: the neighbour's adjacency, made incomplete where it is new. */
  neighbour(nextHop: number, swIfIndex: number): number {
    const known = this.byNeighbour.get(nextHop, swIfIndex);
    if (known !== NONE) return known;
    const index = this.add(ADJACENCY_ARP, nextHop, swIfIndex);
    this.byNeighbour.set(nextHop, swIfIndex, index);
    const mac = this.owner.macOf(nextHop, swIfIndex);
    if (mac) this.complete(index, mac);
    return index;
  }

  /** adj_glean_add_or_lock: one for each interface. */
  glean(swIfIndex: number): number {
    return (this.gleans[swIfIndex] ??= this.add(ADJACENCY_GLEAN, 0, swIfIndex));
  }

  /** The neighbour answered: packets are sent to its MAC from now on. */
  complete(index: number, mac: MacAddress): void {
    this.state[index] = ADJACENCY_REWRITE;
    this.writeHeader(index, mac, ethernet.TYPE_IP4);
  }

  /** No MAC known: packets make ARP requests. */
  incomplete(index: number): void {
    this.state[index] = ADJACENCY_ARP;
    this.writeHeader(index, BROADCAST, ethernet.TYPE_ARP);
  }

  /** Takes over an interface's new MAC or MTU. */
  refresh({ swIfIndex, mac }: Interface): void {
    for (let index = 0; index < this.used; index++) {
      if (this.swIfIndex[index] !== swIfIndex) continue;
      this.mtuBytes[index] = this.owner.mtuOf(swIfIndex);
      this.rewrite[index * 3 + 1] = (this.rewrite[index * 3 + 1] & 0xffff0000) | mac.high;
      this.rewrite[index * 3 + 2] = mac.low;
    }
  }

  private add(state: number, nextHop: number, swIfIndex: number): number {
    const index = this.used++;
    if (this.used > this.state.length) this.grow();
    this.state[index] = state;
    this.nextHop[index] = nextHop;
    this.swIfIndex[index] = swIfIndex;
    this.mtuBytes[index] = this.owner.mtuOf(swIfIndex);
    this.writeHeader(index, BROADCAST, ethernet.TYPE_ARP);
    this.owner.adjacencyAdded(swIfIndex);
    return index;
  }

  private writeHeader(index: number, destination: MacAddress, etherType: number): void {
    const source = this.interfaces.all[this.swIfIndex[index]].mac;
    this.rewrite[index * 3] = (destination.high << 16) | (destination.low >>> 16);
    this.rewrite[index * 3 + 1] = (destination.low << 16) | source.high;
    this.rewrite[index * 3 + 2] = source.low;
    this.etherType[index] = etherType;
  }

  private grow(): void {
    const slots = this.state.length * 2;
    const grown = (from: Int32Array, words = 1): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(slots * words);
      to.set(from);
      return to;
    };
    const state = new Uint8Array(slots);
    state.set(this.state);
    this.state = state;
    const etherType = new Uint16Array(slots);
    etherType.set(this.etherType);
    this.etherType = etherType;
    this.swIfIndex = grown(this.swIfIndex);
    this.nextHop = grown(this.nextHop);
    this.mtuBytes = grown(this.mtuBytes);
    this.rewrite = grown(this.rewrite, 3);
  }
}
