/** Interfaces, tunnels, neighbours and routes of the starting configuration. */

import { formatAddress } from '../../wire/address.js';
import { inWordsOf } from '../../releases/equivalents.js';
import type { Release } from '../../releases/release.js';
import { modelledName } from '../parse/nodes.js';
import { lineOf, textOf, type NodeRecord } from '../parse/trace-record.js';
import { ip4Block } from '../rebuild/headers.js';
import type { ImportedPacket, ImportedTrace } from './imported-trace.js';
import type { InterfaceNames, NamedInterface } from './interface-names.js';
import { subInterfaceCommand } from './sub-interfaces.js';

/** Lines without repetitions: a command once, with its first comment. */
export class CommandList {
  readonly lines: string[] = [];
  private readonly seen = new Set<string>();

  add(command: string, line: number | null = null, note: string | null = null): void {
    if (this.seen.has(command)) return;
    this.seen.add(command);
    if (note !== null) this.lines.push(`# ${note}`);
    else if (line !== null) this.lines.push(`# ${line}`);
    this.lines.push(command);
  }
}

export function interfaceCommands(trace: ImportedTrace, names: InterfaceNames): string[] {
  const list = new CommandList();
  for (const entry of names.all) {
    if (/^vxlan_tunnel\d+$/.test(entry.name) || names.subs.byName(entry.name) !== undefined) continue;
    addInterface(list, entry);
  }
  for (const sub of names.subs.all) {
    list.add(`set interface state ${sub.port} up`);
    list.add(subInterfaceCommand(sub), sub.line, sub.line === null ? 'placeholder: its number' : null);
  }
  addOverlay(list, trace, names);
  const all = new Set([...names.all, ...names.subs.all].map(({ name }) => name));
  [...all].forEach((name, i) => {
    if (/^vxlan_tunnel\d+$/.test(name)) return;
    list.add(`set interface state ${name} up`);
    // Without an address an interface does not take part in IPv4.
    if (!localAddresses(trace, names).has(name))
      list.add(
        `set interface ip address ${name} 169.254.0.${i + 1}/32`,
        null,
        'placeholder: no packet shows the address',
      );
  });
  for (const [name, { address, line }] of localAddresses(trace, names))
    list.add(`set interface ip address ${name} ${address}/32`, line, `${line}; placeholder: the length of the prefix`);
  return list.lines;
}

function addInterface(list: CommandList, { name, facts, isPlaceholder }: NamedInterface): void {
  const index = facts.swIfIndex === null ? '' : `sw_if_index ${facts.swIfIndex.value}, `;
  const where = [facts.name, facts.mac, facts.swIfIndex].find((fact) => fact !== null)?.line ?? 0;
  const note = `${index}line ${where}${isPlaceholder ? '; placeholder: the name' : ''}${facts.mac === null ? '; no packet shows the MAC' : ''}`;
  const mac = facts.mac?.value ?? null;
  const tap = /^tap(\d+)$/.exec(name);
  const loop = /^loop(\d+)$/.exec(name);
  if (tap) list.add(`create tap id ${tap[1]}${mac === null ? '' : ` hw-addr ${mac}`}`, null, note);
  else if (loop)
    list.add(`create loopback interface${mac === null ? '' : ` mac ${mac}`} instance ${loop[1]}`, null, note);
  else if (/^pg\d+$/.test(name)) {
    list.add(`create packet-generator interface ${name}`, null, note);
    if (mac !== null) list.add(`set interface mac address ${name} ${mac}`);
  } else list.add(`# interface: ${name}${mac === null ? '' : ` mac ${mac}`}`, null, note);
}

/** A bridge domain with its BVI and VXLAN tunnels. */
function addOverlay(list: CommandList, { packets }: ImportedTrace, names: InterfaceNames): void {
  for (const { trace } of packets)
    trace.records.forEach((record, at) => {
      const encap = lineOf(record, 'vxlan-encap');
      const decap = lineOf(record, 'vxlan-decap');
      const line = encap ?? decap;
      if (line === undefined) return;
      const outer = (encap ? trace.records.slice(at + 1) : trace.records.slice(0, at).toReversed())
        .map(ip4Block)
        .find((block) => block?.source && block.destination);
      const vni = textOf(line, 'vni');
      if (!outer?.source || !outer.destination || vni === undefined) return;
      const [local, remote] = encap ? [outer.source, outer.destination] : [outer.destination, outer.source];
      const tunnel = textOf(line, 'tunnel') ?? 'vxlan_tunnel0';
      list.add(
        'create bridge-domain 1 learn 0',
        line.number,
        `${line.number}; placeholder: the number of the bridge domain`,
      );
      list.add(
        `create vxlan tunnel src ${formatAddress(local.value)} dst ${formatAddress(remote.value)} vni ${vni}`,
        line.number,
      );
      list.add(`set interface l2 bridge ${tunnel} 1 1`);
      const bvi = names.all.find(({ facts }) => facts.isBvi);
      if (bvi && !encap) list.add(`set interface l2 bridge ${bvi.name} 1 bvi`, line.number);
      addBridged(list, trace.records, at, tunnel, encap !== undefined);
    });
}

