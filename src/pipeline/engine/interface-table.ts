/**
 * Interfaces, in order of creation: the position is the sw_if_index. local0, which VPP makes first, is 0.
 */

import { MAC_ZERO, type MacAddress } from '../../wire/address.js';

export type DeviceClass = 'local' | 'dpdk' | 'pg' | 'tap' | 'af-packet' | 'loopback' | 'vxlan';

/** An address configured on an interface. */
export interface InterfaceAddress {
  readonly address: number;
  readonly prefixLength: number;
}

/** VPP's default MTU of an Ethernet interface (VPP 19.08 src/vnet/ethernet/ethernet.h ETHERNET_MAX_PACKET_BYTES; L3 MTU 9000). */
export const DEFAULT_L3_MTU = 9000;

export interface Interface {
  readonly swIfIndex: number;
  readonly name: string;
  readonly device: DeviceClass;
  mac: MacAddress;
  isUp: boolean;
  /** L3 MTU in bytes of IP packet, before protocol-specific values (`set interface mtu packet`). */
  mtuBytes: number;
  /** IPv4 FIB index (not table id) of the interface's VRF. */
  fibIndex: number;
  /** Own addresses in order of configuration. */
  readonly addresses: InterfaceAddress[];
  /** sw_if_index whose addresses this unnumbered interface borrows; -1 for none. */
  unnumberedTo: number;
  /** Bridge domain port or BVI: bridge domain id, else -1. */
  bridgeDomain: number;
  /** 'file:line' of the command that made it, for messages. */
  readonly origin: string;
}

export class InterfaceTable {
  readonly all: Interface[] = [];
  /** Called with each interface as it is made: VPP's interface add callbacks. */
  readonly onCreate: ((created: Interface) => void)[] = [];
  /** Called after an interface's MAC changed. */
  readonly onMacChange: ((changed: Interface, before: MacAddress) => void)[] = [];

  constructor() {
    this.create('local0', 'local', MAC_ZERO, 'built in');
  }

  create(name: string, device: DeviceClass, mac: MacAddress, origin: string): Interface {
    const created: Interface = {
      swIfIndex: this.all.length,
      name,
      device,
      mac,
      isUp: false,
      mtuBytes: DEFAULT_L3_MTU,
      fibIndex: 0,
      addresses: [],
      unnumberedTo: -1,
      bridgeDomain: -1,
      origin,
    };
    this.all.push(created);
    for (const callback of this.onCreate) callback(created);
    return created;
  }

  setMac(on: Interface, mac: MacAddress): void {
    const before = on.mac;
    on.mac = mac;
    for (const callback of this.onMacChange) callback(on, before);
  }

  byName(name: string): Interface | undefined {
    return this.all.find((entry) => entry.name === name);
  }
}
