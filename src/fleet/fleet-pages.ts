/** The page of a fleet: nodes by result with a page for each, and drops by cause across nodes, the worst first. */

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CAPTURE, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { outputError } from '../capture/output/output-error.js';
import { OutputFile } from '../capture/output/output-file.js';
import { counted } from '../pipeline/command/suggest.js';
import type { CaseResult } from '../regression/result.js';
import { staticPage, textOf } from '../report/page.js';
import {
  acrossNodes,
  caseOf,
  causeLines,
  countVerdicts,
  nodeLines,
  onNodes,
  verdictWords,
  type AcrossNodes,
} from './across-nodes.js';
import { PAGE_VERDICTS, type NodeDrop, type PageResult, type PageVerdict } from './report-bundle.js';

export interface FleetPages {
  readonly nodes: Readonly<Record<PageVerdict, number>>;
  readonly received: number;
  /** Dropped or punted. */
  readonly lost: number;
  readonly groups: readonly AcrossNodes<NodeDrop>[];
  readonly results: readonly PageResult[];
}

export const fleetPages = (results: readonly PageResult[]): FleetPages => ({
  nodes: countVerdicts(PAGE_VERDICTS, results),
  received: results.reduce((sum, { totals }) => sum + totals.received, 0),
  lost: results.reduce((sum, result) => sum + lostOf(result), 0),
  groups: acrossNodes(
    results,
    ({ drops }) => drops,
    ({ kind, node, command }) => [kind, node, command],
  ),
  results,
});

const lostOf = ({ totals }: PageResult): number => totals.dropped + totals.punted;

export const pagesExitCode = ({ nodes }: FleetPages): number =>
  nodes.broken + nodes['nothing replayed'] > 0 ? EXIT_CAPTURE : EXIT_SUCCESS;

const frameWords = ({ received, lost }: FleetPages): string =>
  `${counted(received, 'frame')} arrived, ${String(lost)} of them dropped or punted`;

export const fleetPageLines = (fleet: FleetPages): string[] => [
  verdictWords(fleet.nodes),
  frameWords(fleet),
  ...nodeLines(PAGE_VERDICTS, fleet.results, whyOf, lostOf),
  ...causeLines(fleet.groups, groupLines),
];

const whyOf = ({ error, headline, notShown }: PageResult): string =>
  [error ?? headline, ...notShown.map((what) => `not shown: ${what}`)].join('; ');

const groupLines = ({ first: { cause, command, place, remedy }, count, nodes }: AcrossNodes<NodeDrop>): string[] => [
  `  ${String(count)}${onNodes(nodes)}: ${cause}`,
  ...(command === null ? [] : [`    ${place ?? ''}: ${command}`]),
  ...(remedy === null ? [] : [`    ${remedy}`]),
];

export const pageCase = (result: PageResult): CaseResult => {
  const { received, transmitted } = result.totals;
  return caseOf(result, [], whyOf(result), { received, sent: transmitted, expected: transmitted });
};

/** Writes index.html beside the pages of the nodes. Rejects with OutputError. */
export async function writeIndex(folder: string, fleet: FleetPages): Promise<void> {
  const file = OutputFile.open(join(folder, 'index.html'));
  const title = verdictWords(fleet.nodes);
  file.writeText(staticPage(`vppcap: ${title}`, indexBody(title, fleet)));
  await file.close();
}

/** Makes of the pages that parts of a run have those of all. Rejects with OutputError. */
export async function gatherPages(
  folder: string,
  parts: readonly string[],
  results: readonly PageResult[],
): Promise<void> {
  try {
    for (const part of parts) cpSync(part, folder, { recursive: true });
  } catch (error) {
    throw outputError(folder, error);
  }
  await writeIndex(folder, fleetPages(results));
}

function indexBody(title: string, fleet: FleetPages): string {
  const { groups, results } = fleet;
  const pages = new Map(results.map(({ name, page }) => [name, page]));
  const linkOf = (name: string): string => {
    const page = pages.get(name) ?? null;
    return page === null ? textOf(name) : `<a href="${textOf(encodeURI(page))}">${textOf(name)}</a>`;
  };
  const causes = groups.map(({ first, count, nodes }) => [
    String(count),
    textOf(first.cause),
    textOf(first.node),
    first.command === null ? '' : `<code title="${textOf(first.place ?? '')}">${textOf(first.command)}</code>`,
    `${String(nodes.length)}: ${nodes.map((node) => `${linkOf(node.name)} (${String(node.count)})`).join(', ')}`,
  ]);
  const rank = ({ verdict }: PageResult): number => PAGE_VERDICTS.indexOf(verdict);
  const worst = [...results].sort((a, b) => rank(a) - rank(b) || lostOf(b) - lostOf(a));
  const rows = worst.map((result) => [
    linkOf(result.name),
    result.verdict,
    ...[result.totals.received, result.totals.transmitted, lostOf(result)].map(String),
    textOf(whyOf(result)),
  ]);
  return [
    `<h1>${textOf(title)}</h1>`,
    `<p>${textOf(frameWords(fleet))}</p>`,
    ...(causes.length === 0 ? [] : ['<h2>Why frames were dropped</h2>']),
    ...(causes.length === 0 ? [] : [tableOf(['frames', 'cause', 'graph node', 'configuration', 'nodes'], causes)]),
    '<h2>Nodes</h2>',
    tableOf(['node', 'result', 'received', 'transmitted', 'dropped or punted', 'what happened'], rows),
  ].join('\n');
}

/** @param rows HTML */
const tableOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    '<div class="scroll"><table>',
    `<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>`,
    ...rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`),
    '</table></div>',
  ].join('\n');
