/** From which VRFs destinations are looked for in which others, as `nat44 vrf table` and `nat44 vrf route` say; VRFs without go by the outside ones. */

import type { NatFib } from '../../nat-common/state/nat-fib.js';
import { IndexPool } from '../../nat-common/state/index-pool.js';

interface VrfTable {
  readonly vrf: number;
  readonly fibIndex: number;
  readonly routes: IndexPool<{ readonly vrf: number; readonly fibIndex: number }>;
}

export class VrfRoutes {
  private tables = new IndexPool<VrfTable>();

  constructor(private readonly fib: NatFib) {}

  /** nat44_ed_del_vrf_tables */
  clear(): void {
    this.tables = new IndexPool();
  }

  /** nat44_ed_add_del_vrf_table; false where it is there already, or is not. */
  changeTable(vrf: number, isDelete: boolean): boolean {
    const known = this.tables.findIndex((one) => one.vrf === vrf);
    if (known >= 0 !== isDelete) return false;
    if (isDelete) this.tables.remove(known);
    else this.tables.add({ vrf, fibIndex: this.fib.indexOf(vrf), routes: new IndexPool() });
    return true;
  }

  /** nat44_ed_add_del_vrf_route */
  changeRoute(table: number, vrf: number, isDelete: boolean): boolean {
    const routes = this.tables.values().find((one) => one.vrf === table)?.routes;
    const known = routes?.findIndex((one) => one.vrf === vrf) ?? -1;
    if (!routes || known >= 0 !== isDelete) return false;
    if (isDelete) routes.remove(known);
    else routes.add({ vrf, fibIndex: this.fib.indexOf(vrf) });
    return true;
  }

  /** The FIBs that a FIB's packets may go to; null where nothing is said of it. */
  fibsOf(fibIndex: number): readonly number[] | null {
    if (this.tables.count === 0) return null;
    const table = this.tables.values().find((one) => one.fibIndex === fibIndex);
    return table?.routes.values().map((one) => one.fibIndex) ?? null;
  }
}
