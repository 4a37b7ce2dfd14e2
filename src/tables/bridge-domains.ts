/** Bridge domains and VXLAN tunnels as configured. Forwarding between their ports is not modelled yet: see pipeline/vxlan-input.ts. */

import type { MacAddress } from '../wire/address.js';

export interface BridgeDomain {
  readonly id: number;
  /** sw_if_index of its ports, the BVI included, in order of configuration. */
  readonly ports: number[];
  /** sw_if_index of the bridge virtual interface; -1 for none. */
  bvi: number;
  /** `l2fib add`: where frames for a MAC go; -1 for an entry that drops them. */
  readonly l2fib: { readonly mac: MacAddress; readonly swIfIndex: number; readonly isStatic: boolean }[];
}

export interface VxlanTunnel {
  readonly swIfIndex: number;
  readonly source: number;
  readonly destination: number;
  readonly vni: number;
}

export class BridgeDomains {
  readonly byId = new Map<number, BridgeDomain>();
  readonly tunnels: VxlanTunnel[] = [];

  add(id: number): BridgeDomain {
    const known = this.byId.get(id);
    if (known) return known;
    const created: BridgeDomain = { id, ports: [], bvi: -1, l2fib: [] };
    this.byId.set(id, created);
    return created;
  }
}
