/**
 * Static mappings, found by local and by external address and port (VPP 19.08 src/plugins/nat/nat.c
 * snat_static_mapping_match). Who adds them is Nat44 (static-mapping-config.ts); this file keeps and matches them.
 */

import { FlowHashTable2 } from '../../engine/state/flow-hash-table.js';
import { IndexPool } from './index-pool.js';
import type { PortStream } from './port-stream.js';
import { packKey } from './session-key.js';

/** twice_nat_type_t */
export const TWICE_NAT_DISABLED = 0;
export const TWICE_NAT = 1;
export const TWICE_NAT_SELF = 2;

/** lb_nat_type_t */
export const NO_LB = 0;
export const LB = 1;
export const AFFINITY_LB = 2;

/** A back end of a load-balanced mapping, or the VRF of an identity mapping. */
export interface MappingLocal {
  readonly address: number;
  readonly port: number;
  readonly probability: number;
  /** Sum of the probabilities up to this back end; 8 bits, as in VPP. */
  prefix: number;
  readonly vrf: number;
  readonly fibIndex: number;
}

/** snat_static_mapping_t. Ports and protocol are 0 for an address-only mapping. */
export interface StaticMapping {
  readonly localAddress: number;
  readonly localPort: number;
  readonly externalAddress: number;
  readonly externalPort: number;
  readonly protocol: number;
  readonly vrf: number;
  readonly fibIndex: number;
  readonly twiceNat: number;
  readonly isAddressOnly: boolean;
  readonly isOut2inOnly: boolean;
  readonly isIdentity: boolean;
  readonly isLoadBalanced: boolean;
  /** Seconds a client keeps its back end; 0 for none. */
  readonly affinity: number;
  readonly locals: IndexPool<MappingLocal>;
  /** The twice-nat address that its sessions take, where one is named (`exact`). */
  readonly poolAddress: number | null;
  /** 'file:line' of the command. */
  readonly origin: string;
}

/** Client affinity of load-balanced mappings (VPP 19.08 src/plugins/nat/nat_affinity.c). */
export interface Affinity {
  /** nat_affinity_find_and_lock: index of the client's back end, or -1. */
  findAndLock(client: number, service: number, protocol: number, port: number): number;
  /** nat_affinity_create_and_lock */
  createAndLock(
    client: number,
    service: number,
    protocol: number,
    port: number,
    backend: number,
    seconds: number,
  ): void;
}

/** Classic mode has no load balancing, so nobody asks. */
const NO_AFFINITY: Affinity = { findAndLock: () => -1, createAndLock: () => undefined };

export class StaticMappings {
  readonly pool = new IndexPool<StaticMapping>();
  byLocal = new FlowHashTable2();
  byExternal = new FlowHashTable2();
  /** Endpoint-dependent mode puts its table here. */
  affinity: Affinity = NO_AFFINITY;
  /** The protocol in keys of address-only mappings: VPP 19.08 takes 0, which is UDP's number as well. */
  anyProtocol = 0;

  /** Result of the last successful match: where the address and port are translated to. */
  matchedAddress = 0;
  matchedPort = 0;
  matchedFibIndex = 0;
  matchedIsAddressOnly = false;
  matchedIsIdentity = false;
  matchedTwiceNat = TWICE_NAT_DISABLED;
  /** Set by external matches only. */
  matchedLb = NO_LB;
  /** Index of the mapping that a packet met last; for observers, who set it to -1 before. */
  matchedIndex = -1;

  constructor(private readonly stream: PortStream) {}

  /** snat_static_mapping_match by local address: fills matched*, the port kept where the mapping is address only. */
  matchLocal(address: number, port: number, protocol: number, fibIndex: number, outsideFibIndex: number): boolean {
    let index = this.byLocal.get(address, packKey(port, protocol, fibIndex));
    if (index < 0) index = this.wholeByLocal(address, fibIndex);
    if (index < 0) return false;
    const mapping = this.use(index);
    this.matchedAddress = mapping.externalAddress;
    this.matchedPort = mapping.isAddressOnly ? port : mapping.externalPort;
    this.matchedFibIndex = outsideFibIndex;
    this.noteKind(mapping);
    return true;
  }

