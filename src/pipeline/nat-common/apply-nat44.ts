/** NAT44 commands: what VPP's CLI handlers do (VPP 19.08 src/plugins/nat/nat44_cli.c). */

import type { NatResult } from './state/nat-interfaces.js';
import { NAT_ICMP, NAT_TCP, NAT_UDP } from './state/session-key.js';
import {
  addLbMapping,
  addMapping,
  deleteLbMapping,
  deleteMapping,
  type MappingRequest,
} from './state/static-mapping-config.js';
import { TWICE_NAT, TWICE_NAT_DISABLED, TWICE_NAT_SELF } from './state/static-mappings.js';
import { formatAddress } from '../../wire/address.js';
import { originOf, requireInterface, type CommandHandlers } from '../command/command-handlers.js';
import { ConfigError, MissingError, type Command, type NatProtocol, type TwiceNat } from '../command/commands.js';

const PROTOCOLS: Readonly<Record<NatProtocol, number>> = { tcp: NAT_TCP, udp: NAT_UDP, icmp: NAT_ICMP };
const TWICE_NATS: Readonly<Record<TwiceNat, number>> = {
  none: TWICE_NAT_DISABLED,
  'twice-nat': TWICE_NAT,
  'self-twice-nat': TWICE_NAT_SELF,
};

/** Sentences for what VPP refuses; a result without one passes in silence, as in VPP. */
type Sentences = Partial<Readonly<Record<NatResult, string>>>;

function check(result: NatResult, sentences: Sentences, command: Command): void {
  const sentence = sentences[result];
  if (sentence !== undefined) throw new ConfigError(command.at, sentence);
}

const ED_ONLY = 'only in endpoint-dependent mode (# startup: nat { endpoint-dependent })';

const mappingSentences = (external: string): Sentences => ({
  invalid: `the external port of ${external} is already in use`,
  missing: `there is no static mapping of ${external}`,
  exists: `a static mapping for this local or external address and port exists already`,
  'feature-disabled': `twice-nat, out2in-only and load balancing work ${ED_ONLY}`,
});

/** As `check`, for a mapping: a new one needs its external address in the pool. */
function checkMapping(result: NatResult, external: string, isDelete: boolean, command: Command): void {
  if (result === 'missing' && !isDelete)
    throw new MissingError(
      command.at,
      { kind: 'NAT44 address', name: external },
      `${external} must be a NAT44 pool address first`,
      ' (nat44 add address)',
    );
  check(result, mappingSentences(external), command);
}

const addressSentences = (address: string): Sentences => ({
  exists: `${address} is a NAT44 pool address already`,
  missing: `${address} is not a NAT44 pool address`,
  'in-use': `${address} is used in a static mapping`,
  'feature-disabled': `twice-nat addresses work ${ED_ONLY}`,
});

const formatExternal = (address: number, port: number): string =>
  port === 0 ? formatAddress(address) : `${formatAddress(address)}:${port}`;

/** Addresses that one command may name; VPP itself warns of more than 1024. */
const LARGEST_RANGE = 65_536;

