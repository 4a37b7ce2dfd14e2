/** Tables and routes that commands made: those that do not follow from addresses, neighbours and NAT. */

import { isIPv6 } from 'node:net';
import { formatAddress, maskOf, parseAddress } from '../wire/address.js';
import type { ShownPath, ShownRoute, ShownTable } from './fib.js';
import type { ShownInterfaces } from './interfaces.js';
import type { ShownNeighbours } from './neighbours.js';
import type { Findings, ShownLine } from './shown.js';
import { subnetOf, type Subnet } from './prefixes.js';

/** What every table has. VPP 19.08 src/vnet/fib/ip4_fib.c, ip6_fib.c */
const SPECIAL = new Set([
  '0.0.0.0/0',
  '0.0.0.0/32',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '255.255.255.255/32',
  '::/0',
  'fe80::/10',
]);
const DEFAULT_FLOW_HASH = ['src', 'dst', 'sport', 'dport', 'proto'];
/** Is in the flow hash of later releases from the start. */
const FLOW_LABEL = 'flowlabel';

export class RouteCommands {
  /** Prefixes of the addresses of an interface. */
  private readonly subnets = new Map<string, readonly Subnet[]>();
  private readonly byLoadBalance = new Map<string, { readonly table: ShownTable; readonly prefix: string }>();

  /** @param taken addresses that something else than a route makes the node's own */
  constructor(
    private readonly fib: readonly ShownTable[],
    private readonly shown: ShownInterfaces,
    private readonly neighbours: ShownNeighbours,
    private readonly taken: ReadonlySet<string>,
    private readonly findings: Findings,
  ) {
    for (const { name } of shown.all) this.subnets.set(name, (shown.addresses.get(name) ?? []).map(subnetOf));
    for (const table of fib)
      for (const { loadBalance, prefix } of table.routes)
        this.byLoadBalance.set(`${table.isIp6} ${loadBalance}`, { table, prefix });
  }

  /** The id of a table, by its fib index. */
  tableId = (fibIndex: number): number => {
    if (fibIndex === 0) return 0;
    const told = this.shown.tableIds.get(String(fibIndex));
    if (told !== undefined) return told;
    const named = this.fib
      .filter((table) => table.fibIndex === fibIndex)
      .map(({ name }) => /-VRF:(\d+)$/.exec(name)?.[1])
      .find((id) => id !== undefined);
    if (named !== undefined) return Number(named);
    this.findings.assume(`the id of the table with fib index ${fibIndex} is not shown: taken to be ${fibIndex}`);
    return fibIndex;
  };

  /** `ip table add`, in the order of their fib indices. */
  tables(): string[] {
    const indices = new Set([
      ...this.fib.filter(({ isIp6 }) => !isIp6).map(({ fibIndex }) => fibIndex),
      ...this.shown.tableIds.entries().map(([index]) => Number(index)),
    ]);
    return [...indices]
      .filter((index) => index !== 0)
      .sort((a, b) => a - b)
      .map((index) => `ip table add ${this.tableId(index)}`);
  }

  flowHashes(): string[] {
    return this.fib.flatMap(({ isIp6, fibIndex, flowHash }) => {
      const fields = flowHash.split(/\s+/).filter((field) => field !== FLOW_LABEL && field !== '');
      if (isIp6 || fields.join() === DEFAULT_FLOW_HASH.join()) return [];
      return [`set ip flow-hash table ${this.tableId(fibIndex)} ${fields.join(' ')}`];
    });
  }

  routes(): string[] {
    return this.fib.flatMap((table) => table.routes.flatMap((route) => this.commandsOf(route, table)));
  }

