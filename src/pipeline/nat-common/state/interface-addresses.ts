/**
 * Addresses of interfaces that are NAT44's by themselves: in its pools, and as external ones of static mappings (VPP 19.08
 * src/plugins/nat/nat.c snat_add_interface_address, snat_ip4_add_del_interface_address_cb, nat_ip4_add_del_addr_only_sm_cb; VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed.c nat44_ed_add_del_interface_address_cb, nat44_ed_add_del_static_mapping_cb).
 */

import type { InterfaceIp4 } from '../../fib/ip4/interface-ip4.js';
import type { NatFib } from './nat-fib.js';
import type { NatResult } from './nat-interfaces.js';
import type { NatMode } from './nat-mode.js';
import { addMapping, deleteMapping, type MappingRequest, type MappingSurroundings } from './static-mapping-config.js';

/** NAT44, as far as addresses are concerned. */
interface AddressUser {
  readonly fib: NatFib;
  readonly mode: NatMode;
  readonly modes: readonly NatMode[];
  readonly mappingSurroundings: MappingSurroundings;
  addAddress(address: number, tenantVrf: number | null, isTwiceNat: boolean): NatResult;
  deleteAddress(address: number, isTwiceNat: boolean, withMappings?: boolean): NatResult;
}

/** A mapping whose external address is an interface's, kept for when that changes (snat_static_map_resolve_t). */
interface PendingMapping {
  readonly swIfIndex: number;
  readonly request: MappingRequest;
  isResolved: boolean;
}

/** An interface whose addresses go into a pool. */
interface PooledInterface {
  readonly swIfIndex: number;
  readonly isTwiceNat: boolean;
  isResolved: boolean;
}

export class InterfaceAddresses {
  /** In order of configuration (to_resolve). */
  private readonly mappings: PendingMapping[] = [];
  private readonly pooled: PooledInterface[] = [];

  constructor(
    private readonly nat: AddressUser,
    { addressAdded, addressRemoved }: InterfaceIp4,
  ) {
    addressAdded.listen((swIfIndex, address) => {
      if (this.takesOne) this.takeFirst(swIfIndex, address);
      else this.takeEach(swIfIndex, address);
    });
    addressRemoved.listen((swIfIndex, address) => {
      if (this.takesOne) this.giveFirst(swIfIndex, address);
      else this.giveEach(swIfIndex, address);
    });
  }

  /** `nat44 add interface address` */
  addToPool(swIfIndex: number, isTwiceNat: boolean): NatResult {
    if (this.findPooled(swIfIndex, isTwiceNat)) return 'exists';
    const entry = { swIfIndex, isTwiceNat, isResolved: false };
    this.pooled.push(entry);
    const address = this.nat.fib.firstAddressOf(swIfIndex);
    if (address === null) return 'ok';
    const result = this.nat.addAddress(address, null, isTwiceNat);
    entry.isResolved = result === 'ok';
    if (!this.takesOne || entry.isResolved) return 'ok';
    this.pooled.pop();
    return result;
  }

  /** `nat44 add interface address … del` */
  deleteFromPool(swIfIndex: number, isTwiceNat: boolean): NatResult {
    const entry = this.findPooled(swIfIndex, isTwiceNat);
    if (!entry) return 'missing';
    this.pooled.splice(this.pooled.indexOf(entry), 1);
    const address = this.nat.fib.firstAddressOf(swIfIndex);
    if (address !== null) return this.nat.deleteAddress(address, isTwiceNat, true);
    if (this.nat.mode.isPlugin && !this.takesOne) this.forgetMappings(swIfIndex);
    return 'ok';
  }

  /** A static mapping of an external address that is an interface's; resolved now if it has one already. */
  addMapping(swIfIndex: number, request: MappingRequest): NatResult {
    if (this.findMapping(swIfIndex, request) >= 0) return 'exists';
    const entry = { swIfIndex, request, isResolved: false };
    this.mappings.push(entry);
    const address = this.nat.fib.firstAddressOf(swIfIndex);
    if (address === null) return 'ok';
    const result = this.resolve(entry, address);
    // NAT44 EI does not find the record where the command named no VRF, and does not look for an identity mapping's.
    const isFound = !this.nat.mode.isPlugin || this.takesOne || (request.vrf !== null && !request.isIdentity);
    if ((result === 'missing' && isFound) || (this.takesOne && result !== 'ok')) this.mappings.pop();
    return result;
  }

  deleteMapping(swIfIndex: number, request: MappingRequest): NatResult {
    const at = this.findMapping(swIfIndex, request);
    if (at < 0) return 'missing';
    this.mappings.splice(at, 1);
    const address = this.nat.fib.firstAddressOf(swIfIndex);
    if (address !== null) deleteMapping(this.nat.mappingSurroundings, resolved(request, address));
    return 'ok';
  }

