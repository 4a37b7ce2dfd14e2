/** The ACL plugin's commands (VPP 19.08 src/plugins/acl/acl.c; what its API refuses is refused here). */

import { ACTION_DENY, ACTION_PERMIT, ACTION_PERMIT_REFLECT, type Rule } from './match/acl-rules.js';
import { TCP_IDLE, TCP_TRANSIENT, UDP_IDLE } from './sessions/session-lists.js';
import { formatAddress, maskOf } from '../../wire/address.js';
import { originOf, requireInterface, type CommandHandlers } from '../command/command-handlers.js';
import {
  ConfigError,
  MissingError,
  type AclRule,
  type Command,
  type PortRange,
  type Prefix,
} from '../command/commands.js';

const ACTIONS = { deny: ACTION_DENY, permit: ACTION_PERMIT, 'permit+reflect': ACTION_PERMIT_REFLECT } as const;

const TIMEOUT_LISTS = { 'udp idle': UDP_IDLE, 'tcp idle': TCP_IDLE, 'tcp transient': TCP_TRANSIENT } as const;

export const aclHandlers: CommandHandlers = {
  acl: ({ tag, rules }, { acl }, command) => {
    acl.add(
      tag,
      rules.map((rule) => toRule(rule, command)),
      originOf(command),
    );
  },

  'acl-interface': ({ interfaceName, direction, aclIndex }, tables, command) => {
    const { acl } = tables;
    const { swIfIndex } = requireInterface(tables, interfaceName, command);
    if (aclIndex >= acl.acls.length)
      throw new MissingError(
        command.at,
        { kind: 'ACL', name: aclIndex },
        `there is no ACL ${aclIndex}`,
        `; ${known(acl.acls.length)}`,
      );
    if (acl.isAttached(aclIndex, direction, swIfIndex))
      throw new ConfigError(command.at, `ACL ${aclIndex} is applied to ${direction} of ${interfaceName} already`);
    acl.attach(aclIndex, direction, swIfIndex);
  },

  'acl-session-timeout': ({ which, seconds }, { acl }) => {
    acl.sessions.lists.timeoutSeconds[TIMEOUT_LISTS[which]] = seconds;
  },

  'acl-l4-match-nonfirst-fragment': ({ enabled }, { acl }) => {
    acl.matchNonFirstFragment = enabled;
  },

  'acl-hash-matching': ({ enabled }, { acl }) => {
    acl.useHashMatching = enabled;
  },
};

function known(count: number): string {
  if (count === 0) return 'no ACL has been made yet';
  return count === 1 ? 'the only ACL so far is 0' : `the ACLs so far are 0 to ${count - 1}`;
}

function toRule(rule: AclRule, command: Command): Rule {
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
function checkedPrefix(prefix: Prefix | null, rule: AclRule, command: Command): Prefix {
  if (!prefix) return { address: 0, length: 0 };
  const network = prefix.address & maskOf(prefix.length);
  if (network === prefix.address) return prefix;
  const is = `${formatAddress(prefix.address)}/${prefix.length}`;
  throw new ConfigError(
    command.at,
    `${is} has bits set behind its prefix length; the network is ${formatAddress(network)}/${prefix.length} (rule "${rule.text}")`,
  );
}

function checkRange({ first, last }: PortRange, rule: AclRule, command: Command): void {
  if (first > last)
    throw new ConfigError(command.at, `the range ${first}-${last} ends before it starts (rule "${rule.text}")`);
}
