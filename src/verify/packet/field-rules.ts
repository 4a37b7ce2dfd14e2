/** Rules for fields that are not compared, or not wholly: their text form, the same everywhere, and what they do to bytes. */

import { parseAddress, parseMac } from '../../wire/address.js';
import { parseIp6 } from '../../wire/ip6-address.js';
import { FIELDS, type Field } from './field-table.js';
import type { Layer } from '../../wire/decode.js';
import { CONTEXT_PREFIX } from './dissection.js';
import { VerifyOptionsError, type FieldRule } from '../options.js';

/**
 * `ip4.id`, `GigabitEthernet0/8/0:eth.src` (on that interface only), `ip4.src=255.255.255.0` (only these bits are compared).
 * Whether the field exists and takes the mask is found when a comparison starts.
 */
export function parseFieldRule(text: string): FieldRule {
  const equals = text.indexOf('=');
  const place = equals < 0 ? text : text.slice(0, equals);
  const colon = place.lastIndexOf(':');
  return {
    field: place.slice(colon + 1),
    mask: equals < 0 ? null : text.slice(equals + 1),
    interfaceName: colon < 0 ? null : place.slice(0, colon),
  };
}

/** A rule ready for use: which bits of which bytes stay. */
export interface ByteRule {
  /** The rule in words, for the list of tolerances. */
  readonly text: string;
  readonly kind: 'ignored' | 'masked';
  readonly interfaceName: string | null;
  /** The header it is about; null for bytes counted from the frame's start, or from that of its payload. */
  readonly layer: Layer | null;
  readonly isInPayload: boolean;
  readonly context: number;
  readonly at: number;
  /** Bits that are compared, a byte each. */
  readonly kept: readonly number[];
  readonly isChecksum: boolean;
}

const BYTE_RANGE = /^(payload|frame)@(\d+)(?:-(\d+))?$/;
/** More than a frame has. */
const MAXIMUM_RANGE = 65535;

/** Throws VerifyOptionsError. Checksums come last, since other rules change them. */
export function compileRules(rules: readonly FieldRule[]): ByteRule[] {
  return rules.flatMap(compileRule).sort((a, b) => Number(a.isChecksum) - Number(b.isChecksum));
}

/** Several where headers of several kinds have the field: cooked ones of both versions. */
function compileRule({ field: given, mask, interfaceName }: FieldRule): ByteRule[] {
  const where = interfaceName === null ? '' : ` on ${interfaceName}`;
  const text = `${given}${mask === null ? '' : ` but for ${mask}`}${where}`;
  if (interfaceName === '') throw new VerifyOptionsError(`":${given}" names no interface before its colon`);
  if (given === '')
    throw new VerifyOptionsError(`a rule${interfaceName === null ? '' : ` for ${interfaceName}`} names no field`);
  const common = { text, kind: mask === null ? ('ignored' as const) : ('masked' as const), interfaceName };
  const range = BYTE_RANGE.exec(given);
  if (range) {
    const [, place, first, last = first] = range;
    const length = Number(last) - Number(first) + 1;
    if (length < 1 || Number(last) > MAXIMUM_RANGE) throw new VerifyOptionsError(`"${given}" is no range of bytes`);
    const kept = mask === null ? new Array<number>(length).fill(0) : bytesOfNumber(given, mask, length);
    const isInPayload = place === 'payload';
    return [{ ...common, layer: null, isInPayload, context: 0, at: Number(first), kept, isChecksum: false }];
  }
  // Wireshark and the recordings say ip where this program says ip4, and ipv6 and icmpv6.
  const name = given.replace(/(^|\.)ip\./, '$1ip4.').replace(/(^|\.)(icmp|ip)v6\./, '$1$26.');
  const context = CONTEXT_PREFIX.findLastIndex((prefix) => name.startsWith(prefix));
  const fields = FIELDS.filter((each) => each.name === name.slice(CONTEXT_PREFIX[context].length));
  if (fields.length === 0) throw new VerifyOptionsError(unknownField(given));
  return fields.map((field): ByteRule => {
    const { layer, at, isChecksum } = field;
    return { ...common, layer, isInPayload: false, context, at, kept: keptBits(field, given, mask), isChecksum };
  });
}

function keptBits({ bytes, bits, format }: Field, name: string, mask: string | null): number[] {
  const all = 2 ** (8 * bytes) - 1;
  if (bits !== null) {
    const others = all & ~bits;
    if (mask === null) return bytesOf(others, bytes);
    const shift = 31 - Math.clz32(bits & -bits);
    return bytesOf(others | ((numberOf(name, mask) << shift) & bits), bytes);
  }
  if (mask === null) return new Array<number>(bytes).fill(0);
  const address = format === 'address' ? parseAddress(mask) : null;
  if (address !== null) return bytesOf(address >>> 0, bytes);
  const mac = format === 'mac' ? parseMac(mask) : null;
  const ip6 = format === 'address6' ? parseIp6(mask) : null;
  if (ip6 !== null) return ip6.flatMap((word) => bytesOf(word >>> 0, 4));
  if (mac !== null) return bytesOf(mac.high * 2 ** 32 + mac.low, bytes);
  return bytesOfNumber(name, mask, bytes);
}

function bytesOfNumber(name: string, mask: string, bytes: number): number[] {
  const value = numberOf(name, mask);
  if (value >= 2 ** (8 * bytes))
    throw new VerifyOptionsError(`the mask ${mask} has more bits than ${name}, which has ${8 * bytes}`);
  return bytesOf(value, bytes);
}

function numberOf(name: string, mask: string): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(mask) ? Number(mask) : NaN;
  if (!Number.isSafeInteger(value))
    throw new VerifyOptionsError(`"${mask}" is no mask for ${name}: expected a number like 0xff00, or an address`);
  return value;
}

/** Big-endian. */
const bytesOf = (value: number, length: number): number[] =>
  Array.from({ length }, (_, i) => Math.floor(value / 2 ** (8 * (length - 1 - i))) % 256);

function unknownField(given: string): string {
  const layer = given.slice(0, given.lastIndexOf('.') + 1).replace(/^(?:inner\.)?(?:quoted\.)?/, '');
  const names = new Set(FIELDS.map(({ name }) => name));
  const siblings = [...names].filter((name) => layer !== '' && name.startsWith(layer));
  const known = siblings.length > 0 ? siblings.join(', ') : 'such as ip4.id, eth.src, tcp.window, payload@0-3';
  return `no field "${given}"; there ${siblings.length > 0 ? 'are' : 'are fields'} ${known}`;
}