  /** True for a mapping, by its command's 'file:line', that waits for its interface to get an address. */
  isPending(origin: string): boolean {
    return this.mappings.some(({ request }) => request.origin === origin);
  }

  /** True where an interface's addresses go into a pool. */
  isPooled(swIfIndex: number): boolean {
    return this.pooled.some((one) => one.swIfIndex === swIfIndex);
  }

  /** Whether an interface gives one address at a time; else each that it gets. */
  private get takesOne(): boolean {
    return this.nat.modes.length > 0 && this.nat.mode.reservesPorts === false;
  }

  /** The interface's entry for a new address: of the plain pool, else of the twice-nat pool. */
  private entryOf(swIfIndex: number): PooledInterface | undefined {
    return this.findPooled(swIfIndex, false) ?? this.findPooled(swIfIndex, true);
  }

  private takeFirst(swIfIndex: number, address: number): void {
    const entry = this.entryOf(swIfIndex);
    if (entry && !entry.isResolved) entry.isResolved = this.nat.addAddress(address, null, entry.isTwiceNat) === 'ok';
    for (const one of this.mappings) if (one.swIfIndex === swIfIndex && !one.isResolved) this.resolve(one, address);
  }

  private giveFirst(swIfIndex: number, address: number): void {
    const entry = this.entryOf(swIfIndex);
    if (entry?.isResolved === true) entry.isResolved = this.nat.deleteAddress(address, entry.isTwiceNat) !== 'ok';
    for (const one of this.mappings) {
      if (one.swIfIndex !== swIfIndex || !one.isResolved) continue;
      one.isResolved = deleteMapping(this.nat.mappingSurroundings, resolved(one.request, address)) !== 'ok';
    }
  }

  private takeEach(swIfIndex: number, address: number): void {
    const entry = this.entryOf(swIfIndex);
    const isNew = entry !== undefined && this.nat.addAddress(address, null, entry.isTwiceNat) === 'ok';
    for (const one of this.mappings) {
      const { isAddressOnly } = one.request;
      if (one.swIfIndex !== swIfIndex || !(isAddressOnly || isNew)) continue;
      this.resolve(one, address);
      if (isAddressOnly) break;
    }
  }

  /** The address leaves the pool together with its mappings. */
  private giveEach(swIfIndex: number, address: number): void {
    const entry = this.entryOf(swIfIndex);
    if (entry) this.nat.deleteAddress(address, entry.isTwiceNat, true);
    const pending = this.mappings.find((one) => one.swIfIndex === swIfIndex && one.request.isAddressOnly);
    if (pending) deleteMapping(this.nat.mappingSurroundings, resolved(pending.request, address));
  }

  private resolve(entry: PendingMapping, address: number): NatResult {
    const result = addMapping(this.nat.mappingSurroundings, resolved(entry.request, address));
    entry.isResolved = result === 'ok';
    return result;
  }

  private findPooled(swIfIndex: number, isTwiceNat: boolean): PooledInterface | undefined {
    return this.pooled.find((one) => one.swIfIndex === swIfIndex && one.isTwiceNat === isTwiceNat);
  }

  private findMapping(swIfIndex: number, { localAddress, localPort, externalPort, ...rest }: MappingRequest): number {
    const isEither = !this.nat.mode.isPlugin || this.takesOne;
    const isPortAlike = (one: MappingRequest): boolean => {
      const [isLocal, isExternal] = [one.localPort === localPort, one.externalPort === externalPort];
      return isEither ? isLocal || isExternal : isLocal && isExternal;
    };
    return this.mappings.findIndex(
      ({ swIfIndex: of, request: one }) =>
        of === swIfIndex &&
        one.localAddress === localAddress &&
        one.vrf === rest.vrf &&
        one.isAddressOnly === rest.isAddressOnly &&
        (rest.isAddressOnly || (isPortAlike(one) && one.protocol === rest.protocol)),
    );
  }

  /** nat44_ei_del_interface_address: as many records as are the interface's go, but the first ones. */
  private forgetMappings(swIfIndex: number): void {
    const { mappings } = this;
    for (let at = mappings.filter((one) => one.swIfIndex === swIfIndex).length - 1; at >= 0; at--) {
      const last = mappings.pop();
      if (last && at < mappings.length) mappings[at] = last;
    }
  }

  clear(): void {
    this.mappings.length = 0;
    this.pooled.length = 0;
  }
}

/** The request with the interface's address; a local address of 0 stands for the same (identity mapping). */
function resolved(request: MappingRequest, address: number): MappingRequest {
  return {
    ...request,
    externalAddress: address,
    localAddress: request.localAddress === 0 ? address : request.localAddress,
  };
}
