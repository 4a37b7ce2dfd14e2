/**
 * Rules that no packet can reach, because those tried before it match all that it would: one of them, or several together.
 * Exact for what the matcher does (acl-rules.ts), later fragments and packets without L4 header included.
 */

import type { Rule } from './acl-rules.js';
import { addressBox, contains, headerBox, subtract, type Box } from './rule-space.js';

/** Boxes that what is left of a rule may fall into before the search is given up. */
const BOX_LIMIT = 4096;
/** Rules that together shadow another, up to which those that are not needed are sorted out. */
const MINIMIZE_LIMIT = 64;

/** 'nothing': the rule matches no packet at all, whatever is tried before. */
export type Shadow = 'nothing' | 'undecided' | readonly number[];

/** What one rule matches, or tells of another: a part for each kind of packets that are told apart. */
interface Parts {
  /** Packets for which ports do not count: later fragments, and for a rule for any protocol all there are. */
  readonly portless: Box | null;
  readonly header: Box | null;
}

export class ShadowedRules {
  private readonly addresses: readonly Box[];

  /** @param rules those for one IP version in the order in which they are tried */
  constructor(
    private readonly rules: readonly Rule[],
    private readonly matchNonFirstFragment: boolean,
  ) {
    this.addresses = rules.map(addressBox);
  }

  /**
   * Positions of the rules that together match all packets that the rule at `position` matches, one where one is enough;
   * null where some packet reaches it.
   */
  shadowOf(position: number): Shadow | null {
    const { protocol } = this.rules[position];
    const parts = this.partsFor(position, protocol);
    if (parts.portless === null && parts.header === null) return 'nothing';
    const before = this.candidates(position, protocol);
    const single = before.find((other) => this.covers(this.partsFor(other, protocol), parts));
    if (single !== undefined) return [single];
    const byPortless = this.union(parts.portless, before, protocol, 'portless');
    if (byPortless === null) return null;
    const byHeader = this.union(parts.header, before, protocol, 'header');
    if (byHeader === null) return null;
    if (byPortless === 'undecided' || byHeader === 'undecided') return 'undecided';
    return this.minimal(
      [...new Set([...byPortless, ...byHeader])].sort((a, b) => a - b),
      parts,
      protocol,
    );
  }

  /**
   * A rule for any protocol also matches packets without an L4 header, which no other kind of rule does: so only rules for any
   * protocol can shadow it, and then its addresses are all that counts.
   */
  private partsFor(position: number, protocol: number): Parts {
    const rule = this.rules[position];
    if (protocol === 0) return { portless: this.addresses[position], header: null };
    return {
      portless: this.matchNonFirstFragment ? this.addresses[position] : null,
      header: headerBox(rule, protocol),
    };
  }

  private candidates(position: number, protocol: number): number[] {
    const before: number[] = [];
    for (let other = 0; other < position; other++)
      if (this.rules[other].protocol === 0 || this.rules[other].protocol === protocol) before.push(other);
    return before;
  }

  private covers(outer: Parts, inner: Parts): boolean {
    const isCovered = (within: Box | null, box: Box | null): boolean =>
      box === null || (within !== null && contains(within, box));
    return isCovered(outer.portless, inner.portless) && isCovered(outer.header, inner.header);
  }

  /** The rules that take something of the box until nothing is left; null where something is. */
  private union(
    box: Box | null,
    before: readonly number[],
    protocol: number,
    part: keyof Parts,
  ): number[] | 'undecided' | null {
    if (box === null) return [];
    let left: Box[] = [box];
    const takers: number[] = [];
    for (const other of before) {
      const taken = this.partsFor(other, protocol)[part];
      if (taken === null) continue;
      const rest: Box[] = [];
      let hasTaken = false;
      for (const piece of left) {
        const pieces = subtract(piece, taken);
        if (pieces !== null) hasTaken = true;
        rest.push(...(pieces ?? [piece]));
      }
      if (!hasTaken) continue;
      takers.push(other);
      if (rest.length === 0) return takers;
      if (rest.length > BOX_LIMIT) return 'undecided';
      left = rest;
    }
    return null;
  }

  /** Leaves out rules without which the others are enough, the last ones first. */
  private minimal(takers: readonly number[], { portless, header }: Parts, protocol: number): number[] {
    let kept = [...takers];
    if (kept.length > MINIMIZE_LIMIT) return kept;
    for (const candidate of [...takers].reverse()) {
      const others = kept.filter((other) => other !== candidate);
      const isEnough =
        Array.isArray(this.union(portless, others, protocol, 'portless')) &&
        Array.isArray(this.union(header, others, protocol, 'header'));
      if (isEnough) kept = others;
    }
    return kept;
  }
}
