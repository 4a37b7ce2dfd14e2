/** Commands of endpoint-dependent NAT44 (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_cli.c), besides those that all kinds have. */

import { u32 } from '../command/arguments.js';
import { command, Refusal, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, means, sequence, word } from '../command/matcher.js';
import { requireEnabled, type NatWords } from '../nat-common/nat-command.js';
import { ED_MODE } from './ed-mode.js';
import { DEFAULT_SESSIONS } from './state/ed-sessions.js';

export const ED_WORDS: NatWords = { nat44: 'nat44', nat: 'nat', hasServices: true };

const vrf = u32('a VRF id');

const plugin = command(
  'nat44 plugin',
  anyOrder(
    sequence(word('inside-vrf'), argument('insideVrf', vrf)),
    sequence(word('outside-vrf'), argument('outsideVrf', vrf)),
    sequence(word('sessions'), argument('sessions', u32('a number of sessions'))),
    means('enable', { isEnable: true }),
    means('disable', { isDisable: true }),
  ),
  {
    build: ({ insideVrf, outsideVrf, sessions, isEnable, isDisable }) => {
      if (isEnable !== true && isDisable !== true) throw new Refusal('"enable" or "disable" is missing');
      return {
        kind: 'nat44-ed-plugin',
        insideVrf: insideVrf ?? 0,
        outsideVrf: outsideVrf ?? 0,
        sessions: sessions === undefined || sessions === 0 ? DEFAULT_SESSIONS : sessions,
        isEnable: isEnable === true,
      };
    },
    apply: ({ insideVrf, outsideVrf, sessions, isEnable }, { nat44, nat44Ed26 }, at) => {
      if (!isEnable) throw new ConfigError(at.at, 'not modelled: NAT44 that is disabled again');
      const result = nat44.enable(ED_MODE, { users: Infinity, sessions, userSessions: Infinity });
      if (result === 'exists') throw new ConfigError(at.at, 'NAT44 is enabled already');
      if (result !== 'ok') throw new ConfigError(at.at, 'not modelled: both plugins of NAT44 in one node');
      nat44.insideFibIndex = nat44.fib.indexOf(insideVrf);
      nat44.outsideFibIndex = nat44.fib.indexOf(outsideVrf);
      nat44Ed26.sessions.enable(sessions);
    },
    show: ({ sessions }, { view }) => {
      view.natMode = 'endpoint-dependent';
      view.nat.used = true;
      view.nat.options['sessions'] = sessions;
    },
  },
);

const sessionLimit = command(
  'set nat44 session limit',
  anyOrder(argument('limit', u32('a number of sessions')), sequence(word('vrf'), argument('vrf', vrf))),
  {
    build: ({ limit, vrf: table }) => {
      if (limit === undefined || limit === 0) throw new Refusal('the number of sessions is missing');
      return { kind: 'nat44-session-limit', limit, vrf: table ?? 0 };
    },
    apply: ({ limit, vrf: table }, tables, at) => {
      requireEnabled(ED_WORDS, tables, at);
      tables.nat44Ed26.sessions.setLimit(limit, tables.nat44.fib.indexOf(table));
    },
  },
);

export const edCommands: readonly CommandRow[] = [plugin, sessionLimit];
