/**
 * Commands of the ACL plugin. `set acl-plugin acl` and `set acl-plugin interface` are those of later VPP releases: 19.08 sets
 * ACLs through its binary API only. VPP 19.08 src/plugins/acl/acl.c has the others; what its API refuses is refused here.
 */

import { originOf, requireInterface } from '../command/apply-command.js';
import { interfaceName, number, u32, zeroOrOne } from '../command/arguments.js';
import { command, type Command, type CommandRow } from '../command/command-row.js';
import { ConfigError, MissingError } from '../command/config-error.js';
import {
  anyOrder,
  argument,
  braced,
  choice,
  ignored,
  list,
  means,
  notModelled,
  optional,
  sequence,
  word,
} from '../command/matcher.js';
import { orDash, removeFirst, type ViewPart } from '../command/node-view.js';
import { asRule, requireNetworks, rulePattern } from './acl-rule-command.js';
import type { AclTable } from './acl-table.js';
import { TCP_IDLE, TCP_TRANSIENT, UDP_IDLE } from './sessions/session-lists.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly acls: { index: number; tag: string; rules: string[] }[];
  }
  interface InterfaceView {
    readonly inputAcls: number[];
    readonly outputAcls: number[];
  }
}

const TIMEOUT_LISTS = { 'udp idle': UDP_IDLE, 'tcp idle': TCP_IDLE, 'tcp transient': TCP_TRANSIENT } as const;

function known(count: number): string {
  if (count === 0) return 'no ACL has been made yet';
  return count === 1 ? 'the only ACL so far is 0' : `the ACLs so far are 0 to ${count - 1}`;
}

/** Throws MissingError for an ACL that no command has made. */
function requireAcl({ acls }: AclTable, index: number, { at }: Command): void {
  // A refused ACL has its stand-in at once, so none is made up here.
  const missing = { kind: 'ACL', name: index, mayBeMadeBy: () => false };
  if (index >= acls.length) throw new MissingError(at, missing, `there is no ACL ${index}`, `; ${known(acls.length)}`);
}

const headerNumber = number('the number of an extension header', 0, 255);
const onOrOff = argument('enabled', zeroOrOne);

export const aclCommands: readonly CommandRow[] = [
  command(
    'set acl-plugin acl',
    sequence(optional(word('index'), argument('index', u32('an ACL index'))), list('rules', rulePattern, ',')),
    {
      /** With the index of the ACL whose rules these replace; none for a new one. */
      build: ({ index, rules }) => ({
        kind: 'acl',
        index,
        tag: rules.find(({ tag }) => tag !== undefined)?.tag ?? '',
        rules: rules.map(asRule),
      }),
      apply: ({ index, tag, rules }, { acl }, at) => {
        for (const rule of rules) requireNetworks(rule, at);
        if (index === undefined) acl.add(tag, rules, originOf(at));
        else {
          requireAcl(acl, index, at);
          acl.replace(index, tag, rules, originOf(at));
        }
      },
      show: ({ index = -1, tag, rules }, { view: { acls } }) => {
        const texts = rules.map(({ text }) => text);
        if (index < 0) acls.push({ index: acls.length, tag, rules: texts });
        else if (index < acls.length) acls[index] = { index, tag, rules: texts };
      },
      standIn: ({ acl }) => void acl.add('', [], ''),
    },
  ),
  command(
    'set acl-plugin interface',
    sequence(
      argument('interfaceName', interfaceName),
      choice(means('input', { direction: 'input' }), means('output', { direction: 'output' })),
      word('acl'),
      argument('aclIndex', u32('an ACL index')),
      optional(means('del', { isDelete: true })),
    ),
    {
      build: ({ direction = 'input', isDelete = false, ...said }) => ({
        kind: 'acl-interface',
        ...said,
        direction,
        isDelete,
      }),
      apply: ({ interfaceName: name, direction, aclIndex, isDelete }, tables, at) => {
        const { acl } = tables;
        const { swIfIndex } = requireInterface(tables, name, at);
        requireAcl(acl, aclIndex, at);
        if (acl.isAttached(aclIndex, direction, swIfIndex) !== isDelete) {
          const [is, already] = isDelete ? ['not applied', ''] : ['applied', ' already'];
          throw new ConfigError(at.at, `ACL ${aclIndex} is ${is} to ${direction} of ${name}${already}`);
        }
        if (isDelete) acl.detach(aclIndex, direction, swIfIndex);
        else acl.attach(aclIndex, direction, swIfIndex);
      },
      show: ({ interfaceName: name, direction, aclIndex, isDelete }, builder) => {
        builder.change(name, ({ inputAcls, outputAcls }) => {
          const acls = direction === 'input' ? inputAcls : outputAcls;
          removeFirst(acls, (index) => index === aclIndex);
          if (!isDelete) acls.push(aclIndex);
        });
      },
    },
  ),
  command(
    'set acl-plugin session timeout',
    sequence(
      choice(
        means('udp idle', { which: 'udp idle' }),
        means('tcp idle', { which: 'tcp idle' }),
        means('tcp transient', { which: 'tcp transient' }),
      ),
      argument('seconds', u32('a number of seconds')),
    ),
    {
      build: ({ which = 'udp idle', seconds }) => ({ kind: 'acl-session-timeout', which, seconds }),
      apply: ({ which, seconds }, { acl }) => void (acl.sessions.lists.timeoutSeconds[TIMEOUT_LISTS[which]] = seconds),
      show: ({ which, seconds }, { view }) => void (view.options[`ACL session timeout, ${which} (s)`] = seconds),
    },
  ),
  command('clear acl-plugin sessions', sequence(), {
    build: () => ({ kind: 'acl-clear-sessions' }),
    apply: (_, { acl, clock }) => {
      acl.cleaner.clear(null, clock.now);
    },
  }),
  command('set acl-plugin l4-match-nonfirst-fragment', onOrOff, {
    build: ({ enabled }) => ({ kind: 'acl-l4-match-nonfirst-fragment', enabled }),
    apply: ({ enabled }, { acl }) => void (acl.matchNonFirstFragment = enabled),
    show: ({ enabled }, { view }) => void (view.options['ACL l4-match-nonfirst-fragment'] = Number(enabled)),
  }),
  command('set acl-plugin use-hash-acl-matching', onOrOff, {
    build: ({ enabled }) => ({ kind: 'acl-hash-matching', enabled }),
    apply: ({ enabled }, { acl }) => void (acl.usesHash = enabled),
    show: ({ enabled }, { view }) => void (view.options['ACL use-hash-acl-matching'] = Number(enabled)),
  }),
  command(
    'set acl-plugin skip-ipv6-extension-header',
    sequence(argument('header', headerNumber), argument('enabled', zeroOrOne)),
    {
      build: (said) => ({ kind: 'acl-skip-extension-header', ...said }),
      apply: ({ header, enabled }, { acl }) => void (acl.isSkipped[header] = enabled ? 1 : 0),
      show: ({ header, enabled }, { view }) =>
        void (view.options[`ACL skip-ipv6-extension-header ${header}`] = Number(enabled)),
    },
  ),
];

