/** Addresses of NAT44's pools, as `show nat44 [ei] addresses` and `show nat44 [ei] interface address` list them. */

import type { ShownInterfaces } from './interfaces.js';
import type { ShownLine } from './shown.js';

const ADDRESS = /^\s*(\d+\.\d+\.\d+\.\d+)\s*$/;
const TENANT = /^\s*tenant VRF: (\d+)/;
const TWICE = /^\s*NAT44 twice-nat pool address/;
const LENDER = /^\s+(\S+?)( twice-nat)?\s*$/;

interface PoolEntry {
  readonly address: string;
  readonly isTwice: boolean;
  tenantVrf: number | null;
}

export class ShownPools {
  readonly addresses: PoolEntry[] = [];
  /** Interfaces whose addresses are in a pool. */
  private readonly lenders: { readonly name: string; readonly isTwice: boolean }[] = [];

  constructor(
    addresses: Iterable<ShownLine>,
    interfaces: Iterable<ShownLine>,
    private readonly shown: ShownInterfaces,
  ) {
    let isTwice = false;
    for (const { text } of addresses) {
      const [address, tenant, last] = [ADDRESS.exec(text), TENANT.exec(text), this.addresses.at(-1)];
      if (TWICE.test(text)) isTwice = true;
      else if (/^\s*NAT44 pool addresses/.test(text)) isTwice = false;
      else if (address && !this.addresses.some((one) => one.address === address[1] && one.isTwice === isTwice))
        this.addresses.push({ address: address[1], isTwice, tenantVrf: null });
      else if (last && tenant) last.tenantVrf = Number(tenant[1]);
    }
    isTwice = false;
    for (const line of interfaces) {
      const one = LENDER.exec(line.text);
      if (/^\s*NAT44 /.test(line.text)) isTwice = TWICE.test(line.text);
      else if (one)
        this.lenders.push({
          name: shown.requireName(one[1], line),
          isTwice: isTwice || (one[2] as string | undefined) !== undefined,
        });
    }
  }

  get isEmpty(): boolean {
    return this.addresses.length + this.lenders.length === 0;
  }

  /** In the pools' order. An address that an interface lends stands for the interface. */
  commands(words: string): string[] {
    const lines: string[] = [];
    const lent = (name: string, isTwice: boolean): string =>
      `${words} add interface address ${name}${isTwice ? ' twice-nat' : ''}`;
    for (const { address, isTwice, tenantVrf } of this.addresses) {
      const owner = this.lenders.find((one) => one.isTwice === isTwice && this.hasAddress(one.name, address));
      if (owner) lines.push(lent(owner.name, isTwice));
      else
        lines.push(
          `${words} add address ${address}${tenantVrf === null ? '' : ` tenant-vrf ${tenantVrf}`}${isTwice ? ' twice-nat' : ''}`,
        );
    }
    for (const { name, isTwice } of this.lenders) lines.push(lent(name, isTwice));
    return [...new Set(lines)];
  }

  private hasAddress = (name: string, address: string): boolean =>
    (this.shown.addresses.get(name) ?? []).some((prefix) => prefix.startsWith(`${address}/`));
}
