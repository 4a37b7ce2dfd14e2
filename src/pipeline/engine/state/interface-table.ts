/**
 * Interfaces, in order of creation: the position is the sw_if_index. local0, which VPP makes first, is 0.
 */

import { MAC_ZERO, type MacAddress } from '../../../wire/address.js';
import * as ethernet from '../../../wire/ethernet.js';
import { Changes } from './changes.js';

export type DeviceClass =
  'local' | 'dpdk' | 'pg' | 'tap' | 'af-packet' | 'loopback' | 'vxlan' | 'sub-interface' | 'bond' | Driver;

/** VPP's own drivers of network cards and virtual machines. */
export type Driver = 'memif' | 'vhost-user' | 'rdma' | 'avf' | 'vmxnet3' | 'virtio' | 'af_xdp' | 'idpf';

export interface InterfaceAddress {
  readonly address: number;
  readonly prefixLength: number;
}

/** Which frames of a port are a sub-interface's (vnet_sub_interface_t). */
export interface VlanMatch {
  /** Tags that it names: none of them is that of a default sub-interface. */
  readonly tags: 0 | 1 | 2;
  /** The outer tag is 802.1ad, else 802.1Q. */
  readonly isDot1ad: boolean;
  readonly outerId: number;
  /** Of two tags: null for any. */
  readonly innerId: number | null;
  /** No more tags than it names. */
  readonly isExact: boolean;
}

export interface SubInterface extends VlanMatch {
  /** sw_if_index of the port that its frames come by (sup_sw_if_index). */
  readonly port: number;
  /** N of IF.N */
  readonly id: number;
}

/** A tag as it stands in a frame: its type, and priority and id. */
export interface VlanTag {
  readonly type: number;
  readonly control: number;
}

/** The tags that a sub-interface names; not those of which it takes any. */
function namedTags({ tags, isDot1ad, outerId, innerId }: VlanMatch): VlanTag[] {
  if (tags === 0) return [];
  const outer = { type: isDot1ad ? ethernet.TYPE_DOT1AD : ethernet.TYPE_VLAN, control: outerId };
  return tags === 1 || innerId === null ? [outer] : [outer, { type: ethernet.TYPE_VLAN, control: innerId }];
}

/** Whether IP can be routed by an interface: by a sub-interface that names all tags of its frames (ethernet_build_rewrite). */
export const isRoutable = ({ sub, tags }: Interface): boolean =>
  sub === null || (sub.isExact && sub.tags > 0 && tags.length === sub.tags);

/** A node has at most so many: what nodes look up for each frame lies in arrays of this length, which never move. */
export const MAX_INTERFACES = 4096;

/** A number for each interface, by sw_if_index; `none` until its owner sets it. */
export const interfaceColumn = (none: number): Int32Array => {
  const column = new Int32Array(MAX_INTERFACES);
  return none === 0 ? column : column.fill(none); // pages of zeros are not touched
};

/** VPP's default MTU of an Ethernet interface (VPP 19.08 src/vnet/ethernet/ethernet.h ETHERNET_MAX_PACKET_BYTES; L3 MTU 9000). */
export const DEFAULT_L3_MTU = 9000;

export interface Interface {
  readonly swIfIndex: number;
  readonly name: string;
  readonly device: DeviceClass;
  /** The node that takes what a bridge sends by it, where that is not its output node: a tunnel's encapsulation. */
  readonly encapNode: string | null;
  /** Null for an interface of its own. */
  readonly sub: SubInterface | null;
  /** Tags of what leaves by it, and of what it receives, the outer one first. */
  readonly tags: readonly VlanTag[];
  /** VPP's number of the device: a sub-interface's is that of its port. */
  readonly hwIfIndex: number;
  readonly mac: MacAddress;
  /** Whether a command named it. */
  hasOwnMac: boolean;
  readonly isUp: boolean;
  /** L3 MTU in bytes of IP packet, before protocol-specific values (`set interface mtu packet`). */
  mtuBytes: number;
  /** 'file:line' of the commands that set its MTUs and its state last; '' for none. */
  mtuOrigin: string;
  stateOrigin: string;
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

/** The command that set the MTU of the interface that a cause names. */
export const mtuOrigin = (
  { causeArg0 }: { readonly causeArg0: number },
  { interfaces }: { readonly interfaces: InterfaceTable },
): string => interfaces.all[causeArg0].mtuOrigin;

/** VPP's interfaces as this file may change them. */
type Changing = { -readonly [K in keyof Interface]: Interface[K] };

export class InterfaceTable {
  readonly all: Interface[] = [];
  /** FIB index by sw_if_index, and 1 where the interface is up: `Interface` has the same. */
  readonly fibIndexOf = interfaceColumn(0);
  readonly isUpOf = new Uint8Array(MAX_INTERFACES);
  /** sw_if_index of the port by whose device packets leave: an interface's own, but for sub-interfaces. */
  readonly portOf = interfaceColumn(0);
  /** 1 where packets go to a bridge, and not to IP. */
  readonly isL2Of = new Uint8Array(MAX_INTERFACES);
  /** Frames of sub-interfaces: those that came and those that left. Of ports others count. */
  readonly receivedOf = new Float64Array(MAX_INTERFACES);
  readonly transmittedOf = new Float64Array(MAX_INTERFACES);
  /** By port: it and its sub-interfaces that are in L2 mode (l2_if_count), and the IP versions enabled on them (l3_if_count). */
  readonly l2CountOf = interfaceColumn(0);
  readonly l3CountOf = interfaceColumn(0);
  /** VPP's callbacks: an interface was made, came up or went down, has another MAC, is bound to another table, is bridged. */
  readonly created = new Changes<[created: Interface]>();
  readonly stateChanged = new Changes<[changed: Interface]>();
  readonly macChanged = new Changes<[changed: Interface, before: MacAddress]>();
  readonly tableBound = new Changes<[changed: Interface, from: number]>();
  readonly l2ModeChanged = new Changes<[changed: Interface]>();
  readonly renamed = new Changes<[changed: Interface, before: string]>();
  /** 1 where an interface takes what is to any MAC (ETHERNET_INTERFACE_FLAG_ACCEPT_ALL), since a command says so. */
  readonly isPromiscuousOf = new Uint8Array(MAX_INTERFACES);
  private hardwareCount = 0;
  private subCount = 0;
  private readonly named = new Map<string, Interface>();

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
    return this.add({ name, device, sub: null, hwIfIndex: this.hardwareCount++, mac, encapNode, origin });
  }

