/** Commands of the NAT plugin. VPP 19.08 src/plugins/nat/nat44_cli.c */

import { parseAddress } from '../../wire/address.js';
import { address, addressAndPort, interfaceName, number, port, sides, u32 } from '../command/arguments.js';
import { command, Refusal, required } from '../command/command-row.js';
import type { CommandRow } from '../command/command-row.js';
import type { CommandBody, LbLocal, NatProtocol, TwiceNat } from '../command/commands.js';
import {
  anyOrder,
  argument,
  choice,
  collect,
  means,
  notModelled,
  optional,
  sequence,
  word,
} from '../command/matcher.js';
import type { ArgumentType } from '../command/matcher.js';

const protocol: ArgumentType<NatProtocol> = {
  expects: '"tcp", "udp" or "icmp"',
  read: (text) => (text === 'tcp' || text === 'udp' || text === 'icmp' ? text : null),
};

/** `A-B` in one word, which VPP's `%U - %U` reads as well. */
const addressRange: ArgumentType<{ readonly first: number; readonly last: number }> = {
  expects: 'a range of IPv4 addresses',
  read: (text) => {
    const [left, right] = sides(text, '-') ?? ['', ''];
    const first = parseAddress(left);
    const last = parseAddress(right);
    return first === null || last === null ? null : { first, last };
  },
};

const isDelete = means('del', { isDelete: true });
const vrf = sequence(word('vrf'), argument('vrf', u32('a VRF id')));
const twiceNat = choice(
  means('twice-nat', { twiceNat: 'twice-nat' }),
  means('self-twice-nat', { twiceNat: 'self-twice-nat' }),
);
const out2inOnly = means('out2in-only', { out2inOnly: true });

const staticMapping = anyOrder(
  sequence(word('local'), argument('localAddress', address), optional(argument('localPort', port))),
  sequence(
    word('external'),
    choice(argument('externalAddress', address), argument('externalInterface', interfaceName)),
    optional(argument('externalPort', port)),
  ),
  vrf,
  twiceNat,
  out2inOnly,
  isDelete,
  argument('protocol', protocol),
);

const identityMapping = anyOrder(
  argument('address', address),
  sequence(word('external'), argument('interfaceName', interfaceName)),
  vrf,
  isDelete,
  sequence(argument('protocol', protocol), argument('port', port)),
);

const lbLocal = sequence(
  word('local'),
  argument('endpoint', addressAndPort),
  optional(vrf),
  word('probability'),
  argument('probability', number('a probability', 0, 255)),
);

const lbStaticMapping = anyOrder(
  collect('locals', lbLocal),
  sequence(word('external'), argument('external', addressAndPort)),
  sequence(word('protocol'), argument('protocol', protocol)),
  twiceNat,
  out2inOnly,
  isDelete,
  sequence(word('affinity'), argument('affinity', u32('a number of seconds'))),
);

const poolAddress = anyOrder(
  argument('range', addressRange),
  sequence(argument('first', address), optional(word('-'), argument('last', address))),
  sequence(word('tenant-vrf'), argument('tenantVrf', u32('a VRF id'))),
  means('twice-nat', { twiceNat: true }),
  isDelete,
);

/** Defaults that `reset` brings back, in seconds. VPP 19.08 src/plugins/nat/nat.h */
const DEFAULT_TIMEOUTS = { udp: 300, 'tcp-established': 7440, 'tcp-transitory': 240, icmp: 60 } as const;
const TIMEOUTS = ['udp', 'tcp-established', 'tcp-transitory', 'icmp'] as const;

const timeout = choice(
  ...TIMEOUTS.map((which) => sequence(means(which, { which }), argument('seconds', u32('a number of seconds')))),
);

type NatTimeout = CommandBody & { kind: 'nat-timeout' };
type StaticMapping = CommandBody & { kind: 'nat44-static-mapping' };
type ReadStaticMapping = { -readonly [K in keyof StaticMapping]?: Exclude<StaticMapping[K], null> };

