/** Commands that end sessions of endpoint-independent NAT44 (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_cli.c, VPP 19.08 src/plugins/nat/nat44_cli.c). */

import { formatAddress } from '../../../wire/address.js';
import { address, addressAndPort, u32 } from '../../command/arguments.js';
import { command, required, type CommandRow } from '../../command/command-row.js';
import { ConfigError, NotModelledError } from '../../command/config-error.js';
import { anyOrder, argument, means, sequence, word } from '../../command/matcher.js';
import { NAT_PROTOCOLS, protocol, type NatWords } from '../nat-command.js';
import type { NatProtocol } from '../mapping-view.js';
import { packKey } from '../state/session-key.js';
import { EndedByCommand } from './ended-by-command.js';

/** `nat44 del session in|out ADDRESS:PORT tcp|udp|icmp [vrf N]` */
export interface DeleteSession {
  readonly kind: 'nat44-del-session';
  readonly isInside: boolean;
  readonly address: number;
  readonly port: number;
  readonly protocol: NatProtocol;
  /** null: the default one of its side. */
  readonly vrf: number | null;
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

const ED_SESSIONS = 'not modelled: sessions of endpoint-dependent NAT44 that a command ends';

/** `nat44 del session`, `nat44 ei del session` */
export const deleteSession = ({ nat44: words }: NatWords): CommandRow =>
  command(
    `${words} del session`,
    anyOrder(
      sequence(argument('end', addressAndPort), argument('protocol', protocol)),
      means('in', { isInside: true }),
      means('out', { isInside: false }),
      sequence(word('vrf'), argument('vrf', u32('a VRF id'))),
    ),
    {
      build: ({ end, protocol: of, isInside, vrf }): DeleteSession => ({
        kind: 'nat44-del-session',
        isInside: isInside ?? false,
        ...required(end, '"ADDRESS:PORT tcp|udp|icmp"'),
        protocol: required(of, 'the protocol'),
        vrf: vrf ?? null,
      }),
      apply: (body, { nat44, nat44Independent }, { at }) => {
        if (nat44.mode.isEndpointDependent) throw new NotModelledError(at, ED_SESSIONS);
        const { isInside, port, vrf } = body;
        const fib = vrf === null ? (isInside ? nat44.insideFibIndex : nat44.outsideFibIndex) : nat44.fib.indexOf(vrf);
        const table = isInside ? nat44Independent.in2out : nat44Independent.out2in;
        const session = table.get(body.address, packKey(port, NAT_PROTOCOLS[body.protocol], fib));
        if (session < 0)
          throw new ConfigError(at, `NAT44 has no session of ${body.protocol} ${formatAddress(body.address)}:${port}`);
        nat44Independent.delete(session);
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
      apply: ({ address: of, fibIndex }, tables) => void new EndedByCommand(tables).deleteUser(of, fibIndex),
    },
  ),
  command(`clear ${words.nat44} sessions`, anyOrder(), {
    build: (): ClearSessions => ({ kind: 'nat44-clear-sessions' }),
    apply: (_, { nat44Independent }) => {
      nat44Independent.clear();
    },
  }),
];
