/** Commands of NAT44 EI: the plugin's own, and those that all kinds of NAT44 have (VPP 26.06 src/plugins/nat/nat44-ei/nat44_ei_cli.c). */

import { u32 } from '../command/arguments.js';
import { command, Refusal, type CommandRow } from '../command/command-row.js';
import { ConfigError, NotModelledError } from '../command/config-error.js';
import { anyOrder, argument, means, notModelled, sequence, word } from '../command/matcher.js';
import { natCommands } from '../nat-common/commands.js';
import { sessionCommands } from '../nat-common/independent/session-commands.js';
import { EI_WORDS, NAT44_EI } from './mode.js';
import { portAlgorithm } from './port-algorithms.js';

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

export interface EiDisable {
  readonly kind: 'nat44-ei-disable';
}

const enable = anyOrder(
  means('enable', { enable: true }),
  means('disable', { enable: false }),
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

/** 0 stands for the default. */
const orDefault = (value: number | undefined, usual: number): number =>
  value === undefined || value === 0 ? usual : value;

export const eiCommands: readonly CommandRow[] = [
  command('nat44 ei plugin', enable, {
    build: (values): EiEnable | EiDisable => {
      if (values.enable === undefined) throw new Refusal('"enable" is missing');
      if (!values.enable) return { kind: 'nat44-ei-disable' };
      const sessions = orDefault(values.sessions, DEFAULT_SESSIONS);
      return {
        kind: 'nat44-ei-enable',
        users: orDefault(values.users, DEFAULT_USERS),
        sessions,
        userSessions: orDefault(values.userSessions, sessions),
        insideVrf: values.insideVrf ?? 0,
        outsideVrf: values.outsideVrf ?? 0,
      };
    },
    apply: (body, { nat44, nat44Independent, interfaces }, { at }) => {
      if (body.kind === 'nat44-ei-disable') {
        if (!nat44.isEnabled(NAT44_EI)) throw new ConfigError(at, 'NAT44 EI is not enabled');
        nat44.disable(interfaces);
        nat44Independent.clear();
        return;
      }
      const { users, sessions, userSessions, insideVrf, outsideVrf } = body;
      const result = nat44.enable(NAT44_EI, { users, sessions, userSessions });
      if (result === 'exists') throw new ConfigError(at, 'NAT44 EI is enabled already');
      if (result !== 'ok') throw new NotModelledError(at, 'not modelled: both plugins of NAT44 in one node');
      nat44.users.limit = users;
      nat44.users.renewsOnceASecond = true;
      nat44.insideVrf = insideVrf;
      nat44.insideFibIndex = nat44.fib.indexOf(insideVrf);
      nat44.outsideFibIndex = nat44.fib.indexOf(outsideVrf);
    },
    show: (body, { view }) => {
      view.nat.used = body.kind !== 'nat44-ei-disable';
      if (body.kind === 'nat44-ei-disable') return;
      view.natMode = 'endpoint-independent';
      for (const [key, name, usual] of LIMITS)
        if (body[key] !== (usual ?? body.sessions)) view.nat.options[name] = body[key];
    },
  }),
  ...natCommands(EI_WORDS).filter(({ path }) => path !== portAlgorithm.path),
  portAlgorithm,
  ...sessionCommands(EI_WORDS),
];
