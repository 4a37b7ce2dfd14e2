/**
 * A folder of tables, as engines read partitions:
 *
 *     dir/verdicts/node=node-01/date=2026-11-28/in.pcap.parquet
 *
 * All files of a run get their names together, or none. A run of the same captures takes the place of an earlier one.
 */

import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { OutputFile } from '../capture/output/output-file.js';
import { giveUpFolder, keepFolder, makeFolder } from '../capture/output/partial-files.js';
import type { TextPool } from './column.js';
import type { TableName } from './schema.js';
import { TableFile } from './table-file.js';

/** Where tables go, and of whom they are. */
export interface TablesWish {
  readonly folder: string;
  readonly node: string;
}

const LONGEST_RUN = 100;

/** The day that tables of a run are of, without frames to say it. */
const NO_DAY = '1970-01-01';

export class TableFolder {
  /** What the rows of this run have in common: its captures. */
  readonly run: string;
  date = NO_DAY;
  private readonly outputs: OutputFile[] = [];
  private readonly folders: (string | null)[] = [];
  private readonly files = new Map<string, TableFile>();

  constructor(
    private readonly wish: TablesWish,
    captures: readonly string[],
    private readonly isSynced = false,
  ) {
    const names = captures.map((path) => basename(path)).join('+');
    const hash = createHash('sha256').update(names).digest('hex').slice(0, 8);
    this.run = names.length <= LONGEST_RUN ? names : `${names.slice(0, LONGEST_RUN)}+${hash}`;
  }

  /** The file of a table for the current date. Throws OutputError. */
  of(table: TableName, pool: TextPool | null = null): TableFile {
    const key = `${table} ${this.date}`;
    const known = this.files.get(key);
    if (known !== undefined) return known;
    const { folder, node } = this.wish;
    const path = join(folder, table, `node=${encodeURIComponent(node)}`, `date=${this.date}`);
    this.folders.push(makeFolder(path));
    const output = OutputFile.open(join(path, `${encodeURIComponent(this.run)}.parquet`), this.isSynced);
    this.outputs.push(output);
    const file = new TableFile(output, table, pool);
    this.files.set(key, file);
    return file;
  }

  drain(): null {
    return null;
  }

  /** Rejects with OutputError. */
  async settle(): Promise<void> {
    for (const file of this.files.values()) file.end();
    this.files.clear();
    for (const output of this.outputs) await output.settle();
  }

  /** Throws OutputError. */
  publish(): void {
    for (const output of this.outputs) output.publish();
    for (const folder of this.folders) keepFolder(folder);
  }

  async abort(): Promise<void> {
    for (const output of this.outputs) await output.abort();
    for (const folder of this.folders.reverse()) giveUpFolder(folder);
  }
}
