/**
 * IPv4 forwarding state of one dataplane: FIBs, load balances, adjacencies, neighbours, and IP on interfaces. Commands
 * change it through the methods here, which do what VPP's handlers do; nodes read its parts.
 */

import type { Behaviour } from '../../engine/behaviour.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import { Changes } from '../../engine/state/changes.js';
import { savedRow, type SavedState } from '../../engine/state/saved-states.js';
import type { FeatureTable } from '../../engine/state/feature-table.js';
import type { InterfaceAddress, InterfaceTable } from '../../engine/state/interface-table.js';
import { Adjacencies } from '../adjacencies.js';
import { maskOf } from '../../../wire/address.js';
import { IP4_FAMILY } from '../address-family.js';
import { DROP_PATH, FibSource, FLAG_CONNECTED, FLAG_DROP, FLAG_LOCAL } from '../fib-entry.js';
import { Fib } from '../fib.js';
import { InterfaceIp4 } from './interface-ip4.js';
import { MfibIndices } from '../ip6/mfib-indices.js';
import { LoadBalances } from '../load-balances.js';
import { Mtrie } from './mtrie.js';
import { adjFibs, Neighbours, type Neighbour } from '../neighbours.js';
import { receivePath, ReceiveDpos } from '../receive-dpos.js';

/** Prefixes that every table has from the start (VPP 19.08 src/vnet/fib/ip4_fib.c, ip4_specials). */
const SPECIALS: readonly (readonly [address: number, length: number, source: number])[] = [
  [0, 0, FibSource.DEFAULT_ROUTE],
  [0, 32, FibSource.DEFAULT_ROUTE],
  [0xf0000000 | 0, 4, FibSource.SPECIAL],
  [0xe0000000 | 0, 4, FibSource.SPECIAL],
  [-1, 32, FibSource.DEFAULT_ROUTE],
];

/** All hosts and all routers, 224.0.0.1 and 224.0.0.2: multicast that is for the node itself. */
export const MULTICAST_GROUPS: readonly number[] = [0xe0000001 | 0, 0xe0000002 | 0];

const commonBits = ({ address }: InterfaceAddress, other: number): number => Math.clz32(address ^ other);

export class Ip4Tables {
  readonly mtrie = new Mtrie();
  readonly loadBalances: LoadBalances;
  readonly adjacencies: Adjacencies;
  readonly fib: Fib;
  readonly neighbours: Neighbours;
  readonly interfaceIp4: InterfaceIp4;
  /** Nodes that take UDP to a local address, by destination port (udp_register_dst_port). */
  readonly udpListeners = new Map<number, string>();
  readonly udpListenerAdded = new Changes<[port: number, node: string]>();
  /** Packets that VPP fragmented, which number them (running_fragment_id). */
  fragmentedPackets = 0;
  /** Receive DPOs of MULTICAST_GROUPS, by FIB index and group. */
  readonly groupDpos: number[] = [];
  readonly mfib = new MfibIndices();
  /** By FIB index: numbers of the table's multicast entries. */
  readonly multicast: { readonly entry: number; readonly replicate: number }[] = [];
  /** The receive DPOs of IPv6's groups come behind those of IPv4's. */
  readonly firstIp6GroupDpo: number;
  private readonly fibIndexByTable = new Map<number, number>();

  constructor(
    private readonly interfaces: InterfaceTable,
    features: FeatureTable,
    flowStamps: FlowStamps,
    private readonly behaviour: Behaviour,
  ) {
    const { addressByPrefix, acceptsAllHosts } = behaviour;
    // The first one drops, and belongs to no table.
    this.loadBalances = new LoadBalances(1);
    const groups = acceptsAllHosts ? MULTICAST_GROUPS.length : 0;
    this.adjacencies = new Adjacencies(interfaces, addressByPrefix);
    const dpos = new ReceiveDpos(groups);
    this.fib = new Fib(interfaces, this.adjacencies, this.loadBalances, this.mtrie, dpos, IP4_FAMILY);
    for (let index = 0; index < groups; index++) this.groupDpos.push(index);
    this.firstIp6GroupDpo = groups;
    this.interfaceIp4 = new InterfaceIp4(interfaces, features, this.fib, this.adjacencies, behaviour);
    this.neighbours = new Neighbours(
      this.adjacencies,
      flowStamps,
      false,
      adjFibs(this.fib, this.adjacencies, interfaces.fibIndexOf),
      behaviour.flushesStaticNeighbours,
    );
    this.addTable(0);
    interfaces.macChanged.listen((changed) => {
      if (changed.sub === null || behaviour.renewsSubInterfaceRewrites) this.adjacencies.refreshMac(changed);
    });
    this.interfaceIp4.addressRemoved.listen((swIfIndex, address, length) => {
      const isLast = interfaces.all[swIfIndex].addresses.length === 0;
      const isMeant = (of: number): boolean =>
        (isLast && behaviour.flushesStaticNeighbours) || ((of ^ address) & maskOf(length)) === 0;
      this.neighbours.flush(swIfIndex, isMeant);
    });
    interfaces.tableBound.listen(({ swIfIndex }, from) => this.neighbours.tableChanged(swIfIndex, from));
  }

