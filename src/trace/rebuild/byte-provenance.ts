/**
 * What a trace says about single bytes. A byte of a packet is followed through the graph under one number (a cell): the same
 * byte, wherever headers before it come and go; a byte that a node writes anew gets a new cell. Every statement names the line
 * it comes from, so that nothing is known that no line says.
 *
 * A statement may be about some bits only (a TCP data offset does not show the reserved bits next to it), and it may be open:
 * its text could have been longer. Where the text shows signs of lines cut off, an open statement counts if a second line says
 * the same; and where open statements differ, the one that most lines make.
 */

import { FIELD_TYPES } from '../../pipeline/trace/field-types.js';
import { headerFields, textOf, type TraceLine } from '../parse/trace-record.js';
import { parseIp6 } from '../../wire/ip6-address.js';
import { octetsIn } from './headers.js';

/** What is known of one byte. Bits outside `mask` are unknown and 0 in `value`. */
export interface KnownByte {
  readonly value: number;
  readonly mask: number;
  /** Line of the first statement, 0 where nothing is known. */
  readonly line: number;
}

const NOTHING: KnownByte = { value: 0, mask: 0, line: 0 };

/** Statements of one kind about a cell, bit by bit. */
interface Statements {
  value: number;
  mask: number;
  /** Bits about which statements disagree. */
  disputed: number;
  line: number;
}

/** An open statement, and how many lines make it. */
interface OpenStatement {
  readonly value: number;
  readonly mask: number;
  readonly line: number;
  lastLine: number;
  count: number;
}

export class ByteProvenance {
  private readonly firm: (Statements | undefined)[] = [];
  private readonly open: (OpenStatement[] | undefined)[] = [];
  /** By first cell. */
  private readonly unconfirmed = new Map<number, { value: number; line: number }>();
  private count = 0;

  /** @param trustsOpen whether what stands at a line's end counts as whole */
  constructor(readonly trustsOpen: boolean) {}

  newCell(): number {
    return this.count++;
  }

  newCells(count: number): number[] {
    return Array.from({ length: count }, () => this.newCell());
  }

  /** States bits of a byte. */
  state(cell: number, value: number, line: number, isOpen = false, mask = 0xff): void {
    if (isOpen) {
      this.stateOpen(cell, value & mask, mask, line);
      return;
    }
    const before = this.firm[cell];
    if (before === undefined) {
      this.firm[cell] = { value: value & mask, mask, disputed: 0, line };
      return;
    }
    before.disputed |= (before.value ^ value) & before.mask & mask;
    before.value |= value & mask & ~before.mask;
    before.mask |= mask;
  }

  private stateOpen(cell: number, value: number, mask: number, line: number): void {
    const all = (this.open[cell] ??= []);
    const before = all.find((entry) => entry.value === value && entry.mask === mask);
    if (before === undefined) all.push({ value, mask, line, lastLine: line, count: 1 });
    else if (before.lastLine !== line) {
      before.lastLine = line;
      before.count++;
    }
  }

  /** What open statements amount to. */
  private knownOpen(cell: number, isTrusted: boolean): KnownByte {
    const all = this.open[cell]?.filter(({ count }) => isTrusted || count > 1) ?? [];
    if (all.length === 0) return NOTHING;
    const most = Math.max(...all.map(({ count }) => count));
    const [first, ...equals] = all.filter(({ count }) => count === most);
    // As many lines say otherwise: only what they have in common is known.
    const disputed = equals.reduce((bits, { value, mask }) => bits | ((value ^ first.value) & mask), 0);
    return { value: first.value, mask: first.mask & ~disputed, line: first.line };
  }

  /** States bytes whose text is likely to have been longer: the first statement counts when a second line says the same. */
  stateTwice(cells: readonly number[], value: number, line: number): void {
    const first = this.unconfirmed.get(cells[0]);
    if (first === undefined) this.unconfirmed.set(cells[0], { value, line });
    else if (first.value === value && first.line !== line) this.stateNumber(cells, value, line, true);
  }

