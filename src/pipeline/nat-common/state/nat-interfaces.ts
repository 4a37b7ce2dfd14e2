/**
 * NAT44's inside and outside interfaces: which features they switch on, and the outside addresses they make local
 * (VPP 19.08 src/plugins/nat/nat.c snat_interface_add_del, snat_interface_add_del_output_feature; VPP 26.06
 * src/plugins/nat/nat44-ei/nat44_ei.c nat44_ei_add_interface, nat44_ei_add_output_interface and their opposites).
 */

import { Changes } from '../../engine/state/changes.js';
import type { FeatureTable } from '../../engine/state/feature-table.js';
import type { Interface } from '../../engine/state/interface-table.js';
import { IndexPool } from './index-pool.js';
import type { NatMode, NatRoleName } from './nat-mode.js';

export interface NatInterface {
  readonly swIfIndex: number;
  isInside: boolean;
  isOutside: boolean;
}

/** What VPP's API calls return, as far as they can fail here. */
export type NatResult = 'ok' | 'exists' | 'missing' | 'invalid' | 'feature-disabled' | 'unsupported' | 'in-use';

interface OutsideFib {
  fibIndex: number;
  references: number;
}

export class NatInterfaces {
  readonly interfaces = new IndexPool<NatInterface>();
  readonly outputFeatures = new IndexPool<NatInterface>();
  /** By sw_if_index: an `out` (or in+out) interface without output feature; an `in` one with it. */
  private readonly outside: (boolean | undefined)[] = [];
  private readonly insideOutputFeature: (boolean | undefined)[] = [];
  /** FIBs of the outside interfaces, in order. */
  readonly outsideFibs: OutsideFib[] = [];
  /** An interface got a role, or lost one; one with output feature is outside. */
  readonly roleChanged = new Changes<[entry: Interface, isInside: boolean, isDelete: boolean]>();

  constructor(
    private readonly features: FeatureTable,
    private readonly mode: () => NatMode,
    /** Adds (or deletes) all outside addresses as local ones of an interface. */
    private readonly changeLocals: (entry: Interface, isAdd: boolean) => void,
  ) {}

  /** True for an `out` or in+out interface, output features aside. */
  isOutside(swIfIndex: number): boolean {
    return this.outside[swIfIndex] === true;
  }

  /** True for an `in` interface with output feature. */
  isInsideOutputFeature(swIfIndex: number): boolean {
    return this.insideOutputFeature[swIfIndex] === true;
  }

  /** `set interface nat44 in|out IF [del]` */
  change(entry: Interface, isInside: boolean, isDelete: boolean): NatResult {
    const result = this.changePlain(entry, isInside, isDelete);
    this.outside[entry.swIfIndex] =
      this.interfaces.findIndex((one) => one.swIfIndex === entry.swIfIndex && one.isOutside) >= 0;
    return result;
  }

  private changePlain(entry: Interface, isInside: boolean, isDelete: boolean): NatResult {
    const { swIfIndex } = entry;
    if (this.outputFeatures.findIndex((one) => one.swIfIndex === swIfIndex) >= 0) return 'exists';
    const { isPlugin } = this.mode();
    // VPP 19.08 counts whatever becomes of the command.
    if (!isInside && !isPlugin) this.countOutsideFib(entry.fibIndex, isDelete);
    const index = this.interfaces.findIndex((one) => one.swIfIndex === swIfIndex);
    const known = index < 0 ? null : this.interfaces.at(index);
    if (isDelete) {
      if (known === null) return 'missing';
      this.leave(index, known, isInside);
      if (!isInside && isPlugin) this.countOutsideFib(entry.fibIndex, true);
      if (!isInside || !isPlugin) this.changeLocals(entry, false);
      this.roleChanged.tell(entry, isInside, true);
      return 'ok';
    }
    if (known === null) {
      this.interfaces.add({ swIfIndex, isInside, isOutside: !isInside });
      this.changeRole(swIfIndex, null, isInside ? 'in' : 'out');
    } else {
      if (isInside ? known.isInside : known.isOutside) return 'ok';
      this.changeRole(swIfIndex, roleOf(known), 'in out');
      if (isInside) known.isInside = true;
      else known.isOutside = true;
    }
    if (!isInside) {
      if (isPlugin) this.countOutsideFib(entry.fibIndex, false);
      this.changeLocals(entry, true);
    }
    this.roleChanged.tell(entry, isInside, false);
    return 'ok';
  }

