/** VXLAN tunnels (VPP 19.08 src/vnet/vxlan/vxlan.c): by interface for sending, by addresses and VNI for receiving. */

import { interfaceColumn } from '../engine/state/interface-table.js';
import { FlowHashTable4 } from '../engine/state/flow-hash-table.js';

export interface VxlanTunnel {
  readonly swIfIndex: number;
  /** The node's own address, and the remote node's. */
  readonly source: number;
  readonly destination: number;
  readonly vni: number;
  /** FIB in which the remote node is looked up, and packets of the tunnel are received. */
  readonly encapFibIndex: number;
}

/** The last word of a VXLAN header: the VNI and a reserved byte, which is compared with it. */
const vniWord = (vni: number): number => vni << 8;

export class VxlanTunnels {
  /** In order of creation. */
  readonly all: VxlanTunnel[] = [];
  /** Index of the tunnel that an interface is, by sw_if_index; -1 for other interfaces. */
  readonly tunnelOf = interfaceColumn(-1);
  private readonly byKey = new FlowHashTable4();

  add(tunnel: VxlanTunnel): void {
    const { swIfIndex, source, destination, vni, encapFibIndex } = tunnel;
    const index = this.all.push(tunnel) - 1;
    this.tunnelOf[swIfIndex] = index;
    this.byKey.set(source, destination, vniWord(vni), encapFibIndex, index);
  }

  /** The tunnel between a pair of addresses, ours first, by the last word of its VXLAN header; -1 for none. */
  find(source: number, destination: number, vniWordOf: number, fibIndex: number): number {
    return this.byKey.get(source, destination, vniWordOf, fibIndex);
  }

  has({ source, destination, vni, encapFibIndex }: Omit<VxlanTunnel, 'swIfIndex'>): boolean {
    return this.find(source, destination, vniWord(vni), encapFibIndex) !== -1;
  }
}
