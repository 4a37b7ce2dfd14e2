/** NAT44 of the starting configuration: interfaces by the nodes that packets visited, addresses and mappings by translations. */

import { formatAddress } from '../../wire/address.js';
import { createTables } from '../../pipeline/engine/plugin.js';
import { choosingLine } from '../../pipeline/nat-common/state/nat-mode.js';
import type { Release } from '../../releases/release.js';
import { inWordsOf } from '../../releases/equivalents.js';
import { addressesAround, endsAfter, endsBefore } from '../rebuild/ends.js';
import { interfaceOfNode, modelledName } from '../parse/nodes.js';
import { field, type NodeRecord } from '../parse/trace-record.js';
import type { ImportedPacket, ImportedTrace } from './imported-trace.js';
import type { InterfaceNames } from './interface-names.js';
import { CommandList } from './starting-interfaces.js';

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
]);

/** What a packet goes on to where NAT44 does not let it pass. */
const ENDS: readonly string[] = ['error-drop', 'ip4-icmp-error'];

export function natCommands(
  trace: ImportedTrace,
  names: InterfaceNames,
  release: Release,
): { startup: string[]; commands: string[] } {
  const list = new CommandList();
  const visited = trace.packets.flatMap(({ trace: { records } }) => records.map(({ node }) => node ?? ''));
  if (!visited.some((node) => node.startsWith('nat44-'))) return { startup: [], commands: [] };
  const isEd = visited.some((node) => node.startsWith('nat44-ed-'));
  const passed: Passed[] = [];
  for (const packet of trace.packets) addPacket(list, passed, packet, names);
  addForwarding(list, passed);
  const own = withoutDoubleRoles(list.lines);
  const commands = isEd ? own : own.map((command) => inWordsOf(release.commandList, command));
  const mode = createTables(release).nat44.modes.find(({ isEndpointDependent }) => isEndpointDependent === isEd);
  const line = mode === undefined ? '' : choosingLine(mode);
  if (line.startsWith('#')) return { startup: [line], commands };
  return { startup: [], commands: line === '' ? commands : [line, ...commands] };
}

/** An interface with the output feature is an outside interface for what arrives, too, and must not be made one again. */
function withoutDoubleRoles(lines: readonly string[]): string[] {
  const isDouble = (line: string): boolean => lines.includes(`${line} output-feature`);
  return lines.filter((line, at) => !isDouble(line) && !(line.startsWith('#') && isDouble(lines.at(at + 1) ?? '')));
}

/** What NAT44 let pass untranslated. */
interface Passed {
  readonly line: number;
  /** The interface that it left by. */
  readonly out: string | null;
  readonly isFromOutside: boolean;
}

/** From outside it needs forwarding, and on its way to the outside: inside interfaces reach each other without. */
function addForwarding(list: CommandList, passed: readonly Passed[]): void {
  const isOutside = (name: string | null): boolean =>
    ['', ' output-feature'].some((feature) => list.lines.includes(`set interface nat44 out ${name}${feature}`));
  const first = passed.find(({ out, isFromOutside }) => isFromOutside || isOutside(out));
  if (first) list.add('nat44 forwarding enable', first.line);
}

function addPacket(list: CommandList, passed: Passed[], packet: ImportedPacket, names: InterfaceNames): void {
  const { records } = packet.trace;
  let rx = names.ingressOf(packet);
  for (const [at, record] of records.entries()) {
    if (record.node === null || record.isFurther) continue;
    const node = modelledName(record.node);
    // Behind a tunnel, packets come from the bridge's BVI.
    if (node === 'ip4-input' && at > 2) rx = names.byIndex(indexOf(records.slice(at))) ?? rx;
    if (/^nat44-(?:ed-)?(?:in2out|out2in)/.test(node)) addNode(list, passed, records, at, rx);
  }
}

function addNode(
  list: CommandList,
  passed: Passed[],
  records: readonly NodeRecord[],
  at: number,
  rx: string | null,
): void {
  const record = records[at];
  const node = record.node ?? '';
  const line = record.lines.at(0);
  const session = field(line, 'session')?.value ?? -1;
  const next = records.at(at + 1)?.node ?? '';
  const out =
    records
      .slice(at)
      .map((later) => interfaceOfNode(later.node))
      .find((found) => found !== null) ?? null;
  if (node.includes('-output')) {
    if (out !== null) list.add(`set interface nat44 out ${out} output-feature`, record.number);
  } else if (rx !== null)
    list.add(`set interface nat44 ${node.includes('out2in') ? 'out' : 'in'} ${rx}`, record.number);
  // What has no session goes on untranslated only with forwarding enabled, or to the node itself.
  const isReceived = records.slice(at).some(({ node: later }) => modelledName(later ?? '') === 'ip4-local');
  const isPassed = session < 0 && !next.endsWith('-slowpath') && !ENDS.includes(next) && !isReceived;
  if (isPassed) passed.push({ line: record.number, out, isFromOutside: node.includes('out2in') });
  addTranslation(list, records, at, node, session);
}

function addTranslation(
  list: CommandList,
  records: readonly NodeRecord[],
  at: number,
  node: string,
  session: number,
): void {
  const { number } = records[at];
  const [before, after] = [endsBefore(records, at), endsAfter(records, at)];
  if (before === null || after === null) {
    addPoolAddress(list, records, at, session);
    return;
  }
  const protocol = PROTOCOLS.get(before.protocol);
  const isOut = node.includes('out2in');
  if (isOut && before.destination !== after.destination && !before.isAnswer && protocol !== undefined) {
    const external = `${formatAddress(before.destination)} ${before.destinationPort}`;
    const local = `${formatAddress(after.destination)} ${after.destinationPort}`;
    // Classic NAT44 wants the external address in its pool.
    list.add(`nat44 add address ${formatAddress(before.destination)}`, number);
    list.add(
      `nat44 add static mapping ${protocol} local ${local} external ${external}`,
      number,
      `${number}; or a session from inside that no packet of the trace made`,
    );
  }
  const isSame = before.destination === after.destination && before.destinationPort === after.destinationPort;
  if (isOut && isSame && session >= 0 && protocol !== undefined)
    list.add(
      `nat44 add identity mapping ${formatAddress(before.destination)} ${protocol} ${before.destinationPort}`,
      number,
      `${number}; a session that translates nothing`,
    );
  // A session without translation has the outside address already.
  const isNew = node.endsWith('-slowpath') && session >= 0;
  if (!isOut && isNew && (before.source === after.source || !before.isAnswer))
    list.add(`nat44 add address ${formatAddress(after.source)}`, number);
}

/** A new session of a packet without ports, or whose ports the text does not have. */
function addPoolAddress(list: CommandList, records: readonly NodeRecord[], at: number, session: number): void {
  const around = addressesAround(records, at);
  if (around === null || session < 0 || !/in2out.*-slowpath$/.test(records[at].node ?? '')) return;
  list.add(`nat44 add address ${formatAddress(around.after.source)}`, records[at].number);
}

function indexOf(records: readonly NodeRecord[]): number {
  const line = records.flatMap(({ lines }) => lines).find(({ form }) => form === 'acl' || form === 'nat');
  return field(line, 'swIfIndex')?.value ?? -1;
}
