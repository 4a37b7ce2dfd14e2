/**
 * Bridge domains and their ports (VPP 19.08 src/vnet/l2/l2_bd.c, l2_input.c set_int_l2_mode). Configuration only; nodes
 * take what they need as columns when the graph is built.
 */

import type { MacAddress } from '../../wire/address.js';
import type { Interface, InterfaceTable } from '../engine/interface-table.js';
import {
  FEATURE_ARP_TERM,
  FEATURE_ARP_UFWD,
  FEATURE_DROP,
  FEATURE_FLOOD,
  FEATURE_FWD,
  FEATURE_LEARN,
  FEATURE_UU_FLOOD,
  FEATURE_UU_FWD,
} from './l2-features.js';
import { ENTRY_AGE_NOT, ENTRY_BVI, ENTRY_STATIC, L2Fib } from './l2-fib.js';

/** What bd_validate gives a new bridge domain: everything but what has to be asked for. */
const DOMAIN_FEATURES = ~(FEATURE_ARP_TERM | FEATURE_UU_FWD | FEATURE_ARP_UFWD);
/** What a port can do; the bridge domain's own bitmap decides what it does. */
const PORT_FEATURES =
  FEATURE_FWD |
  FEATURE_UU_FLOOD |
  FEATURE_UU_FWD |
  FEATURE_FLOOD |
  FEATURE_LEARN |
  FEATURE_ARP_UFWD |
  FEATURE_ARP_TERM |
  FEATURE_DROP;
const BVI_ENTRY = ENTRY_BVI | ENTRY_STATIC | ENTRY_AGE_NOT;

export interface BridgePort {
  readonly swIfIndex: number;
  readonly bdIndex: number;
  readonly isBvi: boolean;
  readonly splitHorizonGroup: number;
  /** FEATURE_ bits. */
  readonly features: number;
}

export interface BridgeDomain {
  /** bd_index: 0 is VPP's own, which drops. */
  readonly index: number;
  readonly id: number;
  /** FEATURE_ bits. */
  features: number;
  /** Ports in the order of VPP's flood vector: the BVI, other interfaces, VXLAN tunnels. Flooding walks it backwards. */
  readonly members: BridgePort[];
  /** sw_if_index of the bridge virtual interface; -1 for none. */
  bvi: number;
}

export class BridgeDomains {
  readonly fib = new L2Fib();
  /** Bridge domains by index. */
  readonly all: BridgeDomain[] = [{ index: 0, id: 0, features: FEATURE_DROP, members: [], bvi: -1 }];
  private readonly portOf = new Map<number, BridgePort>();

  constructor(private readonly interfaces: InterfaceTable) {
    interfaces.onMacChange.push((changed, before) => {
      this.macChanged(changed, before);
    });
  }

  find(id: number): BridgeDomain | undefined {
    return this.all.find((domain) => domain.id === id);
  }

  /** Makes a bridge domain that floods, forwards and learns; `without` names what it does not, `also` what else it does. */
  add(id: number, without = 0, also = 0): BridgeDomain {
    const features = (DOMAIN_FEATURES & ~without) | also;
    const created: BridgeDomain = { index: this.all.length, id, features, members: [], bvi: -1 };
    this.all.push(created);
    return created;
  }

  /** The port that an interface is, if it is bridged. */
  port(swIfIndex: number): BridgePort | undefined {
    return this.portOf.get(swIfIndex);
  }

  /** set_int_l2_mode and bd_add_member: makes an interface a port, or the BVI, of a bridge domain. */
  addPort(on: Interface, domain: BridgeDomain, isBvi: boolean, splitHorizonGroup: number): void {
    const { swIfIndex } = on;
    const features = isBvi ? PORT_FEATURES & ~FEATURE_LEARN : PORT_FEATURES;
    const port: BridgePort = { swIfIndex, bdIndex: domain.index, isBvi, splitHorizonGroup, features };
    on.bridgeDomain = domain.id;
    this.portOf.set(swIfIndex, port);
    const isTunnel = on.device === 'vxlan';
    const tunnels = domain.members.filter((member) => this.interfaces.all[member.swIfIndex].device === 'vxlan').length;
    const at = isBvi ? 0 : domain.members.length - (isTunnel ? 0 : tunnels);
    domain.members.splice(at, 0, port);
    if (!isBvi) return;
    domain.bvi = swIfIndex;
    this.fib.set(domain.index, on.mac.high, on.mac.low, swIfIndex, BVI_ENTRY);
  }

  /** l2input_interface_mac_change: the L2 FIB follows a BVI's MAC. */
  private macChanged({ swIfIndex, mac }: Interface, before: MacAddress): void {
    const port = this.portOf.get(swIfIndex);
    if (!port?.isBvi) return;
    this.fib.delete(port.bdIndex, before.high, before.low);
    this.fib.set(port.bdIndex, mac.high, mac.low, swIfIndex, BVI_ENTRY);
  }

  /** A property of each interface's port by sw_if_index, for nodes; `none` where it is not bridged. */
  column(valueOf: (port: BridgePort) => number, none: number): Int32Array {
    return Int32Array.from(this.interfaces.all, ({ swIfIndex }) => {
      const port = this.portOf.get(swIfIndex);
      return port ? valueOf(port) : none;
    });
  }
}
