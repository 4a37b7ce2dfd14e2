/** Addresses with the lengths of their prefixes, of both families. */

import { BlockList, isIP, isIPv6 } from 'node:net';

export type Family = 'ip4' | 'ip6';

export interface Subnet {
  readonly address: string;
  readonly length: number;
  readonly covers: (address: string) => boolean;
}

/** Whether a text is an address and the length of a prefix that such an address can have. */
export function isPrefix(text: string): boolean {
  const [, address = '', length = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(length) <= (family === 6 ? 128 : 32);
}

/** @param text as `isPrefix` takes it */
export function subnetOf(text: string): Subnet {
  const [address, length] = [text.replace(/\/.*/, ''), Number(text.replace(/.*\//, ''))];
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(address, length, family);
  return { address, length, covers: (other) => isIPv6(other) === isIPv6(address) && block.check(other, family) };
}
