/**
 * State that a replay leaves behind for another one to go on from: what VPP's show commands hide or round. Whoever has some says what it is
 * called, and how it becomes rows of numbers and comes back from them. State of nodes is made after that of tables: rows wait for theirs.
 */

import type { FlowHashTable2, FlowHashTable4 } from './flow-hash-table.js';

export type SavedRow = readonly number[];

export interface SavedState {
  /** What its rows are called: `nat44 session`. */
  readonly name: string;
  /** What the numbers of a row are, for people. */
  readonly columns: string;
  save(): Iterable<SavedRow>;
  /** Makes these rows the state, whatever it was. */
  restore(rows: readonly SavedRow[]): void;
}

export class SavedStates {
  private readonly all: SavedState[] = [];
  /** Rows by name that were read; null where nothing was. */
  private read: ReadonlyMap<string, readonly SavedRow[]> | null = null;

  add(...states: readonly SavedState[]): void {
    this.all.push(...states);
    if (this.read !== null) for (const state of states) this.restoreOne(state, this.read);
  }

  /** Every state with what it has to save. */
  *save(): Generator<{ readonly state: SavedState; readonly rows: Iterable<SavedRow> }> {
    for (const state of this.all) yield { state, rows: state.save() };
  }

  /** Makes what was read the state; a state without rows is empty. */
  restore(read: ReadonlyMap<string, readonly SavedRow[]>): void {
    this.read = read;
    for (const state of this.all) this.restoreOne(state, read);
  }

  private restoreOne(state: SavedState, read: ReadonlyMap<string, readonly SavedRow[]>): void {
    state.restore(read.get(state.name) ?? []);
  }
}

/** A state of one row, which stays as it is where none was saved. */
export const savedRow = (
  name: string,
  columns: string,
  save: () => SavedRow,
  restore: (row: SavedRow) => void,
): SavedState => ({
  name,
  columns,
  save: () => [save()],
  restore: (rows) => {
    for (const row of rows) restore(row);
  },
});

/** A pool's free indices, in the order in which they were freed, behind how many indices there ever were. */
export const savedFreeList = (
  name: string,
  save: () => { readonly length: number; readonly free: Iterable<number> },
  restore: (length: number, free: readonly number[]) => void,
): SavedState => ({
  name: `${name} free list`,
  columns: 'indices ever used, free ones of which the last is given out first',
  save: () => {
    const { length, free } = save();
    return length === 0 ? [] : [[length, ...free]];
  },
  restore: (rows) => {
    const [length = 0, ...free] = rows.flat();
    restore(length, free);
  },
});

/** Places of a pool, of which some are empty. */
export const savedPlaces = <T extends { toRow(): SavedRow }>(
  name: string,
  columns: string,
  pool: (T | null)[],
  { clear, make }: { readonly clear?: () => void; readonly make: (row: SavedRow, at: number) => T },
): SavedState => ({
  name,
  columns: `index, ${columns}`,
  save: () => pool.flatMap((one, at) => (one === null ? [] : [[at, ...one.toRow()]])),
  restore: (rows) => {
    pool.length = 0;
    clear?.();
    for (const [at, ...row] of rows) {
      while (pool.length < at) pool.push(null);
      pool[at] = make(row, at);
    }
  },
});

interface SavedTable {
  entries(): Iterable<SavedRow>;
  clear(): void;
}

/** Keys of a hash table and what they lead to. */
export const savedKeys = <T extends SavedTable>(
  name: string,
  table: () => T,
  set: (table: T, row: SavedRow) => void,
): SavedState => ({
  name: `${name} key`,
  columns: 'words of the key, index',
  save: () => table().entries(),
  restore: (rows) => {
    const into = table();
    into.clear();
    for (const row of rows) set(into, row);
  },
});

export const savedKeys2 = (name: string, table: () => FlowHashTable2): SavedState =>
  savedKeys(name, table, (into, [k0, k1, value]) => into.set(k0, k1, value));

export const savedKeys4 = (name: string, table: () => FlowHashTable4): SavedState =>
  savedKeys(name, table, (into, [k0, k1, k2, k3, value]) => into.set(k0, k1, k2, k3, value));
