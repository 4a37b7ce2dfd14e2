/** What is told of a fleet: nodes by result, and differences by cause across nodes, the worst first. */

import type { ReportedGroup } from '../audit/report.js';
import { EXIT_DIFFERENCES, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { counted } from '../pipeline/command/suggest.js';
import { blankResult, type CaseResult, type SuiteSummary } from '../regression/result.js';
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
  const nodes = { broken: 0, different: 0, 'nothing to judge': 0, 'as expected': 0 };
  let [received, sent, asExpected] = [0, 0, 0];
  for (const { verdict, audit } of results) {
    nodes[verdict]++;
    received += audit?.received ?? 0;
    sent += audit?.sent ?? 0;
    asExpected += audit?.asExpected ?? 0;
  }
  return { nodes, received, sent, asExpected, groups: groupsOf(results), results };
}

/** A broken node is a finding like a difference. */
export const fleetExitCode = ({ nodes }: FleetReport): number =>
  nodes.broken + nodes.different + nodes['nothing to judge'] > 0 ? EXIT_DIFFERENCES : EXIT_SUCCESS;

function groupsOf(results: readonly BundleResult[]): FleetGroup[] {
  const groups = new Map<string, FleetGroup & { nodes: { name: string; count: number }[] }>();
  for (const { name, audit } of results)
    for (const { kind, cause, words, node, decision, config, count } of audit?.groups ?? []) {
      const command = config?.text ?? null;
      const key = JSON.stringify([kind, cause, node, command]);
      const place = config === null ? null : `${config.file}:${String(config.line)}`;
      const known = groups.get(key);
      const nodes = known?.nodes ?? [];
      nodes.push({ name, count });
      const example = known?.example ?? { name, decision, place };
      groups.set(key, { kind, cause, words, node, command, count: count + (known?.count ?? 0), nodes, example });
    }
  return [...groups.values()].sort((a, b) => b.count - a.count || b.nodes.length - a.nodes.length);
}

const NODES_SHOWN = 20;
const GROUPS_SHOWN = 20;
const NAMES_SHOWN = 5;

export function fleetLines({ nodes, received, sent, asExpected, groups, results }: FleetReport): string[] {
  const told = BUNDLE_VERDICTS.filter((verdict) => nodes[verdict] > 0).map(
    (verdict) => `${String(nodes[verdict])} ${verdict}`,
  );
  return [
    `${counted(results.length, 'node')}: ${told.join(', ')}`,
    `${counted(received, 'frame')} arrived, ${String(asExpected)} of ${String(sent)} sent as expected`,
    ...BUNDLE_VERDICTS.slice(0, -1).flatMap((verdict) => verdictLines(verdict, results)),
    ...(groups.length > 0 ? ['', 'causes, the worst first'] : []),
    ...groups.slice(0, GROUPS_SHOWN).flatMap(groupLines),
    ...more(groups.length - GROUPS_SHOWN, 'cause'),
  ];
}

const more = (count: number, what: string): string[] => (count > 0 ? [`  and ${counted(count, `more ${what}`)}`] : []);

function verdictLines(verdict: BundleVerdict, results: readonly BundleResult[]): string[] {
  const of = results.filter((result) => result.verdict === verdict);
  if (of.length === 0) return [];
  const worst = [...of].sort((a, b) => differencesOf(b) - differencesOf(a));
  return [
    '',
    verdict,
    ...worst.slice(0, NODES_SHOWN).map((result) => `  ${result.name}: ${whyOf(result)}`),
    ...more(of.length - NODES_SHOWN, 'node'),
  ];
}

const differencesOf = ({ audit }: BundleResult): number =>
  (audit?.groups ?? []).reduce((sum, { count }) => sum + count, 0);

function whyOf({ error, audit }: BundleResult): string {
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
  return [...(parts.length > 0 ? [parts.join(', ')] : []), frames].join('; ');
}

function groupLines({ kind, words, node, command, count, nodes, example }: FleetGroup): string[] {
  const names = nodes.slice(0, NAMES_SHOWN).map(({ name }) => name);
  const rest = nodes.length > names.length ? `, and ${String(nodes.length - names.length)} more` : '';
  return [
    `  ${String(count)} ${kind} on ${counted(nodes.length, 'node')} (${names.join(', ')}${rest}): ${words}`,
    ...(example.decision === null ? [] : [`    in the model of ${example.name} ${node ?? ''}: ${example.decision}`]),
    ...(command === null ? [] : [`    ${example.place ?? ''}: ${command}`]),
  ];
}

/** A node as the reporters of suites take it. No times: the parts of a run and the whole give the same bytes. */
export function asCase(result: BundleResult): CaseResult {
  const { name, folder, verdict, audit, error, exitCode } = result;
  const file = folder;
  const differences = (audit?.groups ?? []).map(({ kind, words, count, decision, config }) => ({
    kind: kind === 'drop-reason' ? ('drops' as const) : ('packets' as const),
    message: `${String(count)} ${kind}: ${words}${decision === null ? '' : `; in the model ${decision}`}`,
    file: config === null ? file : `${config.file}:${String(config.line)}`,
  }));
  const status = {
    'as expected': 'passed',
    different: 'failed',
    broken: 'error',
    'nothing to judge': 'error',
  } as const;
  const errors = verdict === 'nothing to judge' ? [whyOf(result)] : error === null ? [] : [error];
  return {
    ...blankResult({ name, folder }),
    status: status[verdict],
    differences: [...errors.map((message) => ({ kind: 'error' as const, message, file })), ...differences],
    packets: { received: audit?.received ?? 0, sent: audit?.sent ?? 0, expected: audit?.sent ?? 0 },
    exitCode,
  };
}

export function asSuite(report: FleetReport): SuiteSummary {
  const { nodes } = report;
  return {
    passed: nodes['as expected'],
    accepted: 0,
    failed: nodes.different,
    errors: nodes.broken + nodes['nothing to judge'],
    skipped: 0,
    milliseconds: 0,
    exitCode: fleetExitCode(report),
  };
}
