/** What is counted while packets run, and by which numbers. */

import { HitTable } from './hit-table.js';

/** Second number of a count where packets of sessions count apart. */
export const DECIDED = 0;
export const BY_SESSION = 1;

/** DPO type and index as one number. */
export const dpoKey = (type: number, index: number): number => (index << 3) | type;

/** What was counted. */
export interface Hits {
  /** By ACL << 16 | rule, and DECIDED or BY_SESSION. */
  readonly rules: HitTable;
  /** By index of the mapping, and DECIDED or BY_SESSION. */
  readonly mappings: HitTable;
  /** By address of the pool, or of the twice-nat pool, and DECIDED or BY_SESSION. */
  readonly addresses: HitTable;
  readonly twiceAddresses: HitTable;
  /** By load balance, and dpoKey. */
  readonly routes: HitTable;
  /** By adjacency, and 0. */
  readonly neighbours: HitTable;
}

export const ruleKey = (aclIndex: number, ruleIndex: number): number => (aclIndex << 16) | ruleIndex;

export const newHits = (): Hits => ({
  rules: new HitTable(),
  mappings: new HitTable(),
  addresses: new HitTable(),
  twiceAddresses: new HitTable(),
  routes: new HitTable(),
  neighbours: new HitTable(),
});
