/** What differs between IPv4 and IPv6 where a FIB does not look into addresses: each is a number (wire/ip6-address.ts for IPv6). */

import { formatAddress, maskOf } from '../../wire/address.js';
import { formatIp6, ip6Word, maskIp6 } from '../../wire/ip6-address.js';

export interface AddressFamily {
  readonly isIp6: boolean;
  /** Of a host's prefix. */
  readonly bits: number;
  /** The address without the host bits of a prefix. */
  mask(address: number, length: number): number;
  /** Below 0 where the first comes before the second. */
  compare(left: number, right: number): number;
  format(address: number): string;
}

export const IP4_FAMILY: AddressFamily = {
  isIp6: false,
  bits: 32,
  mask: (address, length) => address & maskOf(length),
  compare: (left, right) => (left >>> 0) - (right >>> 0),
  format: formatAddress,
};

export const IP6_FAMILY: AddressFamily = {
  isIp6: true,
  bits: 128,
  mask: maskIp6,
  compare: (left, right) => {
    let word = 0;
    while (word < 3 && ip6Word(left, word) === ip6Word(right, word)) word++;
    return (ip6Word(left, word) >>> 0) - (ip6Word(right, word) >>> 0);
  },
  format: formatIp6,
};
