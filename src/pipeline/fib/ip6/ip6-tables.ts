/** IPv6 forwarding state of one dataplane. Load balances, adjacencies and receive DPOs are shared with IPv4, whose numbers they continue. */

import { isLinkLocal, ip6Word, maskIp6 } from '../../../wire/ip6-address.js';
import type { Behaviour } from '../../engine/behaviour.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import type { FeatureTable } from '../../engine/state/feature-table.js';
import { interfaceColumn, type InterfaceTable } from '../../engine/state/interface-table.js';
import { IP6_FAMILY } from '../address-family.js';
import { Fib } from '../fib.js';
import type { Ip4Tables } from '../ip4/ip4-tables.js';
import { adjFibs, Neighbours, type Neighbour } from '../neighbours.js';
import { InterfaceIp6 } from './interface-ip6.js';
import { Ip6Links } from './ip6-links.js';
import { Ip6Prefixes } from './ip6-prefixes.js';

/** Groups that every node is in, in the order of VPP's entries (ip6_mfib_specials): solicited nodes, all routers, all nodes, MLDv2 routers. */
const GROUPS = 4;

const OUTPUT_ARC = 'ip6-output';

/** Numbers of a table's multicast entries. */
interface MulticastTable {
  readonly entry: number;
  readonly replicate: number;
  /** Receive DPOs of its groups. */
  readonly dpos: readonly number[];
}

/** How many bits an address begins with like the one at a place in a packet (ip6_sas_commonlen). */
function commonBits(address: number, view: DataView, at: number): number {
  for (let index = 0; index < 4; index++) {
    const different = ip6Word(address, index) ^ view.getInt32(at + index * 4);
    if (different !== 0) return index * 32 + Math.clz32(different);
  }
  return 128;
}

export class Ip6Tables {
  readonly prefixes = new Ip6Prefixes();
  readonly fib: Fib;
  readonly neighbours: Neighbours;
  readonly links: Ip6Links;
  readonly interfaceIp6: InterfaceIp6;
  /** By sw_if_index: the FIB of the interface's VRF. */
  readonly fibIndexOf = interfaceColumn(0);
  /** By FIB index of a VRF. */
  readonly multicast: MulticastTable[] = [];
  private readonly fibIndexByTable = new Map<number, number>();
  /** By sw_if_index of an unnumbered interface: the first address it borrows, as it was when it was made so. */
  private readonly borrowed: (number | null)[] = [];

  constructor(
    private readonly interfaces: InterfaceTable,
    features: FeatureTable,
    flowStamps: FlowStamps,
    private readonly ip4: Ip4Tables,
    private readonly behaviour: Behaviour,
  ) {
    const { adjacencies, loadBalances } = ip4;
    const { addressByPrefix, ip6FlowHash } = behaviour;
    const { fibIndexOf } = this;
    this.fib = new Fib(
      interfaces,
      adjacencies,
      loadBalances,
      this.prefixes,
      ip4.fib.receiveDpos,
      IP6_FAMILY,
      ip6FlowHash,
    );
    const links = (): Ip6Links => this.links;
    this.interfaceIp6 = new InterfaceIp6(
      interfaces,
      features,
      this.fib,
      adjacencies,
      links,
      fibIndexOf,
      addressByPrefix,
    );
    const setIp6 = (swIfIndex: number, isOn: boolean): void => {
      this.interfaceIp6.setEnabled(swIfIndex, isOn);
    };
    this.links = new Ip6Links(this.fib, adjacencies, addressByPrefix, setIp6);
    features.changed.listen(({ arc, swIfIndex }) => {
      const { multicastAdjacency, hasMulticastFeatures } = this.links;
      if (arc === OUTPUT_ARC && multicastAdjacency[swIfIndex] >= 0)
        hasMulticastFeatures[swIfIndex] = features.hasAny(arc, swIfIndex) ? 1 : 0;
    });
    const inTables = adjFibs(this.fib, adjacencies, fibIndexOf);
    this.neighbours = new Neighbours(
      adjacencies,
      flowStamps,
      true,
      {
        add: (neighbour, origin) => {
          if (isLinkLocal(neighbour.address)) this.links.addNeighbour(neighbour.swIfIndex, neighbour.address, origin);
          else inTables.add(neighbour, origin);
        },
        remove: (neighbour, fibIndex) => {
          if (isLinkLocal(neighbour.address)) this.links.removeEntry(neighbour.swIfIndex, neighbour.address);
          else inTables.remove(neighbour, fibIndex);
        },
        reactivate: (neighbour) => {
          inTables.reactivate(neighbour);
        },
      },
      behaviour.flushesStaticNeighbours,
    );
    this.addTable(0);
    this.interfaceIp6.addressRemoved.listen((swIfIndex, address, length) => {
      if (behaviour.flushesStaticNeighbours) return; // of IPv6 nothing is flushed then
      const prefix = maskIp6(address, length);
      this.neighbours.flush(swIfIndex, (of) => maskIp6(of, length) === prefix);
    });
  }

