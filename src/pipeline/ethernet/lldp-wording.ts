/** LLDP messages (VPP 19.08 src/vnet/lldp/lldp_cli.c lldp_input_format_trace). */

import { hexDump, indented, mac } from '../trace/text.js';

/** Names by number, separated by bars. */
const names = (text: string): readonly string[] => text.split('|');

const TLV_NAMES = names(
  'End of LLDPDU|Chassis ID|Port ID|Time To Live|Port Description|System name|System Description|' +
    'System Capabilities|Management Address',
);
const [CHASSIS_ID, PORT_ID, TTL, SYSTEM_NAME, SYSTEM_DESCRIPTION, ORGANIZATION] = [1, 2, 3, 5, 6, 127] as const;

/** Kinds of an identification: their names, by number, those that are text, and that of a MAC address. */
interface Subtypes {
  readonly names: readonly string[];
  readonly texts: readonly number[];
  readonly mac: number;
  readonly unknown: string;
}

const CHASSIS: Subtypes = {
  names: names(
    'Reserved|Chassis component|Interface alias|Port component|MAC address|Network address|Interface name|Locally assigned',
  ),
  texts: [1, 2, 3, 6, 7],
  mac: 4,
  unknown: 'unknown chassis subtype',
};

const PORT: Subtypes = {
  names: names(
    'Reserved|Interface alias|Port component|MAC address|Network address|Interface name|Agent circuit ID|Locally assigned',
  ),
  texts: [1, 2, 5, 7],
  mac: 3,
  unknown: 'unknown port subtype',
};

/** The records of a message, as far as VPP's check of lengths lets it go; each ends its line. */
export function lldpLines(data: Uint8Array, length: number): string[] {
  const lines: string[] = [];
  for (let at = 0; ;) {
    const [code, bytes] = [data[at] >>> 1, ((data[at] & 1) << 8) | data[at + 1]];
    if (at + bytes >= length) break;
    const name = TLV_NAMES[code] ?? (code === ORGANIZATION ? 'Organization specific TLV' : 'unknown lldp tlv');
    const head = `TLV #${code}(${name}): `;
    const [first, ...more] = valueLines(code, data.subarray(at + 2, at + 2 + bytes));
    // format_hex_bytes goes on below where it began.
    lines.push(head + first, ...indented(more, head.length));
    at += 2 + bytes;
  }
  return lines.length === 0 ? [''] : [...lines, ''];
}

function valueLines(code: number, value: Uint8Array): string[] {
  switch (code) {
    case CHASSIS_ID:
      return idLines(CHASSIS, value);
    case PORT_ID:
      return idLines(PORT, value);
    case TTL:
      return [String((value[0] << 8) | value[1])];
    case SYSTEM_NAME:
    case SYSTEM_DESCRIPTION:
      return [textOf(value)];
    default:
      return hexDump(value);
  }
}

function idLines({ names: known, texts, mac: macSubtype, unknown }: Subtypes, value: Uint8Array): string[] {
  const [subtype, id] = [value[0], value.subarray(1)];
  const name = `(${known[subtype] ?? unknown})`;
  if (texts.includes(subtype)) return [textOf(id) + name];
  if (subtype === macSubtype && id.length === 6) return [mac(id, 0) + name];
  const lines = hexDump(id);
  return [...lines.slice(0, -1), lines[lines.length - 1] + name];
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
