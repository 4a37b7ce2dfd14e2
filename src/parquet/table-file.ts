/** A table's Parquet file, written group of rows by group of rows. */

import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { OutputFile } from '../capture/output/output-file.js';
import { Column, NONE, TextPool } from './column.js';
import { SCHEMA_VERSION, TABLES, type TableColumns, type TableName } from './schema.js';

/** Of which one group is kept in memory: the longer they are, the less is said twice. Texts of steps are long. */
const GROUP_ROWS = { verdicts: 1 << 17, default: 1 << 14 } as const;

export class TableFile {
  readonly pool: TextPool;
  /** Rows of the group that is kept. */
  rows = 0;
  readonly groupRows: number;
  private readonly columns: readonly Column[];
  private readonly root: SchemaElement;
  private readonly bytes = new ByteWriter();
  private readonly parquet: ParquetWriter;

  /** @param pool of texts that more than one group of rows has; else it has one of its own */
  constructor(
    private readonly output: OutputFile,
    table: TableName,
    private readonly lasting: TextPool | null = null,
  ) {
    const declared: TableColumns = TABLES[table];
    this.pool = lasting ?? new TextPool();
    this.groupRows = table === 'verdicts' ? GROUP_ROWS.verdicts : GROUP_ROWS.default;
    this.columns = Object.entries(declared).map(([name, type]) => new Column(name, type, this.groupRows));
    this.root = { name: 'root', num_children: this.columns.length };
    this.parquet = new ParquetWriter({
      writer: this.bytes,
      schema: [this.root, ...this.columns.map(({ element }) => element)],
      kvMetadata: [
        { key: 'vppcap.table', value: table },
        { key: 'vppcap.schema', value: String(SCHEMA_VERSION) },
      ],
      createdBy: 'vppcap',
    });
  }

  /** Where the values of a column are, for those who fill in `rows` and count it on by themselves. */
  values(name: string): Int32Array | Float64Array {
    const column = this.columns.find((one) => one.name === name);
    if (column === undefined) throw new RangeError(`no column ${name}`);
    return column.values;
  }

  /** Adds a row, its values in the columns' order. Throws OutputError. */
  add(...row: readonly (string | number | null)[]): void {
    row.forEach((value, at) => {
      this.columns[at].values[this.rows] = typeof value === 'string' ? this.pool.of(value) : (value ?? NONE);
    });
    if (++this.rows === this.groupRows) this.flush();
  }

  /** Writes the rows that are kept. Throws OutputError. */
  flush(): void {
    const { parquet, bytes, rows, root, pool } = this;
    if (rows === 0) return;
    const start = bytes.offset;
    const columns = this.columns.map((column) => column.write(parquet, root, rows, pool));
    parquet.row_groups.push({
      columns,
      total_byte_size: columns.reduce((sum, { meta_data: data }) => sum + (data?.total_uncompressed_size ?? 0n), 0n),
      num_rows: BigInt(rows),
      total_compressed_size: BigInt(bytes.offset - start),
    });
    parquet.num_rows += BigInt(rows);
    this.rows = 0;
    if (this.lasting === null) pool.clear();
    this.handOn();
  }

  /** Writes what is left, and the file's end. Throws OutputError. */
  end(): void {
    this.flush();
    void this.parquet.finish();
    this.handOn();
  }

  private handOn(): void {
    this.output.write(this.bytes.getBytes(), 0, this.bytes.index);
    this.bytes.index = 0;
  }
}
