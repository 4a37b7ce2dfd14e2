/**
 * Commands of the ACL plugin. `set acl-plugin acl` and `set acl-plugin interface` are those of later VPP releases: 19.08 sets
 * ACLs through its binary API only. VPP 19.08 src/plugins/acl/acl.c has the others.
 */

import { anyPrefix, anyWord, interfaceName, number, portRange, u32, zeroOrOne } from '../command/arguments.js';
import { command, Refusal, required } from '../command/command-row.js';
import type { CommandRow } from '../command/command-row.js';
import type { AclRule, PortRange, Prefix } from '../command/commands.js';
import {
  anyOrder,
  argument,
  choice,
  list,
  means,
  notModelled,
  optional,
  sequence,
  withText,
  word,
} from '../command/matcher.js';

const octet = (what: string): ReturnType<typeof number> => number(what, 0, 255);

const rule = withText(
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

interface ReadRule {
  readonly isIp6?: boolean;
  readonly action?: AclRule['action'];
  readonly source?: Prefix | 'ip6';
  readonly destination?: Prefix | 'ip6';
  readonly protocol?: number;
  readonly sourcePorts?: PortRange;
  readonly destinationPorts?: PortRange;
  readonly tcpFlagsValue?: number;
  readonly tcpFlagsMask?: number;
  readonly tag?: string;
  readonly text: string;
}

const EVERYTHING: Prefix = { address: 0, length: 0 };
const ANY_PORT: PortRange = { first: 0, last: 65535 };

function asAclRule(read: ReadRule, index: number): AclRule {
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

const seconds = argument('seconds', u32('a number of seconds'));

export const aclRows: readonly CommandRow[] = [
  command('set acl-plugin acl', list('rules', rule, ','), ({ rules }) => ({
    kind: 'acl',
    tag: rules.find(({ tag }) => tag !== undefined)?.tag ?? '',
    rules: rules.map(asAclRule),
  })),
  command(
    'set acl-plugin interface',
    sequence(
      argument('interfaceName', interfaceName),
      choice(means('input', { direction: 'input' }), means('output', { direction: 'output' })),
      word('acl'),
      argument('aclIndex', u32('an ACL index')),
      optional(notModelled('del', 'taking an ACL off an interface (leave out the line that put it there)')),
    ),
    ({ interfaceName: name, direction, aclIndex }) => ({
      kind: 'acl-interface',
      interfaceName: name,
      direction: direction ?? 'input',
      aclIndex,
    }),
  ),
  command(
    'set acl-plugin session timeout',
    sequence(
      choice(
        means('udp idle', { which: 'udp idle' }),
        means('tcp idle', { which: 'tcp idle' }),
        means('tcp transient', { which: 'tcp transient' }),
      ),
      seconds,
    ),
    (values) => ({ kind: 'acl-session-timeout', which: values.which ?? 'udp idle', seconds: values.seconds }),
  ),
  command('set acl-plugin l4-match-nonfirst-fragment', argument('enabled', zeroOrOne), ({ enabled }) => ({
    kind: 'acl-l4-match-nonfirst-fragment',
    enabled,
  })),
  command('set acl-plugin use-hash-acl-matching', argument('enabled', zeroOrOne), ({ enabled }) => ({
    kind: 'acl-hash-matching',
    enabled,
  })),
];