  /** `set interface nat44 in|out IF output-feature [del]`. To a plugin such an interface is inside and outside, whatever the command says. */
  changeOutputFeature(entry: Interface, asInside: boolean, isDelete: boolean): NatResult {
    const { swIfIndex } = entry;
    const { isPlugin } = this.mode();
    if (this.interfaces.findIndex((one) => one.swIfIndex === swIfIndex) >= 0) return 'exists';
    const isInside = asInside || isPlugin;
    const isOutside = !asInside || isPlugin;
    const index = this.outputFeatures.findIndex((one) => one.swIfIndex === swIfIndex);
    const result = index >= 0 === isDelete ? 'ok' : isDelete ? 'missing' : 'exists';
    if (isPlugin && result !== 'ok') return result;
    if (isOutside) this.countOutsideFib(entry.fibIndex, isDelete);
    const role = isOutside ? 'output out' : 'output in';
    this.changeRole(swIfIndex, isDelete ? role : null, isDelete ? null : role);
    if (result !== 'ok') return result;
    if (isDelete) this.outputFeatures.remove(index);
    else this.outputFeatures.add({ swIfIndex, isInside, isOutside });
    this.insideOutputFeature[swIfIndex] = isInside && !isDelete;
    if (isOutside) this.changeLocals(entry, !isDelete);
    this.roleChanged.tell(entry, !isOutside, isDelete);
    return 'ok';
  }

  /** The interfaces that an address added later becomes local on: VPP 19.08 takes the first pure outside one of each kind only. */
  outsideOfLaterAddress(): number[] {
    const lists = [this.interfaces.values(), this.outputFeatures.values()];
    const isAll = this.mode().isPlugin;
    return lists
      .flatMap((list) =>
        isAll ? list.filter((one) => one.isOutside) : list.filter((one) => !one.isInside).slice(0, 1),
      )
      .map((one) => one.swIfIndex);
  }

  /** snat_update_outside_fib: an interface moved to another VRF. */
  rebind(swIfIndex: number, fibIndex: number, oldFibIndex: number): void {
    if (fibIndex === oldFibIndex) return;
    const all = [...this.interfaces.values(), ...this.outputFeatures.values()];
    if (!all.some((one) => one.swIfIndex === swIfIndex && one.isOutside)) return;
    this.countOutsideFib(oldFibIndex, true);
    this.countOutsideFib(fibIndex, false);
  }

  private leave(index: number, known: NatInterface, isInside: boolean): void {
    const { swIfIndex } = known;
    const before = roleOf(known);
    if (before === 'in out') {
      if (isInside) known.isInside = false;
      else known.isOutside = false;
      this.changeRole(swIfIndex, before, roleOf(known));
      return;
    }
    this.changeRole(swIfIndex, isInside ? 'in' : 'out', null);
    this.interfaces.remove(index);
  }

  /** Switches off what only the role before needs, and on what only the one after needs. */
  private changeRole(swIfIndex: number, before: NatRoleName | null, after: NatRoleName | null): void {
    const { features } = this.mode();
    const off = before === null ? [] : features[before];
    const on = after === null ? [] : features[after];
    for (const { arc, node, swIfIndex: of } of off)
      if (!on.some((other) => other.node === node)) this.features.disable(arc, node, of ?? swIfIndex);
    for (const { arc, node, swIfIndex: of } of on)
      if (!off.some((other) => other.node === node)) this.features.enable(arc, node, of ?? swIfIndex);
  }

  private countOutsideFib(fibIndex: number, isDelete: boolean): void {
    const known = this.outsideFibs.find((one) => one.fibIndex === fibIndex);
    if (!known) {
      if (!isDelete) this.outsideFibs.push({ fibIndex, references: 1 });
      return;
    }
    known.references += isDelete ? -1 : 1;
    if (known.references > 0) return;
    // vec_del1: the last element takes the deleted one's place.
    const at = this.outsideFibs.indexOf(known);
    const last = this.outsideFibs.pop();
    if (last && last !== known) this.outsideFibs[at] = last;
  }
}

const roleOf = ({ isInside, isOutside }: NatInterface): 'in' | 'out' | 'in out' =>
  isInside ? (isOutside ? 'in out' : 'in') : 'out';
