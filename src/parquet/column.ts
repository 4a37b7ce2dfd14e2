/** Values of a column until they are a column chunk of a Parquet file. */

import type { ColumnChunk, Encoding, SchemaElement, Statistics } from 'hyparquet';
import { ByteWriter, type ParquetWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeDictionaryPage } from 'hyparquet-writer/src/dictionary.js';
import { isConstant, WIDEST, writeDeltas, writeHybrid, writeRun } from './encodings.js';
import type { ColumnType, TableColumns } from './schema.js';

/** Stands for a value that is not there. */
export const NONE = -1;

/** Texts by number, as columns have them. */
export class TextPool {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.texts.length);
    return this.add(text);
  }

  /** The same of one that does not come again. */
  add(text: string): number {
    return this.texts.push(text) - 1;
  }

  clear(): void {
    this.texts.length = 0;
    this.numbers.clear();
  }
}

const ELEMENTS: Readonly<Record<ColumnType, Partial<SchemaElement>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  integer: { type: 'INT32' },
  count: { type: 'INT64' },
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
};

type Values = Int32Array | Float64Array;

/** The values of a page, and what is said of them. */
interface Encoded {
  readonly body: ByteWriter;
  readonly encoding: Encoding;
  readonly dictionary?: Uint8Array[];
  readonly bounds?: Statistics;
}

/* eslint-disable @typescript-eslint/prefer-for-of -- an iterator's steps are calls where a function has seen both kinds of arrays: 8 ns a value */

export class Column {
  /** Row by row: numbers, or numbers of texts; NONE for none. */
  readonly values: Int32Array | Float64Array;
  readonly element: SchemaElement;
  private readonly type: ColumnType;
  private readonly isOptional: boolean;

  constructor(
    readonly name: string,
    declared: TableColumns[string],
    rows: number,
  ) {
    this.isOptional = declared.endsWith('?');
    this.type = declared.replace('?', '') as ColumnType;
    this.element = { name, repetition_type: this.isOptional ? 'OPTIONAL' : 'REQUIRED', ...ELEMENTS[this.type] };
    const isLong = this.type === 'count' || this.type === 'time';
    this.values = isLong ? new Float64Array(rows) : new Int32Array(rows);
  }

  /** Writes the first `rows` values as a column chunk. */
  write({ writer, codec, compressors }: ParquetWriter, root: SchemaElement, rows: number, pool: TextPool): ColumnChunk {
    const { element, name } = this;
    const all = this.values.subarray(0, rows);
    const nulls = this.isOptional ? countNulls(all) : 0;
    const { body, encoding, dictionary, bounds } = this.encode(nulls === 0 ? all : withoutNulls(all, nulls), pool);
    const column = {
      ...{ columnName: name, element, schemaPath: [root, element], codec, stats: true, pageSize: 0 },
      ...{ columnIndex: false, offsetIndex: false, compressors },
    };
    const start = writer.offset;
    let bytes = dictionary ? writeDictionaryPage(writer, column, dictionary) : 0;
    const dataStart = writer.offset;
    const levels = new ByteWriter();
    if (this.isOptional) writeLevels(levels, all, nulls);
    // Numbers are packed already.
    const packed = encoding === 'PLAIN' ? compressors[codec]?.(body.getBytes()) : undefined;
    writePageHeader(writer, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.offset + body.offset,
      compressed_page_size: levels.offset + (packed?.length ?? body.offset),
      data_page_header_v2: {
        ...{ num_values: rows, num_nulls: nulls, num_rows: rows, encoding, is_compressed: packed !== undefined },
        ...{ definition_levels_byte_length: levels.offset, repetition_levels_byte_length: 0 },
      },
    });
    bytes += writer.offset - dataStart + levels.offset + body.offset;
    writer.appendBytes(levels.getBytes());
    writer.appendBytes(packed ?? body.getBytes());
    return {
      meta_data: {
        type: element.type ?? 'INT32',
        encodings: dictionary ? ['PLAIN', encoding] : [encoding],
        path_in_schema: [name],
        codec,
        num_values: BigInt(rows),
        total_compressed_size: BigInt(writer.offset - start),
        total_uncompressed_size: BigInt(bytes),
        data_page_offset: BigInt(dataStart),
        ...(dictionary ? { dictionary_page_offset: BigInt(start) } : {}),
        statistics: { ...bounds, null_count: BigInt(nulls) },
      },
      file_offset: BigInt(start),
    };
  }

  private encode(values: Values, pool: TextPool): Encoded {
    const body = new ByteWriter();
    if (this.type === 'text') return encodeTexts(values, pool, body);
    const [low, high] = rangeOf(values);
    const isInteger = values instanceof Int32Array;
    const bounds =
      low > high
        ? {}
        : {
            bounds: isInteger
              ? { min_value: low, max_value: high }
              : { min_value: BigInt(low), max_value: BigInt(high) },
          };
    if (high - low >= WIDEST || low <= -WIDEST) {
      for (let i = 0; i < values.length; i++) body.appendInt64(BigInt(values[i]));
      return { body, encoding: 'PLAIN', ...bounds };
    }
    writeDeltas(body, values);
    return { body, encoding: 'DELTA_BINARY_PACKED', ...bounds };
  }
}

function countNulls(values: Values): number {
  let nulls = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === NONE) nulls++;
  return nulls;
}

function withoutNulls(values: Values, nulls: number): Values {
  const kept = values.slice(nulls);
  for (let i = 0, next = 0; i < values.length; i++) if (values[i] !== NONE) kept[next++] = values[i];
  return kept;
}

/** Which of the values are there. */
function writeLevels(to: ByteWriter, values: Values, nulls: number): void {
  if (nulls === 0 || nulls === values.length) {
    writeRun(to, values.length, nulls === 0 ? 1 : 0, 1);
    return;
  }
  const levels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) if (values[i] !== NONE) levels[i] = 1;
  writeHybrid(to, levels, 1);
}

function rangeOf(values: Values): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** With a dictionary, unless nearly every text is another one. */
function encodeTexts(values: Values, { texts }: TextPool, body: ByteWriter): Encoded {
  if (values.length > 2 && isConstant(values)) {
    body.appendUint8(0);
    writeRun(body, values.length, 0, 0);
    return { body, encoding: 'RLE_DICTIONARY', dictionary: [Buffer.from(texts[values[0]])] };
  }
  const places = new Int32Array(texts.length).fill(NONE);
  const dictionary: Uint8Array[] = [];
  const indexes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const text = values[i];
    if (places[text] === NONE) places[text] = dictionary.push(Buffer.from(texts[text])) - 1;
    indexes[i] = places[text];
  }
  if (dictionary.length > 0 && dictionary.length * 2 < values.length) {
    const bits = Math.ceil(Math.log2(dictionary.length));
    body.appendUint8(bits);
    writeHybrid(body, indexes, bits);
    return { body, encoding: 'RLE_DICTIONARY', dictionary };
  }
  for (const index of indexes) {
    body.appendUint32(dictionary[index].length);
    body.appendBytes(dictionary[index]);
  }
  return { body, encoding: 'PLAIN' };
}