  /** FIB index of a table id; -1 for a table that was not added. */
  fibIndexOfTable(tableId: number): number {
    return this.fibIndexByTable.get(tableId) ?? -1;
  }

  tableIdOf(fibIndex: number): number {
    return this.fib.entries.tables[fibIndex].tableId;
  }

  /** fib_table_find_or_create_and_lock, with the table's multicast: the table's FIB index. */
  addTable(tableId: number): number {
    const known = this.fibIndexOfTable(tableId);
    if (known >= 0) return known;
    const { mfib, fib } = this.ip4;
    const fibIndex = this.links.addTable(tableId);
    this.fibIndexByTable.set(tableId, fibIndex);
    const first = tableId === 0 ? this.ip4.firstIp6GroupDpo : -1;
    const dpos = Array.from({ length: GROUPS }, (_, group) => (first >= 0 ? first + group : fib.receiveDpos.add(-1)));
    this.multicast[fibIndex] = { ...mfib.add(GROUPS), dpos };
    return fibIndex;
  }

  bindTable(swIfIndex: number, fibIndex: number): void {
    const from = this.fibIndexOf[swIfIndex];
    this.fibIndexOf[swIfIndex] = fibIndex;
    this.neighbours.tableChanged(swIfIndex, from);
  }

  setUnnumbered(swIfIndex: number, to: number): void {
    if (!(swIfIndex in this.borrowed)) this.interfaceIp6.setEnabled(swIfIndex, true);
    this.borrowed[swIfIndex] = this.interfaceIp6.addressesOf(to).at(0)?.address ?? null;
  }

  /** Adds or learns a neighbour. */
  setNeighbour(given: Neighbour): void {
    this.neighbours.set(given);
  }

  /** The source of what VPP itself sends from an interface to the address at a place in a packet; null where it has none. */
  sourceAddress(swIfIndex: number, view: DataView, at: number): number | null {
    const isLocal = view.getUint16(at) >>> 6 === 0xfe80 >>> 6;
    const { addressByPrefix } = this.behaviour;
    if (isLocal || (addressByPrefix && view.getInt32(at) === (0xff020000 | 0))) {
      const own = this.links.linkLocal[swIfIndex];
      return own < 0 ? null : own;
    }
    return addressByPrefix ? this.nearestAddress(swIfIndex, view, at) : this.firstAddress(swIfIndex);
  }

  /** if_address_pool_index_by_sw_if_index: the first address, or the one borrowed. */
  firstAddress(swIfIndex: number): number | null {
    if (swIfIndex in this.borrowed) return this.borrowed[swIfIndex];
    return this.interfaceIp6.addressesOf(swIfIndex).at(0)?.address ?? null;
  }

  /** ip6_sas_by_sw_if_index */
  private nearestAddress(swIfIndex: number, view: DataView, at: number): number | null {
    const { unnumberedTo } = this.interfaces.all[swIfIndex];
    let best: number | null = null;
    for (const { address } of this.interfaceIp6.addressesOf(unnumberedTo >= 0 ? unnumberedTo : swIfIndex))
      if (best === null || commonBits(address, view, at) > commonBits(best, view, at)) best = address;
    return best;
  }
}
