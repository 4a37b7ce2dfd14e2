/**
 * Bridge domains and their ports (VPP 19.08 src/vnet/l2/l2_bd.c, l2_input.c set_int_l2_mode). What nodes ask of a
 * port for each frame stands in columns.
 */

import type { MacAddress } from '../../wire/address.js';
import { interfaceColumn, type Interface, type InterfaceTable } from '../engine/state/interface-table.js';
import {
  FEATURE_ARP_TERM,
  FEATURE_ARP_UFWD,
  FEATURE_DROP,
  FEATURE_FLOOD,
  FEATURE_FWD,
  FEATURE_LEARN,
  FEATURE_UU_FLOOD,
  FEATURE_UU_FWD,
  FEATURE_VTR,
} from './l2-features.js';
import { ENTRY_AGE_NOT, ENTRY_BVI, ENTRY_STATIC, L2Fib } from './l2-fib.js';
import { TagRewrites, type TagRewrite } from './tag-rewrite.js';

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
/** In place of a bridge domain's index. */
export const NOT_BRIDGED = -1;
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
  readonly tagRewrites = new TagRewrites();
  /** Bridge domains by index. */
  readonly all: BridgeDomain[] = [{ index: 0, id: 0, features: FEATURE_DROP, members: [], bvi: -1 }];
  /** Of the port that an interface is, by sw_if_index, for nodes: its bridge domain's index, or NOT_BRIDGED. */
  readonly domainOf = interfaceColumn(NOT_BRIDGED);
  readonly groupOf = interfaceColumn(0);
  readonly isBviOf = interfaceColumn(0);
  /** FEATURE_ bits. */
  readonly featuresOf = interfaceColumn(FEATURE_DROP);
  /** By bridge domain: sw_if_indices of its ports in the order of flooding. */
  readonly floodOrder: Int32Array[] = [new Int32Array(0)];

  constructor(private readonly interfaces: InterfaceTable) {
    interfaces.macChanged.listen((changed, before) => {
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
    this.floodOrder.push(new Int32Array(0));
    return created;
  }

  /** set_int_l2_mode and bd_add_member: makes an interface a port, or the BVI, of a bridge domain. */
  addPort(on: Interface, domain: BridgeDomain, isBvi: boolean, splitHorizonGroup: number): void {
    const { swIfIndex } = on;
    const features =
      (isBvi ? PORT_FEATURES & ~FEATURE_LEARN : PORT_FEATURES) | (this.featuresOf[swIfIndex] & FEATURE_VTR);
    const port: BridgePort = { swIfIndex, bdIndex: domain.index, isBvi, splitHorizonGroup, features };
    on.bridgeDomain = domain.id;
    this.domainOf[swIfIndex] = domain.index;
    this.groupOf[swIfIndex] = splitHorizonGroup;
    this.isBviOf[swIfIndex] = isBvi ? 1 : 0;
    this.featuresOf[swIfIndex] = features;
    const isTunnel = on.encapNode !== null;
    const tunnels = domain.members.filter((member) => this.interfaces.all[member.swIfIndex].encapNode !== null).length;
    const at = isBvi ? 0 : domain.members.length - (isTunnel ? 0 : tunnels);
    domain.members.splice(at, 0, port);
    this.floodOrder[domain.index] = Int32Array.from([...domain.members].reverse(), (member) => member.swIfIndex);
    this.interfaces.setL2Mode(on, true);
    if (!isBvi) return;
    domain.bvi = swIfIndex;
    this.fib.set(domain.index, on.mac.high, on.mac.low, swIfIndex, BVI_ENTRY);
  }

  /** l2vtr_configure: false where VPP refuses it. */
  rewriteTags(on: Interface, rewrite: TagRewrite): boolean {
    if (!this.tagRewrites.set(on, rewrite)) return false;
    const { swIfIndex } = on;
    const isOn = this.tagRewrites.isOnOf[swIfIndex] === 1;
    this.featuresOf[swIfIndex] = isOn
      ? this.featuresOf[swIfIndex] | FEATURE_VTR
      : this.featuresOf[swIfIndex] & ~FEATURE_VTR;
    return true;
  }

  /** l2input_interface_mac_change: the L2 FIB follows a BVI's MAC. */
  private macChanged({ swIfIndex, mac }: Interface, before: MacAddress): void {
    if (this.isBviOf[swIfIndex] === 0) return;
    const domain = this.domainOf[swIfIndex];
    this.fib.delete(domain, before.high, before.low);
    this.fib.set(domain, mac.high, mac.low, swIfIndex, BVI_ENTRY);
  }
}
