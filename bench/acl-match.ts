/**
 * Times the ACL match: nanoseconds per packet for rule lists of 8 to 10,000 rules.
 *
 *     node dist/bench/acl-match.js
 */

import { AclMatcher } from '../src/pipeline/acl/match/acl-match.js';
import { PackedRules, type Rule } from '../src/pipeline/acl/match/acl-rules.js';
import { FiveTuple } from '../src/pipeline/acl/five-tuple.js';
import { maskOf } from '../src/wire/address.js';

const PACKETS = 4096;
const MATCHES = 2_000_000;

/** The same numbers in every run (the generator of NAT44's ports). */
let state = 1;
const below = (limit: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
};
const oneOf = <T>(...values: readonly T[]): T => values[below(values.length)];

/** Pods in 10.0.0.0/12 to services in 192.168.0.0/16, as a policy's rules are: prefixes of all sizes, mostly one port. */
function makeRule(): Rule {
  const sourceLength = oneOf(16, 20, 24, 28, 32);
  const destinationLength = oneOf(16, 24, 32, 32);
  const port = below(60_000);
  return {
    action: 1,
    isIp6: false,
    source: (0x0a000000 + below(1 << 20)) & maskOf(sourceLength),
    sourceLength,
    destination: (0xc0a80000 + below(1 << 16)) & maskOf(destinationLength),
    destinationLength,
    protocol: oneOf(6, 17),
    sourcePortFirst: 0,
    sourcePortLast: 0xffff,
    destinationPortFirst: port,
    destinationPortLast: port + oneOf(0, 0, 100),
    tcpFlagsValue: 0,
    tcpFlagsMask: 0,
    text: '',
  };
}

/** A packet that one of the rules is for, or sometimes none. */
function makePacket(rules: readonly Rule[]): FiveTuple {
  const rule = rules[below(rules.length)];
  const packet = new FiveTuple();
  packet.source = rule.source | (below(1 << 20) & ~maskOf(rule.sourceLength));
  packet.destination = rule.destination | (below(1 << 16) & ~maskOf(rule.destinationLength));
  packet.protocol = rule.protocol;
  packet.destinationPort = oneOf(rule.destinationPortFirst, rule.destinationPortFirst, below(0x10000));
  packet.l4Valid = 1;
  return packet;
}

function nanosecondsPerMatch(
  match: (packet: FiveTuple) => number,
  packets: readonly FiveTuple[],
  count: number,
): number {
  let sum = 0;
  for (let i = 0; i < count / 10; i++) sum += match(packets[i % PACKETS]);
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) sum += match(packets[i % PACKETS]);
  const elapsed = Number(process.hrtime.bigint() - start);
  return Number.isNaN(sum) ? NaN : elapsed / count;
}

for (const count of [8, 17, 100, 1000, 10_000]) {
  const rules = Array.from({ length: count }, makeRule);
  const packets = Array.from({ length: PACKETS }, () => makePacket(rules));
  const packed = new PackedRules([{ index: 0, tag: 'bench', rules, origin: '' }]);
  const matcher = new AclMatcher(packed, true);
  const fast = nanosecondsPerMatch((packet) => matcher.match(packet), packets, MATCHES);
  const slow = nanosecondsPerMatch((packet) => packed.matchLinear(packet, true, 0, count), packets, MATCHES / count);
  console.log(`${count} rules: ${fast.toFixed(0)} ns per match, ${slow.toFixed(0)} ns one by one`);
}
