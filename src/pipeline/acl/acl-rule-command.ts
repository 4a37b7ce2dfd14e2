/** A rule of `set acl-plugin acl`: its words, and the rule of the table that they make. */

import { formatAddress, maskOf } from '../../wire/address.js';
import { anyPrefix, anyWord, number, portRange } from '../command/arguments.js';
import { Refusal, required, type Command } from '../command/command-row.js';
import { ConfigError, type PortRange, type Prefix } from '../command/config-error.js';
import { anyOrder, argument, means, optional, sequence, withText, word } from '../command/matcher.js';
import { ACTION_DENY, ACTION_PERMIT, ACTION_PERMIT_REFLECT, type Rule } from './match/acl-rules.js';

export interface AclRule {
  readonly action: 'permit' | 'deny' | 'permit+reflect';
  /** True for a rule of IPv6 prefixes; source and destination are then null. */
  readonly isIp6: boolean;
  readonly source: Prefix | null;
  readonly destination: Prefix | null;
  /** IP protocol, 0 for any. */
  readonly protocol: number;
  /** Source ports, or ICMP types. */
  readonly sourcePorts: PortRange;
  /** Destination ports, or ICMP codes. */
  readonly destinationPorts: PortRange;
  readonly tcpFlagsValue: number;
  readonly tcpFlagsMask: number;
  /** The rule's own words, for messages. */
  readonly text: string;
}

const ACTIONS = { deny: ACTION_DENY, permit: ACTION_PERMIT, 'permit+reflect': ACTION_PERMIT_REFLECT } as const;

const octet = (what: string): ReturnType<typeof number> => number(what, 0, 255);

export const rulePattern = withText(
  'text',
  anyOrder(
    word('ipv4'),
    means('ipv6', { isIp6: true }),
    means('permit+reflect', { action: 'permit+reflect' }),
    means('permit', { action: 'permit' }),
    means('deny', { action: 'deny' }),
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
interface ReadRule extends Partial<Omit<AclRule, 'source' | 'destination' | 'text'>> {
  readonly source?: Prefix | 'ip6';
  readonly destination?: Prefix | 'ip6';
  readonly text: string;
}

const EVERYTHING: Prefix = { address: 0, length: 0 };
const ANY_PORT: PortRange = { first: 0, last: 65535 };

export function asAclRule(read: ReadRule, index: number): AclRule {
  const isIp6 = read.isIp6 ?? (read.source === 'ip6' || read.destination === 'ip6');
  const bound = (prefix: Prefix | 'ip6' | undefined): Prefix | null => {
    if (prefix !== undefined && (prefix === 'ip6') !== isIp6) {
      throw new Refusal(`rule ${String(index)} mixes IPv4 and IPv6`);
    }
    return isIp6 || prefix === 'ip6' ? null : (prefix ?? EVERYTHING);
  };
  return {
    action: required(read.action, `the action of rule ${String(index)} (permit, deny or permit+reflect)`),
    isIp6,
    source: bound(read.source),
    destination: bound(read.destination),
    protocol: read.protocol ?? 0,
    sourcePorts: read.sourcePorts ?? ANY_PORT,
    destinationPorts: read.destinationPorts ?? ANY_PORT,
    tcpFlagsValue: read.tcpFlagsValue ?? 0,
    tcpFlagsMask: read.tcpFlagsMask ?? 0,
    text: read.text.replace(/^tag \S+ /, ''),
  };
}

export function toRule(rule: AclRule, command: Pick<Command, 'at'>): Rule {
  const source = checkedPrefix(rule.source, rule, command);
  const destination = checkedPrefix(rule.destination, rule, command);
  checkRange(rule.sourcePorts, rule, command);
  checkRange(rule.destinationPorts, rule, command);
  return {
    action: ACTIONS[rule.action],
    isIp6: rule.isIp6,
    source: source.address,
    sourceMask: maskOf(source.length),
    destination: destination.address,
    destinationMask: maskOf(destination.length),
    protocol: rule.protocol,
    sourcePortFirst: rule.sourcePorts.first,
    sourcePortLast: rule.sourcePorts.last,
    destinationPortFirst: rule.destinationPorts.first,
    destinationPortLast: rule.destinationPorts.last,
    tcpFlagsValue: rule.tcpFlagsValue,
    tcpFlagsMask: rule.tcpFlagsMask,
    text: rule.text,
  };
}

/** A prefix without host bits; VPP takes no other. IPv6 rules have none here. */
function checkedPrefix(prefix: Prefix | null, rule: AclRule, command: Pick<Command, 'at'>): Prefix {
  if (!prefix) return { address: 0, length: 0 };
  const network = prefix.address & maskOf(prefix.length);
  if (network === prefix.address) return prefix;
  const is = `${formatAddress(prefix.address)}/${prefix.length}`;
  throw new ConfigError(
    command.at,
    `${is} has bits set behind its prefix length; the network is ${formatAddress(network)}/${prefix.length} (rule "${rule.text}")`,
  );
}

function checkRange({ first, last }: PortRange, rule: AclRule, command: Pick<Command, 'at'>): void {
  if (first > last)
    throw new ConfigError(command.at, `the range ${first}-${last} ends before it starts (rule "${rule.text}")`);
}
