/** Commands of IPv6: tables, flow hash, IPv6 on interfaces. VPP 19.08 src/vnet/ip/{ip6_forward,ip6_neighbor,lookup}.c, 26.06 ip6_link.c */

import { isLinkLocal } from '../../wire/ip6-address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { anyAddress, anyWord, interfaceName, number, u32 } from '../command/arguments.js';
import { command, Refusal, required, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, collect, means, notModelled, sequence, word } from '../command/matcher.js';
import type { ViewPart } from '../command/node-view.js';
import * as flowHash from '../fib/flow-hash.js';
import { requireTable } from '../fib/require-table.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly ip6Tables: number[];
  }
  interface InterfaceView {
    ip6Table: number;
    hasIp6: boolean;
  }
}

export interface AddIp6Table {
  readonly kind: 'ip6-table-add';
  readonly tableId: number;
}

export interface InterfaceIp6Table {
  readonly kind: 'interface-ip6-table';
  readonly interfaceName: string;
  readonly tableId: number;
}

export interface InterfaceIp6State {
  readonly kind: 'interface-ip6-state';
  readonly interfaceName: string;
  readonly isOn: boolean;
}

export interface SetLinkLocal {
  readonly kind: 'interface-ip6-link-local';
  readonly interfaceName: string;
  readonly address: number;
}

const FLOW_HASH_BITS = {
  src: flowHash.FLOW_HASH_SOURCE,
  dst: flowHash.FLOW_HASH_DESTINATION,
  sport: flowHash.FLOW_HASH_SOURCE_PORT,
  dport: flowHash.FLOW_HASH_DESTINATION_PORT,
  proto: flowHash.FLOW_HASH_PROTOCOL,
  reverse: flowHash.FLOW_HASH_REVERSE,
  symmetric: flowHash.FLOW_HASH_SYMMETRIC,
  flowlabel: flowHash.FLOW_HASH_FLOW_LABEL,
} as const;

type FlowHashField = keyof typeof FLOW_HASH_BITS;
const FIELDS = Object.keys(FLOW_HASH_BITS) as FlowHashField[];

export interface SetIp6FlowHash {
  readonly kind: 'ip6-flow-hash';
  readonly tableId: number;
  readonly fields: readonly FlowHashField[];
}

const setState = (path: string, isOn: boolean): CommandRow<InterfaceIp6State> =>
  command(path, argument('interfaceName', interfaceName), {
    build: ({ interfaceName: name }): InterfaceIp6State => ({ kind: 'interface-ip6-state', interfaceName: name, isOn }),
    apply: ({ interfaceName: name }, tables, at) => {
      const on = requireInterface(tables, name, at);
      const { links, interfaceIp6 } = tables.ip6;
      if (isOn) links.enable(on, originOf(at));
      else links.disable(on, interfaceIp6.addressesOf(on.swIfIndex).length > 0);
    },
    show: ({ interfaceName: name }, view) => {
      view.change(name, (entry) => void (entry.hasIp6 = isOn));
    },
  });

export const ip6Commands: readonly CommandRow[] = [
  command(
    'ip6 table',
    anyOrder(
      word('add'),
      notModelled('del', 'deleting a table (leave out the line that made it)'),
      sequence(word('name'), argument('name', anyWord('a table name'))),
      argument('tableId', number('a table id', 1, 0xffffffff)),
    ),
    {
      build: ({ tableId }): AddIp6Table => ({ kind: 'ip6-table-add', tableId: required(tableId, 'the table id') }),
      apply: ({ tableId }, { ip6 }) => void ip6.addTable(tableId),
      show: ({ tableId }, { view: { ip6Tables } }) => {
        if (!ip6Tables.includes(tableId)) ip6Tables.push(tableId);
      },
    },
  ),
  command(
    'set interface ip6 table',
    sequence(argument('interfaceName', interfaceName), argument('tableId', u32('a table id'))),
    {
      build: ({ interfaceName: name, tableId }): InterfaceIp6Table => ({
        kind: 'interface-ip6-table',
        interfaceName: name,
        tableId,
      }),
      apply: ({ interfaceName: name, tableId }, tables, at) => {
        const { swIfIndex } = requireInterface(tables, name, at);
        const { ip6 } = tables;
        const fibIndex = requireTable(tables, tableId, at, true);
        if (ip6.fibIndexOf[swIfIndex] === fibIndex) return;
        if (ip6.interfaceIp6.addressesOf(swIfIndex).length > 0)
          throw new ConfigError(at.at, `${name} has addresses; VPP binds a table only before there are any`);
        ip6.bindTable(swIfIndex, fibIndex);
      },
      show: ({ interfaceName: name, tableId }, view) => {
        view.change(name, (entry) => void (entry.ip6Table = tableId));
      },
    },
  ),
  command(
    'set ip6 flow-hash',
    anyOrder(
      sequence(word('table'), argument('tableId', u32('a table id'))),
      ...FIELDS.map((field) => collect('fields', means(field, { field }))),
    ),
    {
      build: ({ tableId, fields }): SetIp6FlowHash => ({
        kind: 'ip6-flow-hash',
        tableId: tableId ?? 0,
        fields: (fields ?? []).map(({ field }) => field),
      }),
      apply: ({ tableId, fields }, tables, at) => {
        const ofRelease = tables.composition.behaviour.ip6FlowHash & flowHash.FLOW_HASH_BEHIND_FRAGMENT;
        const bits = fields.reduce((sum, field) => sum | FLOW_HASH_BITS[field], ofRelease);
        tables.ip6.fib.setFlowHash(requireTable(tables, tableId, at, true), bits);
      },
      show: ({ tableId, fields }, { view }) => {
        view.options[`IPv6 flow hash of table ${String(tableId)}`] = fields.join(' ');
      },
    },
  ),
  setState('enable ip6 interface', true),
  setState('disable ip6 interface', false),
  command(
    'set ip6 link-local address',
    sequence(argument('interfaceName', interfaceName), argument('address', anyAddress)),
    {
      build: ({ interfaceName: name, address: { address, isIp6 } }): SetLinkLocal => {
        if (!isIp6 || !isLinkLocal(address)) throw new Refusal('the address is not link-local');
        return { kind: 'interface-ip6-link-local', interfaceName: name, address };
      },
      apply: ({ interfaceName: name, address }, tables, at) => {
        tables.ip6.links.setLinkLocal(requireInterface(tables, name, at), address, originOf(at));
      },
      show: ({ interfaceName: name }, view) => {
        view.change(name, (entry) => void (entry.hasIp6 = true));
      },
    },
  ),
];

export const ip6View: ViewPart = {
  node: () => ({ ip6Tables: [0] }),
  interface: () => ({ ip6Table: 0, hasIp6: false }),
};
