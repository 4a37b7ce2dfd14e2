/** What `vppcap query` takes. */

import { TABLE_NAMES } from '../../parquet/schema.js';
import { flag, list, text, type CommandTable, type Given } from '../option-table.js';

export const QUERY = {
  name: 'query',
  describe: 'ask tables that --tables wrote, in SQL (needs @duckdb/node-api)',
  positionals: {
    sql: text(`a query of ${[...TABLE_NAMES, 'drops'].join(', ')}`, { isRequired: true }),
    folder: list('folders that --tables wrote', { isRequired: true }),
  },
  options: {
    json: flag('the rows as JSON'),
    csv: flag('the rows as CSV'),
  },
  examples: [["vppcap query 'select cause, count(*) from drops group by 1' tables/", 'why frames were dropped']],
} as const satisfies CommandTable;

export type QueryArguments = Given<typeof QUERY>;