  /** What came of packets, not what is configured. */
  get saved(): SavedState[] {
    return [
      savedRow(
        'ip4 fragments',
        'packets that were fragmented so far',
        () => [this.fragmentedPackets],
        ([count]) => (this.fragmentedPackets = count),
      ),
      this.neighbours.saved((known) => this.setNeighbour(known)),
    ];
  }

  /** udp_register_dst_port */
  listenToUdp(port: number, node: string): void {
    this.udpListeners.set(port, node);
    this.udpListenerAdded.tell(port, node);
  }

  /** FIB index of a table id; -1 for a table that was not added. */
  fibIndexOf(tableId: number): number {
    return this.fibIndexByTable.get(tableId) ?? -1;
  }

  /** FIB indices are below it. */
  get tableCount(): number {
    return this.fibIndexByTable.size;
  }

  /** Table id of a FIB index, for messages. */
  tableIdOf(fibIndex: number): number {
    return this.fib.entries.tables[fibIndex].tableId;
  }

  /** fib_table_find_or_create_and_lock: the table's FIB index. */
  addTable(tableId: number): number {
    const known = this.fibIndexOf(tableId);
    if (known >= 0) return known;
    const fibIndex = this.fib.addTable(tableId);
    this.fibIndexByTable.set(tableId, fibIndex);
    const groups = this.behaviour.acceptsAllHosts ? MULTICAST_GROUPS.length : 0;
    this.multicast[fibIndex] = this.mfib.add(groups);
    if (groups > 0 && fibIndex > 0) this.groupDpos.push(...MULTICAST_GROUPS.map(() => this.fib.receiveDpos.add(-1)));
    for (const [address, length, source] of SPECIALS)
      this.fib.replacePaths({ fibIndex, address, length, source, flags: FLAG_DROP, origin: 'built in' }, [DROP_PATH]);
    return fibIndex;
  }

  /**
   * Makes an address local without configuring it on an interface, as NAT does for its addresses
   * (VPP 19.08 src/plugins/nat/nat.c, snat_add_del_addr_to_fib): a receive entry in the interface's table.
   */
  addLocal(fibIndex: number, address: number, swIfIndex: number, origin: string): void {
    const flags = FLAG_CONNECTED | FLAG_LOCAL;
    const asked = { fibIndex, address, length: 32, source: FibSource.PLUGIN_LOW, flags, origin };
    this.fib.replacePaths(asked, [receivePath(0, swIfIndex)]);
  }

  removeLocal(fibIndex: number, address: number): void {
    this.fib.removeSource({ fibIndex, address, length: 32 }, FibSource.PLUGIN_LOW);
  }

  /** fib_entry_track: a VXLAN tunnel follows the way to its remote node, whose /32 stays as long as the tunnel. */
  trackHost(fibIndex: number, address: number): void {
    const asked = { fibIndex, address, length: 32, source: FibSource.RR, flags: 0, origin: '' };
    const known = this.fib.addPaths(asked, []).sourced(FibSource.RR);
    if (known) known.references++;
  }

  /** Adds or learns a neighbour (vnet_arp_set_ip4_over_ethernet). */
  setNeighbour(given: Neighbour): void {
    this.interfaceIp4.enableArp(given.swIfIndex);
    this.neighbours.set(given);
  }

  /** Call after an interface's MTU changed: packets are sent with the new one. */
  interfaceChanged(swIfIndex: number): void {
    this.adjacencies.refreshMtu(this.interfaces.all[swIfIndex]);
  }

  /** The source of what VPP itself sends from an interface; null where it has none. */
  sourceAddress(swIfIndex: number, destination: number): number | null {
    if (!this.behaviour.addressByPrefix) return this.interfaceIp4.sourceAddress(this.interfaces.all[swIfIndex]);
    const { all } = this.interfaces;
    const { unnumberedTo } = all[swIfIndex];
    const { addresses } = all[unnumberedTo >= 0 ? unnumberedTo : swIfIndex];
    let [best] = addresses as readonly (InterfaceAddress | undefined)[];
    for (const one of addresses) if (best && commonBits(one, destination) > commonBits(best, destination)) best = one;
    return best?.address ?? null;
  }

  /**
   * The first address of an interface, or of the one it is unnumbered to, as it is now (ip4_interface_first_address).
   * Null where it has none.
   */
  firstAddress(swIfIndex: number): number | null {
    const { all } = this.interfaces;
    const { addresses, unnumberedTo } = all[swIfIndex];
    const [first] = unnumberedTo >= 0 ? all[unnumberedTo].addresses : addresses;
    return (first as InterfaceAddress | undefined)?.address ?? null;
  }
}
