/** `ip6 nd`: what an interface advertises as a router. VPP 19.08 src/vnet/ip/ip6_neighbor.c, 26.06 src/vnet/ip6-nd/ip6_ra.c */

import { requireInterface } from '../../command/apply-command.js';
import { interfaceName, ip6Prefix, number, u32 } from '../../command/arguments.js';
import { command, type CommandRow } from '../../command/command-row.js';
import { ConfigError, type Prefix } from '../../command/config-error.js';
import { anyOrder, argument, choice, means, notModelled, optional, sequence, word } from '../../command/matcher.js';
import { INFINITE, type PrefixOptions, type RouterOptions } from './router-state.js';

export interface ChangeRouter {
  readonly kind: 'ip6-nd';
  readonly interfaceName: string;
  readonly prefix: Prefix | null;
  readonly router: RouterOptions;
  readonly advertised: PrefixOptions;
}

const seconds = number('seconds', 0, 0xffffffff);

/** Options of the router come before those of a prefix, which VPP reads once it has come to "prefix". */
const options = sequence(
  anyOrder(notModelled('address', 'addresses by autoconfiguration')),
  argument('interfaceName', interfaceName),
  anyOrder(
    means('no', { isNo: true }),
    means('ra-managed-config-flag', { managed: true }),
    means('ra-other-config-flag', { other: true }),
    means('ra-suppress', { suppress: true }),
    means('ra-surpress', { suppress: true }),
    means('ra-suppress-link-layer', { suppressLinkLayer: true }),
    means('ra-surpress-link-layer', { suppressLinkLayer: true }),
    means('ra-send-unicast', { sendUnicast: true }),
    means('ra-cease', { cease: true }),
    sequence(word('ra-lifetime'), argument('lifetimeSeconds', seconds)),
    sequence(word('ra-initial'), argument('initialCount', seconds), argument('initialInterval', seconds)),
    sequence(word('ra-interval'), argument('largestSeconds', seconds), optional(argument('smallestSeconds', seconds))),
    sequence(word('prefix'), argument('prefix', ip6Prefix)),
  ),
  optional(
    choice(
      means('default', { isDefault: true }),
      means('infinite', { isInfinite: true }),
      sequence(argument('validSeconds', u32('seconds')), argument('preferredSeconds', u32('seconds'))),
    ),
  ),
  anyOrder(
    means('no-advertise', { noAdvertise: true }),
    means('off-link', { offLink: true }),
    means('no-autoconfig', { noAutoconfig: true }),
    means('no-onlink', { noOnlink: true }),
  ),
);

export const ndCommands: readonly CommandRow[] = [
  command('ip6 nd', options, {
    build: (values): ChangeRouter => {
      const isNo = values.isNo ?? false;
      const infinite = values.isInfinite ? INFINITE : 0;
      return {
        kind: 'ip6-nd',
        interfaceName: values.interfaceName,
        prefix: values.prefix ?? null,
        router: {
          isNo,
          suppress: values.suppress,
          managed: values.managed,
          other: values.other,
          suppressLinkLayer: values.suppressLinkLayer,
          sendUnicast: values.sendUnicast,
          cease: values.cease,
          lifetimeSeconds: values.lifetimeSeconds,
          largestSeconds: values.largestSeconds,
          smallestSeconds: values.smallestSeconds,
        },
        advertised: {
          isNo,
          isDefault: values.isDefault ?? false,
          validSeconds: values.validSeconds ?? infinite,
          preferredSeconds: values.preferredSeconds ?? infinite,
          noAdvertise: values.noAdvertise ?? false,
          offLink: values.offLink ?? false,
          noAutoconfig: values.noAutoconfig ?? false,
          noOnlink: values.noOnlink ?? false,
        },
      };
    },
    apply: ({ interfaceName: name, prefix, router, advertised }, tables, at) => {
      const { ip6Routers } = tables;
      const state = ip6Routers.of(requireInterface(tables, name, at).swIfIndex);
      if (state === null) throw new ConfigError(at.at, `${name} has no IPv6; give it an address first`);
      const wrong =
        prefix === null
          ? ip6Routers.configure(state, router)
          : ip6Routers.changePrefix(state, prefix.address, prefix.length, advertised);
      if (wrong !== null) throw new ConfigError(at.at, wrong);
    },
  }),
];
