/** Rules and tuples for the tests of the ACL tables. */

import { ACTION_PERMIT, type Rule } from '../../../src/pipeline/acl/match/acl-rules.js';
import { FiveTuple, L4_FLAG_IS_INPUT, L4_FLAG_IS_SLOWPATH } from '../../../src/pipeline/acl/five-tuple.js';
import { maskOf, parseAddress } from '../../../src/wire/address.js';
import { ip6Number, maskIp6, parseIp6 } from '../../../src/wire/ip6-address.js';

const ANY: Rule = {
  action: ACTION_PERMIT,
  isIp6: false,
  source: 0,
  sourceLength: 0,
  destination: 0,
  destinationLength: 0,
  protocol: 0,
  sourcePortFirst: 0,
  sourcePortLast: 0xffff,
  destinationPortFirst: 0,
  destinationPortLast: 0xffff,
  tcpFlagsValue: 0,
  tcpFlagsMask: 0,
  text: 'permit',
};

/** permit, any address and protocol, but for what is given; `src` and `dst` are prefixes. */
export function rule(given: Partial<Rule> & { src?: string; dst?: string }): Rule {
  const { src = '0.0.0.0/0', dst = '0.0.0.0/0', ...rest } = given;
  const [source, sourceLength] = prefix(src);
  const [destination, destinationLength] = prefix(dst);
  const isIp6 = [src, dst].some((text) => text.includes(':'));
  return { ...ANY, isIp6, source, sourceLength, destination, destinationLength, ...rest };
}

function prefix(text: string): [address: number, length: number] {
  const [address, bits] = text.split('/');
  const length = Number(bits);
  const words = parseIp6(address);
  if (words !== null) return [maskIp6(ip6Number(words), length), length];
  return [(parseAddress(address) ?? 0) & maskOf(length), length];
}

/** A TCP SYN of 10.1.1.3:1024 to 8.8.8.8:80 into interface 1, but for what is given. */
export function tuple(given: Partial<Omit<FiveTuple, 'fill' | 'ports' | 'l4'>> = {}): FiveTuple {
  const protocol = given.protocol ?? 6;
  const packet = {
    source: 0x0a010103,
    destination: 0x08080808,
    sourcePort: 1024,
    destinationPort: 80,
    protocol,
    l4Flags: L4_FLAG_IS_INPUT | (protocol === 6 || protocol === 17 ? 0 : L4_FLAG_IS_SLOWPATH),
    swIfIndex: 1,
    tcpFlags: protocol === 6 ? 2 : 0,
    tcpFlagsValid: protocol === 6 ? 1 : 0,
    l4Valid: 1,
    ...given,
  };
  return Object.assign(new FiveTuple(), packet);
}

/** The answer to a packet, leaving by the interface that it came in on. */
export function answer(to: FiveTuple, given: Partial<FiveTuple> = {}): FiveTuple {
  return Object.assign(new FiveTuple(), to, {
    source: to.destination,
    destination: to.source,
    sourcePort: to.destinationPort,
    destinationPort: to.sourcePort,
    l4Flags: to.l4Flags ^ L4_FLAG_IS_INPUT,
    ...given,
  });
}
