/** A node in aligned text: what `vppcap config` prints. */

import { aligned, type NodeView, type ShownRow } from '../pipeline/command/node-view.js';
import type { Release } from '../releases/release.js';
import { viewParts } from './node-view.js';

/** What becomes of packets by a command that is not modelled. */
export const touchedWords = (touches: readonly string[]): string =>
  touches.length === 0 ? 'by itself it touches no packets' : `what it touches is dropped: ${touches.join(', ')}`;

/** A titled section, or nothing where there is nothing to say. */
const section = (title: string, rows: readonly ShownRow[]): string[] =>
  rows.length === 0 ? [] : ['', title, ...aligned(rows).map((line) => `  ${line}`)];

const inOrder = <T extends { readonly order: number }>(parts: readonly T[]): T[] =>
  [...parts].sort((a, b) => a.order - b.order);

/** What the script has beside the node: how many lines, or each with its place. */
function noteLines({ notes }: NodeView, isVerbose: boolean): string[] {
  const kinds = [
    { kind: 'refused', title: 'Lines that VPP refuses: kept out' },
    { kind: 'not modelled', title: 'Commands that are not modelled' },
    { kind: 'startup.conf', title: 'Sections of startup.conf' },
    { kind: 'without effect', title: 'Commands without effect on packets' },
    { kind: 'no command', title: 'Lines that are no commands' },
  ] as const;
  return kinds.flatMap(({ kind, title }) => {
    const ofKind = notes.filter((note) => note.kind === kind);
    if (ofKind.length === 0) return [];
    if (!isVerbose && (kind === 'without effect' || kind === 'no command'))
      return ['', `${title}: ${String(ofKind.length)} (-v lists them)`];
    const rows = ofKind.map(({ at, text, remark }) => [
      `${at.file}:${String(at.line)}`,
      text,
      remark === '' ? '' : `(${remark})`,
    ]);
    return section(title, rows);
  });
}

/**
 * The whole node; lines end with a line feed.
 * @param isVerbose with each line of the script that has no effect
 */
export function showNode(view: NodeView, release: Release, isVerbose = false): string {
  const parts = viewParts(release);
  const columns = inOrder(parts.flatMap((part) => part.columns ?? []));
  const headlines = inOrder(parts.flatMap((part) => part.headline ?? []));
  const rows = new Map<string, ShownRow[]>();
  for (const { title, rows: more } of inOrder(parts.flatMap((part) => part.sections ?? [])))
    rows.set(title, [...(rows.get(title) ?? []), ...more(view)]);
  const interfaces = view.interfaces.map((entry) => columns.map(({ cell }) => cell(entry)));
  const options = Object.entries(view.options).map(([name, value]) => [name, String(value)]);
  const lines = [
    `${view.file}: ${headlines.map(({ text }) => text(view)).join(', ')}`,
    ...section('Interfaces', [columns.map(({ title }) => title), ...interfaces]),
    ...[...rows].flatMap(([title, ofSection]) => section(title, ofSection)),
    ...section('Other settings', options),
    ...noteLines(view, isVerbose),
  ];
  return `${lines.join('\n')}\n`;
}
