/** The node's interfaces as captures announce them. */

import { basename } from 'node:path';
import type { NamedAddress, SectionDescription, WriterInterface } from '../../capture/output/capture-writer.js';
import type { Interface } from '../engine/state/interface-table.js';
import type { Tables } from '../engine/tables.js';
import { formatAddress, formatMac } from '../../wire/address.js';

/** What frames that did not leave are written on, which no VPP interface can be named. */
export const DROPS_INTERFACE: WriterInterface = {
  name: 'drops',
  description: 'frames that did not leave, as they were received',
};

/** Interface index of a sw_if_index: local0 neither receives nor transmits and is left out. */
export const outputIndexOf = (swIfIndex: number): number => swIfIndex - 1;

/** Every interface but local0, and behind them, where wanted, the one for drops. */
export function outputInterfaces(tables: Tables, hasDrops: boolean): WriterInterface[] {
  const own = tables.interfaces.all.slice(1).map((entry) => describe(entry, tables));
  return hasDrops ? [...own, DROPS_INTERFACE] : own;
}

/** What a capture says about the program and the configuration that it came of. */
export const sectionOf = (tables: Tables, script: string, application: string | undefined): SectionDescription => ({
  ...(application === undefined ? {} : { application }),
  comment: `a VPP ${tables.composition.name} node configured by ${basename(script)}`,
  names: namesOf(tables),
});

/** What the script calls addresses; those of the node's interfaces are called by these where it says nothing. */
function namesOf({ interfaces, hostNames }: Tables): NamedAddress[] {
  const names = new Map<string, string>();
  for (const { name, addresses } of interfaces.all)
    for (const { address } of addresses) names.set(formatAddress(address), name);
  for (const [address, name] of hostNames) names.set(address, name);
  return [...names].map(([address, name]) => ({ address, name }));
}

function describe(entry: Interface, { interfaces, ip4 }: Tables): WriterInterface {
  const { name, device, sub, mac, swIfIndex, isUp, unnumberedTo, addresses, fibIndex, bridgeDomain } = entry;
  const hasMac = mac.high !== 0 || mac.low !== 0;
  const table = ip4.tableIdOf(fibIndex);
  const texts = [
    `VPP ${device}, sw_if_index ${swIfIndex}, ${isUp ? 'up' : 'down'}`,
    ...(sub === null ? [] : [`its frames are on ${interfaces.all[sub.port].name}`]),
    ...(hasMac ? [`MAC ${formatMac(mac)}`] : []),
    ...addresses.map(({ address, prefixLength }) => `${formatAddress(address)}/${prefixLength}`),
    ...(unnumberedTo >= 0 ? [`unnumbered to ${interfaces.all[unnumberedTo].name}`] : []),
    ...(table === 0 ? [] : [`VRF ${table}`]),
    ...(bridgeDomain < 0 ? [] : [`bridge domain ${bridgeDomain}`]),
  ];
  return { name, description: texts.join(', '), ...(hasMac ? { mac } : {}) };
}