  /** A sub-interface, which is down like any interface that was just made. */
  createSub(sub: SubInterface, origin: string): Interface {
    const { name, hwIfIndex, mac } = this.all[sub.port];
    const device = 'sub-interface';
    this.subCount++;
    return this.add({ name: `${name}.${sub.id}`, device, sub, hwIfIndex, mac, encapNode: null, origin });
  }

  private add(
    given: Pick<Interface, 'name' | 'device' | 'sub' | 'hwIfIndex' | 'mac' | 'encapNode' | 'origin'>,
  ): Interface {
    if (this.isFull) throw new Error(`more than ${String(MAX_INTERFACES)} interfaces`);
    const swIfIndex = this.all.length;
    const made: Interface = {
      ...given,
      swIfIndex,
      hasOwnMac: false,
      tags: given.sub === null ? [] : namedTags(given.sub),
      isUp: false,
      mtuBytes: DEFAULT_L3_MTU,
      mtuOrigin: '',
      stateOrigin: '',
      fibIndex: 0,
      addresses: [],
      unnumberedTo: -1,
      bondedTo: -1,
      bridgeDomain: -1,
    };
    this.portOf[swIfIndex] = given.sub?.port ?? swIfIndex;
    this.all.push(made);
    if (!this.named.has(made.name)) this.named.set(made.name, made);
    this.created.tell(made);
    return made;
  }

  setUp(on: Interface, isUp: boolean): void {
    if (on.isUp === isUp) return;
    (on as Changing).isUp = isUp;
    this.isUpOf[on.swIfIndex] = isUp ? 1 : 0;
    this.stateChanged.tell(on);
  }

  /** A port's MAC is that of its sub-interfaces, too. */
  setMac(on: Interface, mac: MacAddress): void {
    const before = on.mac;
    const changed = [on, ...this.subInterfacesOf(on)];
    for (const each of changed) (each as Changing).mac = mac;
    for (const each of changed) this.macChanged.tell(each, before);
  }

  /** vnet_sw_interface_is_up: it and its port. */
  isLinkUp(swIfIndex: number): boolean {
    return this.isUpOf[swIfIndex] === 1 && this.isUpOf[this.portOf[swIfIndex]] === 1;
  }

  subInterfacesOf({ swIfIndex }: Interface): Interface[] {
    // A port has no ports: nearly all interfaces are made before their node has any sub-interface.
    return this.subCount === 0 ? [] : this.all.filter(({ sub }) => sub?.port === swIfIndex);
  }

  /** Another IP version is enabled on an interface, or one less. */
  countL3(swIfIndex: number, by: number): void {
    this.l3CountOf[this.portOf[swIfIndex]] += by;
  }

  /** set_int_l2_mode, as far as the device is concerned. */
  setL2Mode(on: Interface, isL2: boolean): void {
    const { swIfIndex } = on;
    this.l2CountOf[this.portOf[swIfIndex]] += (isL2 ? 1 : 0) - this.isL2Of[swIfIndex];
    this.isL2Of[swIfIndex] = isL2 ? 1 : 0;
    this.l2ModeChanged.tell(on);
  }

  rename(on: Interface, name: string): void {
    const before = on.name;
    (on as Changing).name = name;
    this.named.delete(before);
    this.named.set(name, on);
    this.renamed.tell(on, before);
  }

  bindTable(on: Interface, fibIndex: number): void {
    const from = on.fibIndex;
    (on as Changing).fibIndex = fibIndex;
    this.fibIndexOf[on.swIfIndex] = fibIndex;
    this.tableBound.tell(on, from);
  }

  byName(name: string): Interface | undefined {
    return this.named.get(name);
  }
}
