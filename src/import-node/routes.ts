/** Tables and routes that commands made: those that do not follow from addresses, neighbours and NAT. */

import { isIPv6 } from 'node:net';
import { normalizeNextHops } from '../pipeline/fib/multipath.js';
import { formatAddress, maskOf, parseAddress } from '../wire/address.js';
import { idOfName, type ShownPath, type ShownRoute, type ShownTable } from './fib.js';
import type { ShownInterfaces } from './interfaces.js';
import type { ShownNeighbours } from './neighbours.js';
import type { Findings, ShownLine } from './shown.js';
import { subnetOf, type Family, type Subnet } from './prefixes.js';

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
const FLOW_LABEL = 'flowlabel';

const FAMILIES: readonly Family[] = ['ip4', 'ip6'];
/** As commands begin. */
const WORDS: Readonly<Record<Family, string>> = { ip4: 'ip', ip6: 'ip6' };

export class RouteCommands {
  /** Prefixes of the addresses of an interface. */
  private readonly subnets = new Map<string, readonly Subnet[]>();
  private readonly byLoadBalance = new Map<string, { readonly table: ShownTable; readonly prefix: string }>();

  /**
   * @param taken addresses that something else than a route makes the node's own
   * @param hasFlowLabel whether the flow hash of IPv6 has it from the start
   */
  constructor(
    private readonly fib: readonly ShownTable[],
    private readonly shown: ShownInterfaces,
    private readonly neighbours: ShownNeighbours,
    private readonly taken: ReadonlySet<string>,
    private readonly hasFlowLabel: boolean,
    private readonly findings: Findings,
  ) {
    for (const { name } of shown.all) this.subnets.set(name, (shown.addresses.get(name) ?? []).map(subnetOf));
    for (const table of fib)
      for (const { loadBalance, prefix } of table.routes)
        this.byLoadBalance.set(`${table.family} ${loadBalance}`, { table, prefix });
  }

  /** The id of a table, by its fib index. */
  tableId = (fibIndex: number, family: Family = 'ip4'): number => {
    if (fibIndex === 0) return 0;
    const told = this.shown.tableIds[family].get(String(fibIndex));
    if (told !== undefined) return told;
    const named = this.fib
      .filter((table) => table.fibIndex === fibIndex && table.family === family)
      .map(idOfName)
      .find((id) => id !== undefined);
    if (named !== undefined) return named;
    this.findings.assume(`the id of the table with fib index ${fibIndex} is not shown: taken to be ${fibIndex}`);
    return fibIndex;
  };

  /** `ip table add`, in the order of their fib indices. */
  tables(): string[] {
    return FAMILIES.flatMap((family) => {
      const indices = new Set([
        ...this.fib.filter((table) => table.family === family).map(({ fibIndex }) => fibIndex),
        ...this.shown.tableIds[family].entries().map(([index]) => Number(index)),
      ]);
      return [...indices]
        .filter((index) => index !== 0)
        .sort((a, b) => a - b)
        .map((index) => `${WORDS[family]} table add ${this.tableId(index, family)}`);
    });
  }

  flowHashes(): string[] {
    return this.fib.flatMap(({ family, fibIndex, flowHash }) => {
      const usual = family === 'ip6' && this.hasFlowLabel ? [...DEFAULT_FLOW_HASH, FLOW_LABEL] : DEFAULT_FLOW_HASH;
      // IPv4 has no flow label, though VPP prints it.
      const fields = flowHash
        .split(/\s+/)
        .filter((field) => field !== '' && (family === 'ip6' || field !== FLOW_LABEL));
      if (fields.join() === usual.join()) return [];
      return [`set ${WORDS[family]} flow-hash table ${this.tableId(fibIndex, family)} ${fields.join(' ')}`];
    });
  }

  routes(): string[] {
    return this.fib.flatMap((table) => table.routes.flatMap((route) => this.commandsOf(route, table)));
  }

  private commandsOf(route: ShownRoute, table: ShownTable): string[] {
    const { prefix, paths, line } = route;
    if (paths.length === 0 && !route.isUnresolved)
      this.findings.assume(`${line.place}: where ${prefix} goes is cut off: it is left out`);
    if (paths.length === 0 || this.follows(route)) return [];
    const id = this.tableId(table.fibIndex, table.family);
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
    const weights = weightsOf([...counts.values()]);
    const unit = weights.reduce(commonDivisor, 0);
    return [...counts.keys()].map(
      (via, i) => `${words} via ${via}${weights[i] === unit ? '' : ` weight ${weights[i] / unit}`}`,
    );
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
        const other = this.fib.find(({ name, family }) => name === path.table && family === table.family);
        const id = other
          ? this.tableId(other.fibIndex, other.family)
          : Number(/-VRF:(\d+)$/.exec(path.table)?.[1] ?? NaN);
        return Number.isNaN(id) ? null : `${table.family === 'ip6' ? '::' : '0.0.0.0'} next-hop-table ${id}`;
      }
      case 'recursive': {
        const next = this.byLoadBalance.get(`${table.family} ${path.loadBalance}`);
        if (!next) return null;
        const id = this.tableId(next.table.fibIndex, next.table.family);
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

/** Weights that give these numbers of buckets, in this order. What VPP cannot share out evenly it gives to the first path. */
function weightsOf(counts: readonly number[]): readonly number[] {
  const order = counts.flatMap((count, dpoIndex) => Array<number>(count).fill(dpoIndex));
  for (let first = counts[0]; first > 0; first--) {
    const weights = [first, ...counts.slice(1)];
    const hops = normalizeNextHops(weights.map((weight, dpoIndex) => ({ dpoType: 0, dpoIndex, weight })));
    if (hops.map(({ dpoIndex }) => dpoIndex).join() === order.join()) return weights;
  }
  return counts;
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
