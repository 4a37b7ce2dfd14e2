/** NAT44 mappings by command. VPP 19.08 src/plugins/nat/nat44_cli.c */

import { originOf, requireInterface } from '../command/apply-command.js';
import { address, addressAndPort, interfaceName, number, port, u32 } from '../command/arguments.js';
import { command, Refusal, required, type CommandRow, type Command } from '../command/command-row.js';
import { ConfigError, MissingError, type RefusedLine } from '../command/config-error.js';
import { anyOrder, argument, choice, collect, means, optional, sequence, word } from '../command/matcher.js';
import { removeFirst, type NodeViewBuilder } from '../command/node-view.js';
import type { Tables } from '../engine/tables.js';
import {
  natMappingView,
  type IdentityMapping,
  type LbLocal,
  type LbStaticMapping,
  type Mapping,
  type StaticMapping,
  type TwiceNat,
} from './mapping-view.js';
import {
  check,
  ED_ONLY,
  formatExternal,
  isDelete,
  NAT_PROTOCOLS,
  only,
  protocol,
  type NatWords,
  type Sentences,
} from './nat-command.js';
import type { NatResult } from './state/nat-interfaces.js';
import {
  addLbMapping,
  addMapping,
  deleteLbMapping,
  deleteMapping,
  type MappingRequest,
} from './state/static-mapping-config.js';
import { TWICE_NAT, TWICE_NAT_DISABLED, TWICE_NAT_SELF } from './state/static-mappings.js';

const TWICE_NATS: Readonly<Record<TwiceNat, number>> = {
  none: TWICE_NAT_DISABLED,
  'twice-nat': TWICE_NAT,
  'self-twice-nat': TWICE_NAT_SELF,
};

const vrf = sequence(word('vrf'), argument('vrf', u32('a VRF id')));
const twiceNat = choice(
  means('twice-nat', { twiceNat: 'twice-nat' }),
  means('self-twice-nat', { twiceNat: 'self-twice-nat' }),
);
const out2inOnly = means('out2in-only', { out2inOnly: true });

const staticMapping = ({ hasServices, hasExact = false }: NatWords) =>
  anyOrder(
    sequence(word('local'), argument('localAddress', address), optional(argument('localPort', port))),
    sequence(
      word('external'),
      choice(argument('externalAddress', address), argument('externalInterface', interfaceName)),
      optional(argument('externalPort', port)),
    ),
    vrf,
    only(hasServices, twiceNat),
    only(hasServices, out2inOnly),
    only(hasExact, sequence(word('exact'), argument('poolAddress', address))),
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

type ReadStaticMapping = { -readonly [K in keyof StaticMapping]?: Exclude<StaticMapping[K], null> };

function buildStaticMapping(values: ReadStaticMapping, needsBothPorts = false): StaticMapping {
  const addressOnly = values.localPort === undefined && values.externalPort === undefined;
  if (values.externalAddress === undefined && values.externalInterface === undefined) {
    throw new Refusal('"external ADDRESS" is missing');
  }
  if (needsBothPorts && (values.localPort === undefined) !== (values.externalPort === undefined))
    throw new Refusal('either both ports are given or none');
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
    poolAddress: values.poolAddress ?? null,
    isDelete: values.isDelete ?? false,
  };
}

const mappingSentences = (external: string): Sentences => ({
  invalid: `the external port of ${external} is already in use`,
  missing: `there is no static mapping of ${external}`,
  exists: `a static mapping for this local or external address and port exists already`,
  'feature-disabled': `twice-nat, out2in-only and load balancing work ${ED_ONLY}`,
});

/** As `check`, for a mapping: a new one needs its external address in the pool. */
function checkMapping(
  result: NatResult,
  external: string,
  isDelete: boolean,
  command: Command,
  { nat44: { mode } }: Tables,
): void {
  if (result === 'missing' && !isDelete) {
    const [address, interfaceAddress] = [`${mode.words} add address`, `${mode.words} add interface address`];
    const mayBeMadeBy = ({ command: made }: RefusedLine): boolean => made === address || made === interfaceAddress;
    throw new MissingError(
      command.at,
      { kind: 'NAT44 address', name: external, mayBeMadeBy },
      `${external} must be a NAT44 pool address first`,
      ` (${address})`,
    );
  }
  check(result, mappingSentences(external), command);
}

