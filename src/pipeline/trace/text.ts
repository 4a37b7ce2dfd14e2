/** Small pieces of VPP's format strings. */

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];

/** Octets as two digits each. */
const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** `%0nx` of at most 32 bits; as many octets as the digits take. */
export function hex(value: number, digits: number): string {
  let text = '';
  for (let shift = digits * 4 - 8; shift >= 0; shift -= 8) text += HEX[(value >>> shift) & 0xff];
  return text;
}

/** Bytes as hexadecimal digits without spaces. */
export const hexBytes = (bytes: Uint8Array, from = 0, count = bytes.length - from): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, count).toString('hex');

/** VPP's format_mac_address. */
export function mac(bytes: Uint8Array, from: number): string {
  let text = HEX[bytes[from]];
  for (let i = 1; i < 6; i++) text += `:${HEX[bytes[from + i]]}`;
  return text;
}

/** format_ip4_address of four bytes. */
export const ip4Address = (bytes: Uint8Array, from: number): string => bytes.subarray(from, from + 4).join('.');

/** format_hex_bytes: up to 32 bytes in a line, more in numbered lines of 32. */
export function hexDump(bytes: Uint8Array): string[] {
  if (bytes.length <= 32) return [hexBytes(bytes)];
  return Array.from(
    { length: Math.ceil(bytes.length / 32) },
    (_, line) => `${hex(line * 32, 8)}: ${hexBytes(bytes, line * 32, Math.min(32, bytes.length - line * 32))}`,
  );
}

/** Lines moved to the right. */
export const indented = (lines: readonly string[], columns: number): string[] =>
  columns === 0 ? [...lines] : lines.map((line) => ' '.repeat(columns) + line);
