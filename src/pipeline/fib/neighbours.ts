/**
 * Neighbours of IPv4 or IPv6 (VPP 19.08 src/vnet/ethernet/arp.c, src/vnet/ip/ip6_neighbor.c; 26.06 src/vnet/ip-neighbor), and the
 * adj-fibs that they make.
 */

import type { MacAddress } from '../../wire/address.js';
import { ip6Number, ip6Word } from '../../wire/ip6-address.js';
import type { FlowStamps } from '../engine/state/flow-stamps.js';
import type { SavedState } from '../engine/state/saved-states.js';
import { FlowHashTable2 } from '../engine/state/flow-hash-table.js';
import type { Adjacencies } from './adjacencies.js';
import { FibSource, FLAG_ATTACHED, type TablePrefix } from './fib-entry.js';
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

/** The routes to neighbours, which are made and taken back with them. */
export interface NeighbourRoutes {
  add(neighbour: Neighbour, origin: string): void;
  /** @param fibIndex where the interface was bound to another table when it was made */
  remove(neighbour: Neighbour, fibIndex?: number): void;
  /** The adjacency became complete or incomplete. */
  reactivate(neighbour: Neighbour): void;
}

/** Routes in the tables of the neighbours' interfaces. */
export function adjFibs(fib: Fib, adjacencies: Adjacencies, fibIndexOf: Int32Array): NeighbourRoutes {
  const { isIp6, bits } = fib.family;
  const hostRoute = ({ address, swIfIndex }: Neighbour, fibIndex = fibIndexOf[swIfIndex]): TablePrefix => ({
    fibIndex,
    address,
    length: bits,
  });
  return {
    add: (neighbour, origin) => {
      const asked = { ...hostRoute(neighbour), source: FibSource.ADJ, flags: FLAG_ATTACHED, origin };
      fib.addPaths(asked, [adjacencies.nextHopPath(neighbour.address, neighbour.swIfIndex, isIp6)]);
    },
    remove: (neighbour, fibIndex) => void fib.removeSource(hostRoute(neighbour, fibIndex), FibSource.ADJ),
    reactivate: (neighbour) => {
      fib.reactivate(hostRoute(neighbour));
    },
  };
}

export class Neighbours {
  private readonly entries: Neighbour[] = [];
  private readonly index = new FlowHashTable2();

  constructor(
    private readonly adjacencies: Adjacencies,
    /** Told of every change of a neighbour, and so of an adjacency or a route through it. */
    private readonly flowStamps: FlowStamps,
    private readonly isIp6: boolean,
    private readonly routes: NeighbourRoutes,
    private readonly flushesStatic: boolean,
  ) {
    adjacencies.added.listen((index) => {
      if ((adjacencies.isIp6[index] === 1) === isIp6)
        this.resolve(adjacencies.nextHop[index], adjacencies.swIfIndex[index]);
    });
  }

  /** All neighbours known now, in the order in which they became known. */
  all(): readonly Neighbour[] {
    return this.entries;
  }

  /** Those that were learned; `set` makes them known again. */
  saved(set: (neighbour: Neighbour) => void): SavedState {
    const { isIp6 } = this;
    const [name, protocol, words] = isIp6 ? ['ip6', 'neighbour discovery', 4] : (['ip4', 'ARP', 1] as const);
    return {
      name: `${name} neighbour`,
      columns: `address${isIp6 ? ' (4 words)' : ''}, sw_if_index, MAC's high 16 bits, its low 32, whether it has a FIB entry`,
      save: () =>
        this.entries
          .filter(({ isStatic }) => !isStatic)
          .map(({ address, swIfIndex, mac, hasFibEntry }) => [
            ...(isIp6 ? [0, 1, 2, 3].map((word) => ip6Word(address, word)) : [address]),
            ...[swIfIndex, mac.high, mac.low, Number(hasFibEntry)],
          ]),
      restore: (rows) => {
        for (const row of rows) {
          const address = isIp6 ? ip6Number([row[0], row[1], row[2], row[3]]) : row[0];
          const [swIfIndex, high, low, hasFibEntry] = row.slice(words);
          const known = { address, swIfIndex, mac: { high, low }, isStatic: false, hasFibEntry: hasFibEntry === 1 };
          set({ ...known, origin: `learned by ${protocol}` });
        }
      },
    };
  }

  find(address: number, swIfIndex: number): Neighbour | null {
    const at = this.index.get(address, swIfIndex);
    return at < 0 ? null : this.entries[at];
  }

  /** vnet_arp_set_ip4_over_ethernet: learns or configures. A learned MAC never replaces a static one. */
  set(given: Neighbour): void {
    const { address, swIfIndex, mac, isStatic, origin } = given;
    const known = this.find(address, swIfIndex);
    if (known) {
      if (known.isStatic && !isStatic) return;
      if (known.mac.high === mac.high && known.mac.low === mac.low) return;
      known.mac = mac;
      known.isStatic = isStatic;
      known.origin = origin;
    } else {
      this.index.set(address, swIfIndex, this.entries.push({ ...given }) - 1);
      if (given.hasFibEntry) this.routes.add(given, origin);
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
    this.unresolve(gone);
    if (gone.hasFibEntry) this.routes.remove(gone);
    return true;
  }

  /** Completes the adjacency of a next hop that is a known neighbour. */
  private resolve(address: number, swIfIndex: number): void {
    const neighbour = this.find(address, swIfIndex);
    const adjacency = this.adjacencies.find(address, swIfIndex, this.isIp6);
    if (!neighbour || adjacency < 0) return;
    const isChange = !this.adjacencies.isComplete(adjacency);
    this.adjacencies.complete(adjacency, neighbour.mac);
    if (isChange) this.routes.reactivate(neighbour);
  }

  private unresolve(neighbour: Neighbour): void {
    const adjacency = this.adjacencies.find(neighbour.address, neighbour.swIfIndex, this.isIp6);
    if (adjacency < 0 || !this.adjacencies.isComplete(adjacency)) return;
    this.adjacencies.incomplete(adjacency);
    this.routes.reactivate(neighbour);
  }

  /** Interface up: adjacencies are complete again. */
  interfaceUp(swIfIndex: number): void {
    for (const entry of this.entries) if (entry.swIfIndex === swIfIndex) this.resolve(entry.address, swIfIndex);
  }

  /** Forgets what was learned of an interface, or of those neighbours that are meant: it went down, or an address of it went. */
  flush(swIfIndex: number, isMeant: (address: number) => boolean = () => true): void {
    for (const entry of this.entries.filter((one) => one.swIfIndex === swIfIndex && isMeant(one.address)))
      if (!entry.isStatic) this.remove(entry.address, swIfIndex);
      else if (this.flushesStatic) this.unresolve(entry);
  }

  /** Moves the adj-fibs of an interface to the table it is bound to now. */
  tableChanged(swIfIndex: number, fromFibIndex: number): void {
    for (const neighbour of this.entries) {
      if (neighbour.swIfIndex !== swIfIndex || !neighbour.hasFibEntry) continue;
      this.routes.remove(neighbour, fromFibIndex);
      this.routes.add(neighbour, '');
    }
  }
}
