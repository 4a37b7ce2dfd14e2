/**
 * IPv4 on interfaces (VPP 19.08 src/vnet/ip/ip4_forward.c): enabling it, addresses with the routes they bring, MTU, and the
 * switches that keep packets out of interfaces without IP.
 */

import { maskOf } from '../../../wire/address.js';
import { Changes } from '../../engine/state/changes.js';
import type { Behaviour } from '../../engine/behaviour.js';
import type { FeatureTable } from '../../engine/state/feature-table.js';
import { MAX_INTERFACES, type Interface, type InterfaceTable } from '../../engine/state/interface-table.js';
import {
  DROP_PATH,
  FibSource,
  FLAG_ATTACHED,
  FLAG_CONNECTED,
  FLAG_DROP,
  FLAG_LOCAL,
  FLAG_URPF_EXEMPT,
} from '../fib-entry.js';
import type { Adjacencies } from '../adjacencies.js';
import type { Fib } from '../fib.js';
import { receivePath } from '../receive-dpos.js';

/** Subnets of interfaces' addresses, so that a new one need not be compared with all of them. */
class Subnets {
  private readonly counts = new Map<string, number>();
  private readonly countByLength = new Int32Array(33);

  count(fibIndex: number, address: number, length: number, by: 1 | -1): void {
    const key = subnetKey(fibIndex, address, length);
    this.counts.set(key, (this.counts.get(key) ?? 0) + by);
    this.countByLength[length] += by;
  }

  /** False where no subnet of the table has an address of this one. */
  mayOverlap(fibIndex: number, address: number, length: number): boolean {
    // Which longer ones are in it, the interfaces have to be asked.
    if (this.countByLength.subarray(length + 1).some((count) => count > 0)) return true;
    for (let shorter = 0; shorter <= length; shorter++)
      if (this.countByLength[shorter] > 0 && (this.counts.get(subnetKey(fibIndex, address, shorter)) ?? 0) > 0)
        return true;
    return false;
  }
}

const subnetKey = (fibIndex: number, address: number, length: number): string =>
  `${fibIndex} ${address & maskOf(length)} ${length}`;

export class InterfaceIp4 {
  /** Reasons why IP is enabled, by sw_if_index: addresses and unnumbered. */
  private readonly enables: number[] = [];
  private readonly arpEnabled: boolean[] = [];
  /** By sw_if_index of an unnumbered interface: the first address it borrows, as it was when it was made so. */
  private readonly borrowed: (number | null)[] = [];
  private readonly origins = new Map<string, string>();
  private readonly subnets = new Subnets();
  /** 1 by sw_if_index where multicast to all hosts is accepted. */
  readonly acceptsAllHosts = new Uint8Array(MAX_INTERFACES);
  /** Called after an address was added (ip4_main add_del_interface_address_callbacks). */
  readonly addressAdded = new Changes<[swIfIndex: number, address: number]>();
  /** Called after an address was removed. */
  readonly addressRemoved = new Changes<[swIfIndex: number, address: number, length: number]>();

  constructor(
    private readonly interfaces: InterfaceTable,
    private readonly features: FeatureTable,
    private readonly fib: Fib,
    private readonly adjacencies: Adjacencies,
    private readonly behaviour: Behaviour,
  ) {
    for (const entry of interfaces.all) this.created(entry);
    interfaces.created.listen((entry) => this.created(entry));
    adjacencies.added.listen((index) => {
      if (adjacencies.isIp6[index] === 0) this.enableArp(adjacencies.swIfIndex[index]);
    });
  }

  /** IPv4's own MTU; 0 for the interface's L3 MTU. */
  setOwnMtu(swIfIndex: number, mtuBytes: number): void {
    this.adjacencies.ownMtu[swIfIndex] = mtuBytes;
    this.adjacencies.refreshMtu(this.interfaces.all[swIfIndex]);
  }

  /** ip4_sw_interface_enable_disable: counted; the first enable and the last disable count. */
  enable(swIfIndex: number): void {
    this.enables[swIfIndex]++;
    if (this.enables[swIfIndex] !== 1) return;
    this.interfaces.countL3(swIfIndex, 1);
    this.features.disable('ip4-unicast', 'ip4-not-enabled', swIfIndex);
    this.features.disable('ip4-multicast', 'ip4-not-enabled', swIfIndex);
    this.enableArp(swIfIndex);
  }

