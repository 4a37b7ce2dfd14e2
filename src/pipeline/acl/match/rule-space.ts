/**
 * Sets of packets as an ACL rule sees them, in boxes: an interval of source addresses, of destination addresses (of IPv6, an interval of
 * each of their words), of source and of destination ports, and TCP flags of which some are fixed. Exact, so that it can be told whether rules leave anything
 * of another rule's packets.
 */

import { maskOf } from '../../../wire/address.js';
import * as ip4 from '../../../wire/ip4.js';
import * as ip6 from '../../../wire/ip6.js';
import { ip6Word, maskWord } from '../../../wire/ip6-address.js';
import type { Rule } from './acl-rules.js';

/** Mask and value of the flags that are fixed, then first and last of each field, inclusive. */
export type Box = readonly number[];

const FLAGS_MASK = 0;
const FLAGS_VALUE = 1;
const FIRST_FIELD = 2;
const ALL_FLAGS = 0xff;

/** Ports that packets of a protocol can have: for ICMP types and codes, for protocols without ports 0 and 0. */
function lastPort(protocol: number, isIp6: boolean): number {
  if (protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP) return 0xffff;
  return protocol === (isIp6 ? ip6.PROTOCOL_ICMP6 : ip4.PROTOCOL_ICMP) ? 0xff : 0;
}

const word = (value: number, mask: number): number[] => [(value & mask) >>> 0, (value | ~mask) >>> 0];

const addresses = ({ isIp6, source, sourceLength, destination, destinationLength }: Rule): number[] =>
  isIp6
    ? [...ip6Words(source, sourceLength), ...ip6Words(destination, destinationLength)]
    : [...word(source, maskOf(sourceLength)), ...word(destination, maskOf(destinationLength))];

const ip6Words = (address: number, length: number): number[] =>
  [0, 1, 2, 3].flatMap((index) => word(ip6Word(address, index), maskWord(length, index)));

export const addressBox = (rule: Rule): Box => [0, 0, ...addresses(rule), 0, 0, 0, 0];

/**
 * The packets of a protocol with its L4 header that a rule matches; null where there are none. The rule is for that
 * protocol or for any.
 */
export function headerBox(rule: Rule, protocol: number): Box | null {
  const last = lastPort(protocol, rule.isIp6);
  if (rule.protocol === 0) return [0, 0, ...addresses(rule), 0, last, 0, last];
  const { sourcePortFirst, sourcePortLast, destinationPortFirst, destinationPortLast } = rule;
  if (sourcePortFirst > last || destinationPortFirst > last) return null;
  const ports = [
    sourcePortFirst,
    Math.min(sourcePortLast, last),
    destinationPortFirst,
    Math.min(destinationPortLast, last),
  ];
  if (ports[0] > ports[1] || ports[2] > ports[3]) return null;
  if (protocol !== ip4.PROTOCOL_TCP) return [0, 0, ...addresses(rule), ...ports];
  const mask = rule.tcpFlagsMask & ALL_FLAGS;
  // (flags & mask) === value: no flags fulfil it where the value has a bit that the mask has not.
  return (rule.tcpFlagsValue & ~mask) !== 0 ? null : [mask, rule.tcpFlagsValue, ...addresses(rule), ...ports];
}

/** True where every packet of `inner` is in `outer`. */
export function contains(outer: Box, inner: Box): boolean {
  for (let field = FIRST_FIELD; field < inner.length; field += 2)
    if (outer[field] > inner[field] || outer[field + 1] < inner[field + 1]) return false;
  const mask = outer[FLAGS_MASK];
  return (mask & ~inner[FLAGS_MASK]) === 0 && ((outer[FLAGS_VALUE] ^ inner[FLAGS_VALUE]) & mask) === 0;
}

function intersects(left: Box, right: Box): boolean {
  for (let field = FIRST_FIELD; field < left.length; field += 2)
    if (left[field] > right[field + 1] || right[field] > left[field + 1]) return false;
  return ((left[FLAGS_VALUE] ^ right[FLAGS_VALUE]) & left[FLAGS_MASK] & right[FLAGS_MASK]) === 0;
}

/** What of a box is not in another, as boxes that do not overlap; null where they have nothing in common. */
export function subtract(from: Box, taken: Box): Box[] | null {
  if (!intersects(from, taken)) return null;
  const rest: Box[] = [];
  const left = [...from];
  const keep = (change: (part: number[]) => void): void => {
    const part = [...left];
    change(part);
    rest.push(part);
  };
  for (let first = FIRST_FIELD; first < left.length; first += 2) {
    const last = first + 1;
    if (left[first] < taken[first]) keep((part) => void (part[last] = taken[first] - 1));
    if (left[last] > taken[last]) keep((part) => void (part[first] = taken[last] + 1));
    left[first] = Math.max(left[first], taken[first]);
    left[last] = Math.min(left[last], taken[last]);
  }
  for (let bit = 1; bit <= ALL_FLAGS; bit <<= 1) {
    if ((taken[FLAGS_MASK] & bit) === 0 || (left[FLAGS_MASK] & bit) !== 0) continue;
    left[FLAGS_MASK] |= bit;
    keep((part) => void (part[FLAGS_VALUE] |= ~taken[FLAGS_VALUE] & bit));
    left[FLAGS_VALUE] |= taken[FLAGS_VALUE] & bit;
  }
  return rest;
}
