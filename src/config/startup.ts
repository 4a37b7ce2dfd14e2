/**
 * Comments that carry what VPP does not keep in its CLI script: `# startup:` (startup.conf), `# interface:` (what DPDK
 * finds by itself) and `# ethernet-input:` (which path of that node frames take). Any other comment is a comment.
 */

import { mac, newInterfaceName, number, u32 } from '../pipeline/command/arguments.js';
import { command } from '../pipeline/command/command-row.js';
import type { CommandRow } from '../pipeline/command/command-row.js';
import type { StartupOptions } from '../pipeline/command/commands.js';
import { anyOrder, argument, means, notModelled, optional, sequence, word } from '../pipeline/command/matcher.js';
import type { WordInput } from '../pipeline/command/matcher.js';

/** VPP 19.08 src/plugins/nat/nat.c snat_config */
const natOptions = anyOrder(
  means('endpoint-dependent', { endpointDependent: true }),
  sequence(
    ...(['max', 'translations', 'per', 'user'] as const).map(word),
    argument('maxTranslationsPerUser', u32('a number of translations')),
  ),
  sequence(
    ...(['translation', 'hash', 'buckets'] as const).map(word),
    argument('translationHashBuckets', number('a number of buckets', 1, 0x7fffffff)),
  ),
  sequence(
    ...(['user', 'hash', 'buckets'] as const).map(word),
    argument('userHashBuckets', number('a number of buckets', 1, 0x7fffffff)),
  ),
  // Sizes of memory: a model has as much as it needs.
  sequence(...(['translation', 'hash', 'memory'] as const).map(word), argument('memory', u32('a number of bytes'))),
  sequence(...(['user', 'hash', 'memory'] as const).map(word), argument('memory', u32('a number of bytes'))),
  means('outside VRF id 0', {}),
  means('inside VRF id 0', {}),
  notModelled('outside VRF id', 'another outside VRF than 0'),
  notModelled('inside VRF id', 'another inside VRF than 0'),
  notModelled('outside ip6 VRF id', 'NAT66'),
  notModelled('static mapping only', 'static mappings only'),
  notModelled('deterministic', 'deterministic NAT'),
  notModelled('nat64', 'NAT64'),
  notModelled('out2in dpo', 'out2in by DPO'),
  notModelled('dslite ce', 'DS-Lite'),
);

const memorySize = u32('a number of bytes');

/** VPP 19.08 src/plugins/acl/acl.c acl_plugin_config */
const aclOptions = anyOrder(
  sequence(
    ...(['connection', 'count', 'max'] as const).map(word),
    argument('connectionCountMax', number('a number of sessions', 1, 0x7fffffff)),
  ),
  // How VPP stores and searches: what it finds is the same.
  sequence(...(['connection', 'hash', 'buckets'] as const).map(word), argument('buckets', u32('a number of buckets'))),
  sequence(...(['connection', 'hash', 'memory'] as const).map(word), argument('memory', memorySize)),
  sequence(...(['main', 'heap', 'size'] as const).map(word), argument('memory', memorySize)),
  sequence(...(['hash', 'lookup', 'heap', 'size'] as const).map(word), argument('memory', memorySize)),
  notModelled('reclassify sessions', 'reclassification of sessions'),
);

const SECTIONS = {
  nat: sequence(word('nat'), word('{'), natOptions, word('}')),
  'acl-plugin': sequence(word('acl-plugin'), word('{'), aclOptions, word('}')),
} as const;

/** What the directives of a script say, apart from commands. */
export interface Directives {
  readonly startup: StartupOptions;
  ethernetInputGeneric: boolean;
}

export const noDirectives = (): Directives => ({
  startup: {
    endpointDependent: false,
    maxTranslationsPerUser: null,
    translationHashBuckets: null,
    userHashBuckets: null,
    connectionCountMax: null,
  },
  ethernetInputGeneric: false,
});

const wholeLine = <T>(input: WordInput, end: number, value: T): T | null =>
  end < input.tokens.length ? input.expected(end, { literal: false, text: 'the end of the line' }) : value;

function takeOptions(startup: StartupOptions, read: Partial<StartupOptions>): void {
  startup.endpointDependent = read.endpointDependent ?? startup.endpointDependent;
  startup.maxTranslationsPerUser = read.maxTranslationsPerUser ?? startup.maxTranslationsPerUser;
  startup.translationHashBuckets = read.translationHashBuckets ?? startup.translationHashBuckets;
  startup.userHashBuckets = read.userHashBuckets ?? startup.userHashBuckets;
  startup.connectionCountMax = read.connectionCountMax ?? startup.connectionCountMax;
}

/** The rows of directives, which change `directives` or make an interface. */
export function directiveRows(directives: Directives): readonly CommandRow[] {
  return [
    {
      path: 'startup:',
      read: (input, at) => {
        const section = input.word(at) === 'acl-plugin' ? SECTIONS['acl-plugin'] : SECTIONS.nat;
        if (input.word(at) !== 'nat' && section === SECTIONS.nat && input.word(at + 1) === '{') {
          input.refusal ??= { at, message: `not modelled: the section "${input.word(at) ?? ''}" of startup.conf` };
          return null;
        }
        const match = section(input, at);
        if (!match || input.refusal) return null;
        takeOptions(directives.startup, match.values);
        return wholeLine(input, match.end, []);
      },
    },
    command(
      'interface:',
      sequence(argument('name', newInterfaceName), optional(word('mac'), argument('mac', mac))),
      ({ name, mac: own }) => ({ kind: 'create-interface', name, device: 'dpdk', mac: own ?? null }),
    ),
    {
      path: 'ethernet-input:',
      read: (input, at) => {
        const match = means('generic', {})(input, at);
        if (!match) return null;
        directives.ethernetInputGeneric = true;
        return wholeLine(input, match.end, []);
      },
    },
  ];
}
