/** A node in aligned text: what `vppcap config` prints. */

import type { NodeView } from './node-view.js';

const DASH = '-';

/** Columns as wide as their widest cell; the last one is not padded. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const orDash = (texts: readonly (string | number)[]): string => (texts.length === 0 ? DASH : texts.join(', '));
const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** A titled section, or nothing where there is nothing to say. */
const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...indented(lines)];

function interfaceLines({ interfaces }: NodeView): string[] {
  const header = [
    'sw_if_index',
    'name',
    'MAC',
    'state',
    'addresses',
    'VRF',
    'NAT',
    'ACLs in',
    'ACLs out',
    'MTU',
    'bridge',
  ];
  const rows = interfaces.map((entry) => [
    String(entry.swIfIndex),
    entry.name,
    entry.mac ?? DASH,
    entry.up ? 'up' : 'down',
    entry.unnumbered === null ? orDash(entry.addresses) : `unnumbered to ${entry.unnumbered}`,
    String(entry.table),
    orDash(entry.nat),
    orDash(entry.inputAcls),
    orDash(entry.outputAcls),
    orDash(entry.mtu),
    entry.bridge ?? DASH,
  ]);
  return aligned([header, ...rows]);
}

function routeLines({ routes }: NodeView): string[] {
  return aligned(
    routes.flatMap(({ table, prefix, paths }) =>
      paths.map((path, index) => [
        index === 0 ? prefix : '',
        index === 0 ? `table ${String(table)}` : '',
        `via ${path}`,
      ]),
    ),
  );
}

function aclLines({ acls }: NodeView): string[] {
  return acls.flatMap(({ index, tag, rules }) => [
    `ACL ${String(index)}${tag === '' ? '' : ` (${tag})`}`,
    ...rules.map((rule, number) => `  ${String(number).padStart(String(rules.length - 1).length)}: ${rule}`),
  ]);
}

function natLines({ nat, natMode }: NodeView): string[] {
  if (!nat.used) return [];
  const settings: string[][] = [
    ['mode', natMode],
    ['forwarding', nat.forwarding ? 'enabled' : 'disabled'],
    ...Object.entries(nat.options).map(([name, value]) => [name, String(value)]),
    ...nat.addresses.map((address, index) => [index === 0 ? 'pool' : '', address]),
  ];
  const mappings = nat.mappings.flatMap(({ kind, protocol, external, locals, flags }) =>
    locals.map((local, index) =>
      index === 0 ? [kind, protocol, external, '->', local, flags.join(' ')] : ['', '', '', '->', local],
    ),
  );
  return [...aligned(settings), ...(mappings.length === 0 ? [] : ['mappings', ...indented(aligned(mappings))])];
}

function bridgeLines({ bridgeDomains, tunnels, l2fib }: NodeView): string[] {
  return aligned([
    ...bridgeDomains.map(({ id, flags }) => {
      const on = Object.keys(flags).filter((flag) => flags[flag]);
      return [`bridge domain ${String(id)}`, on.join(' ')];
    }),
    ...tunnels.map(({ name, source, destination, vni, encapVrf }) => {
      const vrf = encapVrf === 0 ? '' : ` encap-vrf ${String(encapVrf)}`;
      return [name, `${source} -> ${destination} vni ${String(vni)}${vrf}`];
    }),
    ...l2fib.map(({ mac, bridgeDomain, interface: name, flags }) => {
      const to = name === '' ? '' : ` ${name}`;
      return [mac, `bridge domain ${String(bridgeDomain)}${to} ${flags.join(' ')}`.trimEnd()];
    }),
  ]);
}

/** What the script has beside the node: how many lines, or each with its place. */
function noteLines({ notes }: NodeView, isVerbose: boolean): string[] {
  const kinds = [
    { kind: 'without effect', title: 'Commands without effect on packets' },
    { kind: 'no command', title: 'Lines that are no commands' },
  ] as const;
  return kinds.flatMap(({ kind, title }) => {
    const ofKind = notes.filter((note) => note.kind === kind);
    if (ofKind.length === 0) return [];
    if (!isVerbose) return ['', `${title}: ${String(ofKind.length)} (-v lists them)`];
    const rows = ofKind.map(({ at, text, remark }) => [
      `${at.file}:${String(at.line)}`,
      text,
      remark === '' ? '' : `(${remark})`,
    ]);
    return section(title, aligned(rows));
  });
}

/**
 * The whole node; lines end with a line feed.
 * @param isVerbose with each line of the script that has no effect
 */
export function showNode(view: NodeView, isVerbose = false): string {
  const neighbors = view.neighbors.map((entry) => [
    entry.interface,
    entry.address,
    entry.mac,
    entry.static ? 'static' : '',
  ]);
  const lines = [
    `${view.file}: NAT44 ${view.natMode}, ethernet-input ${view.ethernetInput}`,
    ...section('Interfaces', interfaceLines(view)),
    ...section('Routes', routeLines(view)),
    ...section('Neighbours', aligned(neighbors)),
    ...section('ACLs', aclLines(view)),
    ...section('NAT44', natLines(view)),
    ...section('Bridge domains and tunnels', bridgeLines(view)),
    ...section('Other settings', aligned(Object.entries(view.options).map(([name, value]) => [name, String(value)]))),
    ...noteLines(view, isVerbose),
  ];
  return `${lines.join('\n')}\n`;
}
