/** IPv4 neighbours: ARP's table (VPP 19.08 src/vnet/ethernet/arp.c), and the adj-fibs it makes. */

import type { MacAddress } from '../../wire/address.js';
import type { FlowStamps } from '../engine/flow-stamps.js';
import { FlowHashTable2 } from '../engine/flow-hash-table.js';
import type { Adjacencies } from './adjacencies.js';
import { FibSource, FLAG_ATTACHED, PathType, type FibPath } from './fib-entry.js';
import type { Fib } from './fib.js';

export interface Neighbour {
  readonly address: number;
  readonly swIfIndex: number;
  mac: MacAddress;
  isStatic: boolean;
  readonly hasFibEntry: boolean;
  /** 'file:line' of the command that gave the MAC address, or how it was learned; for messages. */
  origin: string;
}

export class Neighbours {
  private readonly entries: Neighbour[] = [];
  private readonly index = new FlowHashTable2();

  constructor(
    private readonly fib: Fib,
    private readonly adjacencies: Adjacencies,
    private readonly fibIndexOf: (swIfIndex: number) => number,
    /** Told of every change of a neighbour, and so of an adjacency or a route through it. */
    private readonly flowStamps: FlowStamps,
  ) {}

  /** All neighbours known now, in the order in which they became known. */
  all(): readonly Neighbour[] {
    return this.entries;
  }

  find(address: number, swIfIndex: number): Neighbour | null {
    const at = this.index.get(address, swIfIndex);
    return at < 0 ? null : this.entries[at];
  }

  /** vnet_arp_set_ip4_over_ethernet: learns or configures. A learned MAC never replaces a static one. */
  set(
    address: number,
    swIfIndex: number,
    mac: MacAddress,
    isStatic: boolean,
    hasFibEntry: boolean,
    origin: string,
  ): void {
    let neighbour = this.find(address, swIfIndex);
    if (neighbour?.isStatic && !isStatic) return;
    if (neighbour) {
      if (neighbour.mac.high === mac.high && neighbour.mac.low === mac.low) return;
      neighbour.mac = mac;
      neighbour.isStatic = isStatic;
      neighbour.origin = origin;
    } else {
      neighbour = { address, swIfIndex, mac, isStatic, hasFibEntry, origin };
      this.index.set(address, swIfIndex, this.entries.push(neighbour) - 1);
      if (hasFibEntry) this.addFibEntry(neighbour, origin);
    }
    this.flowStamps.generation++;
    this.resolve(address, swIfIndex);
  }

  /** vnet_arp_unset_ip4_over_ethernet: static or learned. False where there is none. */
  remove(address: number, swIfIndex: number): boolean {
    const at = this.index.get(address, swIfIndex);
    if (at < 0) return false;
    const [gone] = this.entries.splice(at, 1);
    this.index.delete(address, swIfIndex);
    for (let i = at; i < this.entries.length; i++)
      this.index.set(this.entries[i].address, this.entries[i].swIfIndex, i);
    this.flowStamps.generation++;
    const adjacency = this.adjacencies.find(address, swIfIndex);
    if (adjacency >= 0) this.adjacencies.incomplete(adjacency);
    if (gone.hasFibEntry) this.fib.removeSource(this.fibIndexOf(swIfIndex), address, 32, FibSource.ADJ);
    return true;
  }

  /** MAC of a neighbour, where known. */
  macOf(address: number, swIfIndex: number): MacAddress | null {
    return this.find(address, swIfIndex)?.mac ?? null;
  }

  /** Completes the adjacency of a next hop that is a known neighbour. */
  resolve(address: number, swIfIndex: number): void {
    const neighbour = this.find(address, swIfIndex);
    const adjacency = this.adjacencies.find(address, swIfIndex);
    if (neighbour && adjacency >= 0) this.adjacencies.complete(adjacency, neighbour.mac);
  }

  /** Interface up: adjacencies are complete again. Down: learned neighbours are forgotten, static ones unusable. */
  interfaceChanged(swIfIndex: number, isUp: boolean): void {
    for (const { address } of this.entries.filter((entry) => entry.swIfIndex === swIfIndex)) {
      if (isUp) this.resolve(address, swIfIndex);
      else {
        const adjacency = this.adjacencies.find(address, swIfIndex);
        if (adjacency >= 0) this.adjacencies.incomplete(adjacency);
      }
    }
  }

  /** Moves the adj-fibs of an interface to the table it is bound to now. */
  tableChanged(swIfIndex: number, fromFibIndex: number): void {
    for (const neighbour of this.entries) {
      if (neighbour.swIfIndex !== swIfIndex || !neighbour.hasFibEntry) continue;
      this.fib.removeSource(fromFibIndex, neighbour.address, 32, FibSource.ADJ);
      this.addFibEntry(neighbour, '');
    }
  }

  private addFibEntry({ address, swIfIndex }: Neighbour, origin: string): void {
    const path: FibPath = {
      type: PathType.AttachedNextHop,
      nextHop: address,
      swIfIndex,
      fibIndex: -1,
      weight: 1,
      preference: 0,
      index: this.adjacencies.neighbour(address, swIfIndex),
    };
    this.fib.addPaths(this.fibIndexOf(swIfIndex), address, 32, FibSource.ADJ, FLAG_ATTACHED, [path], origin);
  }
}
