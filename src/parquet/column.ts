/** Values of a column until they are a column chunk of a Parquet file. */

import type { ColumnChunk, DecodedArray, Encoding, SchemaElement, Statistics } from 'hyparquet';
import type { ParquetWriter } from 'hyparquet-writer';
import { writeDataPageV2 } from 'hyparquet-writer/src/datapage.js';
import { writeDictionaryPage } from 'hyparquet-writer/src/dictionary.js';
import type { ColumnType, TableColumns } from './schema.js';

type Compressors = Parameters<typeof writeDataPageV2>[0]['column']['compressors'];

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

/** As `writeDataPageV2` takes them: null where there is none. */
type Values = Int32Array | Float64Array | (number | null)[];

interface Encoded {
  readonly values: DecodedArray;
  readonly encoding: Encoding;
  readonly dictionary?: Uint8Array[];
  readonly bounds?: Statistics;
}

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
    const { element, name, isOptional } = this;
    const all = this.values.subarray(0, rows);
    const levels = new Uint8Array(isOptional ? rows : 0);
    let nulls = 0;
    for (let i = 0; i < levels.length; i++)
      if (all[i] === NONE) nulls++;
      else levels[i] = 1;
    const { values, encoding, dictionary, bounds } = this.encode(nulls === 0 ? all : orNull(all), pool);
    const column = {
      ...{ columnName: name, element, schemaPath: [root, element], codec, stats: true, pageSize: 0 },
      ...{ columnIndex: false, offsetIndex: false, compressors: compressors as Compressors },
    };
    const start = writer.offset;
    let bytes = dictionary ? writeDictionaryPage(writer, column, dictionary) : 0;
    const dataStart = writer.offset;
    const definitionLevels = levels as unknown as number[];
    const pageData = { values, definitionLevels, repetitionLevels: [], maxDefinitionLevel: isOptional ? 1 : 0 };
    bytes += writeDataPageV2({ writer, column, encoding, pageData });
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
    if (this.type === 'text') return encodeTexts(values, pool);
    const [low, high] = rangeOf(values);
    const hasAny = low <= high;
    if (this.values instanceof Int32Array)
      return {
        values: values as DecodedArray,
        encoding: 'DELTA_BINARY_PACKED',
        ...(hasAny ? { bounds: { min_value: low, max_value: high } } : {}),
      };
    const long = Array.from(values, (value) => (value === null ? null : BigInt(value)));
    const bounds = hasAny ? { bounds: { min_value: BigInt(low), max_value: BigInt(high) } } : {};
    return { values: long, encoding: 'PLAIN', ...bounds };
  }
}

const orNull = (values: Int32Array | Float64Array): (number | null)[] =>
  Array.from(values, (value) => (value === NONE ? null : value));

function rangeOf(values: Values): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** With a dictionary, unless nearly every text is another one. */
function encodeTexts(values: Values, { texts }: TextPool): Encoded {
  const places = new Int32Array(texts.length).fill(NONE);
  const dictionary: Uint8Array[] = [];
  const indexes = values.map((text: number | null) => {
    if (text === null) return null as unknown as number;
    if (places[text] === NONE) places[text] = dictionary.push(Buffer.from(texts[text])) - 1;
    return places[text];
  }) as Values;
  if (dictionary.length * 2 < values.length)
    return { values: indexes as DecodedArray, encoding: 'RLE_DICTIONARY', dictionary };
  return { values: Array.from(indexes, (at) => (at === null ? null : dictionary[at])), encoding: 'PLAIN' };
}
