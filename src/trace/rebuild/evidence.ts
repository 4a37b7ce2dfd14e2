/**
 * What a trace says about single bytes. A byte of a packet is followed through the graph under one number (a cell): the same
 * byte, wherever headers before it come and go; a byte that a node writes anew gets a new cell. Every statement names the line
 * it comes from, so that nothing is known that no line says.
 *
 * A statement may be about some bits only (a TCP data offset does not tell the reserved bits next to it), and it may be open:
 * its text could have been longer. Open statements count only where the text shows no sign of lines cut off.
 */

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

/** Bits on which two lines disagree. */
export interface Dispute {
  readonly cell: number;
  readonly lines: readonly [number, number];
}

export class Evidence {
  private readonly firm: (Statements | undefined)[] = [];
  private readonly open: (Statements | undefined)[] = [];
  /** By first cell. */
  private readonly unconfirmed = new Map<number, { value: number; line: number }>();
  private count = 0;
  readonly disputes: Dispute[] = [];

  /** @param trustsOpen whether what stands at a line's end counts as whole */
  constructor(private readonly trustsOpen: boolean) {}

  newCell(): number {
    return this.count++;
  }

  newCells(count: number): number[] {
    return Array.from({ length: count }, () => this.newCell());
  }

  /** States bits of a byte. */
  state(cell: number, value: number, line: number, isOpen = false, mask = 0xff): void {
    const all = isOpen ? this.open : this.firm;
    const before = all[cell];
    if (before === undefined) {
      all[cell] = { value: value & mask, mask, disputed: 0, line };
      return;
    }
    const differing = (before.value ^ value) & before.mask & mask;
    if (differing !== 0 && before.disputed === 0) this.disputes.push({ cell, lines: [before.line, line] });
    before.disputed |= differing;
    before.value |= value & mask & ~before.mask;
    before.mask |= mask;
  }

  /** States bytes whose text is likely to have been longer: the first statement counts when a second line says the same. */
  stateTwice(cells: readonly number[], value: number, line: number): void {
    const first = this.unconfirmed.get(cells[0]);
    if (first === undefined) this.unconfirmed.set(cells[0], { value, line });
    else if (first.value === value && first.line !== line) this.stateNumber(cells, value, line, true);
  }

  /** States consecutive bytes, most significant first, as many as there are cells. */
  stateNumber(cells: readonly number[], value: number, line: number, isOpen = false): void {
    for (let i = cells.length - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256))
      this.state(cells[i], rest & 0xff, line, isOpen);
  }

  stateBytes(cells: readonly number[], bytes: Iterable<number>, line: number, isOpen = false): void {
    let at = 0;
    for (const byte of bytes) if (at < cells.length) this.state(cells[at++], byte, line, isOpen);
  }

  /** What the lines agree on. */
  known(cell: number): KnownByte {
    const firm = this.firm[cell];
    const open = this.trustsOpen ? this.open[cell] : undefined;
    if (firm === undefined && open === undefined) return NOTHING;
    const firmMask = firm === undefined ? 0 : firm.mask & ~firm.disputed;
    // Where both kinds speak, the firm one counts.
    const openMask = open === undefined ? 0 : open.mask & ~open.disputed & ~(firm?.mask ?? 0);
    const mask = firmMask | openMask;
    if (mask === 0) return NOTHING;
    const value = ((firm?.value ?? 0) & firmMask) | ((open?.value ?? 0) & openMask);
    return { value, mask, line: (firmMask !== 0 ? firm?.line : open?.line) ?? 0 };
  }

  /** The number that consecutive bytes make, or null where a bit of it is unknown. */
  number(cells: readonly number[]): number | null {
    let value = 0;
    for (const cell of cells) {
      const byte = this.known(cell);
      if (byte.mask !== 0xff) return null;
      value = value * 256 + byte.value;
    }
    return value;
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
    for (const [all, isOpen] of [[this.firm, false] as const, [this.open, true] as const]) {
      const statement = all[from];
      if (statement === undefined) continue;
      const { value, mask, disputed, line } = statement;
      if ((mask & ~disputed) !== 0) this.state(to, value, line, isOpen, mask & ~disputed);
    }
  }
}
