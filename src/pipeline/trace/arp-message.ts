/** ARP messages in the words of format_ethernet_arp_header. */

import { line, vagueLine } from './template.js';
import { hexDump, indented, u16 } from './text.js';

const ARP_FIELDS = line(
  'arp-fields',
  '{operation:arpOperation@6=}, type {hardware:arpHardware@0}/{protocol:ethertype@2}, ' +
    'address size {macBytes:u8@4}/{addressBytes:u8@5}',
);
const ARP_ADDRESSES = line(
  'arp-addresses',
  '{senderMac:mac@8=}/{sender:ip4@14=} -> {targetMac:mac@18=}/{target:ip4@24=}',
);
/** Of other address sizes; what is longer than 32 bytes is in numbered lines. */
const ARP_OTHER = vagueLine('arp-other', '{sender:word} -> {target:word}');
export const ARP_NUMBERED = vagueLine('arp-numbered', '{offset:numbered}: {bytes:rest}');
export const ARP_TEXT = [ARP_FIELDS, ARP_ADDRESSES, ARP_OTHER];
export const ARP_LINES = [...ARP_TEXT, ARP_NUMBERED];

/** A whole message. */
export function arpMessage(bytes: Uint8Array, at: number): string[] {
  const lines = [ARP_FIELDS.printHeader(bytes, at)];
  if (u16(bytes, at) === 1 && u16(bytes, at + 2) === 0x800) return [...lines, ARP_ADDRESSES.printHeader(bytes, at)];
  const [n2, n3] = [bytes[at + 4], bytes[at + 5]];
  let text = '';
  let from = at + 8;
  for (const [count, separator] of [
    [n2, '/'],
    [n3, ' -> '],
    [n2, '/'],
    [n3, ''],
  ] as const) {
    // format_hex_bytes goes on below where it began.
    const column = text.length - text.lastIndexOf('\n') - 1;
    const [first, ...more] = hexDump(overread(bytes, from, count));
    text += [first, ...indented(more, column)].join('\n') + separator;
    from += count;
  }
  return [...lines, ...text.split('\n')];
}

/** Bytes that may be behind the record (trace-records.ts), as far as there are any. */
const overread = ({ buffer, byteOffset }: Uint8Array, from: number, count: number): Uint8Array => {
  const start = Math.min(byteOffset + from, buffer.byteLength);
  return new Uint8Array(buffer, start, Math.min(count, buffer.byteLength - start));
};