  /**
   * snat_static_mapping_match by external address. For a load-balanced mapping this draws a back end from the random
   * stream, unless `client` has affinity to one; either way each call counts.
   */
  matchExternal(address: number, port: number, protocol: number, client: number): boolean {
    const index = this.indexByExternal(address, port, protocol);
    return index >= 0 && this.matchMapping(index, address, port, protocol, client);
  }

  /** The same with the mapping found already. */
  matchMapping(index: number, address: number, port: number, protocol: number, client: number): boolean {
    const mapping = this.use(index);
    if (mapping.isLoadBalanced) {
      this.matchedLb = mapping.affinity > 0 ? AFFINITY_LB : LB;
      if (!this.pickBackEnd(mapping, address, port, protocol, client)) return false;
    } else {
      this.matchedLb = NO_LB;
      this.matchedFibIndex = mapping.fibIndex;
      this.matchedAddress = mapping.localAddress;
      this.matchedPort = mapping.isAddressOnly ? port : mapping.localPort;
    }
    this.noteKind(mapping);
    return true;
  }

  /** The mapping of an external address and port, else of the address alone; -1 for none. Draws nothing. */
  indexByExternal(address: number, port: number, protocol: number): number {
    const index = this.byExternal.get(address, packKey(port, protocol, 0));
    return index >= 0 ? index : this.wholeByExternal(address);
  }

  /** The address-only mapping of a local address, of an external address; -1 for none. */
  wholeByLocal(address: number, fibIndex: number): number {
    return this.byLocal.get(address, packKey(0, this.anyProtocol, fibIndex));
  }

  wholeByExternal(address: number, fibIndex = 0): number {
    return this.byExternal.get(address, packKey(0, this.anyProtocol, fibIndex));
  }

  /** Forgets how mappings are found; they stay. */
  forgetKeys(): void {
    this.byLocal = new FlowHashTable2();
    this.byExternal = new FlowHashTable2();
  }

  /** The mapping that a packet met. */
  use(index: number): StaticMapping {
    this.matchedIndex = index;
    return this.pool.at(index);
  }

  private noteKind(mapping: StaticMapping): void {
    this.matchedIsAddressOnly = mapping.isAddressOnly;
    this.matchedIsIdentity = mapping.isIdentity;
    this.matchedTwiceNat = mapping.twiceNat;
  }

  private pickBackEnd(
    mapping: StaticMapping,
    address: number,
    port: number,
    protocol: number,
    client: number,
  ): boolean {
    const { locals } = mapping;
    if (mapping.affinity > 0) {
      const known = this.affinity.findAndLock(client, address, protocol, port);
      if (known >= 0) {
        this.noteLocal(locals.at(known));
        return true;
      }
    }
    const candidates = locals.values();
    const last = candidates.length - 1;
    const random = 1 + (this.stream.random() % candidates[last].prefix);
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (random > candidates[middle].prefix) low = middle + 1;
      else high = middle;
    }
    const drawn = candidates[low].prefix < random ? null : candidates[low];
    const { choices } = this.stream;
    const local = choices === null ? drawn : choices.backEnd(candidates, drawn);
    if (local === null) return false;
    this.noteLocal(local);
    if (mapping.affinity > 0) {
      const backEnd = locals.findIndex((entry) => entry === local);
      this.affinity.createAndLock(client, address, protocol, port, backEnd, mapping.affinity);
    }
    return true;
  }

  private noteLocal(local: MappingLocal): void {
    this.matchedAddress = local.address;
    this.matchedPort = local.port;
    this.matchedFibIndex = local.fibIndex;
  }
}
