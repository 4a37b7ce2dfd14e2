/**
 * The DHCP client, as far as it is done: what the server gave, which a comment of the script says, is there from the command on. Its messages
 * are not modelled. VPP 26.06 src/plugins/dhcp/client.c; 19.08 src/vnet/dhcp/client.c
 */

import { formatAddress } from '../../wire/address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { address, anyWord, interfaceName, newInterfaceName, prefix } from '../command/arguments.js';
import { command, required, type CommandRow } from '../command/command-row.js';
import { ConfigError, NotModelledError, type Prefix } from '../command/config-error.js';
import { anyOrder, argument, ignored, means, optional, sequence, word } from '../command/matcher.js';
import { FibSource } from '../fib/fib-entry.js';
import type { Plugin } from '../plugin.js';

/** What a server gave to an interface. */
interface Lease {
  readonly prefix: Prefix;
  /** 0 for none. */
  readonly router: number;
}

declare module '../engine/tables.js' {
  interface Tables {
    /** By the interface's name. */
    readonly dhcpLeases: Map<string, Lease>;
  }
}

const lease = command(
  'dhcp:',
  sequence(
    argument('on', newInterfaceName),
    argument('prefix', prefix),
    optional(word('via'), argument('router', address)),
  ),
  {
    build: ({ on, prefix: given, router }) => ({ kind: 'dhcp-lease', on, prefix: given, router: router ?? 0 }),
    apply: ({ on, prefix: given, router }, { dhcpLeases }) => void dhcpLeases.set(on, { prefix: given, router }),
    show: ({ on, prefix: given, router }, { view }) => {
      const by = router === 0 ? '' : ` via ${formatAddress(router)}`;
      view.options[`DHCP on ${on}`] = `${formatAddress(given.address)}/${String(given.length)}${by}`;
    },
  },
);

const client: CommandRow = command(
  'set dhcp client',
  anyOrder(
    sequence(word('intfc'), argument('on', interfaceName)),
    sequence(word('hostname'), ignored(anyWord('a host name'))),
    means('broadcast', {}),
    means('del', { isDelete: true }),
  ),
  {
    build: ({ on, isDelete }) => ({
      kind: 'dhcp-client',
      on: required(on, '"intfc INTERFACE"'),
      isDelete: isDelete ?? false,
    }),
    apply: ({ on: name, isDelete }, tables, at) => {
      const { ip4, dhcpLeases } = tables;
      const on = requireInterface(tables, name, at);
      const given = dhcpLeases.get(name);
      if (given === undefined)
        throw new NotModelledError(
          at.at,
          `what the DHCP server gave to ${name} is not known: a line says it, "# dhcp: ${name} ADDRESS/LENGTH via ROUTER"`,
        );
      const { address: own, length } = given.prefix;
      const origin = originOf(at);
      const asked = { fibIndex: on.fibIndex, address: 0, length: 0, source: FibSource.DHCP, flags: 0, origin };
      const paths = [{ ...ip4.adjacencies.nextHopPath(given.router, on.swIfIndex), origin }];
      if (isDelete) {
        if (!ip4.interfaceIp4.removeAddress(on, own, length)) throw new ConfigError(at.at, `no DHCP client on ${name}`);
        if (given.router !== 0) ip4.fib.removePaths(asked, paths);
        return;
      }
      const conflict = ip4.interfaceIp4.conflict(on, own, length);
      if (conflict) throw new ConfigError(at.at, `${formatAddress(own)}/${length} conflicts with ${conflict.name}`);
      ip4.interfaceIp4.addAddress(on, own, length, origin);
      if (given.router !== 0) ip4.fib.addPaths(asked, paths);
    },
  },
);

export const dhcp: Plugin = {
  name: 'dhcp',
  state: () => ({ dhcpLeases: new Map() }),
  commands: [client],
  startup: [lease],
};
