/** Commands of NAT44 EI: the plugin's own, and those that all kinds of NAT44 have (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_cli.c). */

import { u32 } from '../command/arguments.js';
import { command, Refusal, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, means, notModelled, sequence, word } from '../command/matcher.js';
import { natCommands } from '../nat-common/commands.js';
import type { NatWords } from '../nat-common/nat-command.js';
import { NAT44_EI } from './mode.js';

const WORDS: NatWords = { nat44: 'nat44 ei', nat: 'nat44 ei', hasServices: false };

const DEFAULT_USERS = 1024;
const DEFAULT_SESSIONS = 10 * 1024;

/** `nat44 ei plugin enable [sessions N] [user-sessions N] [users N] [inside-vrf N] [outside-vrf N]` */
export interface EiEnable {
  readonly kind: 'nat44-ei-enable';
  readonly users: number;
  readonly sessions: number;
  readonly userSessions: number;
  readonly insideVrf: number;
  readonly outsideVrf: number;
}

const enable = anyOrder(
  means('enable', { enable: true }),
  notModelled('disable', 'a NAT44 plugin that is disabled'),
  notModelled('static-mapping-only', 'static mappings only'),
  notModelled('out2in-dpo', 'out2in by DPO'),
  sequence(word('inside-vrf'), argument('insideVrf', u32('a VRF id'))),
  sequence(word('outside-vrf'), argument('outsideVrf', u32('a VRF id'))),
  sequence(word('users'), argument('users', u32('a number of users'))),
  sequence(word('sessions'), argument('sessions', u32('a number of sessions'))),
  sequence(word('user-sessions'), argument('userSessions', u32('a number of sessions'))),
);

const LIMITS = [
  ['users', 'users', DEFAULT_USERS],
  ['sessions', 'sessions', DEFAULT_SESSIONS],
  ['userSessions', 'user-sessions', null],
] as const;

export const eiCommands: readonly CommandRow[] = [
  command('nat44 ei plugin', enable, {
    build: (values): EiEnable => {
      if (values.enable !== true) throw new Refusal('"enable" is missing');
      // 0 stands for the default.
      const sessions = values.sessions || DEFAULT_SESSIONS;
      return {
        kind: 'nat44-ei-enable',
        users: values.users || DEFAULT_USERS,
        sessions,
        userSessions: values.userSessions || sessions,
        insideVrf: values.insideVrf ?? 0,
        outsideVrf: values.outsideVrf ?? 0,
      };
    },
    apply: ({ users, sessions, userSessions, insideVrf, outsideVrf }, { nat44 }, { at }) => {
      const result = nat44.enable(NAT44_EI, { users, sessions, userSessions });
      if (result === 'exists') throw new ConfigError(at, 'NAT44 EI is enabled already');
      if (result !== 'ok') throw new ConfigError(at, 'not modelled: NAT44 EI and NAT44 ED in one node');
      nat44.users.renewsOnceASecond = true;
      nat44.insideFibIndex = nat44.fib.indexOf(insideVrf);
      nat44.outsideFibIndex = nat44.fib.indexOf(outsideVrf);
    },
    show: (body, { view }) => {
      view.nat.used = true;
      view.natMode = 'endpoint-independent';
      for (const [key, name, usual] of LIMITS)
        if (body[key] !== (usual ?? body.sessions)) view.nat.options[name] = body[key];
    },
  }),
  ...natCommands(WORDS),
];
