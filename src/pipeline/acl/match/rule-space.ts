/**
 * Sets of packets as an ACL rule sees them, in boxes: an interval of source addresses, of destination addresses, of source and
 * of destination ports, and TCP flags of which some are fixed. Exact, so that it can be told whether rules leave anything
 * of another rule's packets.
 */

import * as ip4 from '../../../wire/ip4.js';
import type { Rule } from './acl-rules.js';

/** First and last of each of four fields, inclusive, then mask and value of the flags that are fixed. */
export type Box = readonly number[];

const FIELDS = 4;
const FLAGS_MASK = 8;
const FLAGS_VALUE = 9;
const ALL_FLAGS = 0xff;

/** Ports that packets of a protocol can have: for ICMP types and codes, for protocols without ports 0 and 0. */
function lastPort(protocol: number): number {
  if (protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP) return 0xffff;
  return protocol === ip4.PROTOCOL_ICMP ? 0xff : 0;
}

const addresses = ({ source, sourceMask, destination, destinationMask }: Rule): number[] => [
  (source & sourceMask) >>> 0,
  (source | ~sourceMask) >>> 0,
  (destination & destinationMask) >>> 0,
  (destination | ~destinationMask) >>> 0,
];

export const addressBox = (rule: Rule): Box => [...addresses(rule), 0, 0, 0, 0, 0, 0];

/**
 * The packets of a protocol with its L4 header that a rule matches; null where there are none. The rule is for that
 * protocol or for any.
 */
export function headerBox(rule: Rule, protocol: number): Box | null {
  const last = lastPort(protocol);
  if (rule.protocol === 0) return [...addresses(rule), 0, last, 0, last, 0, 0];
  const { sourcePortFirst, sourcePortLast, destinationPortFirst, destinationPortLast } = rule;
  if (sourcePortFirst > last || destinationPortFirst > last) return null;
  const ports = [
    sourcePortFirst,
    Math.min(sourcePortLast, last),
    destinationPortFirst,
    Math.min(destinationPortLast, last),
  ];
  if (ports[0] > ports[1] || ports[2] > ports[3]) return null;
  if (protocol !== ip4.PROTOCOL_TCP) return [...addresses(rule), ...ports, 0, 0];
  const mask = rule.tcpFlagsMask & ALL_FLAGS;
  // (flags & mask) === value: no flags fulfil it where the value has a bit that the mask has not.
  return (rule.tcpFlagsValue & ~mask) !== 0 ? null : [...addresses(rule), ...ports, mask, rule.tcpFlagsValue];
}

/** True where every packet of `inner` is in `outer`. */
export function contains(outer: Box, inner: Box): boolean {
  for (let field = 0; field < FIELDS; field++)
    if (outer[2 * field] > inner[2 * field] || outer[2 * field + 1] < inner[2 * field + 1]) return false;
  const mask = outer[FLAGS_MASK];
  return (mask & ~inner[FLAGS_MASK]) === 0 && ((outer[FLAGS_VALUE] ^ inner[FLAGS_VALUE]) & mask) === 0;
}

function intersects(left: Box, right: Box): boolean {
  for (let field = 0; field < FIELDS; field++)
    if (left[2 * field] > right[2 * field + 1] || right[2 * field] > left[2 * field + 1]) return false;
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
  for (let field = 0; field < FIELDS; field++) {
    const [first, last] = [2 * field, 2 * field + 1];
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
