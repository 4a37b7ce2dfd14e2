/**
 * IPv4 forwarding state of one dataplane: FIBs, load balances, adjacencies, neighbours, and IP on interfaces. Commands
 * change it through the methods here, which do what VPP's handlers do; nodes read its parts.
 */

import type { MacAddress } from '../../wire/address.js';
import type { FlowStamps } from '../engine/flow-stamps.js';
import { Changes } from '../engine/changes.js';
import type { FeatureTable } from '../engine/feature-table.js';
import type { Interface, InterfaceTable } from '../engine/interface-table.js';
import { Adjacencies, type AdjacencyOwner } from './adjacencies.js';
import { DPO_RECEIVE } from './dpo.js';
import { DROP_PATH, FibSource, FLAG_CONNECTED, FLAG_DROP, FLAG_LOCAL, PathType, type FibPath } from './fib-entry.js';
import { Fib } from './fib.js';
import { InterfaceIp4 } from './interface-ip4.js';
import { LoadBalances } from './load-balances.js';
import { Mtrie } from './mtrie.js';
import { Neighbours } from './neighbours.js';
import { NO_RECEIVE_DPO } from './receive-dpos.js';

/** Prefixes that every table has from the start (VPP 19.08 src/vnet/fib/ip4_fib.c, ip4_specials), the short ones first. */
const SPECIALS: readonly (readonly [address: number, length: number, source: number])[] = [
  [0, 0, FibSource.DEFAULT_ROUTE],
  [0xf0000000 | 0, 4, FibSource.SPECIAL],
  [0xe0000000 | 0, 4, FibSource.SPECIAL],
  [0, 32, FibSource.DEFAULT_ROUTE],
  [-1, 32, FibSource.DEFAULT_ROUTE],
];

export class Ip4Tables implements AdjacencyOwner {
  readonly mtrie = new Mtrie();
  readonly loadBalances = new LoadBalances();
  readonly adjacencies: Adjacencies;
  readonly fib: Fib;
  readonly neighbours: Neighbours;
  /** IP on interfaces: enabled or not, addresses, MTU. */
  readonly interfaceIp4: InterfaceIp4;
  /** Nodes that take UDP to a local address, by destination port (udp_register_dst_port). */
  readonly udpListeners = new Map<number, string>();
  readonly udpListenerAdded = new Changes<[port: number, node: string]>();
  /** The IP id that VPP's fragmentation used last (running_fragment_id). */
  lastFragmentId = 0;
  private readonly fibIndexByTable = new Map<number, number>();

  constructor(
    private readonly interfaces: InterfaceTable,
    features: FeatureTable,
    flowStamps: FlowStamps,
  ) {
    this.adjacencies = new Adjacencies(interfaces, this);
    this.fib = new Fib(interfaces, this.adjacencies, this.loadBalances, this.mtrie);
    const fibIndexOf = (swIfIndex: number): number => this.fibIndexOfInterface(swIfIndex);
    this.neighbours = new Neighbours(this.fib, this.adjacencies, fibIndexOf, flowStamps);
    this.interfaceIp4 = new InterfaceIp4(interfaces, features, this);
    this.addTable(0);
    interfaces.macChanged.listen(({ swIfIndex }) => {
      this.interfaceChanged(swIfIndex);
    });
    interfaces.stateChanged.listen((changed) => {
      this.interfaceStateChanged(changed);
    });
    interfaces.tableBound.listen(({ swIfIndex }, from) => {
      this.neighbours.tableChanged(swIfIndex, from);
    });
  }

  /** udp_register_dst_port */
  listenToUdp(port: number, node: string): void {
    this.udpListeners.set(port, node);
    this.udpListenerAdded.tell(port, node);
  }

  /** Load-balance index for a destination. */
  lookup(fibIndex: number, address: number): number {
    return this.mtrie.lookup(fibIndex, address);
  }

  /** FIB index of a table id; -1 for a table that was not added. */
  fibIndexOf(tableId: number): number {
    return this.fibIndexByTable.get(tableId) ?? -1;
  }

  fibIndexOfInterface(swIfIndex: number): number {
    return this.interfaces.all[swIfIndex].fibIndex;
  }

  /** FIB indices are below it. */
  get tableCount(): number {
    return this.fibIndexByTable.size;
  }

  /** Table id of a FIB index, for messages. */
  tableIdOf(fibIndex: number): number {
    return this.fib.tableIdOf(fibIndex);
  }

  /** fib_table_find_or_create_and_lock: the table's FIB index. */
  addTable(tableId: number): number {
    const known = this.fibIndexOf(tableId);
    if (known >= 0) return known;
    const fibIndex = this.fib.addTable(tableId);
    this.fibIndexByTable.set(tableId, fibIndex);
    for (const [address, length, source] of SPECIALS)
      this.fib.replacePaths(fibIndex, address, length, source, FLAG_DROP, [DROP_PATH], 'built in');
    return fibIndex;
  }

