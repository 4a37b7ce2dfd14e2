/** Proxy ARP. VPP 26.06 src/vnet/arp/arp_proxy.c; 19.08 src/vnet/ethernet/arp.c */

import { formatAddress } from '../../wire/address.js';
import { requireInterface } from '../command/apply-command.js';
import { address, interfaceName, u32 } from '../command/arguments.js';
import { command, required, type CommandEffect, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, means, sequence, word } from '../command/matcher.js';
import { requireTable } from '../fib/require-table.js';

export interface ChangeProxyRange {
  readonly kind: 'proxy-range';
  readonly low: number;
  readonly high: number;
  readonly tableId: number;
  readonly isDelete: boolean;
}

/** Words that make it: `set arp proxy …` of 26.06, `set ip arp proxy …` of 19.08. */
export const proxyRange: CommandEffect<ChangeProxyRange> = {
  apply: ({ low, high, tableId, isDelete }, tables, at) => {
    const range = { low: low >>> 0, high: high >>> 0, fibIndex: requireTable(tables, tableId, at) };
    if (!isDelete) tables.proxyArp.add(range);
    else if (!tables.proxyArp.remove(range))
      throw new ConfigError(at.at, `there is no proxy range ${formatAddress(low)} - ${formatAddress(high)}`);
  },
  show: ({ low, high, tableId, isDelete }, { view }) => {
    const name = `proxy ARP ${formatAddress(low)} - ${formatAddress(high)}`;
    if (isDelete) Reflect.deleteProperty(view.options, name);
    else view.options[name] = `table ${String(tableId)}`;
  },
};

export const proxyCommands: readonly CommandRow[] = [
  command(
    'set arp proxy',
    anyOrder(
      sequence(word('table-id'), argument('tableId', u32('a table id'))),
      sequence(word('start'), argument('low', address)),
      sequence(word('end'), argument('high', address)),
      means('del', { isDelete: true }),
      means('delete', { isDelete: true }),
    ),
    {
      build: ({ tableId, low, high, isDelete }): ChangeProxyRange => ({
        kind: 'proxy-range',
        low: required(low, '"start ADDRESS"'),
        high: required(high, '"end ADDRESS"'),
        tableId: tableId ?? 0,
        isDelete: isDelete ?? false,
      }),
      ...proxyRange,
    },
  ),
  command(
    'set interface proxy-arp',
    anyOrder(
      means('enable', { isOn: true }),
      means('on', { isOn: true }),
      means('disable', { isOn: false }),
      means('off', { isOn: false }),
      argument('on', interfaceName),
    ),
    {
      build: ({ on, isOn }) => ({
        kind: 'proxy-arp',
        on: required(on, 'the interface'),
        isOn: isOn ?? false,
      }),
      apply: ({ on, isOn }, tables, at) => {
        tables.proxyArp.enable(requireInterface(tables, on, at).swIfIndex, isOn);
      },
      show: ({ on, isOn }, { view }) => void (view.options[`proxy ARP on ${on}`] = isOn ? 'on' : 'off'),
    },
  ),
];
