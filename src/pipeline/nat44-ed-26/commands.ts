/** Commands of endpoint-dependent NAT44 (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_cli.c), besides those that all kinds have. */

import { u32 } from '../command/arguments.js';
import { command, Refusal, required, type Command, type CommandRow } from '../command/command-row.js';
import { ConfigError, NotModelledError } from '../command/config-error.js';
import { anyOrder, argument, choice, means, sequence, word } from '../command/matcher.js';
import { addressAndPort } from '../command/arguments.js';
import type { Tables } from '../engine/tables.js';
import { formatExternal, NAT_PROTOCOLS, protocol, requireEnabled } from '../nat-common/nat-command.js';
import { backEndCommand } from '../nat-common/back-end-command.js';
import type { NatWords } from '../nat-common/nat-command.js';
import { ipProtocolOf } from '../nat-common/state/session-key.js';
import { ED_MODE } from './ed-mode.js';
import { portsWord, protocolWord } from './state/ed-flows.js';
import { DEFAULT_SESSIONS } from './state/ed-sessions.js';

export const ED_WORDS: NatWords = {
  nat44: 'nat44',
  nat: 'nat',
  hasServices: true,
  hasExact: true,
  needsBothPorts: true,
};

const vrf = u32('a VRF id');
const ofVrf = sequence(word('vrf'), argument('vrf', vrf));

export interface EdEnable {
  readonly kind: 'nat44-ed-enable';
  readonly insideVrf: number;
  readonly outsideVrf: number;
  readonly sessions: number;
}

export interface EdDisable {
  readonly kind: 'nat44-ed-disable';
}

const plugin = command(
  'nat44 plugin',
  anyOrder(
    sequence(word('inside-vrf'), argument('insideVrf', vrf)),
    sequence(word('outside-vrf'), argument('outsideVrf', vrf)),
    sequence(word('sessions'), argument('sessions', u32('a number of sessions'))),
    means('enable', { isEnable: true }),
    means('disable', { isEnable: false }),
  ),
  {
    build: ({ insideVrf, outsideVrf, sessions, isEnable }): EdEnable | EdDisable => {
      if (!required(isEnable, '"enable" or "disable"')) return { kind: 'nat44-ed-disable' };
      return {
        kind: 'nat44-ed-enable',
        insideVrf: insideVrf ?? 0,
        outsideVrf: outsideVrf ?? 0,
        // 0 stands for the default.
        sessions: sessions === undefined || sessions === 0 ? DEFAULT_SESSIONS : sessions,
      };
    },
    apply: (body, { nat44, nat44Ed26, interfaces }, { at }) => {
      if (body.kind === 'nat44-ed-disable') {
        if (!nat44.isEnabled(ED_MODE)) throw new ConfigError(at, 'NAT44 is not enabled');
        nat44.disable(interfaces);
        nat44Ed26.sessions.disable();
        nat44Ed26.vrfRoutes.clear();
        return;
      }
      const { insideVrf, outsideVrf, sessions } = body;
      const result = nat44.enable(ED_MODE, { users: Infinity, sessions, userSessions: Infinity });
      if (result === 'exists') throw new ConfigError(at, 'NAT44 is enabled already');
      if (result !== 'ok') throw new NotModelledError(at, 'not modelled: both plugins of NAT44 in one node');
      nat44.insideVrf = insideVrf;
      nat44.insideFibIndex = nat44.fib.indexOf(insideVrf);
      nat44.outsideFibIndex = nat44.fib.indexOf(outsideVrf);
      nat44Ed26.sessions.enable(sessions);
    },
    show: (body, { view }) => {
      view.nat.used = body.kind === 'nat44-ed-enable';
      if (body.kind === 'nat44-ed-disable') return;
      const { sessions } = body;
      view.natMode = 'endpoint-dependent';
      view.nat.options['sessions'] = sessions;
    },
  },
);

