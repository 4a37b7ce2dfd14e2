/** Commands of the NAT plugin. VPP 19.08 src/plugins/nat/nat44_cli.c */

import { requireInterface } from '../command/apply-command.js';
import { interfaceName, number, u32 } from '../command/arguments.js';
import { command, Refusal, required, type CommandRow } from '../command/command-row.js';
import {
  anyOrder,
  argument,
  braced,
  choice,
  collect,
  ignored,
  means,
  notModelled,
  sequence,
  word,
} from '../command/matcher.js';
import { aligned, orDash, removeFirst, type NodeView, type ShownRow, type ViewPart } from '../command/node-view.js';
import { addressCommands } from './address-commands.js';
import { mappingCommands } from './mapping-commands.js';
import { check, isDelete, isWorking, requireEnabled, type NatWords } from './nat-command.js';
import type { NatStartup } from './state/nat44.js';

/** `set interface nat44 in A [in B] out C [output-feature] [del]` */
export interface NatInterfaces {
  readonly kind: 'nat44-interface';
  readonly inside: readonly string[];
  readonly outside: readonly string[];
  readonly outputFeature: boolean;
  readonly isDelete: boolean;
}

export interface NatForwarding {
  readonly kind: 'nat44-forwarding';
  readonly enabled: boolean;
}

export interface NatTimeout {
  readonly kind: 'nat-timeout';
  readonly which: (typeof TIMEOUTS)[number];
  readonly seconds: number;
}

/** `nat mss-clamping N|disable`: bytes, 0 for disabled */
export interface NatMssClamping {
  readonly kind: 'nat-mss-clamping';
  readonly mss: number;
}

/** Defaults that `reset` brings back, in seconds. VPP 19.08 src/plugins/nat/nat.h */
const DEFAULT_TIMEOUTS = { udp: 300, 'tcp-established': 7440, 'tcp-transitory': 240, icmp: 60 } as const;
const TIMEOUTS = ['udp', 'tcp-established', 'tcp-transitory', 'icmp'] as const;

const timeout = choice(
  ...TIMEOUTS.map((which) => sequence(means(which, { which }), argument('seconds', u32('a number of seconds')))),
);

const TIMEOUT_KEYS = {
  udp: 'udp',
  'tcp-established': 'tcpEstablished',
  'tcp-transitory': 'tcpTransitory',
  icmp: 'icmp',
} as const;

const commands = (words: NatWords): readonly CommandRow[] => [
  command(
    `set interface ${words.nat44}`,
    anyOrder(
      sequence(word('in'), collect('inside', argument('name', interfaceName))),
      sequence(word('out'), collect('outside', argument('name', interfaceName))),
      means('output-feature', { outputFeature: true }),
      isDelete,
    ),
    {
      build: (values): NatInterfaces => {
        const inside = (values.inside ?? []).map(({ name }) => name);
        const outside = (values.outside ?? []).map(({ name }) => name);
        if (inside.length + outside.length === 0) throw new Refusal('"in INTERFACE" or "out INTERFACE" is missing');
        return {
          kind: 'nat44-interface',
          inside,
          outside,
          outputFeature: values.outputFeature ?? false,
          isDelete: values.isDelete ?? false,
        };
      },
      apply: ({ inside, outside, outputFeature, isDelete: goes }, tables, at) => {
        const { interfaces } = tables.nat44;
        const change = (name: string, isInside: boolean): void => {
          const entry = requireInterface(tables, name, at);
          const result = outputFeature
            ? interfaces.changeOutputFeature(entry, isInside, goes)
            : interfaces.change(entry, isInside, goes);
          const sentences = {
            exists: `${name} has a NAT44 role already that excludes this one (with and without output-feature)`,
            missing: `${name} has no such NAT44 role`,
            unsupported: `${name} cannot take this NAT44 role`,
          };
          check(result, sentences, at);
        };
        for (const name of inside) change(name, true);
        for (const name of outside) change(name, false);
      },
      show: ({ inside, outside, outputFeature, isDelete: goes }, view) => {
        const suffix = outputFeature ? ' output-feature' : '';
        const change = (name: string, role: string): void => {
          view.change(name, ({ nat }) => {
            removeFirst(nat, (other) => other === role);
            if (!goes) nat.push(role);
          });
        };
        for (const name of inside) change(name, `in${suffix}`);
        for (const name of outside) change(name, `out${suffix}`);
      },
    },
  ),
  command(
    `${words.nat44} forwarding`,
    choice(means('enable', { enabled: true }), means('disable', { enabled: false })),
    {
      build: ({ enabled }): NatForwarding => ({ kind: 'nat44-forwarding', enabled: enabled === true }),
      apply: ({ enabled }, { nat44 }) => void (nat44.forwardingEnabled = enabled),
      show: ({ enabled }, { view }) => void (view.nat.forwarding = enabled),
    },
  ),
  ...addressCommands(words),
  ...mappingCommands(words),
  command(`set ${words.nat} timeout`, anyOrder(collect('timeouts', timeout), means('reset', { reset: true })), {
    build: ({ timeouts, reset }): NatTimeout[] => {
      const defaults = TIMEOUTS.map((which): NatTimeout => ({
        kind: 'nat-timeout',
        which,
        seconds: DEFAULT_TIMEOUTS[which],
      }));
      const named = (timeouts ?? []).map(({ which, seconds }): NatTimeout => ({
        kind: 'nat-timeout',
        which: required(which, 'the kind'),
        seconds: required(seconds, 'the number of seconds'),
      }));
      if (named.length === 0 && reset !== true) throw new Refusal('"udp N", "tcp-established N", ... is missing');
      return [...(reset === true ? defaults : []), ...named];
    },
    apply: ({ which, seconds }, { nat44 }) => void (nat44.timeouts[TIMEOUT_KEYS[which]] = seconds),
    show: ({ which, seconds }, { view }) => void (view.nat.options[`timeout ${which} (s)`] = seconds),
  }),
  command(
    `${words.nat} mss-clamping`,
    choice(means('disable', { mss: 0 }), argument('mss', number('an MSS', 0, 65535))),
    {
      build: ({ mss }): NatMssClamping => ({ kind: 'nat-mss-clamping', mss: mss ?? 0 }),
      apply: ({ mss }, { nat44 }) => void (nat44.mssClamping = mss & 0xffff),
      show: ({ mss }, { view }) => void (view.nat.options['mss-clamping (bytes)'] = mss),
    },
  ),
  // Any other algorithm than the default draws ports otherwise.
  command(
    `${words.nat} addr-port-assignment-alg`,
    choice(word('default'), notModelled('map-e', 'ports by MAP-E'), notModelled('port-range', 'ports from a range')),
    {
      build: () => [],
      apply: () => undefined,
    },
  ),
];

