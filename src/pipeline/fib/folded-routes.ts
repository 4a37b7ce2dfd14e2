/**
 * Routes of the command line that nothing else asks for, by paths that many share: nearly all of a full table. They take 20 bytes
 * each instead of 600, since their entries are made only once somebody looks at them. All else of them is there: a load balance,
 * and its place in the trie. (VPP shares path lists, too: FIB_PATH_LIST_FLAG_SHARED.)
 */

import type { AddressFamily } from './address-family.js';
import { grown } from '../engine/state/grown.js';
import type { FibEntries } from './fib-entries.js';
import { FibSource, PathType, type FibEntry, type FibPath, type SharedPaths, type TablePrefix } from './fib-entry.js';
import type { FibForwarding, PrefixTable, Resolution } from './fib-forwarding.js';
import type { LoadBalances } from './load-balances.js';

/** Paths of routes that one file asks for. */
export class FoldedPaths implements SharedPaths {
  /** Best first. */
  readonly paths: readonly FibPath[];
  readonly flags: number;
  readonly file: string;
  resolution: Resolution = { hops: [], isResolved: false, hasUrpf: false };
  /** Routes that have them and are folded. */
  routes = 0;

  constructor(
    private readonly owner: FoldedRoutes,
    readonly index: number,
    { paths, flags, file }: Pick<FoldedPaths, 'paths' | 'flags' | 'file'>,
  ) {
    this.paths = paths;
    this.flags = flags;
    this.file = file;
  }

  update(): void {
    this.owner.update(this);
  }
}

/** Words of a route: its address, table and prefix length, paths, line, and load balance. */
const WORDS = 5;
const [ADDRESS, KEY, PATHS, LINE, LOAD_BALANCE] = [0, 1, 2, 3, 4];

export class FoldedRoutes {
  /** WORDS by place among the entries; 0 for the load balance of what is not folded, since that is a table's own. */
  private words = new Int32Array(64 * WORDS);
  /** Place + 1, by load balance. */
  private placeOf = new Int32Array(64);
  private readonly unfolded = new Map<number, FibEntry>();
  private end = 0;
  private readonly shared: FoldedPaths[] = [];
  private asked = new WeakMap<object, FoldedPaths | 'once' | 'never'>();

  constructor(
    private readonly family: AddressFamily,
    private readonly entries: FibEntries,
    private readonly forwarding: FibForwarding,
    private readonly loadBalances: LoadBalances,
    private readonly prefixes: PrefixTable,
  ) {
    entries.unfold = (at) => this.unfold(at);
  }

  /**
   * The paths of what commands ask for, where several do: lines that are alike have it in common.
   * @param make says what it is the second time: best first, none of them a receive path; null for what is not folded
   */
  pathsOf(asked: object, make: () => Pick<FoldedPaths, 'paths' | 'flags' | 'file'> | null): FoldedPaths | null {
    const known = this.asked.get(asked);
    if (known instanceof FoldedPaths) return known;
    if (known === undefined) this.asked.set(asked, 'once');
    if (known !== 'once') return null;
    const given = make();
    const made = given && new FoldedPaths(this, this.shared.length, given);
    if (made) this.shared.push(made);
    this.asked.set(asked, made ?? 'never');
    return made;
  }

  /** What commands ask for may be something else from here on. */
  forget(): void {
    this.asked = new WeakMap();
  }

