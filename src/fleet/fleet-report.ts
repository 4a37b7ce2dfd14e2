/** What is told of the audit of a fleet: nodes by result, and differences by cause across nodes, the worst first. */

import type { ReportedGroup } from '../audit/report.js';
import { counted } from '../pipeline/command/suggest.js';
import type { CaseResult } from '../regression/result.js';
import { acrossNodes, caseOf, causeLines, countVerdicts, nodeLines, onNodes, verdictWords } from './across-nodes.js';
import { BUNDLE_VERDICTS, type BundleResult, type BundleVerdict } from './audit-bundle.js';

/** Differences of one cause, on any number of nodes. */
export interface FleetGroup {
  readonly kind: ReportedGroup['kind'];
  readonly cause: ReportedGroup['cause'];
  readonly words: string;
  /** Node of the graph that decided otherwise in the model. */
  readonly node: string | null;
  /** The command behind that, without its place: the same on several nodes. */
  readonly command: string | null;
  readonly count: number;
  readonly nodes: readonly { readonly name: string; readonly count: number }[];
  /** The first of them. */
  readonly example: { readonly name: string; readonly decision: string | null; readonly place: string | null };
}

/** schema/fleet.schema.json */
export interface FleetReport {
  readonly nodes: Readonly<Record<BundleVerdict, number>>;
  readonly received: number;
  readonly sent: number;
  readonly asExpected: number;
  readonly groups: readonly FleetGroup[];
  readonly results: readonly BundleResult[];
}

export function fleetReport(results: readonly BundleResult[]): FleetReport {
  const total = (field: 'received' | 'sent' | 'asExpected'): number =>
    results.reduce((sum, { audit }) => sum + (audit?.[field] ?? 0), 0);
  const groups = acrossNodes(
    results,
    ({ audit }) => audit?.groups ?? [],
    ({ kind, cause, node, config }) => [kind, cause, node, config?.text],
  );
  return {
    nodes: countVerdicts(BUNDLE_VERDICTS, results),
    received: total('received'),
    sent: total('sent'),
    asExpected: total('asExpected'),
    groups: groups.map(({ first: { kind, cause, words, node, decision, config }, count, nodes }) => ({
      ...{ kind, cause, words, node, command: config?.text ?? null, count, nodes },
      example: {
        name: nodes[0].name,
        decision,
        place: config === null ? null : `${config.file}:${String(config.line)}`,
      },
    })),
    results,
  };
}

export const fleetLines = ({ nodes, received, sent, asExpected, groups, results }: FleetReport): string[] => [
  verdictWords(nodes),
  `${counted(received, 'frame')} arrived, ${String(asExpected)} of ${String(sent)} sent as expected`,
  ...nodeLines(BUNDLE_VERDICTS, results, whyOf, differencesOf),
  ...causeLines(groups, groupLines),
];

const differencesOf = ({ audit }: BundleResult): number =>
  (audit?.groups ?? []).reduce((sum, { count }) => sum + count, 0);

function whyOf({ error, audit, notShown }: BundleResult): string {
  if (error !== null || audit === null) return error ?? '';
  const { missing, unexpected, changed, dropReasons, received, sent, asExpected } = audit;
  const counts: [number, string][] = [
    [missing, 'missing'],
    [unexpected, 'unexpected'],
    [changed, 'changed'],
    [dropReasons, 'dropped for another reason'],
  ];
  const parts = counts.filter(([n]) => n > 0).map(([n, words]) => `${String(n)} ${words}`);
  const frames = `${counted(received, 'frame')} arrived, ${String(asExpected)} of ${String(sent)} sent as expected`;
  const unknown = notShown.map((what) => `not shown: ${what}`);
  return [...(parts.length > 0 ? [parts.join(', ')] : []), frames, ...unknown].join('; ');
}

const groupLines = ({ kind, words, node, command, count, nodes, example }: FleetGroup): string[] => [
  `  ${String(count)} ${kind}${onNodes(nodes)}: ${words}`,
  ...(example.decision === null ? [] : [`    in the model of ${example.name} ${node ?? ''}: ${example.decision}`]),
  ...(command === null ? [] : [`    ${example.place ?? ''}: ${command}`]),
];

export function auditCase(result: BundleResult): CaseResult {
  const { audit, folder } = result;
  const differences = (audit?.groups ?? []).map(({ kind, words, count, decision, config }) => ({
    kind: kind === 'drop-reason' ? ('drops' as const) : ('packets' as const),
    message: `${String(count)} ${kind}: ${words}${decision === null ? '' : `; in the model ${decision}`}`,
    file: config === null ? folder : `${config.file}:${String(config.line)}`,
  }));
  const [received, sent] = [audit?.received ?? 0, audit?.sent ?? 0];
  return caseOf(result, differences, whyOf(result), { received, sent, expected: sent });
}
