/** Numbers in decimal, as bytes. */

const ZERO = 0x30;

/** Digits of a whole number from 0 to 2^53. */
export function decimalDigits(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  return digits;
}

/** Digits of so many whole numbers in a row, all together. */
export function digitsInRow(first: number, count: number): number {
  const end = first + count;
  let total = 0;
  for (let value = first; value < end;) {
    const digits = decimalDigits(value);
    const next = Math.min(end, 10 ** digits);
    total += (next - value) * digits;
    value = next;
  }
  return total;
}

/** Writes a number of so many digits; returns where they end. */
export function writeDecimal(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let i = at + digits - 1;
  let rest = value;
  for (; rest > 0x7fffffff; i--) {
    const tenth = Math.floor(rest / 10);
    bytes[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  // Division of such integers by 10 is a multiplication.
  for (let small = rest | 0; i >= at; i--) {
    const tenth = (small / 10) | 0;
    bytes[i] = ZERO + small - tenth * 10;
    small = tenth;
  }
  return at + digits;
}