  /** A route for a prefix without host bits; false where there is one already, or others depend on it. */
  add(prefix: TablePrefix, paths: FoldedPaths, line: number): boolean {
    if (this.forwarding.covers.dependentsIn(prefix).length > 0) return false;
    const at = this.entries.fold(prefix);
    if (at < 0) return false;
    const { fibIndex, address, length } = prefix;
    if (paths.routes++ === 0) this.follow(paths);
    const loadBalance = this.loadBalances.add(this.family);
    this.loadBalances.hashConfig[loadBalance] = this.entries.tables[fibIndex].flowHashConfig;
    if (at * WORDS >= this.words.length)
      this.words = grown(this.words, Math.max(this.words.length * 2, (at + 1) * WORDS));
    if (loadBalance >= this.placeOf.length)
      this.placeOf = grown(this.placeOf, Math.max(this.placeOf.length * 2, loadBalance + 1));
    const from = at * WORDS;
    this.words[from + ADDRESS] = address;
    this.words[from + KEY] = (fibIndex << 8) | length;
    this.words[from + PATHS] = paths.index;
    this.words[from + LINE] = line;
    this.words[from + LOAD_BALANCE] = loadBalance;
    this.placeOf[loadBalance] = at + 1;
    this.end = Math.max(this.end, at + 1);
    this.forwarding.release(loadBalance);
    this.prefixes.set(prefix, loadBalance);
    const { hops, hasUrpf } = paths.resolution;
    this.loadBalances.update(loadBalance, hops, hasUrpf);
    return true;
  }

  /** The entry that a load balance belongs to; null for one of no folded route. */
  entryOf(loadBalance: number): FibEntry | null {
    const at = loadBalance < this.placeOf.length ? this.placeOf[loadBalance] - 1 : -1;
    return at < 0 ? (this.unfolded.get(loadBalance) ?? null) : this.unfold(at);
  }

  /** What paths resolve to has changed, or may have. */
  update(paths: FoldedPaths): void {
    paths.resolution = this.forwarding.resolve(null, paths.paths, paths.flags);
    const { hops, hasUrpf } = paths.resolution;
    this.each((from) => {
      if (this.words[from + PATHS] === paths.index)
        this.loadBalances.update(this.words[from + LOAD_BALANCE], hops, hasUrpf);
    });
  }

  interfaceChanged(swIfIndex: number): void {
    for (const paths of this.shared)
      if (paths.routes > 0 && paths.paths.some((path) => path.swIfIndex === swIfIndex)) paths.update();
  }

  setFlowHash(fibIndex: number, config: number): void {
    this.each((from) => {
      if (this.words[from + KEY] >> 8 === fibIndex)
        this.loadBalances.hashConfig[this.words[from + LOAD_BALANCE]] = config;
    });
  }

  private each(act: (from: number) => void): void {
    for (let from = 0; from < this.end * WORDS; from += WORDS) if (this.words[from + LOAD_BALANCE] > 0) act(from);
  }

  private follow(paths: FoldedPaths): void {
    for (const path of paths.paths)
      if (path.type === PathType.Recursive) (this.forwarding.addVia(path).sharedChildren ??= new Set()).add(paths);
    paths.resolution = this.forwarding.resolve(null, paths.paths, paths.flags);
  }

  private unfold(at: number): FibEntry {
    const [address, key, index, line, loadBalance] = this.words.subarray(at * WORDS, (at + 1) * WORDS);
    const { paths, flags, file, resolution } = this.shared[index];
    this.words[at * WORDS + LOAD_BALANCE] = 0;
    this.placeOf[loadBalance] = 0;
    const entry = this.entries.put(at, { fibIndex: key >> 8, address, length: key & 0xff });
    this.unfolded.set(loadBalance, entry);
    const origin = `${file}:${line}`;
    const source = entry.findOrAddSource(FibSource.CLI, flags, origin);
    source.paths = paths.map((path) => ({ ...path, origin }));
    entry.flags = flags;
    entry.paths = source.paths;
    entry.loadBalance = loadBalance;
    entry.isResolved = resolution.isResolved;
    entry.hasUrpf = resolution.hasUrpf;
    this.forwarding.unfolded(entry);
    if (--this.shared[index].routes === 0)
      for (const path of paths)
        if (path.type === PathType.Recursive) this.forwarding.addVia(path).sharedChildren?.delete(this.shared[index]);
    return entry;
  }
}