/** 64M (unformat_memory_size) */
const memorySize = ignored({ expects: 'a size', read: (text) => (/^\d+[kmg]?$/i.test(text) ? text : null) });

/** VPP 19.08 src/plugins/acl/acl.c acl_plugin_config */
export const aclStartup: readonly CommandRow[] = [
  command(
    'startup: acl-plugin',
    braced(
      anyOrder(
        sequence(
          ...(['connection', 'count', 'max'] as const).map(word),
          argument('connectionCountMax', number('a number of sessions', 1, 0x7fffffff)),
        ),
        // How VPP stores and searches: what it finds is the same.
        sequence(...(['connection', 'hash', 'buckets'] as const).map(word), ignored(u32('a number of buckets'))),
        sequence(...(['connection', 'hash', 'memory'] as const).map(word), memorySize),
        sequence(...(['main', 'heap', 'size'] as const).map(word), memorySize),
        sequence(...(['hash', 'lookup', 'heap', 'size'] as const).map(word), memorySize),
        sequence(...(['hash', 'lookup', 'hash', 'buckets'] as const).map(word), memorySize),
        sequence(...(['hash', 'lookup', 'hash', 'memory'] as const).map(word), memorySize),
        sequence(...(['use', 'tuple', 'merge'] as const).map(word), argument('tupleMerge', zeroOrOne)),
        sequence(
          ...(['tuple', 'merge', 'split', 'threshold'] as const).map(word),
          argument('splitThreshold', u32('a number of rules')),
        ),
        notModelled('reclassify sessions', 'reclassification of sessions'),
      ),
    ),
    {
      build: (said) => ({ kind: 'acl-startup', ...said }),
      apply: ({ connectionCountMax, tupleMerge, splitThreshold }, { acl }) => {
        acl.sessions.maxEntries = connectionCountMax ?? acl.sessions.maxEntries;
        acl.tupleMerge.isUsed = tupleMerge ?? acl.tupleMerge.isUsed;
        acl.tupleMerge.splitThreshold = splitThreshold ?? acl.tupleMerge.splitThreshold;
      },
    },
  ),
];

export const aclView: ViewPart = {
  node: () => ({ acls: [] }),
  interface: () => ({ inputAcls: [], outputAcls: [] }),
  columns: [
    { order: 80, title: 'ACLs in', cell: ({ inputAcls }) => orDash(inputAcls) },
    { order: 90, title: 'ACLs out', cell: ({ outputAcls }) => orDash(outputAcls) },
  ],
  sections: [
    {
      order: 40,
      title: 'ACLs',
      rows: ({ acls }) =>
        acls.flatMap(({ index, tag, rules }) => [
          `ACL ${String(index)}${tag === '' ? '' : ` (${tag})`}`,
          ...rules.map((rule, i) => `  ${String(i).padStart(String(rules.length - 1).length)}: ${rule}`),
        ]),
    },
  ],
};
