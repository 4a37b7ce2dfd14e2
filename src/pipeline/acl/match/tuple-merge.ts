/**
 * Which hash table VPP has a rule in, and with which mask (VPP 19.08 src/plugins/acl/hash_lookup.c, "TupleMerge").
 *
 * A table has one mask for all its rules, which leaves out bits that some of them have; a rule that is found there is compared whole.
 * That makes a difference only where the comparison of a rule is at fault, as 19.08's of IPv6 prefixes is (ip6-rules.ts): there
 * the table's mask decides, too. It hangs on the rules that came before, of both IP versions, on what was replaced, and on rules that met in one
 * slot of a table. So VPP's bookkeeping is done again, but only when somebody asks for masks.
 */

import type { Acl } from './acl-rules.js';
import { ADDRESS_WORDS, contains, relax, splitMask, tuplesOf, type Tuple } from './tuple-mask.js';

const SPLIT_THRESHOLD = 39; // TM_SPLIT_THRESHOLD

interface HashedRule {
  readonly isIp6: boolean;
  readonly mask: Tuple;
  readonly match: Tuple;
  readonly baseMask: number;
}

/** A rule in a lookup context (applied_hash_ace_entry_t). */
interface Entry {
  readonly aclIndex: number;
  readonly rule: HashedRule;
  maskType: number;
}

interface Context {
  aclIndices: readonly number[];
  entries: Entry[];
  /** Rules by table and masked tuple, in the order in which they came (colliding_rules). */
  readonly slots: Map<string, Entry[]>;
  /** Mask types of the tables, in the order of their first rules; with rules that were just added, as they were needed. */
  tables: number[];
}

export class TupleMerge {
  /** `use tuple merge` and `tuple merge split threshold` of startup.conf. */
  isUsed = true;
  splitThreshold = SPLIT_THRESHOLD;
  private readonly masks = new MaskTypes();
  private readonly rules: (readonly HashedRule[])[] = [];
  private readonly contexts: Context[] = [];
  /** What was configured and has not been done yet. */
  private waiting: (() => void)[] = [];

  setAcl(acl: Acl): void {
    this.waiting.push(() => {
      this.replace(acl);
    });
  }

  setList(lcIndex: number, aclIndices: readonly number[]): void {
    const list = [...aclIndices];
    this.waiting.push(() => {
      const context = this.contextOf(lcIndex);
      for (const index of [...context.aclIndices].reverse()) this.unapply(context, index);
      for (const index of list) this.apply(context, index);
      context.aclIndices = list;
    });
  }

  /** The address words of the masks with which rules for IPv6 of a lookup context are looked up, in the order of the rules. */
  ip6Masks(lcIndex: number): Int32Array[] {
    for (const change of this.waiting) change();
    this.waiting = [];
    const own = this.contextOf(lcIndex).entries.filter(({ rule }) => rule.isIp6);
    return own.map(({ maskType }) => this.masks.at(maskType)?.subarray(0, ADDRESS_WORDS) ?? new Int32Array());
  }

  private contextOf(lcIndex: number): Context {
    return (this.contexts[lcIndex] ??= { aclIndices: [], entries: [], slots: new Map(), tables: [] });
  }

  /** hash_acl_delete, hash_acl_add: behind a replaced ACL others are applied anew, those before it stay where they are. */
  private replace({ index, rules }: Acl): void {
    const places = this.contexts.filter(({ aclIndices }) => aclIndices.includes(index));
    for (const context of places) this.unapply(context, index);
    for (const { baseMask } of this.rules[index] ?? []) this.masks.release(baseMask);
    this.rules[index] = rules.map((rule) => {
      const { mask, match } = tuplesOf(rule);
      return { isIp6: rule.isIp6, mask, match, baseMask: this.masks.assign(mask) };
    });
    for (const context of places) {
      const tail = context.aclIndices.slice(context.aclIndices.indexOf(index));
      for (const behind of tail.slice(1).reverse()) this.unapply(context, behind);
      for (const applied of tail) this.apply(context, applied);
    }
  }

