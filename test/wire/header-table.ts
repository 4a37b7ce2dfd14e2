/** A header module against a header written by hand: getters read it, setters make it, and write nothing else. */

import { expect } from 'chai';
import fc from 'fast-check';

export interface FieldRow {
  readonly name: string;
  /** Place and length in the header, in bytes. */
  readonly at: number;
  readonly bytes: number;
  /** What the header written by hand has. */
  readonly value: number | boolean;
  readonly get?: (view: DataView, at: number) => number | boolean;
  readonly set?: (view: DataView, at: number, value: number) => void;
  /** Values that can be written; all that fit the bytes where it is not given. */
  readonly values?: fc.Arbitrary<number>;
}

/** Headers stand somewhere in a chunk, at an odd place too. */
const AT = 3;
const UNWRITTEN = 0xa5;
const HEADROOM = 16;

/** @param hex a header of which every field has a value of its own */
export function describeHeader(hex: string, rows: readonly FieldRow[]): void {
  const header = Uint8Array.from(Buffer.from(hex, 'hex'));
  const unwritten = (): Uint8Array => new Uint8Array(AT + header.length + HEADROOM).fill(UNWRITTEN);
  const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer);

  for (const { name, get, value } of rows)
    if (get !== undefined)
      it(`reads ${name}`, () => {
        const bytes = unwritten();
        bytes.set(header, AT);
        expect(get(viewOf(bytes), AT)).to.equal(value);
      });

  for (const { name, at, bytes: width, set, value } of rows)
    if (set !== undefined)
      it(`writes ${name} and nothing else`, () => {
        const [bytes, expected] = [unwritten(), unwritten()];
        set(viewOf(bytes), AT, Number(value));
        expected.set(header.subarray(at, at + width), AT + at);
        expect(bytes).to.deep.equal(expected);
      });

  for (const { name, bytes: width, get, set, values } of rows)
    if (get !== undefined && set !== undefined)
      it(`reads what it wrote: ${name}`, () => {
        const view = viewOf(unwritten());
        fc.assert(
          fc.property(values ?? fc.nat(2 ** (8 * width) - 1), (value) => {
            set(view, AT, value);
            expect(Number(get(view, AT)) >>> 0).to.equal(value);
          }),
        );
      });

  const written = rows.filter(({ set }) => set !== undefined);
  if (written.length > 0)
    it('leaves no byte of the header unwritten', () => {
      const [bytes, expected] = [unwritten(), unwritten()];
      for (const { set, value } of written) set?.(viewOf(bytes), AT, Number(value));
      expected.set(header, AT);
      expect(bytes).to.deep.equal(expected);
    });
}
