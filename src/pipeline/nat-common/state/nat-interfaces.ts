/**
 * NAT44's inside and outside interfaces: which features they switch on, and the outside addresses they make local
 * (VPP 19.08 src/plugins/nat/nat.c snat_interface_add_del, snat_interface_add_del_output_feature).
 */

import type { FeatureTable } from '../../engine/state/feature-table.js';
import type { Interface } from '../../engine/state/interface-table.js';
import { IndexPool } from './index-pool.js';

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

const UNICAST = 'ip4-unicast';
const OUTPUT = 'ip4-output';
const LOCAL = 'ip4-local';

export class NatInterfaces {
  readonly interfaces = new IndexPool<NatInterface>();
  readonly outputFeatures = new IndexPool<NatInterface>();
  /** By sw_if_index: an `out` (or in+out) interface without output feature; an `in` one with it. */
  private readonly outside: (boolean | undefined)[] = [];
  private readonly insideOutputFeature: (boolean | undefined)[] = [];
  /** FIBs of the outside interfaces, in order. */
  readonly outsideFibs: OutsideFib[] = [];

  constructor(
    private readonly features: FeatureTable,
    /** What the names of NAT44's nodes begin with. */
    private readonly prefix: () => string,
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
    if (!isInside) this.countOutsideFib(entry.fibIndex, isDelete);
    const index = this.interfaces.findIndex((one) => one.swIfIndex === swIfIndex);
    if (index < 0) {
      if (isDelete) return 'missing';
      this.interfaces.add({ swIfIndex, isInside, isOutside: !isInside });
      this.features.enable(UNICAST, this.unicastNode(isInside), swIfIndex);
      if (isInside) this.features.enable(LOCAL, this.node('hairpinning'), swIfIndex);
    } else {
      const known = this.interfaces.at(index);
      if (isDelete) {
        this.leave(index, known, isInside);
        this.changeLocals(entry, false);
        return 'ok';
      }
      if (isInside ? known.isInside : known.isOutside) return 'ok';
      // Both directions on one interface: a classifier takes the place of the one there was.
      this.features.disable(UNICAST, this.unicastNode(!isInside), swIfIndex);
      this.features.enable(UNICAST, this.node('classify'), swIfIndex);
      if (!isInside) this.features.disable(LOCAL, this.node('hairpinning'), swIfIndex);
      if (isInside) known.isInside = true;
      else known.isOutside = true;
    }
    if (!isInside) this.changeLocals(entry, true);
    return 'ok';
  }

  /** `set interface nat44 in|out IF output-feature [del]` */
  changeOutputFeature(entry: Interface, isInside: boolean, isDelete: boolean): NatResult {
    const { swIfIndex } = entry;
    if (this.interfaces.findIndex((one) => one.swIfIndex === swIfIndex) >= 0) return 'exists';
    if (!isInside) this.countOutsideFib(entry.fibIndex, isDelete);
    const change = isDelete ? this.features.disable.bind(this.features) : this.features.enable.bind(this.features);
    change(UNICAST, isInside ? this.node('hairpin-dst') : this.unicastNode(false), swIfIndex);
    change(OUTPUT, isInside ? this.node('hairpin-src') : this.node('in2out-output'), swIfIndex);
    const index = this.outputFeatures.findIndex((one) => one.swIfIndex === swIfIndex);
    if (index >= 0 !== isDelete) return isDelete ? 'missing' : 'exists';
    if (isDelete) this.outputFeatures.remove(index);
    else this.outputFeatures.add({ swIfIndex, isInside, isOutside: !isInside });
    this.insideOutputFeature[swIfIndex] = isInside && !isDelete;
    if (!isInside) this.changeLocals(entry, !isDelete);
    return 'ok';
  }

  /** The interfaces that an address added later becomes local on: the first pure outside one of each kind. */
  firstOutside(): number[] {
    const lists = [this.interfaces.values(), this.outputFeatures.values()];
    return lists.flatMap((list) => list.filter((one) => !one.isInside).slice(0, 1)).map((one) => one.swIfIndex);
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
    if (known.isInside && known.isOutside) {
      if (isInside) known.isInside = false;
      else known.isOutside = false;
      this.features.disable(UNICAST, this.node('classify'), swIfIndex);
      this.features.enable(UNICAST, this.unicastNode(!isInside), swIfIndex);
      if (!isInside) this.features.enable(LOCAL, this.node('hairpinning'), swIfIndex);
      return;
    }
    this.features.disable(UNICAST, this.unicastNode(isInside), swIfIndex);
    this.interfaces.remove(index);
    if (isInside) this.features.disable(LOCAL, this.node('hairpinning'), swIfIndex);
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

  private node(name: string): string {
    return `${this.prefix()}-${name}`;
  }

  private unicastNode(isInside: boolean): string {
    return this.node(isInside ? 'in2out' : 'out2in');
  }
}
