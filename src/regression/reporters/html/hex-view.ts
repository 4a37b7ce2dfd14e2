/** A packet's bytes in rows of eight, with those marked that another one has differently. */

import { escape, hex, html, Markup } from './markup.js';

const ROW = 8;
/** Rows of a large packet that are shown around what differs. */
const ROWS_SHOWN = 24;
const CONTEXT_ROWS = 1;

/** Where the first byte of one packet is in the other: the packets are alike at their heads, or at their tails. */
export function shiftOf(bytes: Uint8Array, other: Uint8Array): number {
  const tail = other.length - bytes.length;
  return tail === 0 || equalBytes(bytes, other, 0) >= equalBytes(bytes, other, tail) ? 0 : tail;
}

function equalBytes(bytes: Uint8Array, other: Uint8Array, shift: number): number {
  return bytes.reduce((count, byte, i) => count + (byte === other.at(i + shift) && i + shift >= 0 ? 1 : 0), 0);
}

/** `other` is the packet to compare with; null marks nothing. */
export function hexView(bytes: Uint8Array, other: Uint8Array | null): Markup {
  const shift = other === null ? 0 : shiftOf(bytes, other);
  const differs = (i: number): boolean =>
    other !== null && (i + shift < 0 || i + shift >= other.length || bytes[i] !== other[i + shift]);
  const rows = Array.from({ length: Math.ceil(bytes.length / ROW) }, (_, row) => row);
  const marked = new Set(rows.filter((row) => eachByte(bytes, row).some(differs)));
  const isNear = (row: number): boolean =>
    Array.from({ length: 2 * CONTEXT_ROWS + 1 }, (_, i) => row + i - CONTEXT_ROWS).some((near) => marked.has(near));
  const shown =
    rows.length <= ROWS_SHOWN
      ? rows
      : rows.filter((row) => row < ROWS_SHOWN / 2 || isNear(row)).slice(0, 4 * ROWS_SHOWN);
  let before = -1;
  const lines = shown.map((row) => {
    const gap = row - before - 1;
    before = row;
    return `${gap > 0 ? gapLine(gap) : ''}${rowLine(bytes, row, differs)}`;
  });
  const left = rows.length - 1 - before;
  return html`<pre class="hex" tabindex="0">${new Markup(lines.join('') + (left > 0 ? gapLine(left) : ''))}</pre>`;
}

const gapLine = (rows: number): string => `<i>     ${rows * ROW} bytes more\n</i>`;

const eachByte = (bytes: Uint8Array, row: number): number[] =>
  Array.from({ length: Math.min(ROW, bytes.length - row * ROW) }, (_, i) => row * ROW + i);

/** Offset, bytes and characters; runs of bytes that differ are in one mark. */
function rowLine(bytes: Uint8Array, row: number, differs: (i: number) => boolean): string {
  const places = eachByte(bytes, row);
  const cells = (cellOf: (byte: number) => string, between: string): string =>
    places
      .map((i, nth) => {
        const [isMarked, wasMarked] = [differs(i), nth > 0 && differs(i - 1)];
        const open = isMarked && !wasMarked ? '<b>' : '';
        const close = !isMarked && wasMarked ? '</b>' : '';
        const gap = nth === 0 ? '' : between;
        return `${close}${gap}${open}${escape(cellOf(bytes[i]))}`;
      })
      .join('') + (differs(places[places.length - 1]) ? '</b>' : '');
  const padding = ' '.repeat((ROW - places.length) * 3);
  const offset = `<i>${hex(row * ROW, 4)}</i>`;
  return `${offset} ${cells((byte) => hex(byte, 2), ' ')}${padding}  ${cells(character, '')}\n`;
}

const character = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');
