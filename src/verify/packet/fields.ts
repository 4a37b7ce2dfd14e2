/**
 * A frame as named fields, for reports. Which frames are equal is decided on their bytes (normal-form.ts); this only finds words for
 * where they differ, so a header it does not know costs clarity, never a verdict.
 */

import { bytesDifference } from '../report/field-words.js';
import type { FieldDifference } from '../report/report.js';
import { CONTEXT_PREFIX, Dissection } from './dissection.js';
import { fieldsOf, fieldText, FIXED_BYTES, formatHex, OPTIONS_NAME } from './field-table.js';

/** The named fields of a frame, in wire order, and where the bytes without a name begin. */
export interface DecodedFrame {
  readonly fields: ReadonlyMap<string, string>;
  readonly payloadAt: number;
  /** What the link header and tags say that they carry; negative where that is not known. */
  readonly etherType: number;
}

/** Reads the headers of a frame of a link type (tcpdump.org/linktypes.html). Never throws: it stops where the frame does. */
export function decodeFrame(bytes: Uint8Array, linkType: number): DecodedFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layers = new Dissection();
  layers.find(view, 0, bytes.length, bytes.length, linkType);
  const fields = new Map<string, string>();
  const add = (name: string, value: string): void => {
    // Of two tags the second is told apart.
    fields.set(fields.has(name) ? `${name}#2` : name, value);
  };
  for (let i = 0; i < layers.count; i++) {
    const { [i]: at } = layers.at;
    const { [i]: end } = layers.headerEnd;
    const prefix = CONTEXT_PREFIX[layers.context[i]];
    for (const field of fieldsOf(layers, i, view))
      if (at + field.at + field.bytes <= end) add(prefix + field.name, fieldText(field, view, at));
    const fixedEnd = at + FIXED_BYTES[layers.kind[i]];
    if (end > fixedEnd) add(prefix + OPTIONS_NAME[layers.kind[i]], formatHex(bytes.subarray(fixedEnd, end)));
  }
  return { fields, payloadAt: layers.payloadAt, etherType: layers.outerType };
}

/** Every named field that differs; bytes without a name as `payload@offset`. Empty only for equal bytes. */
export function differingFields(expected: Uint8Array, actual: Uint8Array, linkType: number): FieldDifference[] {
  const before = decodeFrame(expected, linkType);
  const after = decodeFrame(actual, linkType);
  const differences = [...new Set([...before.fields.keys(), ...after.fields.keys()])].flatMap((field) => {
    const [was, is] = [before.fields.get(field) ?? 'none', after.fields.get(field) ?? 'none'];
    return was === is ? [] : [{ field, expected: was, actual: is }];
  });
  differences.push(...differingBytes('payload', expected.subarray(before.payloadAt), actual.subarray(after.payloadAt)));
  return differences.length > 0 ? differences : differingBytes('frame', expected, actual);
}

function differingBytes(name: string, expected: Uint8Array, actual: Uint8Array): FieldDifference[] {
  const shorter = Math.min(expected.length, actual.length);
  let at = 0;
  while (at < shorter && expected[at] === actual[at]) at++;
  const areSame = at === expected.length && at === actual.length;
  return areSame ? [] : [bytesDifference(`${name}@${at}`, expected, actual, at)];
}

/** A frame in one line: `10.1.1.3:42010 > 151.101.1.69:80 tcp flags 0x02, 74 bytes`, which are those on the wire. */
export function summaryLine(bytes: Uint8Array, linkType: number, wireLength = bytes.length): string {
  const { fields, etherType } = decodeFrame(bytes, linkType);
  return `${packetText((name) => fields.get(name), etherType)}, ${wireLength} bytes`;
}

function packetText(field: (name: string) => string | undefined, etherType: number): string {
  const isIp6 = field('ip6.src') !== undefined;
  const source = field('ip4.src') ?? field('ip6.src');
  const destination = field('ip4.dst') ?? field('ip6.dst') ?? '';
  if (source === undefined) {
    const opcode = field('arp.opcode');
    if (opcode !== undefined)
      return `arp ${opcode === '1' ? 'request' : 'reply'} for ${field('arp.dst.ip4') ?? ''} from ${field('arp.src.ip4') ?? ''}`;
    const type = field('eth.type') ?? field('sll.etype');
    if (type === undefined && etherType < 0) return 'frame';
    return `ethertype ${type ?? `0x${etherType.toString(16).padStart(4, '0')}`}`;
  }
  for (const protocol of ['tcp', 'udp']) {
    const port = field(`${protocol}.srcport`);
    if (port === undefined) continue;
    const flags = protocol === 'tcp' ? ` flags ${field('tcp.flags') ?? ''}` : '';
    const [from, to] = isIp6 ? [`[${source}]`, `[${destination}]`] : [source, destination];
    return `${from}:${port} > ${to}:${field(`${protocol}.dstport`) ?? ''} ${protocol}${flags}`;
  }
  const icmp = isIp6 ? 'icmp6' : 'icmp';
  const type = field(`${icmp}.type`);
  const what =
    type === undefined
      ? `ip protocol ${field(isIp6 ? 'ip6.nxt' : 'ip4.proto') ?? ''}`
      : `${icmp} type ${type} code ${field(`${icmp}.code`) ?? ''}`;
  return `${source} > ${destination} ${what}`;
}
