/** What is told of the diff of a fleet: nodes by result, and changes by what decided across nodes, the worst first. */

import { changeLines, headOf, verdictLine, type DiffReport, type ReportedChange } from '../diff/report.js';
import { counted } from '../pipeline/command/suggest.js';
import type { CaseResult } from '../regression/result.js';
import { acrossNodes, caseOf, causeLines, countVerdicts, nodeLines, onNodes, verdictWords } from './across-nodes.js';
import { DIFF_VERDICTS, type DiffResult, type DiffVerdict } from './diff-bundle.js';

/** Flows that change in one way, on any number of nodes. */
export interface FleetChange {
  readonly change: ReportedChange['change'];
  readonly words: string;
  readonly allowed: string | null;
  readonly flows: number;
  readonly nodes: readonly { readonly name: string; readonly count: number }[];
  /** What decided on the first of them. */
  readonly before: ReportedChange['before'];
  readonly after: ReportedChange['after'];
}

/** schema/fleet-diff.schema.json */
export interface FleetDiff {
  readonly nodes: Readonly<Record<DiffVerdict, number>>;
  readonly flows: number;
  readonly frames: number;
  readonly changedFlows: number;
  readonly groups: readonly FleetChange[];
  /** Allowed changes that no node needed. */
  readonly stale: DiffReport['stale'];
  readonly results: readonly DiffResult[];
}

export function fleetDiff(results: readonly DiffResult[]): FleetDiff {
  const reports = results.flatMap(({ diff }) => diff ?? []);
  const total = (field: 'flows' | 'frames' | 'changedFlows'): number =>
    reports.reduce((sum, report) => sum + report[field], 0);
  const commandOf = ({ node, config }: ReportedChange['before']): unknown => [node, config?.text];
  const groups = acrossNodes(
    results,
    ({ diff }) => (diff?.groups ?? []).map((group) => ({ ...group, count: group.flows })),
    ({ change, allowed, before, after }) => [change, allowed, commandOf(before), commandOf(after)],
  );
  return {
    nodes: countVerdicts(DIFF_VERDICTS, results),
    flows: total('flows'),
    frames: total('frames'),
    changedFlows: total('changedFlows'),
    groups: groups.map(({ first: { change, words, allowed, before, after }, count, nodes }) => ({
      ...{ change, words, allowed, flows: count, nodes, before, after },
    })),
    stale: (reports.at(0)?.stale ?? []).filter(({ entry }) =>
      reports.every(({ stale }) => stale.some((one) => one.entry === entry)),
    ),
    results,
  };
}

export const fleetDiffLines = ({ nodes, flows, frames, changedFlows, groups, stale, results }: FleetDiff): string[] => [
  verdictWords(nodes),
  `${counted(frames, 'frame')}, ${String(changedFlows)} of ${counted(flows, 'flow')} changed`,
  ...nodeLines(DIFF_VERDICTS, results, whyOf, ({ diff }) => diff?.changedFlows ?? 0),
  ...causeLines(groups, groupLines),
  ...stale.map(({ entry, reason }) => `stale: entry ${String(entry)} of the allowed changes fits no node: ${reason}`),
];

const whyOf = ({ error, diff, notShown }: DiffResult): string =>
  [error ?? (diff === null ? '' : verdictLine(diff)), ...notShown.map((what) => `not shown: ${what}`)].join('; ');

function groupLines({ words, flows, nodes, before, after, allowed }: FleetChange): string[] {
  const sides = changeLines({ before, after, examples: [], frames: 0 });
  const why = allowed === null ? '' : `, allowed: ${allowed}`;
  return [`  ${counted(flows, 'flow')}${onNodes(nodes)}: ${words}${why}`, ...sides.map((line) => `    ${line}`)];
}

export function diffCase(result: DiffResult): CaseResult {
  const { diff, folder } = result;
  const changed = (diff?.groups ?? []).filter(({ allowed }) => allowed === null);
  const differences = changed.map((group) => {
    const place = group.after.config ?? group.before.config;
    return {
      kind: 'packets' as const,
      message: [headOf(group), ...changeLines(group).map((line) => `  ${line}`)].join('\n'),
      file: place === null ? folder : `${place.file}:${String(place.line)}`,
    };
  });
  const frames = diff?.frames ?? 0;
  return caseOf(result, differences, whyOf(result), { received: frames, sent: frames, expected: frames });
}
