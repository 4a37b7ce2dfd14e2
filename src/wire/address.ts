/** IPv4 and MAC addresses as numbers and as text. An IPv4 address is a signed 32-bit integer throughout the program. */

/** 'a.b.c.d' of a signed or unsigned 32-bit address. */
export const formatAddress = (address: number): string =>
  `${String(address >>> 24)}.${String((address >>> 16) & 255)}.${String((address >>> 8) & 255)}.${String(address & 255)}`;

/** The address as a signed 32-bit integer, or null where the text is no dotted quad. */
export function parseAddress(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  const octets = match.slice(1).map(Number);
  return octets.some((octet) => octet > 255) ? null : octets.reduce((address, octet) => (address << 8) | octet, 0);
}

/** The network mask of a prefix length as a signed 32-bit integer; 0 for length 0. */
export const maskOf = (prefixLength: number): number => (prefixLength === 0 ? 0 : -1 << (32 - prefixLength));

/** A MAC address in two parts, since 48 bits do not fit a 32-bit integer. */
export interface MacAddress {
  /** Octets 0-1. */
  readonly high: number;
  /** Octets 2-5, unsigned. */
  readonly low: number;
}

export const MAC_ZERO: MacAddress = { high: 0, low: 0 };

/** '02:fe:16:3f:5f:0f' or VPP's '02fe.163f.5f0f'; null where the text is neither. */
export function parseMac(text: string): MacAddress | null {
  if (!/^([\da-f]{1,2}:){5}[\da-f]{1,2}$/i.test(text) && !/^([\da-f]{1,4}\.){2}[\da-f]{1,4}$/i.test(text)) return null;
  const width = text.includes(':') ? 2 : 4;
  const digits = text
    .split(/[:.]/)
    .map((part) => part.padStart(width, '0'))
    .join('');
  return { high: parseInt(digits.slice(0, 4), 16), low: parseInt(digits.slice(4), 16) };
}

/** '02:fe:16:3f:5f:0f' */
export function formatMac({ high, low }: MacAddress): string {
  const digits = high.toString(16).padStart(4, '0') + (low >>> 0).toString(16).padStart(8, '0');
  return digits.replace(/..(?!$)/g, '$&:');
}