  private commandsOf(route: ShownRoute, table: ShownTable): string[] {
    const { prefix, paths, line } = route;
    if (paths.length === 0) this.findings.assume(`${line.place}: where ${prefix} goes is cut off: it is left out`);
    if (paths.length === 0 || this.follows(route)) return [];
    const id = this.tableId(table.fibIndex);
    const words = `ip route add ${prefix}${id === 0 ? '' : ` table ${id}`}`;
    const counts = new Map<string, number>();
    for (const path of paths) {
      const known = this.viaOf(path, table, line);
      const via = known ?? 'drop';
      if (known === null)
        this.findings.assume(
          `${line.place}: vppcap knows no command for what ${prefix} is forwarded to: a drop stands in`,
        );
      counts.set(via, (counts.get(via) ?? 0) + 1);
    }
    const unit = [...counts.values()].reduce(commonDivisor, 0);
    return [...counts].map(([via, count]) => `${words} via ${via}${count === unit ? '' : ` weight ${count / unit}`}`);
  }

  /** What stands behind `via`; null for what no command makes. */
  private viaOf(path: ShownPath, table: ShownTable, line: ShownLine): string | null {
    switch (path.kind) {
      case 'next-hop':
        return `${path.nextHop} ${this.shown.requireName(path.interfaceName, line)}`;
      case 'attached':
        return this.shown.requireName(path.interfaceName, line);
      case 'receive':
        return 'local';
      case 'lookup': {
        const other = this.fib.find(({ name, isIp6 }) => name === path.table && isIp6 === table.isIp6);
        const id = other ? this.tableId(other.fibIndex) : Number(/-VRF:(\d+)$/.exec(path.table)?.[1] ?? NaN);
        return Number.isNaN(id) ? null : `${table.isIp6 ? '::' : '0.0.0.0'} next-hop-table ${id}`;
      }
      case 'recursive': {
        const next = this.byLoadBalance.get(`${table.isIp6} ${path.loadBalance}`);
        if (!next) return null;
        const id = this.tableId(next.table.fibIndex);
        return `${next.prefix.replace(/\/.*/, '')}${id === 0 ? '' : ` next-hop-table ${id}`}`;
      }
      case 'other':
        return null;
      default:
        return path.kind;
    }
  }

  /** True where the route is there without a command for it. */
  private follows({ prefix, paths: [path, ...others] }: ShownRoute): boolean {
    if (others.length > 0) return false;
    const [address, length] = [prefix.replace(/\/.*/, ''), Number(prefix.replace(/.*\//, ''))];
    const isHost = length === (isIPv6(address) ? 128 : 32);
    switch (path.kind) {
      case 'drop':
        return SPECIAL.has(prefix) || (isHost && this.isEndOfSubnet(address)) || this.isOfInterface(address, length);
      case 'other':
        return SPECIAL.has(prefix);
      case 'receive':
        return (
          isHost &&
          (this.taken.has(address) ||
            [...this.subnets.values()].some((subnets) => subnets.some((one) => one.address === address)))
        );
      case 'attached':
        return this.subnetsOf(path.interfaceName).some((subnet) => subnet.length === length && subnet.covers(address));
      case 'next-hop':
        return (
          isHost &&
          path.nextHop === address &&
          this.neighbours.hasFibEntry(path.interfaceName, address) &&
          this.subnetsOf(path.interfaceName).some((subnet) => subnet.covers(address))
        );
      default:
        return false;
    }
  }

  /** Of an interface that is down, packets for its subnet are dropped. */
  private isOfInterface = (address: string, length: number): boolean =>
    [...this.subnets.values()].flat().some((subnet) => subnet.length === length && subnet.covers(address));

  private subnetsOf = (name: string): readonly Subnet[] => this.subnets.get(name) ?? [];

  /** Network and broadcast addresses are dropped. */
  private isEndOfSubnet(text: string): boolean {
    const address = parseAddress(text);
    if (address === null) return false;
    return [...this.subnets.values()].flat().some((subnet) => {
      const own = parseAddress(subnet.address);
      if (own === null || subnet.length > 30) return false;
      const mask = maskOf(subnet.length);
      return text === formatAddress(own & mask) || text === formatAddress(own | ~mask);
    });
  }
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