function buildStaticMapping(values: ReadStaticMapping): StaticMapping {
  const addressOnly = values.localPort === undefined && values.externalPort === undefined;
  if (values.externalAddress === undefined && values.externalInterface === undefined) {
    throw new Refusal('"external ADDRESS" is missing');
  }
  if (!addressOnly && values.protocol === undefined) throw new Refusal('the protocol (tcp, udp or icmp) is missing');
  if (addressOnly && values.twiceNat !== undefined) throw new Refusal('twice NAT needs a mapping with ports');
  return {
    kind: 'nat44-static-mapping',
    protocol: addressOnly ? null : (values.protocol ?? null),
    localAddress: required(values.localAddress, '"local ADDRESS"'),
    localPort: values.localPort ?? 0,
    externalAddress: values.externalAddress ?? 0,
    externalInterface: values.externalInterface ?? null,
    externalPort: values.externalPort ?? 0,
    vrf: values.vrf ?? null,
    twiceNat: values.twiceNat ?? 'none',
    out2inOnly: values.out2inOnly ?? false,
    isDelete: values.isDelete ?? false,
  };
}

export const nat44Rows: readonly CommandRow[] = [
  command(
    'set interface nat44',
    anyOrder(
      sequence(word('in'), collect('inside', argument('name', interfaceName))),
      sequence(word('out'), collect('outside', argument('name', interfaceName))),
      means('output-feature', { outputFeature: true }),
      isDelete,
    ),
    (values) => {
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
  ),
  command(
    'nat44 forwarding',
    choice(means('enable', { enabled: true }), means('disable', { enabled: false })),
    ({ enabled }) => ({ kind: 'nat44-forwarding', enabled: enabled === true }),
  ),
  command('nat44 add address', poolAddress, (values) => {
    const first = required(values.range?.first ?? values.first, 'the address');
    const last = values.range?.last ?? values.last ?? first;
    if (first >>> 0 > last >>> 0) throw new Refusal('the first address of the range is behind the last');
    return {
      kind: 'nat44-address',
      first,
      last,
      tenantVrf: values.tenantVrf ?? null,
      twiceNat: values.twiceNat ?? false,
      isDelete: values.isDelete ?? false,
    };
  }),
  command(
    'nat44 add interface address',
    anyOrder(means('twice-nat', { twiceNat: true }), argument('interfaceName', interfaceName)),
    (values) => ({
      kind: 'nat44-interface-address',
      interfaceName: required(values.interfaceName, 'the interface'),
      twiceNat: values.twiceNat ?? false,
    }),
  ),
  command('nat44 add static mapping', staticMapping, buildStaticMapping),
  command('nat44 add identity mapping', identityMapping, (values) => {
    if (values.address === undefined && values.interfaceName === undefined) throw new Refusal('the address is missing');
    return {
      kind: 'nat44-identity-mapping',
      address: values.address ?? 0,
      interfaceName: values.interfaceName ?? null,
      protocol: values.protocol ?? null,
      port: values.port ?? 0,
      vrf: values.vrf ?? null,
      isDelete: values.isDelete ?? false,
    };
  }),
  command('nat44 add load-balancing static mapping', lbStaticMapping, (values) => {
    const external = required(values.external, '"external ADDRESS:PORT"');
    const locals = (values.locals ?? []).map(({ endpoint, probability, vrf: table }): LbLocal => ({
      ...endpoint,
      probability,
      vrf: table ?? 0,
    }));
    if (locals.length < 2) throw new Refusal('at least two "local ADDRESS:PORT probability N" are needed');
    const twice: TwiceNat = values.twiceNat ?? 'none';
    return {
      kind: 'nat44-lb-static-mapping',
      protocol: required(values.protocol, '"protocol tcp|udp|icmp"'),
      externalAddress: external.address,
      externalPort: external.port,
      locals,
      twiceNat: twice,
      out2inOnly: values.out2inOnly ?? false,
      affinity: values.affinity ?? 0,
      isDelete: values.isDelete ?? false,
    };
  }),
  command(
    'set nat timeout',
    anyOrder(collect('timeouts', timeout), means('reset', { reset: true })),
    ({ timeouts, reset }) => {
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
  ),
  command(
    'nat mss-clamping',
    choice(means('disable', { mss: 0 }), argument('mss', number('an MSS', 0, 65535))),
    ({ mss }) => ({ kind: 'nat-mss-clamping', mss: mss ?? 0 }),
  ),
  // Any other algorithm than the default draws ports otherwise.
  command(
    'nat addr-port-assignment-alg',
    choice(word('default'), notModelled('map-e', 'ports by MAP-E'), notModelled('port-range', 'ports from a range')),
    () => [],
  ),
];
