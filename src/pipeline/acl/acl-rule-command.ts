/** A rule of `set acl-plugin acl`: its words, and the rule of the table that they make. */

import { formatAddress, maskOf } from '../../wire/address.js';
import { anyPrefix, anyWord, number, portRange } from '../command/arguments.js';
import { Refusal, required, type Command } from '../command/command-row.js';
import { ConfigError, type PortRange, type Prefix } from '../command/config-error.js';
import { anyOrder, argument, means, optional, sequence, withText, word } from '../command/matcher.js';
import { ACTION_DENY, ACTION_PERMIT, ACTION_PERMIT_REFLECT, type Rule } from './match/acl-rules.js';

const octet = (what: string): ReturnType<typeof number> => number(what, 0, 255);

export const rulePattern = withText(
  'text',
  anyOrder(
    word('ipv4'),
    means('ipv6', { isIp6: true }),
    means('permit+reflect', { action: ACTION_PERMIT_REFLECT }),
    means('permit', { action: ACTION_PERMIT }),
    means('deny', { action: ACTION_DENY }),
    sequence(word('src'), argument('source', anyPrefix)),
    sequence(word('dst'), argument('destination', anyPrefix)),
    sequence(word('proto'), argument('protocol', octet('an IP protocol number'))),
    sequence(word('sport'), argument('sourcePorts', portRange)),
    sequence(word('dport'), argument('destinationPorts', portRange)),
    sequence(
      word('tcpflags'),
      argument('tcpFlagsValue', octet('a value of TCP flags')),
      optional(word('mask')),
      argument('tcpFlagsMask', octet('a mask of TCP flags')),
    ),
    sequence(word('tag'), argument('tag', anyWord('a tag'))),
  ),
);

/** What a rule's words say; all but the text may be left out. */
interface ReadRule extends Partial<Pick<Rule, 'action' | 'isIp6' | 'protocol' | 'tcpFlagsValue' | 'tcpFlagsMask'>> {
  readonly source?: Prefix | 'ip6';
  readonly destination?: Prefix | 'ip6';
  readonly sourcePorts?: PortRange;
  readonly destinationPorts?: PortRange;
  readonly text: string;
}

const EVERYTHING: Prefix = { address: 0, length: 0 };
const ANY_PORT: PortRange = { first: 0, last: 65535 };

/** Host bits of its prefixes are kept, for `requireNetworks`. Throws a Refusal for what is no rule. */
export function asRule(read: ReadRule, index: number): Rule {
  const { sourcePorts = ANY_PORT, destinationPorts = ANY_PORT } = read;
  const isIp6 = read.isIp6 ?? (read.source === 'ip6' || read.destination === 'ip6');
  const bound = (prefix: Prefix | 'ip6' | undefined): Prefix => {
    if (prefix !== undefined && (prefix === 'ip6') !== isIp6)
      throw new Refusal(`rule ${String(index)} mixes IPv4 and IPv6`);
    return prefix === undefined || prefix === 'ip6' ? EVERYTHING : prefix;
  };
  const [source, destination] = [bound(read.source), bound(read.destination)];
  return {
    action: required(read.action, `the action of rule ${String(index)} (permit, deny or permit+reflect)`),
    isIp6,
    source: source.address,
    sourceMask: maskOf(source.length),
    destination: destination.address,
    destinationMask: maskOf(destination.length),
    protocol: read.protocol ?? 0,
    sourcePortFirst: sourcePorts.first,
    sourcePortLast: sourcePorts.last,
    destinationPortFirst: destinationPorts.first,
    destinationPortLast: destinationPorts.last,
    tcpFlagsValue: read.tcpFlagsValue ?? 0,
    tcpFlagsMask: read.tcpFlagsMask ?? 0,
    text: read.text.replace(/^tag \S+ /, ''),
  };
}

/** Throws ConfigError for a prefix with host bits: VPP takes no such rule. */
export function requireNetworks(rule: Rule, { at }: Command): void {
  const { source, sourceMask, destination, destinationMask, text } = rule;
  for (const [address, mask] of [
    [source, sourceMask],
    [destination, destinationMask],
  ]) {
    const [network, length] = [formatAddress(address & mask), Math.clz32(~mask)];
    if ((address & ~mask) !== 0)
      throw new ConfigError(
        at,
        `${formatAddress(address)}/${length} has bits set behind its prefix length; the network is ${network}/${length} (rule "${text}")`,
      );
  }
}
