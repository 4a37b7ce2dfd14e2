/** Commands that end sessions of endpoint-independent NAT44 (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_cli.c, VPP 19.08 src/plugins/nat/nat44_cli.c). */

import { formatAddress } from '../../../wire/address.js';
import { address, addressAndPort, u32 } from '../../command/arguments.js';
import { command, required, type CommandRow } from '../../command/command-row.js';
import { ConfigError } from '../../command/config-error.js';
import { anyOrder, argument, means, sequence, word } from '../../command/matcher.js';
import { ED_ONLY, NAT_PROTOCOLS, only, protocol, type NatWords } from '../nat-command.js';
import type { NatProtocol } from '../mapping-view.js';
import { endUser } from '../state/ended-by-command.js';
import { ipProtocolOf } from '../state/session-key.js';

/** `nat44 del session in|out ADDRESS:PORT tcp|udp|icmp [vrf N] [external-host ADDRESS:PORT]` */
export interface DeleteSession {
  readonly kind: 'nat44-del-session';
  readonly isInside: boolean;
  readonly address: number;
  readonly port: number;
  readonly protocol: NatProtocol;
  /** null: the default one of its side. */
  readonly vrf: number | null;
  /** The other end, of a session of endpoint-dependent NAT44. */
  readonly host: { readonly address: number; readonly port: number } | null;
}

/** `nat44 del user ADDRESS [fib INDEX]` */
export interface DeleteUser {
  readonly kind: 'nat44-del-user';
  readonly address: number;
  readonly fibIndex: number;
}

export interface ClearSessions {
  readonly kind: 'nat44-clear-sessions';
}

/** `nat44 del session`, `nat44 ei del session` */
export const deleteSession = ({ nat44: words, hasServices }: NatWords): CommandRow =>
  command(
    `${words} del session`,
    anyOrder(
      sequence(argument('end', addressAndPort), argument('protocol', protocol)),
      means('in', { isInside: true }),
      means('out', { isInside: false }),
      sequence(word('vrf'), argument('vrf', u32('a VRF id'))),
      only(hasServices, sequence(word('external-host'), argument('host', addressAndPort))),
    ),
    {
      build: ({ end, protocol: of, isInside, vrf, host }): DeleteSession => ({
        kind: 'nat44-del-session',
        isInside: isInside ?? false,
        ...required(end, '"ADDRESS:PORT tcp|udp|icmp"'),
        protocol: required(of, 'the protocol'),
        vrf: vrf ?? null,
        host: host ?? null,
      }),
      apply: (body, tables, { at }) => {
        const { nat44 } = tables;
        const { mode } = nat44;
        const { isInside, port, vrf, host } = body;
        if (mode.isEndpointDependent !== (host !== null))
          throw new ConfigError(at, `the end of "external-host" names a session ${ED_ONLY}, and only with it`);
        const fib = vrf === null ? (isInside ? nat44.insideFibIndex : nat44.outsideFibIndex) : nat44.fib.indexOf(vrf);
        const own = { address: body.address, port };
        const [from, to] = isInside ? [own, host ?? own] : [host ?? own, own];
        const ends = { source: from.address, sourcePort: from.port, destination: to.address, destinationPort: to.port };
        const ipProtocol = ipProtocolOf(NAT_PROTOCOLS[body.protocol]);
        const session = mode.sessionOf(tables, { ipProtocol, ...ends }, isInside, fib);
        if (session < 0)
          throw new ConfigError(at, `NAT44 has no session of ${body.protocol} ${formatAddress(body.address)}:${port}`);
        mode.remove?.(tables, session);
      },
    },
  );

/** What VPP 26.06 has besides. */
export const sessionCommands = (words: NatWords): readonly CommandRow[] => [
  deleteSession(words),
  command(
    `${words.nat44} del user`,
    anyOrder(argument('address', address), sequence(word('fib'), argument('fibIndex', u32('a FIB index')))),
    {
      build: ({ address: of, fibIndex }): DeleteUser => ({
        kind: 'nat44-del-user',
        address: required(of, 'the address'),
        fibIndex: fibIndex ?? 0,
      }),
      // VPP says that this failed when it did not, and nothing when it did.
      apply: ({ address: of, fibIndex }, tables) => endUser(tables, of, fibIndex),
    },
  ),
  command(`clear ${words.nat44} sessions`, anyOrder(), {
    build: (): ClearSessions => ({ kind: 'nat44-clear-sessions' }),
    apply: (_, { nat44Independent }) => {
      nat44Independent.clear();
    },
  }),
];
