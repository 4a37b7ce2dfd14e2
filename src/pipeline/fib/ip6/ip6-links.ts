/**
 * IPv6 as an interface has it apart from its addresses (VPP 26.06 src/vnet/ip/ip6_link.c, 19.08 enable_ip6_interface in
 * src/vnet/ip/ip6_neighbor.c): the link-local address and the table of such addresses (ip6_ll_table.c), the adjacency towards multicast
 * groups, and the groups that are received from it.
 */

import type { MacAddress } from '../../../wire/address.js';
import { ip6Number } from '../../../wire/ip6-address.js';
import { Changes } from '../../engine/state/changes.js';
import { interfaceColumn, MAX_INTERFACES, type Interface } from '../../engine/state/interface-table.js';
import type { Adjacencies } from '../adjacencies.js';
import { DROP_PATH, FibSource, FLAG_ATTACHED, FLAG_DROP, FLAG_LOCAL, LINK_LOCAL_TABLE } from '../fib-entry.js';
import type { Fib } from '../fib.js';
import { receivePath } from '../receive-dpos.js';

const NONE = -1;
const LINK_LOCAL = ip6Number([0xfe800000 | 0, 0, 0, 0]);
const LINK_LOCAL_LENGTH = 10;
const ANY = 0;

/** ip6_link_local_address_from_mac: the interface identifier is that of RFC 4291 appendix A. */
export function linkLocalOf({ high, low }: MacAddress): number {
  const middle = ((low >>> 24) << 8) | 0xff;
  return ip6Number([0xfe800000 | 0, 0, ((high ^ 0x0200) << 16) | middle, 0xfe000000 | (low & 0xffffff) | 0]);
}

export class Ip6Links {
  /** By sw_if_index, where IPv6 is enabled: link-local address and multicast adjacency; else -1. */
  readonly linkLocal = interfaceColumn(NONE);
  readonly multicastAdjacency = interfaceColumn(NONE);
  /**
   * 1 where packets that the multicast adjacency is for meet output features (VNET_REWRITE_HAS_FEATURES): VPP notes it with each change of
   * features, and not when the adjacency is made.
   */
  readonly hasMulticastFeatures = new Uint8Array(MAX_INTERFACES);
  /** FIB of the interface's link-local addresses; -1 for none. */
  readonly fibIndex = interfaceColumn(NONE);
  /** 1 where multicast to the groups that every node joins is received. */
  readonly acceptsGroups = new Uint8Array(MAX_INTERFACES);
  readonly enabled = new Changes<[on: Interface]>();
  readonly disabled = new Changes<[on: Interface]>();
  private readonly locks = interfaceColumn(0);
  /** FIBs of link-local addresses that nobody needs any more: the next table that is made gets the last. */
  private readonly freeTables: number[] = [];

  constructor(
    private readonly fib: Fib,
    private readonly adjacencies: Adjacencies,
    /** Links count who needs them; else the last address ends one, whoever else asked for it. */
    private readonly countsLocks: boolean,
    private readonly setIp6: (swIfIndex: number, isOn: boolean) => void,
  ) {}

  /** False where it was enabled before. */
  enable(on: Interface, origin: string, ownAddress = NONE): boolean {
    const { swIfIndex } = on;
    this.locks[swIfIndex]++;
    if (this.linkLocal[swIfIndex] !== NONE) return false;
    const makeAdjacency = (): void => {
      this.multicastAdjacency[swIfIndex] = this.adjacencies.multicast(swIfIndex);
      this.hasMulticastFeatures[swIfIndex] = 0;
    };
    if (!this.countsLocks) makeAdjacency();
    this.addLocal(swIfIndex, ownAddress === NONE ? linkLocalOf(on.mac) : ownAddress, origin);
    this.acceptsGroups[swIfIndex] = 1;
    this.setIp6(swIfIndex, true);
    if (this.countsLocks) makeAdjacency();
    this.enabled.tell(on);
    return true;
  }