const sessionLimit = command(
  'set nat44 session limit',
  anyOrder(argument('limit', u32('a number of sessions')), ofVrf),
  {
    build: ({ limit, vrf: table }) => {
      if (!limit) throw new Refusal('the number of sessions is missing');
      return { kind: 'nat44-session-limit', limit, vrf: table ?? 0 };
    },
    apply: ({ limit, vrf: table }, tables, at) => {
      requireEnabled(ED_WORDS, tables, at);
      const fibIndex = tables.ip4.fibIndexOf(table);
      if (fibIndex < 0) throw new ConfigError(at.at, `there is no VRF ${table}`);
      tables.nat44Ed26.sessions.setLimit(limit, fibIndex);
    },
    show: ({ limit }, { view }) => void (view.nat.options['sessions'] = limit),
  },
);

const deleteSession = command(
  'nat44 del session',
  anyOrder(
    sequence(argument('end', addressAndPort), argument('protocol', protocol)),
    means('in', { isIn: true }),
    means('out', { isIn: false }),
    ofVrf,
    sequence(word('external-host'), argument('host', addressAndPort)),
  ),
  {
    build: (values) => ({
      kind: 'nat44-ed-delete-session',
      end: required(values.end, '"ADDRESS:PORT PROTOCOL"'),
      protocol: required(values.protocol, 'the protocol'),
      host: required(values.host, '"external-host ADDRESS:PORT"'),
      isIn: values.isIn ?? false,
      vrf: values.vrf ?? null,
    }),
    apply: ({ end, protocol: of, host, isIn, vrf: table }, tables, at) => {
      requireEnabled(ED_WORDS, tables, at);
      const { nat44, ip4, nat44Ed26 } = tables;
      const default0 = isIn ? nat44.insideFibIndex : nat44.outsideFibIndex;
      const fib = table === null ? default0 : ip4.fibIndexOf(table);
      const protocolAndFib = protocolWord(ipProtocolOf(NAT_PROTOCOLS[of]), fib);
      const ports = portsWord(end.port, host.port);
      const session = nat44Ed26.sessions.flows.find(end.address, host.address, ports, protocolAndFib);
      if (session < 0)
        throw new ConfigError(at.at, `there is no NAT44 session of ${formatExternal(end.address, end.port)}`);
      nat44Ed26.sessions.remove(session);
    },
  },
);

const clearSessions = command('clear nat44 ed sessions', anyOrder(), {
  build: () => ({ kind: 'nat44-ed-clear-sessions' }),
  apply: (_, { nat44Ed26 }) => {
    nat44Ed26.sessions.clear();
  },
});

const addOrDelete = choice(means('add', { isDelete: false }), means('del', { isDelete: true }));

/** `change` is false where the table or route is there already, or is not. */
function vrfChanged(change: boolean, what: string, goes: boolean, tables: Tables, at: Command): void {
  requireEnabled(ED_WORDS, tables, at);
  if (!change)
    throw new ConfigError(at.at, goes ? `there is no ${what}` : `${what} exists already, or its table does not`);
}

const vrfTable = command('nat44 vrf table', anyOrder(addOrDelete, argument('vrf', vrf)), {
  build: (values) => ({
    kind: 'nat44-vrf-table',
    vrf: required(values.vrf, 'the VRF id'),
    isDelete: required(values.isDelete, '"add" or "del"'),
  }),
  apply: ({ vrf: table, isDelete: goes }, tables, at) => {
    vrfChanged(tables.nat44Ed26.vrfRoutes.changeTable(table, goes), `VRF table ${table} of NAT44`, goes, tables, at);
  },
});

const vrfRoute = command(
  'nat44 vrf route',
  anyOrder(addOrDelete, sequence(word('table'), argument('table', vrf)), argument('vrf', vrf)),
  {
    build: (values) => ({
      kind: 'nat44-vrf-route',
      table: required(values.table, '"table VRF"'),
      vrf: required(values.vrf, 'the VRF id'),
      isDelete: required(values.isDelete, '"add" or "del"'),
    }),
    apply: ({ table, vrf: to, isDelete: goes }, tables, at) => {
      const change = tables.nat44Ed26.vrfRoutes.changeRoute(table, to, goes);
      vrfChanged(change, `route of NAT44 from VRF ${table} to VRF ${to}`, goes, tables, at);
    },
  },
);

export const edCommands: readonly CommandRow[] = [
  plugin,
  sessionLimit,
  backEndCommand(ED_WORDS),
  deleteSession,
  clearSessions,
  vrfTable,
  vrfRoute,
];
