/**
 * The trace records of the frame that runs: one growing buffer of words, from which text is made when the frame is done.
 *
 * A record is [node, layout id, data length, fields..., data bytes in whole words]. Data length counts the bytes that the
 * packet really has; what VPP has behind them is what its memory holds.
 */

import { grown } from '../state/grown.js';

/** A trace struct of VPP: names of its integers in order, then so many bytes of the packet. */
export interface TraceLayout<F extends string = string> {
  readonly fields: readonly F[];
  readonly dataBytes: number;
  /** Position in `layouts`, which records carry. */
  readonly id: number;
}

const LAYOUTS: TraceLayout[] = [];

export const layouts: readonly TraceLayout[] = LAYOUTS;

/** Fields have the order of the struct and VPP's units: indices with -1 for ~0, lengths in bytes. */
export function traceLayout<F extends string>(fields: readonly F[], dataBytes: number): TraceLayout<F> {
  const layout = { fields, dataBytes, id: LAYOUTS.length };
  LAYOUTS.push(layout);
  return layout;
}

const HEADER_WORDS = 3;
const wordsOf = (bytes: number): number => (bytes + 3) >>> 2;

const recordWords = ({ fields, dataBytes }: TraceLayout): number => HEADER_WORDS + fields.length + wordsOf(dataBytes);

export class TraceRecords {
  words = new Int32Array(1024);
  bytes = new Uint8Array(this.words.buffer);
  /** Words in use. */
  length = 0;
  /** False while frames run whose trace nobody wants to see. */
  isOn = true;

  /** Where the packet was when the node got it: interface, and place in its chunk. */
  rx = 0;
  start = 0;
  /** And in its vector, from 0. */
  position = 0;
  vectorLength = 1;
  /** What the node that just ran did with the packet, for its writer: node it goes to, or DONE; packets it sent besides. */
  next = -1;
  sent = 0;

  /** Node whose record is begun next. */
  node = 0;
  /** What stands for the bytes behind the packet's end, where VPP prints what its memory holds. */
  behind = 0;
  private at = 0;
  private current: TraceLayout | null = null;

  clear(): void {
    this.length = 0;
  }

  /** Begins a record of the current node; its fields follow by `put`, its bytes by `putBytes`. */
  begin(layout: TraceLayout): void {
    const end = this.length + recordWords(layout);
    if (end > this.words.length) this.grow(end);
    const { words } = this;
    words.fill(0, this.length, end);
    words[this.length] = this.node;
    words[this.length + 1] = layout.id;
    this.at = this.length + HEADER_WORDS;
    this.current = layout;
    this.length = end;
  }

  /** A record with its fields, or the first of them; its bytes follow by `putBytes`. */
  write(layout: TraceLayout, ...fields: readonly number[]): void {
    this.begin(layout);
    for (const field of fields) this.words[this.at++] = field;
  }

  put(value: number): void {
    this.words[this.at++] = value;
  }

  /** The packet bytes of the record, from `from` on; the packet ends at `end`. */
  putBytes(source: Uint8Array, from: number, end: number): void {
    const layout = this.current;
    if (layout === null) throw new Error('bytes of no record');
    const start = this.length - wordsOf(layout.dataBytes);
    const count = Math.max(0, Math.min(layout.dataBytes, end - from));
    this.bytes.set(source.subarray(from, from + count), start * 4);
    this.words[this.length - recordWords(layout) + 2] = count;
  }

  /** True where the frame's trace has a record of one of these nodes. */
  hasVisited(nodes: ReadonlySet<number>): boolean {
    return this.visited().some((node) => nodes.has(node));
  }

  /** The nodes that the frame's trace has records of, in their order. */
  visited(): number[] {
    const nodes: number[] = [];
    for (let at = 0; at < this.length; at += recordWords(layouts[this.words[at + 1]])) nodes.push(this.words[at]);
    return nodes;
  }

  private grow(least: number): void {
    this.words = grown(this.words, Math.max(least, this.words.length * 2));
    this.bytes = new Uint8Array(this.words.buffer);
  }
}

export interface TraceRecord {
  readonly node: number;
  readonly layoutId: number;
  readonly fields: Int32Array;
  /** All bytes of the layout; behind the packet's end, and in so many more as VPP may read, `TraceRecords.behind`. */
  readonly data: Uint8Array;
  /** Bytes of `data` that are the packet's. */
  readonly dataLength: number;
}

/** VPP prints an ARP message by the lengths that it states itself: a record may end long before it. */
const OVERREAD_BYTES = 1024;

/** The records in order; their fields share the store's memory. */
export function* readRecords(records: TraceRecords): Generator<TraceRecord> {
  const { words, bytes, length, behind } = records;
  for (let at = 0; at < length;) {
    const layout = layouts[words[at + 1]];
    const fields = at + HEADER_WORDS;
    const start = (fields + layout.fields.length) * 4;
    const dataLength = words[at + 2];
    const data = new Uint8Array(layout.dataBytes + OVERREAD_BYTES).fill(behind, dataLength);
    data.set(bytes.subarray(start, start + dataLength));
    yield {
      node: words[at],
      layoutId: layout.id,
      fields: words.subarray(fields, fields + layout.fields.length),
      data: data.subarray(0, layout.dataBytes),
      dataLength,
    };
    at += recordWords(layout);
  }
}