  /** One that asked for it has gone: an address, or the command. */
  disable(on: Interface, hasAddresses: boolean): void {
    const { swIfIndex } = on;
    if (this.linkLocal[swIfIndex] === NONE) return;
    this.locks[swIfIndex]--;
    if (this.countsLocks ? this.locks[swIfIndex] > 0 : hasAddresses) return;
    this.locks[swIfIndex] = 0;
    this.removeEntry(swIfIndex, this.linkLocal[swIfIndex]);
    this.linkLocal[swIfIndex] = NONE;
    this.acceptsGroups[swIfIndex] = 0;
    this.setIp6(swIfIndex, false);
    this.multicastAdjacency[swIfIndex] = NONE;
    this.disabled.tell(on);
  }

  /** ip6_link_set_local_address: enables IPv6 where it is not. */
  setLinkLocal(on: Interface, address: number, origin: string): void {
    const { swIfIndex } = on;
    if (this.countsLocks && this.linkLocal[swIfIndex] === NONE) {
      this.enable(on, origin, address);
      return;
    }
    if (!this.countsLocks) this.enable(on, origin);
    this.removeEntry(swIfIndex, this.linkLocal[swIfIndex]);
    this.addLocal(swIfIndex, address, origin);
  }

  /** Adds a neighbour's link-local address. */
  addNeighbour(swIfIndex: number, address: number, origin: string): void {
    const asked = { fibIndex: this.tableOf(swIfIndex), address, length: 128, source: FibSource.IP6_ND, origin };
    this.fib.replacePaths({ ...asked, flags: 0 }, [this.adjacencies.nextHopPath(address, swIfIndex, true)]);
  }

  /** ip6_ll_table_entry_delete */
  removeEntry(swIfIndex: number, address: number): void {
    const { fib } = this;
    const fibIndex = this.fibIndex[swIfIndex];
    if (fibIndex === NONE) return;
    fib.removeSource({ fibIndex, address, length: 128 }, FibSource.IP6_ND);
    for (const entry of fib.entries.all()) if (entry.fibIndex === fibIndex && entry.sourced(FibSource.IP6_ND)) return;
    fib.removeSource({ fibIndex, address: LINK_LOCAL, length: LINK_LOCAL_LENGTH }, FibSource.SPECIAL);
    fib.removeSource({ fibIndex, address: ANY, length: 0 }, FibSource.DEFAULT_ROUTE);
    this.fibIndex[swIfIndex] = NONE;
    this.freeTables.push(fibIndex);
  }

  private addLocal(swIfIndex: number, address: number, origin: string): void {
    const fibIndex = this.tableOf(swIfIndex);
    const asked = { fibIndex, address, length: 128, source: FibSource.IP6_ND, flags: FLAG_LOCAL, origin };
    this.fib.replacePaths(asked, [receivePath(this.countsLocks ? address : ANY, swIfIndex)]);
    this.linkLocal[swIfIndex] = address;
  }

  /** The interface's table of link-local addresses, made where there is none (ip6_ll_fib_create). */
  private tableOf(swIfIndex: number): number {
    if (this.fibIndex[swIfIndex] !== NONE) return this.fibIndex[swIfIndex];
    const fibIndex = this.addTable(NONE);
    this.fibIndex[swIfIndex] = fibIndex;
    this.fib.replacePaths(
      {
        fibIndex,
        address: LINK_LOCAL,
        length: LINK_LOCAL_LENGTH,
        source: FibSource.SPECIAL,
        flags: FLAG_ATTACHED,
        origin: 'built in',
      },
      [this.adjacencies.attachedPath(swIfIndex, 0, true)],
    );
    return fibIndex;
  }

  /** A table with the prefixes that every one has from the start (vnet_ip6_fib_init). */
  addTable(tableId: number): number {
    const { fib } = this;
    const fibIndex = this.freeTables.pop() ?? fib.addTable(tableId);
    const built = { fibIndex, origin: 'built in' };
    fib.replacePaths({ ...built, address: ANY, length: 0, source: FibSource.DEFAULT_ROUTE, flags: FLAG_DROP }, [
      DROP_PATH,
    ]);
    fib.replacePaths(
      { ...built, address: LINK_LOCAL, length: LINK_LOCAL_LENGTH, source: FibSource.SPECIAL, flags: 0 },
      [{ ...DROP_PATH, index: LINK_LOCAL_TABLE }],
    );
    return fibIndex;
  }
}
