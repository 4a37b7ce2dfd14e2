/** The commands that make a node's interfaces, and what each is. */

import { DEFAULT_L3_MTU } from '../pipeline/engine/state/interface-table.js';
import type { ShownInterface, ShownInterfaces, ShownTunnel } from './interfaces.js';
import type { Findings } from './shown.js';

const MAX_VLAN_ID = 4094;

/** Table ids by fib index. */
export type TableId = (fibIndex: number) => number;

/** Interfaces with sw_if_index 1 and up, in that order, so that each gets its own. */
export function makeInterfaces(shown: ShownInterfaces, tableId: TableId, findings: Findings): string[] {
  const lines: string[] = [];
  const instances = new Set<number>();
  let next = 1;
  for (const one of shown.all) {
    if (one.swIfIndex === 0) continue;
    for (; next < one.swIfIndex; next++)
      lines.push(`# stands in for sw_if_index ${next}, which no answer shows`, `# interface: unknown${next}`);
    next = one.swIfIndex + 1;
    lines.push(...makeInterface(one, shown, tableId, findings));
    const tunnel = shown.tunnels.get(String(one.swIfIndex));
    if (tunnel) instances.add(tunnel.instance);
  }
  return lines;
}

function makeInterface(
  { name, swIfIndex }: ShownInterface,
  shown: ShownInterfaces,
  tableId: TableId,
  findings: Findings,
): string[] {
  const mac = shown.macs.get(name);
  const [id, number = ''] = /^(?:tap|loop|pg|vxlan_tunnel)(\d+)$/.exec(name) ?? [];
  if (id !== undefined && name.startsWith('tap')) return [withMac(`create tap id ${number}`, 'hw-addr', mac)];
  if (id !== undefined && name.startsWith('loop'))
    return [`${withMac('create loopback interface', 'mac', mac)} instance ${number}`];
  if (id !== undefined && name.startsWith('pg'))
    return [
      `create packet-generator interface ${name}`,
      ...(mac === undefined ? [] : [`set interface mac address ${name} ${mac}`]),
    ];
  if (name.startsWith('host-'))
    return [withMac(`create host-interface name ${name.slice('host-'.length)}`, 'hw-addr', mac)];
  if (id !== undefined) {
    const tunnel = shown.tunnels.get(String(swIfIndex));
    if (tunnel) return [makeTunnel(tunnel, tableId)];
    findings.lacks('show vxlan tunnel', `the ends and the VNI of ${name}, for which a device stands in`);
  }
  const sub = shown.parentOf(name);
  if (sub) {
    const usual = `dot1q ${sub.id}`;
    const tags = shown.tags.get(name) ?? '';
    if (tags === '' && Number(sub.id) > MAX_VLAN_ID) {
      findings.assume(`no route tells the tags of ${name}: a device that receives nothing stands in for it`);
      return [`# interface: ${name}`];
    }
    if (tags === '') findings.assume(`no route tells the tags of ${name}: taken to be ${usual} exact-match`);
    const words = tags === '' || tags === usual ? '' : ` ${tags} exact-match`;
    return [`create sub-interfaces ${sub.parent} ${sub.id}${words}`];
  }
  return [withMac(`# interface: ${name}`, 'mac', mac)];
}

const withMac = (command: string, word: string, mac: string | undefined): string =>
  mac === undefined ? command : `${command} ${word} ${mac}`;

function makeTunnel(
  { source, destination, vni, fibIndex, instance, decapNext }: ShownTunnel,
  tableId: TableId,
): string {
  const table = tableId(fibIndex);
  return [
    `create vxlan tunnel src ${source} dst ${destination} vni ${vni} instance ${instance}`,
    ...(table === 0 ? [] : [`encap-vrf-id ${table}`]),
    ...(decapNext === null ? [] : [`decap-next ${decapNext.replace(/^index /, '')}`]),
  ].join(' ');
}

/** State, MTU, table and addresses of each. */
export function setInterfaces(shown: ShownInterfaces): string[] {
  const own = shown.all.filter(({ swIfIndex }) => swIfIndex !== 0);
  const of = <T>(each: (one: ShownInterface) => readonly T[]): T[] => own.flatMap(each);
  return [
    ...of(({ name, isUp }) => (isUp === isMadeUp(name) ? [] : [`set interface state ${name} ${isUp ? 'up' : 'down'}`])),
    ...of(mtuCommands),
    ...of(({ name }) => tableCommand(name, 'ip', shown.tables.ip4.get(name))),
    ...of(({ name }) => tableCommand(name, 'ip6', shown.tables.ip6.get(name))),
    ...of(({ name }) =>
      (shown.addresses.get(name) ?? []).map((address) => `set interface ip address ${name} ${address}`),
    ),
    ...of(({ name }) => {
      const lender = shown.lenders.get(name);
      return lender === undefined ? [] : [`set interface unnumbered ${name} use ${lender}`];
    }),
    ...of(({ name }) => {
      const other = shown.crossConnects.get(name);
      return other === undefined ? [] : [`set interface l2 xconnect ${name} ${other}`];
    }),
  ];
}

const tableCommand = (name: string, family: string, table: number | undefined): string[] =>
  table === undefined ? [] : [`set interface ${family} table ${name} ${table}`];

/** VPP makes tunnels up, all else down. */
const isMadeUp = (name: string): boolean => /^vxlan_tunnel\d+$/.test(name);

function mtuCommands({ name, mtu }: ShownInterface): string[] {
  if (mtu === null) return [];
  const { packet, ip4, ip6 } = mtu;
  // A tunnel has none.
  return [
    ...(packet === DEFAULT_L3_MTU || packet === 0 ? [] : [`set interface mtu packet ${packet} ${name}`]),
    ...(ip4 === 0 ? [] : [`set interface mtu ip4 ${ip4} ${name}`]),
    ...(ip6 === 0 ? [] : [`set interface mtu ip6 ${ip6} ${name}`]),
  ];
}
