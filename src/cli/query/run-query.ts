/** Asks tables in SQL, as the command line asks for it. DuckDB is loaded here only: it need not be installed. */

import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { UsageError } from '../../capture/user-error.js';
import { TABLE_NAMES } from '../../parquet/schema.js';
import { TABLE_WORDS } from '../../parquet/words.js';
import type { QueryArguments } from '../commands/query.js';
import { print } from '../print.js';

/** The cause without the places of commands, which differ from node to node. */
const REASON = "regexp_replace(cause, '[^\\s()]*\\.[A-Za-z]+:\\d+', '…', 'g')";

type DuckDb = typeof import('@duckdb/node-api');
type Row = Record<string, unknown>;

/** Returns the exit code. Rejects with UsageError. */
export async function queryTables({ sql, folder: folders, json, csv }: QueryArguments): Promise<number> {
  if (json && csv) throw new UsageError('--json or --csv, not both');
  const views = viewsOf(folders);
  const { DuckDBInstance } = await load();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  // DuckDB takes signals for itself while it works only where it is asked to: Ctrl-C ends the process.
  let reader;
  try {
    for (const view of views) await connection.run(view);
    reader = await connection.runAndReadAll(sql);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the query: ${message.split('\n').find((line) => line.trim() !== '') ?? ''}`);
  }
  const names = reader.deduplicatedColumnNames();
  const rows = reader.getRowObjectsJson() as Row[];
  if (json) print(JSON.stringify(rows, null, 2));
  else for (const line of csv ? csvLines(names, rows) : tableLines(names, rows)) print(line);
  return EXIT_SUCCESS;
}

async function load(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch {
    throw new UsageError('query needs DuckDB, which is not installed: `npm install @duckdb/node-api` helps');
  }
}

/** A view for each table that the folders have, and `drops`. Throws UsageError. */
function viewsOf(folders: readonly string[]): string[] {
  for (const folder of folders)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new UsageError(`${folder}: no folder, expected one that --tables wrote`);
  const views = TABLE_NAMES.flatMap((table) => {
    const patterns = [...new Set(folders.map((folder) => resolve(folder)))]
      .filter((folder) => hasFiles(join(folder, table)))
      .map((folder) => quoted(join(folder, table, '*/*/*.parquet')));
    if (patterns.length === 0) return [];
    const options = "hive_partitioning = true, hive_types = {'node': varchar, 'date': date}, union_by_name = true";
    const { row, columns } = TABLE_WORDS[table];
    return [
      `create view ${table} as select * from read_parquet([${patterns.join(', ')}], ${options})`,
      `comment on view ${table} is ${quoted(`a row for ${row}`)}`,
      ...Object.entries(columns).map(([name, words]) => `comment on column ${table}."${name}" is ${quoted(words)}`),
    ];
  });
  if (views.length === 0) throw new UsageError(`${folders.join(' ')}: no tables, expected what --tables wrote`);
  if (views.some((view) => view.startsWith('create view verdicts ')))
    views.push(
      `create view drops as select *, ${REASON} as reason from verdicts where disposition in ('dropped', 'punted')`,
    );
  return views;
}

const hasFiles = (folder: string): boolean => {
  try {
    return readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.parquet'));
  } catch {
    return false;
  }
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function csvLines(names: readonly string[], rows: readonly Row[]): string[] {
  const field = (value: unknown): string => {
    const text = textOf(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names.map(field).join(','), ...rows.map((row) => names.map((name) => field(row[name])).join(','))];
}

function tableLines(names: readonly string[], rows: readonly Row[]): string[] {
  const cells = [names, ...rows.map((row) => names.map((name) => textOf(row[name])))];
  const widths = names.map((_, at) => cells.reduce((width, line) => Math.max(width, line[at].length), 0));
  return cells.map((line) =>
    line
      .map((text, at) => text.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
}
