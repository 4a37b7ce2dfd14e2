/** A rule of `set acl-plugin acl`: its words, and the rule of the table that they make. */

import { formatAddress, maskOf } from '../../wire/address.js';
import { formatIp6, maskIp6 } from '../../wire/ip6-address.js';
import { anyWord, ipPrefix, number, portRange } from '../command/arguments.js';
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
    sequence(word('src'), argument('source', ipPrefix)),
    sequence(word('dst'), argument('destination', ipPrefix)),
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
  readonly source?: Prefix;
  readonly destination?: Prefix;
  readonly sourcePorts?: PortRange;
  readonly destinationPorts?: PortRange;
  readonly text: string;
}

/** 0.0.0.0/0, or ::/0, which has the number 0. */
const EVERYTHING: Prefix = { address: 0, length: 0 };
const ANY_PORT: PortRange = { first: 0, last: 65535 };

/** Host bits of its prefixes are kept, for `requireNetworks`. Throws a Refusal for what is no rule. */
export function asRule(read: ReadRule, index: number): Rule {
  const { sourcePorts = ANY_PORT, destinationPorts = ANY_PORT } = read;
  const isIp6 = read.isIp6 ?? (read.source?.isIp6 ?? read.destination?.isIp6) === true;
  const bound = (prefix: Prefix = { ...EVERYTHING, ...(isIp6 ? { isIp6 } : {}) }): Prefix => {
    if ((prefix.isIp6 === true) !== isIp6) throw new Refusal(`rule ${String(index)} mixes IPv4 and IPv6`);
    return prefix;
  };
  const [source, destination] = [bound(read.source), bound(read.destination)];
  return {
    action: required(read.action, `the action of rule ${String(index)} (permit, deny or permit+reflect)`),
    isIp6,
    source: source.address,
    sourceLength: source.length,
    destination: destination.address,
    destinationLength: destination.length,
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
  const { isIp6, source, sourceLength, destination, destinationLength, text } = rule;
  const format = isIp6 ? formatIp6 : formatAddress;
  for (const [address, length] of [
    [source, sourceLength],
    [destination, destinationLength],
  ]) {
    const network = isIp6 ? maskIp6(address, length) : address & maskOf(length);
    if (address !== network)
      throw new ConfigError(
        at,
        `${format(address)}/${length} has bits set behind its prefix length; the network is ${format(network)}/${length} (rule "${text}")`,
      );
  }
}
