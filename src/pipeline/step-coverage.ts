/** What plugins say of their part of the configuration: what packets can exercise, and which steps do. Items are plain data. */

import type { Command, CommandBody } from './command/command-row.js';
import { FlowHashTable2 } from './engine/state/flow-hash-table.js';
import type { StepKind } from './engine/steps.js';
import type { Tables } from './engine/tables.js';
import type { StepSource } from './step-words.js';

export type CoverageKind = 'ACL rule' | 'NAT44 mapping' | 'NAT44 address' | 'route' | 'neighbour';

/** Why no packet at all can exercise an item. */
export interface Unreachable {
  readonly why: 'shadowed' | 'not applied' | 'matches nothing';
  /** A sentence's end, e.g. 'shadowed by rule 0 (permit …) of the same ACL on input of tap2'. */
  readonly text: string;
  /** Names of the items that shadow it. */
  readonly by: readonly string[];
}

export const notApplied = (text: string): Unreachable => ({ why: 'not applied', text, by: [] });

/** One thing that a script configures. */
export interface CoverageItem {
  readonly kind: CoverageKind;
  /** What it is within the node, e.g. 'ACL 1 "pod-out" rule 2'; no two items of a configuration share kind and name. */
  readonly name: string;
  /** What it says, in the script's words. */
  readonly text: string;
  /** 'file:line' of its command. */
  readonly origin: string;
  /** Packets that it decided about itself; an item is exercised where there are any. */
  readonly packets: number;
  /** Packets that passed by a session which it made, besides. */
  readonly sessionPackets: number;
  readonly unreachable: Unreachable | null;
}

/** What a step is counted with. */
export interface CountedStep extends Pick<StepSource, 'steps' | 'makerOf'> {
  /** Index of the frame that runs; another number for packets that fared alike and are counted together. */
  readonly frame: number;
  /** How many these are; 1 else. */
  readonly packets: number;
}

/** Counts the steps of one kind while packets run, and tells what of the configuration they exercised. */
export interface StepCoverage {
  readonly kind: StepKind;
  count(at: number, step: CountedStep): void;
  /** An item for each thing that commands of a script made. */
  items(commands: readonly Command[]): CoverageItem[];
}

/** Begins to count for a node. */
export type CoverageStart = (tables: Tables) => StepCoverage;

/** The commands of a kind or several, with their bodies typed. */
export const commandsOf = <B extends CommandBody>(
  commands: readonly Command[],
  ...kinds: readonly B['kind'][]
): Command<B>[] => commands.filter(({ body }) => kinds.includes(body.kind)) as Command<B>[];

/** Second number of a count where packets of sessions count apart. */
export const DECIDED = 0;
export const BY_SESSION = 1;

/** Counts by two integers. */
export class HitTable {
  private readonly index = new FlowHashTable2();
  private readonly hits: { readonly first: number; readonly second: number; count: number }[] = [];

  add(first: number, second: number, by = 1): void {
    let at = this.index.get(first, second);
    if (at < 0) {
      at = this.hits.push({ first, second, count: 0 }) - 1;
      this.index.set(first, second, at);
    }
    this.hits[at].count += by;
  }

  count(first: number, second: number): number {
    const at = this.index.get(first, second);
    return at < 0 ? 0 : this.hits[at].count;
  }

  /** What of an item was counted by DECIDED and BY_SESSION. */
  of(key: number): Pick<CoverageItem, 'packets' | 'sessionPackets'> {
    return { packets: this.count(key, DECIDED), sessionPackets: this.count(key, BY_SESSION) };
  }

  /** All that were counted, in order of first appearance. */
  entries(): readonly { readonly first: number; readonly second: number; readonly count: number }[] {
    return this.hits;
  }
}