function applyMapping(
  request: MappingRequest,
  externalInterface: string | null,
  isDelete: boolean,
  tables: Tables,
  command: Command,
): void {
  const { nat44 } = tables;
  const isEdOnly = request.twiceNat !== TWICE_NAT_DISABLED || request.isOut2inOnly;
  if (request.twiceNat !== TWICE_NAT_DISABLED && request.isAddressOnly)
    throw new ConfigError(command.at, 'twice-nat needs a mapping with protocol and ports');
  const external = externalInterface ?? formatExternal(request.externalAddress, request.externalPort);
  if (isEdOnly && !nat44.mode.isEndpointDependent) {
    checkMapping('feature-disabled', external, isDelete, command, tables);
  } else if (externalInterface === null) {
    const change = isDelete ? deleteMapping : addMapping;
    checkMapping(change(nat44.mappingSurroundings, request), external, isDelete, command, tables);
  } else {
    const { swIfIndex } = requireInterface(tables, externalInterface, command);
    const result = isDelete
      ? nat44.interfaceAddresses.deleteMapping(swIfIndex, request)
      : nat44.interfaceAddresses.addMapping(swIfIndex, request);
    checkMapping(result, external, isDelete, command, tables);
  }
}

function show(mapping: Mapping, { view: { nat } }: NodeViewBuilder): void {
  const shown = natMappingView(mapping);
  const text = JSON.stringify(shown);
  removeFirst(nat.mappings, (other) => JSON.stringify(other) === text);
  if (!mapping.isDelete) nat.mappings.push(shown);
}

const mappings = (words: NatWords): readonly CommandRow[] => [
  command(`${words.nat44} add static mapping`, staticMapping(words), {
    build: (values) => buildStaticMapping(values, words.needsBothPorts),
    apply: (body, tables, at) => {
      const request: MappingRequest = {
        localAddress: body.localAddress,
        localPort: body.localPort,
        externalAddress: body.externalAddress,
        externalPort: body.externalPort,
        protocol: body.protocol === null ? 0 : NAT_PROTOCOLS[body.protocol],
        vrf: body.vrf,
        twiceNat: TWICE_NATS[body.twiceNat],
        isAddressOnly: body.protocol === null,
        isOut2inOnly: body.out2inOnly,
        poolAddress: body.poolAddress,
        isIdentity: false,
        origin: originOf(at),
      };
      applyMapping(request, body.externalInterface, body.isDelete, tables, at);
    },
    show,
  }),
  command(`${words.nat44} add identity mapping`, identityMapping, {
    build: (values): IdentityMapping => {
      if (values.address === undefined && values.interfaceName === undefined)
        throw new Refusal('the address is missing');
      return {
        kind: 'nat44-identity-mapping',
        address: values.address ?? 0,
        interfaceName: values.interfaceName ?? null,
        protocol: values.protocol ?? null,
        port: values.port ?? 0,
        vrf: values.vrf ?? null,
        isDelete: values.isDelete ?? false,
      };
    },
    apply: (body, tables, at) => {
      const request: MappingRequest = {
        localAddress: body.address,
        localPort: body.port,
        externalAddress: body.address,
        externalPort: body.port,
        protocol: body.protocol === null ? 0 : NAT_PROTOCOLS[body.protocol],
        vrf: body.vrf,
        twiceNat: TWICE_NAT_DISABLED,
        isAddressOnly: body.protocol === null,
        isOut2inOnly: false,
        isIdentity: true,
        origin: originOf(at),
      };
      applyMapping(request, body.interfaceName, body.isDelete, tables, at);
    },
    show,
  }),
];

const services = (words: NatWords): readonly CommandRow[] => [
  command(`${words.nat44} add load-balancing static mapping`, lbStaticMapping, {
    build: (values): LbStaticMapping => {
      const external = required(values.external, '"external ADDRESS:PORT"');
      const locals = (values.locals ?? []).map(({ endpoint, probability, vrf: table }): LbLocal => ({
        ...endpoint,
        probability,
        vrf: table ?? 0,
      }));
      if (locals.length < 2) throw new Refusal('at least two "local ADDRESS:PORT probability N" are needed');
      return {
        kind: 'nat44-lb-static-mapping',
        protocol: required(values.protocol, '"protocol tcp|udp|icmp"'),
        externalAddress: external.address,
        externalPort: external.port,
        locals,
        twiceNat: values.twiceNat ?? 'none',
        out2inOnly: values.out2inOnly ?? false,
        affinity: values.affinity ?? 0,
        isDelete: values.isDelete ?? false,
      };
    },
    apply: (body, tables, at) => {
      const request = {
        externalAddress: body.externalAddress,
        externalPort: body.externalPort,
        protocol: NAT_PROTOCOLS[body.protocol],
        locals: body.locals,
        twiceNat: TWICE_NATS[body.twiceNat],
        isOut2inOnly: body.out2inOnly,
        affinity: body.affinity,
        origin: originOf(at),
      };
      if (body.locals.length < 2) throw new ConfigError(at.at, 'a load-balanced mapping needs at least two locals');
      const change = body.isDelete ? deleteLbMapping : addLbMapping;
      const external = formatExternal(body.externalAddress, body.externalPort);
      checkMapping(change(tables.nat44.mappingSurroundings, request), external, body.isDelete, at, tables);
    },
    show,
  }),
];

export const mappingCommands = (words: NatWords): readonly CommandRow[] => [
  ...mappings(words),
  ...(words.hasServices ? services(words) : []),
];
