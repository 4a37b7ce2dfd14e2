/** Tables of audits, diffs and pages, of captures and of fleets, as DuckDB reads them. */

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { AuditReport } from '../../src/audit/report.js';
import type { DiffReport } from '../../src/diff/report.js';
import { TABLE_NAMES, TABLES, type TableColumns } from '../../src/parquet/schema.js';
import { TABLE_WORDS } from '../../src/parquet/words.js';
import { runVppcap } from '../cli/run-vppcap.js';
import { writeFleet } from './make-fleet.js';

const TYPES = { text: 'VARCHAR', integer: 'INTEGER', count: 'BIGINT', time: 'TIMESTAMP WITH TIME ZONE' } as const;
const POOL = (address: string): string => `nat44 add address ${address}\n`;

describe('fleet/tables', function () {
  this.timeout(120_000);
  let folder = '';
  let nodes: string[] = [];
  const at = (...names: string[]): string => join(folder, ...names);
  const ask = (sql: string, ...tables: string[]): unknown => {
    const { stdout, stderr, code } = runVppcap(['query', sql, ...tables.map((name) => at(name)), '--json']);
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout);
  };
  const run = (...args: string[]): string => runVppcap(args).stdout;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-fleet-tables-'));
    writeFleet(at('fleet'), 4, { broken: ['node-03'], different: ['node-02'] });
    nodes = readdirSync(at('fleet')).map((name) => at('fleet', name));
    run('audit', ...nodes, '--tables', at('tables'), '-q');
    run('diff', ...nodes, '-c', join(nodes[0], 'node.vpp'), '--tables', at('tables'), '-q');
    run('report', ...nodes, '-o', at('pages'), '--tables', at('tables'), '-q');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('every node has its verdict, also one that is broken', () => {
    const rows = (command: string, verdicts: readonly string[]): object[] =>
      verdicts.map((verdict, i) => ({ command, node: `node-0${String(i + 1)}`, verdict }));
    expect(ask('select command, node, verdict from runs order by command, node', 'tables')).to.deep.equal([
      ...rows('audit', ['as expected', 'different', 'broken', 'as expected']),
      ...rows('diff', ['unchanged', 'changed', 'broken', 'unchanged']),
      ...rows('report', ['without drops', 'with drops', 'broken', 'without drops']),
    ]);
    const [{ error }] = ask("select error from runs where command = 'audit' and error is not null", 'tables') as {
      error: string;
    }[];
    expect(error).to.match(/node-03\/node\.vpp:\d+:1: unknown command "frobnicate"/);
  });

  it('differences are those of the report, one by one', () => {
    const sql = 'select node, kind, cause, command, count(*)::int as n from differences group by all order by n desc';
    const report = JSON.parse(
      run('audit', join(nodes[1], 'both.pcapng'), '-c', join(nodes[1], 'node.vpp'), '--json'),
    ) as AuditReport;
    const groups = report.groups.map(({ kind, cause, config, count }) => ({
      ...{ node: 'node-02', kind, cause, command: config?.text ?? null, n: count },
    }));
    expect(groups).to.have.length.above(1);
    expect(ask(sql, 'tables')).to.deep.equal(groups);
    expect(
      ask('select frame, sent, fields, date::varchar as date from differences order by time limit 1', 'tables'),
    ).to.deep.equal([
      {
        frame: 'frame 1',
        sent: 'frame 2',
        fields: '[{"field":"ip4.src","expected":"192.168.16.9","actual":"192.168.16.1"}]',
        date: '2018-06-01',
      },
    ]);
  });

  it('changes are flows of the report', () => {
    const given = ['-c', join(nodes[1], 'node.vpp'), '-c', join(nodes[0], 'node.vpp'), '--json'];
    const { groups } = JSON.parse(run('diff', join(nodes[1], 'both.pcapng'), ...given)) as DiffReport;
    const sql =
      'select node, change, command_before as before, count(*)::int as n from changes group by all order by n desc';
    expect(ask(sql, 'tables')).to.deep.equal(
      groups.map(({ change, before, flows }) => ({
        ...{ node: 'node-02', change, before: before.config?.text ?? null, n: flows },
      })),
    );
  });

  it('pages have those of a replay', () => {
    expect(ask('select node, count(*)::int as n from verdicts group by 1 order by 1', 'tables')).to.deep.equal(
      ['node-01', 'node-02', 'node-04'].map((node) => ({ node, n: 6 })),
    );
  });

  it('columns have the types and the words that docs/TABLES.md says', () => {
    const rows = ask(
      'select table_name, column_name, data_type, comment from duckdb_columns() where not internal order by table_name, column_index',
      'tables',
    ) as Record<'table_name' | 'column_name' | 'data_type' | 'comment', string>[];
    for (const table of TABLE_NAMES) {
      const declared: TableColumns = TABLES[table];
      const words: Readonly<Record<string, string>> = TABLE_WORDS[table].columns;
      const found = rows.filter((row) => row.table_name === table && row.column_name in declared);
      expect(
        found.map(({ column_name, data_type, comment }) => [column_name, data_type, comment]),
        table,
      ).to.deep.equal(
        Object.entries(declared).map(([name, type]) => [
          ...[name, TYPES[type.replace('?', '') as keyof typeof TYPES], words[name]],
        ]),
      );
    }
  });

  it('a later run takes the place of an earlier one; other folders are asked along with it', () => {
    cpSync(at('tables'), at('later'), { recursive: true });
    const scripts = nodes.slice(1, 3).map((node) => join(node, 'node.vpp'));
    const texts = scripts.map((file) => readFileSync(file, 'utf8'));
    writeFileSync(scripts[0], texts[0].replace(POOL('192.168.16.9'), POOL('192.168.16.1')));
    writeFileSync(scripts[1], texts[1].replace('frobnicate\n', ''));
    run('audit', ...nodes, '--tables', at('later'), '-q');
    for (const [i, file] of scripts.entries()) writeFileSync(file, texts[i]);
    expect(
      ask("select verdict, count(*)::int as n from runs where command = 'audit' group by 1", 'later'),
    ).to.deep.equal([{ verdict: 'as expected', n: 4 }]);
    const files = readdirSync(at('later', 'differences'), { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile())).to.deep.equal([]);
    expect(ask('select count(*)::int as n from changes', 'later', 'tables', 'tables')).to.deep.equal(
      (ask('select 2 * count(*)::int as n from changes', 'tables') as object[]).slice(),
    );
  });

  it('an audit or diff that fails leaves none', () => {
    const capture = join(nodes[1], 'both.pcapng');
    const given = [capture, '-c', join(nodes[1], 'node.vpp'), '--tables', at('none')];
    expect(runVppcap(['audit', ...given, '-o', at('missing', 'x.pcapng')]).code).to.equal(4);
    expect(runVppcap(['diff', ...given, '-c', join(nodes[2], 'node.vpp')]).code).to.equal(2);
    writeFileSync(at('file'), '');
    expect(runVppcap(['audit', ...given.slice(0, 3), '--tables', at('file')]).stderr).to.match(
      /file\S*: cannot be written: /,
    );
    expect(existsSync(at('none'))).to.equal(false);
  });
});