  disable(swIfIndex: number): void {
    if (this.enables[swIfIndex] === 0 || --this.enables[swIfIndex] !== 0) return;
    this.interfaces.countL3(swIfIndex, -1);
    this.features.enable('ip4-unicast', 'ip4-not-enabled', swIfIndex);
    this.features.enable('ip4-multicast', 'ip4-not-enabled', swIfIndex);
    if (!this.arpEnabled[swIfIndex]) return;
    this.arpEnabled[swIfIndex] = false;
    this.features.enable('arp', 'arp-disabled', swIfIndex);
    this.features.disable('arp', 'arp-reply', swIfIndex);
  }

  /** arp_enable: also done for an interface that merely gets a neighbour or a route to one. */
  enableArp(swIfIndex: number): void {
    if (this.arpEnabled[swIfIndex]) return;
    this.arpEnabled[swIfIndex] = true;
    this.features.enable('arp', 'arp-reply', swIfIndex);
    this.features.disable('arp', 'arp-disabled', swIfIndex);
  }

  /** The interface whose subnet overlaps with a new address in the same table, which VPP does not allow; else null. */
  conflict(on: Interface, address: number, length: number): Interface | null {
    if (!this.subnets.mayOverlap(on.fibIndex, address, length)) return null;
    for (const other of this.interfaces.all) {
      if (other.fibIndex !== on.fibIndex) continue;
      for (const known of other.addresses) {
        const mask = maskOf(Math.min(length, known.prefixLength));
        if (((address ^ known.address) & mask) !== 0) continue;
        if (other === on && known.prefixLength === length && known.address !== address) continue;
        return other;
      }
    }
    return null;
  }

  addAddress(on: Interface, address: number, length: number, origin: string): void {
    on.addresses.push({ address, prefixLength: length });
    this.subnets.count(on.fibIndex, address, length, 1);
    this.origins.set(key(on, address), origin);
    this.enable(on.swIfIndex);
    if (this.behaviour.acceptsAllHosts) this.acceptAllHosts(on.swIfIndex);
    if (on.isUp) this.addRoutes(on, address, length, origin);
    this.addressAdded.tell(on.swIfIndex, address);
  }

  /** ip4_mfib_interface_enable_disable: the entries' path by the interface makes it a glean. */
  private acceptAllHosts(swIfIndex: number): void {
    this.acceptsAllHosts[swIfIndex] = 1;
    this.adjacencies.glean(swIfIndex, 0);
  }

  /** False where the interface has no such address. */
  removeAddress(on: Interface, address: number, length: number): boolean {
    const at = on.addresses.findIndex((known) => known.address === address && known.prefixLength === length);
    if (at < 0) return false;
    on.addresses.splice(at, 1);
    this.subnets.count(on.fibIndex, address, length, -1);
    this.disable(on.swIfIndex);
    this.acceptsAllHosts[on.swIfIndex] = 0; // whatever other addresses it has
    if (on.isUp) this.removeRoutes(on, address, length);
    this.addressRemoved.tell(on.swIfIndex, address, length);
    return true;
  }

  /** vnet_sw_interface_update_unnumbered */
  setUnnumbered(on: Interface, to: Interface): void {
    const was = on.unnumberedTo >= 0;
    this.borrowed[on.swIfIndex] = this.sourceAddress(to);
    on.unnumberedTo = to.swIfIndex;
    if (!was) this.enable(on.swIfIndex);
  }

  /**
   * The address that ICMP errors and ARP requests come from (if_address_pool_index_by_sw_if_index): the interface's first.
   * An unnumbered interface has that of the other when the command was given, and none if the other had none yet.
   */
  sourceAddress({ swIfIndex, unnumberedTo, addresses }: Interface): number | null {
    if (unnumberedTo >= 0) return this.borrowed[swIfIndex] ?? null;
    return addresses.length > 0 ? addresses[0].address : null;
  }

  /** Addresses bring their routes when the interface comes up. */
  stateChanged(on: Interface): void {
    for (const { address, prefixLength } of on.addresses) {
      if (on.isUp) this.addRoutes(on, address, prefixLength, this.originOf(on, address));
      else this.removeRoutes(on, address, prefixLength);
    }
  }

  private created({ swIfIndex }: Interface): void {
    this.enables[swIfIndex] = 0;
    this.arpEnabled[swIfIndex] = false;
    this.features.enable('ip4-unicast', 'ip4-not-enabled', swIfIndex);
    this.features.enable('ip4-multicast', 'ip4-not-enabled', swIfIndex);
    this.features.enable('arp', 'arp-disabled', swIfIndex);
  }