function addBridged(
  list: CommandList,
  records: readonly NodeRecord[],
  at: number,
  tunnel: string,
  isOut: boolean,
): void {
  const inside = isOut ? records.slice(0, at) : records.slice(at + 1);
  const bvi = inside.map(({ node }) => /^(loop\d+)-output$/.exec(node ?? '')?.[1]).find((name) => name !== undefined);
  const fwd = inside.map((record) => lineOf(record, 'l2-fwd')).find((line) => line !== undefined);
  if (bvi !== undefined) list.add(`set interface l2 bridge ${bvi} 1 bvi`);
  const mac = textOf(fwd, 'destination');
  if (isOut && fwd !== undefined && mac !== undefined) list.add(`l2fib add ${mac} 1 ${tunnel} static`, fwd.number);
}

interface Local {
  readonly address: string;
  readonly line: number;
}

const isLocal = ({ node }: NodeRecord): boolean => modelledName(node ?? '') === 'ip4-local';

/** Addresses of the node itself: packets to them reach ip4-local. */
function localAddresses({ packets }: ImportedTrace, names: InterfaceNames): Map<string, Local> {
  const found = new Map<string, Local>();
  for (const packet of packets) {
    const local = packet.trace.records.find(isLocal);
    const destination = local && ip4Block(local)?.destination;
    const name = names.ingressOf(packet);
    if (!destination || name === null || found.has(name)) continue;
    const address = formatAddress(destination.value);
    // The others reach the address of the first.
    if (![...found.values()].some((local) => local.address === address))
      found.set(name, { address, line: destination.line });
  }
  return found;
}

export function forwardingCommands(
  { packets }: ImportedTrace,
  names: InterfaceNames,
  { commandList }: Release,
): string[] {
  const list = new CommandList();
  for (const packet of packets) {
    addRouteBack(list, packet, names.ingressOf(packet));
    const { trace } = packet;
    let destination: string | null = null;
    let isRecursive = false;
    for (const record of trace.records) {
      if (record.isFurther) continue;
      if (record.node === 'ip4-lookup') {
        const found = ip4Block(record)?.destination;
        destination = found ? formatAddress(found.value) : null;
        isRecursive = false;
      }
      if (record.node === 'ip4-load-balance') isRecursive = true;
      const rewrite = lineOf(record, 'rewrite');
      const nextHop = textOf(rewrite, 'nextHop');
      const via = textOf(rewrite, 'interface');
      if (rewrite === undefined || nextHop === undefined || via === undefined) continue;
      const digits = textOf(rewrite, 'rewrite') ?? '';
      const mac = (digits.slice(0, 12).match(/../g) ?? []).join(':');
      if (digits.length >= 24)
        list.add(inWordsOf(commandList, `set ip arp static ${via} ${nextHop} ${mac}`), rewrite.number);
      if (isRecursive) list.add(`ip route add ${nextHop}/32 via ${nextHop} ${via}`, rewrite.number);
      if (destination !== null)
        list.add(`ip route add ${destination}/32 via ${nextHop}${isRecursive ? '' : ` ${via}`}`, rewrite.number);
      destination = null;
    }
  }
  return list.lines;
}

/** VPP accepts packets to itself only from sources that it has a route to. */
function addRouteBack(list: CommandList, { trace }: ImportedPacket, rx: string | null): void {
  const local = trace.records.find(isLocal);
  const source = local && ip4Block(local)?.source;
  if (source && rx !== null)
    list.add(
      `ip route add ${formatAddress(source.value)}/32 via ${rx}`,
      null,
      `${source.line}; placeholder: some route back to the sender`,
    );
}
