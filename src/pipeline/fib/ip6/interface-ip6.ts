/** Addresses of IPv6 on interfaces, and what they bring (VPP 19.08 and 26.06 src/vnet/ip/ip6_forward.c). */

import { isLinkLocal } from '../../../wire/ip6-address.js';
import { Changes } from '../../engine/state/changes.js';
import type { FeatureTable } from '../../engine/state/feature-table.js';
import { interfaceColumn, type Interface, type InterfaceTable } from '../../engine/state/interface-table.js';
import type { Adjacencies } from '../adjacencies.js';
import { IP6_FAMILY } from '../address-family.js';
import { FibSource, FLAG_ATTACHED, FLAG_CONNECTED, FLAG_LOCAL } from '../fib-entry.js';
import type { Fib } from '../fib.js';
import { receivePath } from '../receive-dpos.js';
import type { Ip6Links } from './ip6-links.js';

const HOST = 128;

export interface Ip6InterfaceAddress {
  readonly address: number;
  readonly length: number;
  readonly origin: string;
}

export class InterfaceIp6 {
  /** By sw_if_index: how often IPv6 was enabled. */
  private readonly enables = interfaceColumn(0);
  private readonly addresses: Ip6InterfaceAddress[][] = [];
  readonly addressAdded = new Changes<[swIfIndex: number, address: number]>();
  readonly addressRemoved = new Changes<[swIfIndex: number, address: number, length: number]>();

  constructor(
    private readonly interfaces: InterfaceTable,
    private readonly features: FeatureTable,
    private readonly fib: Fib,
    private readonly adjacencies: Adjacencies,
    private readonly links: () => Ip6Links,
    private readonly fibIndexOf: Int32Array,
    private readonly addressByPrefix: boolean,
  ) {
    for (const entry of interfaces.all) this.created(entry);
    interfaces.created.listen((entry) => this.created(entry));
  }

  private created({ swIfIndex }: Interface): void {
    this.addresses[swIfIndex] = [];
    this.features.enable('ip6-unicast', 'ip6-not-enabled', swIfIndex);
    this.features.enable('ip6-multicast', 'ip6-not-enabled', swIfIndex);
  }

  /** An interface's own addresses, without link-local ones, in the order in which they were added. */
  addressesOf(swIfIndex: number): readonly Ip6InterfaceAddress[] {
    return this.addresses[swIfIndex];
  }

  /** ip6_sw_interface_enable_disable: counted; the first enable and the last disable count. */
  setEnabled(swIfIndex: number, isOn: boolean): void {
    const { features, enables } = this;
    if (!isOn && enables[swIfIndex] === 0) return;
    enables[swIfIndex] += isOn ? 1 : -1;
    if (enables[swIfIndex] !== (isOn ? 1 : 0)) return;
    for (const arc of ['ip6-unicast', 'ip6-multicast'])
      if (isOn) features.disable(arc, 'ip6-not-enabled', swIfIndex);
      else features.enable(arc, 'ip6-not-enabled', swIfIndex);
  }

  /** The interface whose subnet overlaps with a new address in the same table, which VPP does not allow; else null. */
  conflict(on: Interface, address: number, length: number): Interface | null {
    for (const other of this.interfaces.all) {
      if (this.fibIndexOf[other.swIfIndex] !== this.fibIndexOf[on.swIfIndex]) continue;
      for (const known of this.addresses[other.swIfIndex]) {
        const shared = Math.min(length, known.length);
        if (IP6_FAMILY.mask(address, shared) !== IP6_FAMILY.mask(known.address, shared)) continue;
        if (other === on && known.length === length && known.address !== address) continue;
        return other;
      }
    }
    return null;
  }

  addAddress(on: Interface, address: number, length: number, origin: string): void {
    if (isLinkLocal(address)) {
      this.links().setLinkLocal(on, address, origin);
      return;
    }
    const added = { address, length, origin };
    this.addresses[on.swIfIndex].push(added);
    this.setEnabled(on.swIfIndex, true);
    if (this.addressByPrefix) this.links().enable(on, origin);
    if (on.isUp) this.addRoutes(on, added);
    if (!this.addressByPrefix) this.links().enable(on, origin);
    this.addressAdded.tell(on.swIfIndex, address);
  }

  /** False where the interface has no such address. */
  removeAddress(on: Interface, address: number, length: number): boolean {
    const addresses = this.addresses[on.swIfIndex];
    const at = addresses.findIndex((known) => known.address === address && known.length === length);
    if (at < 0) return false;
    const [removed] = addresses.splice(at, 1);
    this.setEnabled(on.swIfIndex, false);
    if (on.isUp) this.removeRoutes(on, removed);
    this.addressRemoved.tell(on.swIfIndex, address, length);
    this.links().disable(on, addresses.length > 0);
    return true;
  }

  /** Addresses bring their routes when the interface comes up. */
  stateChanged(on: Interface): void {
    for (const one of this.addresses[on.swIfIndex])
      if (on.isUp) this.addRoutes(on, one);
      else this.removeRoutes(on, one, true);
  }

  private addRoutes(on: Interface, { address, length, origin }: Ip6InterfaceAddress): void {
    const { swIfIndex } = on;
    const fibIndex = this.fibIndexOf[swIfIndex];
    const source = FibSource.INTERFACE;
    const addHost = (): void => {
      const flags = FLAG_CONNECTED | FLAG_LOCAL;
      const asked = { fibIndex, address, length: HOST, source, flags, origin };
      this.fib.replacePaths(asked, [receivePath(address, swIfIndex)]);
    };
    if (this.addressByPrefix) addHost();
    if (length < HOST && !this.fib.entries.exact({ fibIndex, address, length })?.sourced(source)) {
      const path = this.adjacencies.attachedPath(swIfIndex, IP6_FAMILY.mask(address, length), true);
      const asked = { fibIndex, address, length, source, flags: FLAG_CONNECTED | FLAG_ATTACHED, origin };
      this.fib.replacePaths(asked, [path]);
    }
    if (!this.addressByPrefix) addHost();
  }

  /** @param all whether the interface's other addresses go as well */
  private removeRoutes(on: Interface, { address, length }: Ip6InterfaceAddress, all = false): void {
    const fibIndex = this.fibIndexOf[on.swIfIndex];
    const prefix = IP6_FAMILY.mask(address, length);
    const isShared = this.addresses[on.swIfIndex].some(
      (other) => other.length === length && IP6_FAMILY.mask(other.address, length) === prefix,
    );
    if (length < HOST && (all || !isShared))
      this.fib.removeSource({ fibIndex, address: prefix, length }, FibSource.INTERFACE);
    this.fib.removeSource({ fibIndex, address, length: HOST }, FibSource.INTERFACE);
  }
}