  /**
   * Makes an address local without configuring it on an interface, as NAT does for its addresses
   * (VPP 19.08 src/plugins/nat/nat.c, snat_add_del_addr_to_fib): a receive entry in the interface's table.
   */
  addLocal(fibIndex: number, address: number, swIfIndex: number, origin: string, length = 32): void {
    const flags = FLAG_CONNECTED | FLAG_LOCAL;
    const path = this.receivePath(0, swIfIndex);
    this.fib.replacePaths(fibIndex, address, length, FibSource.PLUGIN_LOW, flags, [path], origin);
  }

  removeLocal(fibIndex: number, address: number, length = 32): void {
    this.fib.removeSource(fibIndex, address, length, FibSource.PLUGIN_LOW);
  }

  /** fib_entry_track: a VXLAN tunnel follows the way to its remote node, whose /32 stays as long as the tunnel. */
  trackHost(fibIndex: number, address: number): void {
    const asked = this.fib.addPaths(fibIndex, address, 32, FibSource.RR, 0, [], '').sourced(FibSource.RR);
    if (asked) asked.references++;
  }

  /** True where the address is the node's own in that table (ip4-local takes it). */
  isLocal(fibIndex: number, address: number): boolean {
    const loadBalance = this.mtrie.lookup(fibIndex, address);
    return this.loadBalances.dpoType[this.loadBalances.first[loadBalance]] === DPO_RECEIVE;
  }

  /** A path that delivers to the node itself. */
  receivePath(address: number, swIfIndex: number): FibPath {
    return { ...DROP_PATH, type: PathType.Receive, nextHop: address, swIfIndex, index: NO_RECEIVE_DPO };
  }

  /** A path to whatever the interface is attached to: ARP decides per packet. */
  attachedPath(swIfIndex: number, weight = 1, preference = 0): FibPath {
    return {
      type: PathType.Attached,
      nextHop: 0,
      swIfIndex,
      fibIndex: -1,
      weight,
      preference,
      index: this.adjacencies.glean(swIfIndex),
    };
  }

  /** A path to a neighbour on an interface. */
  attachedNextHopPath(nextHop: number, swIfIndex: number, weight = 1, preference = 0): FibPath {
    return {
      type: PathType.AttachedNextHop,
      nextHop,
      swIfIndex,
      fibIndex: -1,
      weight,
      preference,
      index: this.adjacencies.neighbour(nextHop, swIfIndex),
    };
  }

  /** Adds or learns a neighbour (vnet_arp_set_ip4_over_ethernet). */
  setNeighbour(
    address: number,
    swIfIndex: number,
    mac: MacAddress,
    isStatic: boolean,
    hasFibEntry: boolean,
    origin: string,
  ): void {
    this.interfaceIp4.enableArp(swIfIndex);
    this.neighbours.set(address, swIfIndex, mac, isStatic, hasFibEntry, origin);
  }

  private interfaceStateChanged(changed: Interface): void {
    this.interfaceIp4.stateChanged(changed);
    this.neighbours.interfaceChanged(changed.swIfIndex, changed.isUp);
    this.fib.interfaceChanged(changed.swIfIndex);
  }

  /** Call after an interface's MAC or MTU changed: packets are sent with the new one. */
  interfaceChanged(swIfIndex: number): void {
    this.adjacencies.refresh(this.interfaces.all[swIfIndex]);
  }

  macOf(nextHop: number, swIfIndex: number): MacAddress | null {
    return this.neighbours.macOf(nextHop, swIfIndex);
  }

  adjacencyAdded(swIfIndex: number): void {
    this.interfaceIp4.enableArp(swIfIndex);
  }

  mtuOf(swIfIndex: number): number {
    return this.interfaceIp4.mtuOf(this.interfaces.all[swIfIndex]);
  }

  /** The source of what VPP itself sends from an interface; null where it has none. */
  sourceAddress(swIfIndex: number): number | null {
    return this.interfaceIp4.sourceAddress(this.interfaces.all[swIfIndex]);
  }

  /**
   * The first address of an interface, or of the one it is unnumbered to, as it is now (ip4_interface_first_address).
   * Null where it has none.
   */
  firstAddress(swIfIndex: number): number | null {
    const addresses = addressesOf(this.interfaces, this.interfaces.all[swIfIndex]);
    return addresses.length > 0 ? addresses[0].address : null;
  }
}

/** An interface's addresses, or those it borrows. */
export const addressesOf = (
  interfaces: InterfaceTable,
  { addresses, unnumberedTo }: Interface,
): Interface['addresses'] => (unnumberedTo >= 0 ? interfaces.all[unnumberedTo].addresses : addresses);
