/**
 * Which sub-interface a frame belongs to (VPP 19.08 src/vnet/ethernet/ethernet.h eth_vlan_table_lookups, eth_identify_subint;
 * src/vnet/ethernet/node.c ethernet_sw_interface_get_config). VPP has a table of 4096 VLANs per port and TPID, and behind a VLAN one of
 * inner tags; here one hash table has all of them.
 */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { FlowHashTable2 } from '../engine/state/flow-hash-table.js';
import {
  interfaceColumn,
  type Interface,
  type InterfaceTable,
  type SubInterface,
} from '../engine/state/interface-table.js';

/** Flags of an entry: that it is one, that its frames are bridged, and with how many tags it takes frames. */
export const SUBINT_VALID = 1 << 0;
const SUBINT_L2 = 1 << 1;
export const MATCH_0_TAG = 1 << 2;
export const MATCH_1_TAG = 1 << 3;
export const MATCH_2_TAG = 1 << 4;
/** Three or more. */
export const MATCH_3_TAG = 1 << 5;
const MATCH_TAGGED = MATCH_1_TAG | MATCH_2_TAG | MATCH_3_TAG;

/** The 12 bits of a tag that are the VLAN's id. */
export const VLAN_ID = 0xfff;

/** Instead of a sw_if_index: that of local0, which has no VLANs. */
export const NO_SUBINT = 0;

/** What an entry is for, above the ids in the second word of a key. */
const BOTH_TAGS = 0;
const OUTER_AND_ANY = 1 << 24;
const ONE_TAG = 2 << 24;

const portAndType = (port: number, isDot1ad: boolean): number => (port << 1) | (isDot1ad ? 1 : 0);

/** Place of a sub-interface among those of its port and TPID. */
const placeOf = ({ tags, outerId, innerId }: SubInterface): number => {
  if (tags === 1) return ONE_TAG | outerId;
  return innerId === null ? OUTER_AND_ANY | outerId : BOTH_TAGS | (outerId << 12) | innerId;
};

/** Flags of a new entry. */
function matchOf({ tags, isExact }: SubInterface): number {
  if (tags === 0) return MATCH_TAGGED;
  if (tags === 1) return isExact ? MATCH_1_TAG : MATCH_TAGGED;
  return isExact ? MATCH_2_TAG : MATCH_2_TAG | MATCH_3_TAG;
}

/** Interfaces as the tables know them, and which are bridged: what another thread has to be told. */
export interface VlanInterfaces {
  readonly all: readonly Pick<Interface, 'swIfIndex' | 'sub' | 'device'>[];
  readonly isL2Of: Uint8Array;
}

export class VlanTables {
  /** Entries by sw_if_index: of a port, what takes untagged frames. */
  private readonly flagsOf = interfaceColumn(0);
  /** By port: its default sub-interface. */
  private readonly defaultOf = interfaceColumn(NO_SUBINT);
  private readonly taggedOf = new FlowHashTable2();

  constructor(private readonly interfaces: VlanInterfaces) {
    for (const entry of interfaces.all) this.add(entry);
  }

  /** Tables of a node, kept current. */
  static of(interfaces: InterfaceTable): VlanTables {
    const tables = new VlanTables(interfaces);
    interfaces.created.listen((made) => {
      tables.add(made);
    });
    interfaces.l2ModeChanged.listen((changed) => {
      tables.readMode(changed);
    });
    return tables;
  }

  /** The sub-interface that has these tags on the port already. */
  owner(sub: SubInterface): number {
    if (sub.tags === 0) return this.defaultOf[sub.port];
    return Math.max(NO_SUBINT, this.taggedOf.get(portAndType(sub.port, sub.isDot1ad), placeOf(sub)));
  }

  isL2(swIfIndex: number): boolean {
    return (this.flagsOf[swIfIndex] & SUBINT_L2) !== 0;
  }

  /**
   * The port itself or its sub-interface that takes a frame, the most specific one first; NO_SUBINT where none does.
   * @param match the flags that it has to have
   */
  identify(port: number, isDot1ad: boolean, outerId: number, innerId: number, match: number): number {
    const { flagsOf, taggedOf } = this;
    const table = portAndType(port, isDot1ad);
    let found = taggedOf.get(table, BOTH_TAGS | (outerId << 12) | innerId);
    if (found > NO_SUBINT && (flagsOf[found] & match) === match) return found;
    found = taggedOf.get(table, OUTER_AND_ANY | outerId);
    if (found > NO_SUBINT && (flagsOf[found] & match) === match) return found;
    found = taggedOf.get(table, ONE_TAG | outerId);
    if (found > NO_SUBINT && (flagsOf[found] & match) === match) return found;
    found = this.defaultOf[port];
    if (found > NO_SUBINT && (flagsOf[found] & match) === match) return found;
    return (flagsOf[port] & match) === match ? port : NO_SUBINT;
  }

  /** The same, of a frame with one or two tags, the outer one at `at`, on the fast path of ethernet-input. */
  identifyTagged(port: number, isDot1ad: boolean, view: DataView, at: number): number {
    const outerId = vlan.control(view, at) & VLAN_ID;
    if (vlan.type(view, at) === ethernet.TYPE_VLAN) {
      const innerId = vlan.control(view, at + vlan.TAG_BYTES) & VLAN_ID;
      return this.identify(port, isDot1ad, outerId, innerId, SUBINT_VALID | MATCH_2_TAG);
    }
    return outerId === 0 ? port : this.identify(port, isDot1ad, outerId, 0, SUBINT_VALID | MATCH_1_TAG);
  }

  private add(entry: VlanInterfaces['all'][number]): void {
    const { swIfIndex, sub, device } = entry;
    if (device === 'local') return;
    this.flagsOf[swIfIndex] = SUBINT_VALID | (sub === null ? MATCH_0_TAG : matchOf(sub));
    if (sub?.tags === 0) this.defaultOf[sub.port] = swIfIndex;
    else if (sub) this.taggedOf.set(portAndType(sub.port, sub.isDot1ad), placeOf(sub), swIfIndex);
    this.readMode(entry);
  }

  private readMode({ swIfIndex, sub }: VlanInterfaces['all'][number]): void {
    // A port that is bridged takes all that no sub-interface takes.
    const bits = SUBINT_L2 | (sub === null ? MATCH_TAGGED : 0);
    const isL2 = this.interfaces.isL2Of[swIfIndex] === 1;
    this.flagsOf[swIfIndex] = isL2 ? this.flagsOf[swIfIndex] | bits : this.flagsOf[swIfIndex] & ~bits;
  }
}
