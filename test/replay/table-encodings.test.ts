/** Numbers of tables come back from an independent reader (DuckDB) as they were written, however far they lie apart. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { OutputFile } from '../../src/capture/output/output-file.js';
import { TableFile } from '../../src/parquet/table-file.js';
import { runVppcap } from '../cli/run-vppcap.js';

const ROWS = 300; // three blocks of deltas, of which the last is not full
const MOST = Number.MAX_SAFE_INTEGER;

/** Numbers from 0 to 2^bits, from a generator whose high bits are good. */
function randoms(bits: number): (i: number) => number {
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  return () => Math.floor(((next() >>> 6) * 2 ** 26 + (next() >>> 6)) / 2 ** (52 - bits));
}

/** By row. Counts have 64 bits, positions 32. */
const COUNTS: Readonly<Record<string, (i: number) => number>> = {
  'all the same': () => MOST,
  'one after the other': (i) => i,
  'downwards, ever faster': (i) => MOST - i * i,
  'up and down by less than 2^51': (i) => (i % 2) * (2 ** 51 - 1),
  'from 0 to 2^51': (i) => (i % 2) * 2 ** 51,
  'from 0 to 2^53 - 1 and back': (i) => (i % 3 === 0 ? 0 : MOST - (i % 3)),
  'once, from 0 to 2^53 - 1': (i) => (i === 150 ? MOST : 0),
  'from 2^63 - 2^10, the largest there is, to 1': (i) => (i % 2 === 0 ? 2 ** 63 - 2 ** 10 : 1),
  '13 bits': randoms(13),
  '17 bits': randoms(17),
  '33 bits': randoms(33),
  '50 bits': randoms(50),
  '52 bits': randoms(52),
};
const POSITIONS: Readonly<Record<string, (i: number) => number>> = {
  'from 0 to 2^31 - 1 and back': (i) => (i % 2) * (2 ** 31 - 1),
  'down from 2^31 - 1': (i) => 2 ** 31 - 1 - i * 1000,
  '1 bit': randoms(1),
  '31 bits': randoms(31),
};

describe('replay/table-encodings', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-encodings-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('are exact for all numbers, also where some are missing', async () => {
    const at = (table: string): string => join(folder, table, 'node=n', 'date=2026-01-01');
    const files: OutputFile[] = [];
    const open = (table: 'counters' | 'steps'): TableFile => {
      mkdirSync(at(table), { recursive: true });
      files.push(OutputFile.open(join(at(table), 'x.parquet')));
      return new TableFile(files[files.length - 1], table);
    };
    const counters = open('counters');
    const expected: string[] = [];
    for (const [name, valueOf] of Object.entries(COUNTS))
      for (let i = 0; i < ROWS; i++) {
        const value = valueOf(i);
        counters.add(String(i), name, value);
        expected.push(`${name} ${String(i)} ${String(BigInt(value))}`);
        if (i === ROWS - 1) counters.flush(); // columns of their own
      }
    counters.end();
    const steps = open('steps');
    for (const [name, valueOf] of Object.entries(POSITIONS))
      for (let i = 0; i < ROWS; i++) {
        const value = valueOf(i);
        steps.add(String(i), i, value, name, '', i % 3 === 0 ? null : name, '');
        expected.push(`${name} ${String(i)} ${String(value)} ${i % 3 === 0 ? 'none' : name}`);
        if (i === ROWS - 1) steps.flush();
      }
    steps.end();
    for (const file of files) await file.close();
    const ask = (sql: string): string[] => {
      const { stdout, stderr } = runVppcap(['query', sql, folder, '--json']);
      expect(stderr).to.equal('');
      return (JSON.parse(stdout) as { it: string }[]).map(({ it }) => it);
    };
    const counts = `select counter || ' ' || run || ' ' || "count"::varchar as it from counters`;
    const positions = `select node_name || ' ' || run || ' ' || position::varchar || ' ' || coalesce(line, 'none') as it from steps`;
    expect([...ask(counts), ...ask(positions)].sort()).to.deep.equal(expected.sort());
    // What is said of a column's least and greatest value lets readers leave its rows out.
    const most = expected.filter((text) => text.endsWith(` ${String(MOST)}`)).length;
    expect(ask(`select count(*)::varchar as it from counters where "count" = ${String(MOST)}`)).to.deep.equal([
      String(most),
    ]);
  });
});
