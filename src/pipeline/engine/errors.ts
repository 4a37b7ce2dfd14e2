/**
 * Error counters as VPP has them: each belongs to a node, has a text, and may be left in a buffer as the reason that
 * `drop` and `punt` print. A node declares its set; other nodes may use it (ip4-rewrite counts ip4-input's errors).
 */

import { grown } from './state/grown.js';

/** Errors owned by one node: `owner` is the node's name in `show errors`, `texts` VPP's words by symbol. */
export interface ErrorSet<K extends string = string> {
  readonly owner: string;
  readonly texts: Readonly<Record<K, string>>;
}

/** Texts that a release words otherwise, by owner and symbol. */
export type ErrorTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const errorSet = <K extends string>(owner: string, texts: Record<K, string>): ErrorSet<K> => ({ owner, texts });

const NOTHING = new Float64Array(0);

/** Error 0: what a buffer carries that nobody put an error in (VPP 19.08 src/vlib/node.c, null-node). */
const NULL_NODE = errorSet('null-node', { NONE: 'blackholed packets' });

/** The process-wide error heap: ids by set and symbol, and the counters. */
export class Errors {
  /** 'node: text' by error id. */
  readonly names: string[] = [];
  /** The same as `show errors` prints it, which may cut a reason off: two may then be one. */
  readonly shownNames: string[] = [];
  /** Counter by error id (`show errors`). */
  counters = new Float64Array(64);
  private readonly idOf = new Map<string, number>();
  private readonly idsOf = new Map<ErrorSet, Record<string, number>>();

  /** @param reasonColumns that `show errors` has for a reason */
  constructor(
    private readonly otherTexts: ErrorTexts = {},
    private readonly reasonColumns = Infinity,
  ) {
    this.ids(NULL_NODE);
  }

  /** Ids of a set's errors by symbol; registers the set on first use. */
  ids<K extends string>(set: ErrorSet<K>): Record<K, number> {
    const known = this.idsOf.get(set);
    if (known) return known;
    const ids = {} as Record<K, number>;
    const texts = { ...set.texts, ...this.otherTexts[set.owner] };
    for (const symbol of Object.keys(set.texts) as K[]) ids[symbol] = this.register(`${set.owner}: ${texts[symbol]}`);
    this.idsOf.set(set, ids);
    return ids;
  }

  /** Adds to a counter without touching any buffer (vlib_node_increment_counter). */
  increment(id: number, by = 1): void {
    this.counters[id] = this.counters[id] + by;
  }

  /** Counters above 0 by shown name, `since` what they were, as far as they were there. */
  shown(since: Float64Array = NOTHING): Map<string, number> {
    const shown = new Map<string, number>();
    const { counters, shownNames } = this;
    for (let id = 0; id < shownNames.length; id++) {
      const count = counters[id] - (id < since.length ? since[id] : 0);
      if (count !== 0) shown.set(shownNames[id], (shown.get(shownNames[id]) ?? 0) + count);
    }
    return shown;
  }

  /** The same of increments that stand behind their ids. */
  shownOf(increments: ArrayLike<number>): Map<string, number> {
    const shown = new Map<string, number>();
    for (let i = 0; i < increments.length; i += 2) {
      const name = this.shownNames[increments[i]];
      shown.set(name, (shown.get(name) ?? 0) + increments[i + 1]);
    }
    return shown;
  }

  private register(name: string): number {
    const known = this.idOf.get(name);
    if (known !== undefined) return known;
    const id = this.names.push(name) - 1;
    this.shownNames.push(name.slice(0, name.indexOf(': ') + 2 + this.reasonColumns).trimEnd());
    this.idOf.set(name, id);
    if (id >= this.counters.length) this.counters = grown(this.counters);
    return id;
  }
}
