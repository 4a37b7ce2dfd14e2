/** docs/TABLES.md with the tables' columns as the code has them. */

import { SCHEMA_VERSION, TABLE_NAMES, TABLES, type TableColumns } from '../src/parquet/schema.js';
import { TABLE_WORDS } from '../src/parquet/words.js';

const START = '<!-- columns: by scripts/write-schemas.ts -->';
const END = '<!-- end of columns -->';

/** Throws where the document has no place for them. */
export function withTableSections(document: string): string {
  const [from, to] = [document.indexOf(START), document.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`docs/TABLES.md: no ${START} with ${END} behind it`);
  const sections = TABLE_NAMES.flatMap((table) => {
    const columns: TableColumns = TABLES[table];
    const { row, columns: words } = TABLE_WORDS[table];
    const about: Readonly<Record<string, string>> = words;
    const rows = Object.entries(columns).map(([name, type]) => `| \`${name}\` | ${type} | ${about[name]} |`);
    return [`## ${table}`, '', `A row for ${row}.`, '', '| column | type | what |', '| --- | --- | --- |', ...rows, ''];
  });
  const version = `Files say \`vppcap.schema\` = ${String(SCHEMA_VERSION)} in their metadata.`;
  return [document.slice(0, from) + START, '', version, '', ...sections, document.slice(to)].join('\n');
}