  /** ip4_add_interface_routes: the own /32, and what the first address of a prefix brings. */
  private addRoutes(on: Interface, address: number, length: number, origin: string): void {
    const { fibIndex, swIfIndex } = on;
    const isFirstOfPrefix = length < 32 && firstOfPrefix(on, address, length) === address;
    const { addressByPrefix } = this.behaviour;
    if (isFirstOfPrefix && !addressByPrefix) this.addPrefixRoutes(on, address, length, origin);
    const host = { fibIndex, address, length: 32, source: FibSource.INTERFACE, origin };
    this.fib.replacePaths({ ...host, flags: FLAG_CONNECTED | FLAG_LOCAL }, [receivePath(address, swIfIndex)]);
    if (isFirstOfPrefix && addressByPrefix) this.addPrefixRoutes(on, address, length, origin);
  }

  /** ip4_add_interface_prefix_routes: the connected prefix, with its network and broadcast address dropped; of a /31, the peer. */
  private addPrefixRoutes(on: Interface, address: number, length: number, origin: string): void {
    const { fib, adjacencies } = this;
    const { fibIndex, swIfIndex } = on;
    const host = { fibIndex, length: 32, source: FibSource.INTERFACE, origin };
    if (length <= this.longestGlean) this.addGlean(on, address, length, origin);
    if (length <= 30) {
      for (const unusable of unusableAddresses(address, length))
        fib.replacePaths({ ...host, address: unusable, flags: FLAG_DROP | FLAG_URPF_EXEMPT }, [DROP_PATH]);
    } else {
      const peer = address ^ 1;
      fib.replacePaths({ ...host, address: peer, flags: FLAG_ATTACHED }, [adjacencies.nextHopPath(peer, swIfIndex)]);
    }
  }

  /** The longest prefix that has a glean. */
  private get longestGlean(): number {
    return this.behaviour.addressByPrefix ? 31 : 30;
  }

  /**
   * The connected prefix. Its glean asks from the entry's address (fib_entry_src_interface_path_swap); where one glean is
   * for all subnets of an interface, the last one added decides.
   */
  private addGlean({ fibIndex, swIfIndex }: Interface, address: number, length: number, origin: string): void {
    const path = this.adjacencies.attachedPath(swIfIndex, address & maskOf(length));
    const flags = FLAG_CONNECTED | FLAG_ATTACHED;
    const asked = { fibIndex, address, length, source: FibSource.INTERFACE, flags, origin };
    this.adjacencies.nextHop[path.index] = this.fib.replacePaths(asked, [path]).givenAddress;
  }

  private removeRoutes(on: Interface, address: number, length: number): void {
    const host = { fibIndex: on.fibIndex, address, length: 32 };
    const { addressByPrefix } = this.behaviour;
    if (addressByPrefix) this.fib.removeSource(host, FibSource.INTERFACE);
    this.removePrefixRoutes(on, address, length);
    if (!addressByPrefix) this.fib.removeSource(host, FibSource.INTERFACE);
  }

  /** ip4_del_interface_prefix_routes */
  private removePrefixRoutes(on: Interface, address: number, length: number): void {
    const { fib, behaviour } = this;
    const { fibIndex } = on;
    const remove = (of: number, ofLength: number): boolean =>
      fib.removeSource({ fibIndex, address: of, length: ofLength }, FibSource.INTERFACE);
    const heir = firstOfPrefix(on, address, length);
    if (heir !== null && heir !== address) {
      // Where the glean asked from the address that goes, another of the subnet takes over.
      const isSource = fib.entries.exact({ fibIndex, address, length })?.givenAddress === address;
      if (length > this.longestGlean || !isSource) return;
      remove(address, length);
      this.addGlean(on, heir, length, this.originOf(on, heir));
      return;
    }
    const hasGlean = length <= this.longestGlean;
    if (hasGlean && !behaviour.addressByPrefix) remove(address, length);
    if (length <= 30) for (const unusable of unusableAddresses(address, length)) remove(unusable, 32);
    else if (length === 31) remove(address ^ 1, 32);
    if (hasGlean && behaviour.addressByPrefix) remove(address, length);
  }

  private originOf(on: Interface, address: number): string {
    return this.origins.get(key(on, address)) ?? on.origin;
  }
}

/** The interface's first address in a prefix, the one whose routes serve all of them; null where it has none there. */
function firstOfPrefix({ addresses }: Interface, address: number, length: number): number | null {
  const first = addresses.find(
    (known) => known.prefixLength === length && ((known.address ^ address) & maskOf(length)) === 0,
  );
  return first?.address ?? null;
}

/** Network and broadcast address of a prefix, but for the interface's own address. */
function unusableAddresses(address: number, length: number): number[] {
  const mask = maskOf(length);
  return [address & mask, address | ~mask].filter((unusable) => unusable !== address);
}

const key = ({ swIfIndex }: Interface, address: number): string => `${swIfIndex} ${address}`;
