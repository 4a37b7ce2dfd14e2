/** What NAT44 asks of routing: FIBs by table id, the interface a destination resolves to, and local addresses. */

import type { InterfaceTable } from '../../engine/state/interface-table.js';
import type { Ip4Tables } from '../../fib/ip4-tables.js';

export class NatFib {
  /** How many need a local route, by address and interface. */
  private readonly users = new Map<string, number>();

  constructor(
    private readonly ip4: Ip4Tables,
    private readonly interfaces: InterfaceTable,
  ) {}

  /** FIB index of a table id; makes the table where it is new. */
  indexOf(tableId: number): number {
    return this.ip4.addTable(tableId);
  }

  /**
   * fib_entry_get_resolving_interface of the best route: a sw_if_index, or -1 for routes without an interface. VPP looks where a route is
   * that does not forward, too, such as that to a neighbour on an interface that is down.
   */
  resolvingInterface(fibIndex: number, address: number): number {
    const { fib } = this.ip4;
    const entry = fib.entries.lookup(fibIndex, address);
    return entry === null ? -1 : fib.resolvingInterface(entry);
  }

  /**
   * snat_add_del_addr_to_fib: a /32 local route in the FIB of the interface.
   * @param isCounted it is added once, and goes when the last that needs it does (nat44_ed_add_fib_entry_reg)
   */
  changeLocal(address: number, swIfIndex: number, isAdd: boolean, isCounted: boolean): void {
    if (isCounted && !this.count(`${address} ${swIfIndex}`, isAdd)) return;
    const { fibIndex } = this.interfaces.all[swIfIndex];
    if (isAdd) this.ip4.addLocal(fibIndex, address, swIfIndex, 'nat44');
    else this.ip4.removeLocal(fibIndex, address);
  }

  /** True for the first that comes and the last that goes. */
  private count(key: string, isAdd: boolean): boolean {
    const before = this.users.get(key) ?? 0;
    const after = Math.max(0, before + (isAdd ? 1 : -1));
    this.users.set(key, after);
    return (before === 0) !== (after === 0);
  }

  /** Addresses of an interface, or of the one whose it borrows. */
  addressesOf(swIfIndex: number): number[] {
    const { all } = this.interfaces;
    const { addresses, unnumberedTo } = all[swIfIndex];
    return (unnumberedTo >= 0 ? all[unnumberedTo].addresses : addresses).map(({ address }) => address);
  }

  /** ip4_interface_first_address, unnumbered interfaces included; null for none. */
  firstAddressOf(swIfIndex: number): number | null {
    return this.ip4.firstAddress(swIfIndex);
  }
}
