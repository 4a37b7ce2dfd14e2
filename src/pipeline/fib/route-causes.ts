/** Sentences about why a route ended a packet, for people. causeArg0 is the load balance, causeArg1 the destination. */

import { formatAddress } from '../../wire/address.js';
import { formatNotedIp6 } from '../../wire/ip6-address.js';
import { fibOfLoadBalance } from './fib-step-words.js';
import { FibSource, FLAG_LOCAL } from './fib-entry.js';
import type { SetCause } from '../engine/node.js';
import type { Interface } from '../engine/state/interface-table.js';
import type { Tables } from '../engine/tables.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

function dropText(b: PacketBuffer, tables: Tables): string {
  const fib = fibOfLoadBalance(tables, b.causeArg0);
  const { family, entries } = fib;
  const entry = fib.entryTaken(b.causeArg0);
  const to = family.isIp6 ? formatNotedIp6(b.causeArg1) : formatAddress(b.causeArg1);
  const [best] = entry.sources;
  const table = entries.tables[entry.fibIndex].tableId;
  const { notModelled } = tables;
  const unmodelled = notModelled?.routes.get(best.origin);
  if (notModelled && unmodelled !== undefined) return notModelled.causeOf(unmodelled);
  switch (best.source) {
    case FibSource.DEFAULT_ROUTE:
      return entry.length === 0
        ? `no route to ${to} in table ${table}`
        : `${to} is an address that VPP always drops (${entry.prefix})`;
    case FibSource.SPECIAL:
      return `${to} is in ${entry.prefix}, which VPP always drops`;
    case FibSource.INTERFACE:
      return `${to} is the network or broadcast address of a connected subnet (${best.origin})`;
    default: {
      if (best.paths.length === 1 && best.paths[0].index < 0) return `route ${entry.prefix} via drop (${best.origin})`;
      const down = downInterface(b, tables);
      const at = down === undefined || down.stateOrigin === '' ? '' : ` (${down.stateOrigin})`;
      const why = down === undefined ? 'next hop unreachable' : `${down.name} is down${at}`;
      return `route ${entry.prefix} (${best.origin}) has no usable path: ${why}`;
    }
  }
}

/** The command that took down the interface of a route that ended a packet; '' where it is another thing that did. */
const dropOrigin = (b: PacketBuffer, tables: Tables): string => downInterface(b, tables)?.stateOrigin ?? '';

export const routeDropCause: SetCause = { text: dropText, origin: dropOrigin };

/** Of the first path that is unusable for that. */
function downInterface(b: PacketBuffer, tables: Tables): Interface | undefined {
  const [{ paths }] = fibOfLoadBalance(tables, b.causeArg0).entryTaken(b.causeArg0).sources;
  const { all, isUpOf } = tables.interfaces;
  const path = paths.find(({ swIfIndex }) => swIfIndex >= 0 && isUpOf[swIfIndex] === 0);
  return path === undefined ? undefined : all[path.swIfIndex];
}

/** Which entry made a packet the node's own. */
export function localRouteOf(address: number, fibIndex: number, { ip4 }: Tables): string {
  const entry = ip4.fib.entries.lookup(fibIndex, address);
  const best = entry?.sources.find(({ flags }) => (flags & FLAG_LOCAL) !== 0);
  return best ? `${formatAddress(address)} is an address of the node itself (${best.origin})` : formatAddress(address);
}