export const nat44Handlers: CommandHandlers = {
  'nat44-interface': ({ inside, outside, outputFeature, isDelete }, tables, command) => {
    const { interfaces } = tables.nat44;
    const change = (name: string, isInside: boolean): void => {
      const entry = requireInterface(tables, name, command);
      const result = outputFeature
        ? interfaces.changeOutputFeature(entry, isInside, isDelete)
        : interfaces.change(entry, isInside, isDelete);
      check(
        result,
        {
          exists: `${name} has a NAT44 role already that excludes this one (with and without output-feature)`,
          missing: `${name} has no such NAT44 role`,
          unsupported: `${name} cannot take this NAT44 role`,
        },
        command,
      );
    };
    for (const name of inside) change(name, true);
    for (const name of outside) change(name, false);
  },

  'nat44-forwarding': ({ enabled }, { nat44 }) => {
    nat44.forwardingEnabled = enabled;
  },

  'nat44-address': ({ first, last, tenantVrf, twiceNat, isDelete }, { nat44 }, command) => {
    const count = (last >>> 0) - (first >>> 0) + 1;
    if (count < 1) throw new ConfigError(command.at, `the last address is lower than the first`);
    if (count > LARGEST_RANGE)
      throw new ConfigError(command.at, `not modelled: a range of ${count} addresses; ${LARGEST_RANGE} at most`);
    for (let i = 0; i < count; i++) {
      const address = (first + i) | 0;
      const result = isDelete
        ? nat44.deleteAddress(address, twiceNat)
        : nat44.addAddress(address, tenantVrf, twiceNat, originOf(command));
      check(result, addressSentences(formatAddress(address)), command);
    }
  },

  'nat44-interface-address': ({ interfaceName, twiceNat }, tables, command) => {
    const { swIfIndex } = requireInterface(tables, interfaceName, command);
    const result = tables.nat44.addInterfaceAddress(swIfIndex, twiceNat);
    check(result, { exists: `the addresses of ${interfaceName} are in the NAT44 pool already` }, command);
  },

  'nat44-static-mapping': (body, tables, command) => {
    const request: MappingRequest = {
      localAddress: body.localAddress,
      localPort: body.localPort,
      externalAddress: body.externalAddress,
      externalPort: body.externalPort,
      protocol: body.protocol === null ? 0 : PROTOCOLS[body.protocol],
      vrf: body.vrf,
      twiceNat: TWICE_NATS[body.twiceNat],
      isAddressOnly: body.protocol === null,
      isOut2inOnly: body.out2inOnly,
      isIdentity: false,
      origin: originOf(command),
    };
    applyMapping(request, body.externalInterface, body.isDelete, tables, command);
  },

  'nat44-identity-mapping': ({ address, interfaceName, protocol, port, vrf, isDelete }, tables, command) => {
    const request: MappingRequest = {
      localAddress: address,
      localPort: port,
      externalAddress: address,
      externalPort: port,
      protocol: protocol === null ? 0 : PROTOCOLS[protocol],
      vrf,
      twiceNat: TWICE_NAT_DISABLED,
      isAddressOnly: protocol === null,
      isOut2inOnly: false,
      isIdentity: true,
      origin: originOf(command),
    };
    applyMapping(request, interfaceName, isDelete, tables, command);
  },

  'nat44-lb-static-mapping': (body, { nat44 }, command) => {
    const request = {
      externalAddress: body.externalAddress,
      externalPort: body.externalPort,
      protocol: PROTOCOLS[body.protocol],
      locals: body.locals,
      twiceNat: TWICE_NATS[body.twiceNat],
      isOut2inOnly: body.out2inOnly,
      affinity: body.affinity,
      origin: originOf(command),
    };
    if (body.locals.length < 2) throw new ConfigError(command.at, 'a load-balanced mapping needs at least two locals');
    const change = body.isDelete ? deleteLbMapping : addLbMapping;
    const external = formatExternal(body.externalAddress, body.externalPort);
    checkMapping(change(nat44.mappingSurroundings, request), external, body.isDelete, command);
  },

  'nat-timeout': ({ which, seconds }, { nat44 }) => {
    const { timeouts } = nat44;
    if (which === 'udp') timeouts.udp = seconds;
    else if (which === 'tcp-established') timeouts.tcpEstablished = seconds;
    else if (which === 'tcp-transitory') timeouts.tcpTransitory = seconds;
    else timeouts.icmp = seconds;
  },

  'nat-mss-clamping': ({ mss }, { nat44 }) => {
    nat44.mssClamping = mss & 0xffff;
  },
};

type Tables = Parameters<NonNullable<CommandHandlers['nat44-static-mapping']>>[1];

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
    checkMapping('feature-disabled', external, isDelete, command);
  } else if (externalInterface === null) {
    const change = isDelete ? deleteMapping : addMapping;
    checkMapping(change(nat44.mappingSurroundings, request), external, isDelete, command);
  } else {
    const { swIfIndex } = requireInterface(tables, externalInterface, command);
    const result = isDelete
      ? nat44.deleteInterfaceMapping(swIfIndex, request)
      : nat44.addInterfaceMapping(swIfIndex, request);
    checkMapping(result, external, isDelete, command);
  }
}