  /** hash_acl_apply */
  private apply(context: Context, aclIndex: number): void {
    for (const rule of this.rules[aclIndex]) {
      const entry = { aclIndex, rule, maskType: this.maskTypeFor(context, rule) };
      context.entries.push(entry);
      const slot = this.activate(context, entry);
      if (this.isUsed && slot.length > this.splitThreshold) this.split(context, slot, rule.isIp6);
    }
    makeTables(context);
  }

  private unapply(context: Context, aclIndex: number): void {
    for (const entry of context.entries) if (entry.aclIndex === aclIndex) this.deactivate(context, entry);
    context.entries = context.entries.filter((entry) => entry.aclIndex !== aclIndex);
    makeTables(context);
  }

  /** The newest table whose mask leaves out no more than bits, or a new one (tm_assign_mask_type_index). */
  private maskTypeFor({ tables }: Context, { mask, isIp6 }: HashedRule): number {
    if (!this.isUsed) return this.masks.assign(mask);
    for (let at = tables.length - 1; at >= 0; at--) {
      const known = this.masks.at(tables[at]);
      if (known !== undefined && contains(known, mask, isIp6)) return this.masks.lock(tables[at]);
    }
    const maskType = this.masks.assign(relax(mask, isIp6, false));
    tables.push(maskType);
    return maskType;
  }

  private keyOf({ maskType, rule: { match } }: Entry): string {
    const mask = this.masks.at(maskType);
    return `${String(maskType)}:${match.map((word, at) => word & (mask?.[at] ?? 0)).join()}`;
  }

  private activate({ slots }: Context, entry: Entry): Entry[] {
    const key = this.keyOf(entry);
    const slot = slots.get(key) ?? [];
    slot.push(entry);
    slots.set(key, slot);
    return slot;
  }

  private deactivate({ slots }: Context, entry: Entry): void {
    const key = this.keyOf(entry);
    const left = (slots.get(key) ?? []).filter((other) => other !== entry);
    if (left.length === 0) slots.delete(key);
    else slots.set(key, left);
    this.masks.release(entry.maskType);
  }

  /** Too many rules in one slot: a table with a longer mask takes those that it can (split_partition). */
  private split(context: Context, slot: readonly Entry[], isIp6: boolean): void {
    const from = slot[0].maskType;
    const mask = splitMask(
      slot.map(({ rule }) => rule.mask),
      isIp6,
    );
    const maskType = this.masks.assign(mask);
    if (!context.tables.includes(maskType)) context.tables.push(maskType);
    if (maskType === from) return;
    let moved = 0;
    for (const entry of [...slot]) {
      if (!contains(mask, entry.rule.mask, isIp6)) continue;
      this.deactivate(context, entry);
      entry.maskType = maskType;
      if (++moved > 1) this.masks.lock(maskType);
      this.activate(context, entry);
    }
  }
}

/** remake_hash_applied_mask_info_vec */
function makeTables(context: Context): void {
  context.tables = [...new Set(context.entries.map(({ maskType }) => maskType))];
}

/** Masks that are used somewhere, by number; the number freed last is given out first (ace_mask_type_pool). */
class MaskTypes {
  private readonly all: ({ readonly mask: Tuple; uses: number } | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly known = new Map<string, number>();

  at(maskType: number): Tuple | undefined {
    return this.all[maskType]?.mask;
  }

  assign(mask: Tuple): number {
    const key = mask.join();
    const known = this.known.get(key);
    if (known !== undefined) return this.lock(known);
    const maskType = this.free.pop() ?? this.all.length;
    this.all[maskType] = { mask, uses: 1 };
    this.known.set(key, maskType);
    return maskType;
  }

  lock(maskType: number): number {
    const entry = this.all[maskType];
    if (entry !== undefined) entry.uses++;
    return maskType;
  }

  release(maskType: number): void {
    const entry = this.all[maskType];
    if (entry === undefined || --entry.uses > 0) return;
    this.known.delete(entry.mask.join());
    this.all[maskType] = undefined;
    this.free.push(maskType);
  }
}
