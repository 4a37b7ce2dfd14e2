/**
 * Interfaces, in order of creation: the position is the sw_if_index. local0, which VPP makes first, is 0.
 */

import { MAC_ZERO, type MacAddress } from '../../../wire/address.js';
import { Changes } from './changes.js';

export type DeviceClass = 'local' | 'dpdk' | 'pg' | 'tap' | 'af-packet' | 'loopback' | 'vxlan' | 'bond' | Driver;

/** VPP's own drivers of network cards and virtual machines. */
export type Driver = 'memif' | 'vhost-user' | 'rdma' | 'avf' | 'vmxnet3' | 'virtio' | 'af_xdp' | 'idpf';

export interface InterfaceAddress {
  readonly address: number;
  readonly prefixLength: number;
}

/** A node has at most so many: what nodes look up for each frame lies in arrays of this length, which never move. */
export const MAX_INTERFACES = 4096;

/** A number for each interface, by sw_if_index; `none` until its owner sets it. */
export const interfaceColumn = (none: number): Int32Array => new Int32Array(MAX_INTERFACES).fill(none);

/** VPP's default MTU of an Ethernet interface (VPP 19.08 src/vnet/ethernet/ethernet.h ETHERNET_MAX_PACKET_BYTES; L3 MTU 9000). */
export const DEFAULT_L3_MTU = 9000;

export interface Interface {
  readonly swIfIndex: number;
  readonly name: string;
  readonly device: DeviceClass;
  /** The node that takes what a bridge sends by it, where that is not its output node: a tunnel's encapsulation. */
  readonly encapNode: string | null;
  readonly mac: MacAddress;
  /** Whether a command named it. */
  hasOwnMac: boolean;
  readonly isUp: boolean;
  /** L3 MTU in bytes of IP packet, before protocol-specific values (`set interface mtu packet`). */
  mtuBytes: number;
  /** IPv4 FIB index (not table id) of the interface's VRF. */
  readonly fibIndex: number;
  readonly addresses: InterfaceAddress[];
  /** sw_if_index whose addresses this unnumbered interface borrows; -1 for none. */
  unnumberedTo: number;
  /** sw_if_index of the bond that the interface is a member of; -1 for none. */
  bondedTo: number;
  /** Bridge domain port or BVI: bridge domain id, else -1. */
  bridgeDomain: number;
  /** 'file:line' of the command that made it, for messages. */
  readonly origin: string;
}

/** VPP's interfaces as this file may change them. */
type Changing = { -readonly [K in keyof Interface]: Interface[K] };

export class InterfaceTable {
  readonly all: Interface[] = [];
  /** FIB index by sw_if_index, and 1 where the interface is up: `Interface` has the same. */
  readonly fibIndexOf = interfaceColumn(0);
  readonly isUpOf = new Uint8Array(MAX_INTERFACES);
  /** VPP's callbacks: an interface was made, came up or went down, has another MAC, is bound to another table. */
  readonly created = new Changes<[created: Interface]>();
  readonly stateChanged = new Changes<[changed: Interface]>();
  readonly macChanged = new Changes<[changed: Interface, before: MacAddress]>();
  readonly tableBound = new Changes<[changed: Interface, from: number]>();
  readonly renamed = new Changes<[changed: Interface, before: string]>();
  /** 1 where ethernet-input compares a frame's destination MAC with the interface's. */
  readonly checksMacOf = new Uint8Array(MAX_INTERFACES);

  constructor() {
    this.create('local0', 'local', MAC_ZERO, 'built in');
  }

  /** True where no other interface can be made. */
  get isFull(): boolean {
    return this.all.length === MAX_INTERFACES;
  }

  create(
    name: string,
    device: DeviceClass,
    mac: MacAddress,
    origin: string,
    encapNode: string | null = null,
  ): Interface {
    if (this.isFull) throw new Error(`more than ${String(MAX_INTERFACES)} interfaces`);
    const made: Interface = {
      swIfIndex: this.all.length,
      name,
      device,
      encapNode,
      mac,
      hasOwnMac: false,
      isUp: false,
      mtuBytes: DEFAULT_L3_MTU,
      fibIndex: 0,
      addresses: [],
      unnumberedTo: -1,
      bondedTo: -1,
      bridgeDomain: -1,
      origin,
    };
    this.all.push(made);
    this.created.tell(made);
    return made;
  }

  setUp(on: Interface, isUp: boolean): void {
    if (on.isUp === isUp) return;
    (on as Changing).isUp = isUp;
    this.isUpOf[on.swIfIndex] = isUp ? 1 : 0;
    this.stateChanged.tell(on);
  }

  setMac(on: Interface, mac: MacAddress): void {
    const before = on.mac;
    (on as Changing).mac = mac;
    this.macChanged.tell(on, before);
  }

  rename(on: Interface, name: string): void {
    const before = on.name;
    (on as Changing).name = name;
    this.renamed.tell(on, before);
  }

  bindTable(on: Interface, fibIndex: number): void {
    const from = on.fibIndex;
    (on as Changing).fibIndex = fibIndex;
    this.fibIndexOf[on.swIfIndex] = fibIndex;
    this.tableBound.tell(on, from);
  }

  byName(name: string): Interface | undefined {
    return this.all.find((entry) => entry.name === name);
  }
}