  /** What one line says so far of the number that begins with a byte, or undefined. */
  statedOnce(cell: number): number | undefined {
    return this.known(cell).mask === 0 ? this.unconfirmed.get(cell)?.value : undefined;
  }

  /** States consecutive bytes, most significant first, as many as there are cells. */
  stateNumber(cells: readonly number[], value: number, line: number, isOpen = false, mask = -1): void {
    for (let i = cells.length - 1, rest = value, bits = mask; i >= 0; i--, rest = Math.floor(rest / 256), bits >>= 8)
      if ((bits & 0xff) !== 0) this.state(cells[i], rest & 0xff, line, isOpen, bits & 0xff);
  }

  /** States what a line says of a header's fields; `cells` begin where the header does. */
  stateHeader(cells: readonly number[], line: TraceLine): void {
    for (const { at, bytes, value, isOpen, bits } of headerFields([line]))
      if (at + bytes <= cells.length) this.stateNumber(cells.slice(at, at + bytes), value, line.number, isOpen, bits);
    for (const { name, at, type } of line.template.parsed.inHeader) {
      const text = textOf(line, name);
      if (type === FIELD_TYPES.mac) this.stateBytes(cells.slice(at), octetsIn(text), line.number);
      const address = type === FIELD_TYPES.ip6 && text !== undefined ? parseIp6(text) : null;
      if (address === null || line.isCut) continue;
      // An address at a line's end may have lost some of it.
      address.forEach((word, i) => {
        const place = cells.slice(at + 4 * i, at + 4 * i + 4);
        if (place.length === 4) this.stateNumber(place, word >>> 0, line.number, line.values[name]?.isOpen);
      });
    }
  }

  stateBytes(cells: readonly number[], bytes: Iterable<number>, line: number, isOpen = false): void {
    let at = 0;
    for (const byte of bytes) if (at < cells.length) this.state(cells[at++], byte, line, isOpen);
  }

  /** What the lines agree on. */
  known(cell: number, isTrusted = this.trustsOpen): KnownByte {
    const firm = this.firm[cell];
    const open = this.knownOpen(cell, isTrusted);
    if (firm === undefined && open.mask === 0) return NOTHING;
    const firmMask = firm === undefined ? 0 : firm.mask & ~firm.disputed;
    // Where both kinds speak, the firm one counts.
    const openMask = open.mask & ~(firm?.mask ?? 0);
    const mask = firmMask | openMask;
    if (mask === 0) return NOTHING;
    const value = ((firm?.value ?? 0) & firmMask) | (open.value & openMask);
    return { value, mask, line: firm !== undefined && firmMask !== 0 ? firm.line : open.line };
  }

  /** The number that consecutive bytes make, or null where a bit of it is unknown. */
  number(cells: readonly number[], isTrusted = this.trustsOpen): number | null {
    let value = 0;
    for (const cell of cells) {
      const byte = this.known(cell, isTrusted);
      if (byte.mask !== 0xff) return null;
      value = value * 256 + byte.value;
    }
    return value;
  }

  /** The same with open statements, for where something else shows whether they are whole. */
  statedNumber(cells: readonly number[]): number | null {
    return this.number(cells, true);
  }

  /** True where the bytes that are known and those given differ in no bit. */
  agrees(cells: readonly number[], bytes: readonly number[]): boolean {
    return cells.every((cell, i) => {
      const { value, mask } = this.known(cell);
      return ((value ^ bytes[i]) & mask) === 0;
    });
  }

  /** Everything stated about one cell is stated about another too. */
  copy(from: number, to: number): void {
    const firm = this.firm[from];
    if (firm !== undefined && (firm.mask & ~firm.disputed) !== 0)
      this.state(to, firm.value, firm.line, false, firm.mask & ~firm.disputed);
    for (const { value, mask, line, lastLine } of this.open[from] ?? [])
      for (const at of new Set([line, lastLine])) this.stateOpen(to, value, mask, at);
  }
}