/** What a plugin may be told at any time: enabling it sets all of it back (VPP 26.06 nat44_plugin_enable, nat44_ei_plugin_enable). */
const SETTINGS = /(forwarding|timeout|mss-clamping)$/;

/** With each of them, NAT has its section. */
export const natCommands = (words: NatWords): readonly CommandRow[] =>
  commands(words).map((row) => ({
    ...row,
    apply: (body, tables, at) => {
      const isSetting = SETTINGS.test(row.path);
      if (!isSetting) requireEnabled(words, tables, at);
      if (!isSetting || isWorking(words, tables)) row.apply(body, tables, at);
    },
    show: (body, builder) => {
      builder.view.nat.used = true;
      row.show?.(body, builder);
    },
  }));

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
  sequence(...(['translation', 'hash', 'memory'] as const).map(word), ignored(u32('a number of bytes'))),
  sequence(...(['user', 'hash', 'memory'] as const).map(word), ignored(u32('a number of bytes'))),
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

/** What `nat { ... }` says, as far as it says anything. */
export interface NatStartupSection {
  readonly kind: 'nat-startup';
  readonly options: Partial<NatStartup>;
}

export const natStartup: readonly CommandRow[] = [
  command('startup: nat', braced(natOptions), {
    build: (options): NatStartupSection => ({ kind: 'nat-startup', options }),
    apply: ({ options }, { nat44 }) => {
      nat44.startup = { ...nat44.startup, ...options };
    },
    show: ({ options }, { view }) => {
      if (options.endpointDependent === true) view.natMode = 'endpoint-dependent';
      for (const [key, name] of STARTUP_OPTIONS) {
        const value = options[key];
        if (typeof value === 'number') view.nat.options[name] = value;
      }
    },
  }),
];

const STARTUP_OPTIONS = [
  ['maxTranslationsPerUser', 'max translations per user'],
  ['translationHashBuckets', 'translation hash buckets'],
  ['userHashBuckets', 'user hash buckets'],
] as const;

function rows({ nat, natMode }: NodeView): readonly ShownRow[] {
  if (!nat.used) return [];
  const mappings = nat.mappings.flatMap(({ kind, protocol, external, locals, flags }) =>
    locals.map((local, index) =>
      index === 0 ? [kind, protocol, external, '->', local, flags.join(' ')] : ['', '', '', '->', local],
    ),
  );
  return [
    ['mode', natMode],
    ['forwarding', nat.forwarding ? 'enabled' : 'disabled'],
    ...Object.entries(nat.options).map(([name, value]) => [name, String(value)]),
    ...nat.addresses.map((address, index) => [index === 0 ? 'pool' : '', address]),
    ...(mappings.length === 0 ? [] : ['mappings', ...aligned(mappings).map((line) => `  ${line}`)]),
  ];
}

export const natView: ViewPart = {
  node: () => ({
    natMode: 'classic',
    nat: { used: false, forwarding: false, options: {}, addresses: [], mappings: [] },
  }),
  interface: () => ({ nat: [] }),
  headline: { order: 10, text: ({ natMode }) => `NAT44 ${natMode}` },
  columns: [{ order: 70, title: 'NAT', cell: ({ nat }) => orDash(nat) }],
  sections: [{ order: 50, title: 'NAT44', rows }],
};
