/** Typed words of the grammar: addresses, numbers, ports, interface names. */

import { parseAddress, parseMac, type MacAddress } from '../../wire/address.js';
import { ip6Number, parseIp6 } from '../../wire/ip6-address.js';
import type { PortRange, Prefix } from './config-error.js';
import { argument, sequence, word, type ArgumentType } from './matcher.js';

/** Unsigned decimal number of at most `maximum`, or null. */
export function readNumber(word: string, minimum: number, maximum: number): number | null {
  if (!/^\d{1,10}$/.test(word)) return null;
  const value = Number(word);
  return value >= minimum && value <= maximum ? value : null;
}

/** The two sides of `word` at the only `separator` in it, or null. */
export function sides(word: string, separator: string): readonly [string, string] | null {
  const at = word.indexOf(separator);
  const isOnly = at >= 0 && !word.includes(separator, at + 1);
  return isOnly ? [word.slice(0, at), word.slice(at + 1)] : null;
}

/** Number in a range; `what` is as in "a table id". */
export const number = (what: string, minimum: number, maximum: number): ArgumentType<number> => ({
  expects: `${what} (${String(minimum)}-${String(maximum)})`,
  read: (word) => readNumber(word, minimum, maximum),
});

const U32_MAX = 0xffffffff;
export const u32 = (what: string): ArgumentType<number> => ({
  expects: what,
  read: (word) => readNumber(word, 0, U32_MAX),
});
export const port: ArgumentType<number> = number('a port', 0, 65535);

/** 0 or 1. */
export const zeroOrOne: ArgumentType<boolean> = {
  expects: '0 or 1',
  read: (word) => (word === '0' ? false : word === '1' ? true : null),
};

export const address: ArgumentType<number> = { expects: 'an IPv4 address', read: parseAddress };

/** `A-B` in one word, which VPP's `%U - %U` reads as well. */
export const addressRange: ArgumentType<{ readonly first: number; readonly last: number }> = {
  expects: 'a range of IPv4 addresses',
  read: (text) => {
    const [left, right] = sides(text, '-') ?? ['', ''];
    const first = parseAddress(left);
    const last = parseAddress(right);
    return first === null || last === null ? null : { first, last };
  },
};

function readPrefix(word: string): Prefix | null {
  const slash = word.indexOf('/');
  if (slash < 0) return null;
  const prefixAddress = parseAddress(word.slice(0, slash));
  const length = readNumber(word.slice(slash + 1), 0, 32);
  return prefixAddress === null || length === null ? null : { address: prefixAddress, length };
}

/** An address of IPv4, or of IPv6 by number. */
export interface AnyAddress {
  readonly address: number;
  readonly isIp6: boolean;
}

function readAnyAddress(word: string): AnyAddress | null {
  const ip4 = parseAddress(word);
  if (ip4 !== null) return { address: ip4, isIp6: false };
  const ip6 = parseIp6(word);
  return ip6 === null ? null : { address: ip6Number(ip6), isIp6: true };
}

export const anyAddress: ArgumentType<AnyAddress> = { expects: 'an IP address', read: readAnyAddress };

function readIp6Prefix(word: string): Prefix | null {
  const [left, right] = sides(word, '/') ?? ['', ''];
  const ip6 = parseIp6(left);
  const length = readNumber(right, 0, 128);
  return ip6 === null || length === null ? null : { address: ip6Number(ip6), length, isIp6: true };
}

export const ip6Prefix: ArgumentType<Prefix> = { expects: 'an IPv6 prefix', read: readIp6Prefix };

/** Of IPv4 or IPv6; host bits are kept. */
export const ipPrefix: ArgumentType<Prefix> = {
  expects: 'an IP prefix',
  read: (word) => readPrefix(word) ?? readIp6Prefix(word),
};

/** Host bits are kept: it is for apply to mask them, as VPP does. */
export const prefix: ArgumentType<Prefix> = { expects: 'an IPv4 prefix', read: readPrefix };

/** node:net could tell, but takes 2 ms to load. */
const isIPv6 = (word: string): boolean => /^[\da-f:.]+$/i.test(word) && URL.canParse(`http://[${word}]`);

/** Whether the word is an IPv6 address or prefix. */
export function isIp6Word(word: string): boolean {
  const parts = sides(word, '/');
  return parts ? isIPv6(parts[0]) && readNumber(parts[1], 0, 128) !== null : isIPv6(word);
}

export const mac: ArgumentType<MacAddress> = { expects: 'a MAC address', read: parseMac };

/** `A.B.C.D:PORT` */
export const addressAndPort: ArgumentType<{ readonly address: number; readonly port: number }> = {
  expects: 'an IPv4 address and port (ADDRESS:PORT)',
  read: (word) => {
    const [left, right] = sides(word, ':') ?? ['', ''];
    const endpointAddress = parseAddress(left);
    const endpointPort = readNumber(right, 0, 65535);
    if (endpointAddress === null || endpointPort === null) return null;
    return { address: endpointAddress, port: endpointPort };
  },
};

/** `A-B` or a single number. */
export const portRange: ArgumentType<PortRange> = {
  expects: 'a port or a range of ports (FIRST-LAST)',
  read: (word) => {
    const [left, right] = sides(word, '-') ?? [word, word];
    const first = readNumber(left, 0, 65535);
    const last = readNumber(right, 0, 65535);
    return first === null || last === null || first > last ? null : { first, last };
  },
};

/**
 * An interface name. VPP knows its interfaces while it reads; here a name must have been made before, or look like the name
 * of an interface (GigabitEthernet0/8/0, tap0, host-eth0), so that a misspelt option is not taken for one.
 */
export const interfaceName: ArgumentType<string> = {
  expects: 'an interface name',
  read: (word, { interfaceNames }) =>
    interfaceNames.has(word) || /^(host-.|[A-Za-z][\w./-]*\d)/.test(word) ? word : null,
};

export const newInterfaceName: ArgumentType<string> = {
  expects: 'an interface name',
  read: (word) => (/^[A-Za-z][\w./:-]*$/.test(word) ? word : null),
};

/** Any word, as VPP's `%s`. */
export const anyWord = (what: string): ArgumentType<string> => ({
  expects: what,
  read: (word) => (word === ',' || word === '{' || word === '}' ? null : word),
});

/** `count N` of a command makes at most so many commands; VPP itself has no limit. */
const COUNT_MAX = 1_000_000;
export const count = sequence(word('count'), argument('count', number('a count', 1, COUNT_MAX)));
