/** What is told of any fleet: nodes by verdict, and causes across nodes, the worst first. */

import { EXIT_DIFFERENCES, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { counted } from '../pipeline/command/suggest.js';
import { blankResult, type CaseDifference, type CaseResult, type SuiteSummary } from '../regression/result.js';
import type { NodeResult } from './node-result.js';

/** What was found of one cause, on any number of nodes. */
export interface AcrossNodes<Finding> {
  /** Of the first node. */
  readonly first: Finding;
  readonly count: number;
  readonly nodes: readonly { readonly name: string; readonly count: number }[];
}

/** @param keyOf the same for findings of one cause */
export function acrossNodes<Finding extends { readonly count: number }, Result extends NodeResult>(
  results: readonly Result[],
  findingsOf: (result: Result) => readonly Finding[],
  keyOf: (finding: Finding) => unknown,
): AcrossNodes<Finding>[] {
  const groups = new Map<string, { first: Finding; count: number; nodes: Map<string, number> }>();
  for (const result of results)
    for (const finding of findingsOf(result)) {
      const key = JSON.stringify(keyOf(finding));
      const known = groups.get(key) ?? { first: finding, count: 0, nodes: new Map<string, number>() };
      known.nodes.set(result.name, finding.count + (known.nodes.get(result.name) ?? 0));
      known.count += finding.count;
      groups.set(key, known);
    }
  const all = [...groups.values()].map(({ nodes, ...rest }) => ({
    ...rest,
    nodes: Array.from(nodes, ([name, count]) => ({ name, count })),
  }));
  return all.sort((a, b) => b.count - a.count || b.nodes.length - a.nodes.length);
}

/** How many nodes came off how. */
export const countVerdicts = <Verdict extends string>(
  verdicts: readonly Verdict[],
  results: readonly NodeResult<Verdict>[],
): Record<Verdict, number> =>
  Object.fromEntries(
    verdicts.map((verdict) => [verdict, results.filter((result) => result.verdict === verdict).length]),
  ) as Record<Verdict, number>;

/** `24 nodes: 3 broken, 2 different, 19 as expected` */
export function verdictWords(nodes: Readonly<Record<string, number>>): string {
  const told = Object.entries(nodes).filter(([, count]) => count > 0);
  const all = told.reduce((sum, [, count]) => sum + count, 0);
  return `${counted(all, 'node')}: ${told.map(([verdict, count]) => `${String(count)} ${verdict}`).join(', ')}`;
}

const NODES_SHOWN = 20;
const GROUPS_SHOWN = 20;
const NAMES_SHOWN = 5;

export const more = (count: number, what: string): string[] =>
  count > 0 ? [`  and ${counted(count, `more ${what}`)}`] : [];

/**
 * The nodes of each verdict, but for the best one.
 * @param weightOf those with most stand first
 */
export function nodeLines<Result extends NodeResult>(
  verdicts: readonly string[],
  results: readonly Result[],
  whyOf: (result: Result) => string,
  weightOf: (result: Result) => number,
): string[] {
  return verdicts.slice(0, -1).flatMap((verdict) => {
    const of = results.filter((result) => result.verdict === verdict);
    if (of.length === 0) return [];
    const worst = [...of].sort((a, b) => weightOf(b) - weightOf(a));
    const shown = worst
      .slice(0, NODES_SHOWN)
      .map((result) => `  ${result.name}: ${whyOf(result).replaceAll('\n', '\n    ')}`);
    return ['', verdict, ...shown, ...more(of.length - NODES_SHOWN, 'node')];
  });
}

/** ` on 2 nodes (node-05, node-20)` */
export function onNodes(nodes: readonly { readonly name: string }[]): string {
  const names = nodes.slice(0, NAMES_SHOWN).map(({ name }) => name);
  const rest = nodes.length > names.length ? `, and ${String(nodes.length - names.length)} more` : '';
  return ` on ${counted(nodes.length, 'node')} (${names.join(', ')}${rest})`;
}

export const causeLines = <Group>(groups: readonly Group[], linesOf: (group: Group) => readonly string[]): string[] => [
  ...(groups.length > 0 ? ['', 'causes, the worst first'] : []),
  ...groups.slice(0, GROUPS_SHOWN).flatMap(linesOf),
  ...more(groups.length - GROUPS_SHOWN, 'cause'),
];

/**
 * A node as the reporters of suites take it. No times: the parts of a run and the whole give the same bytes.
 * @param why what is said of one that has no differences but did not pass
 */
export function caseOf(
  { name, folder, verdict, error, exitCode }: NodeResult,
  differences: readonly CaseDifference[],
  why: string,
  packets: CaseResult['packets'],
): CaseResult {
  const isFailure = verdict !== 'broken' && exitCode === EXIT_DIFFERENCES;
  const status = exitCode === EXIT_SUCCESS ? 'passed' : isFailure ? 'failed' : 'error';
  const errors = status === 'error' ? [error ?? why] : [];
  return {
    ...blankResult({ name, folder }),
    status,
    differences: [...errors.map((message) => ({ kind: 'error' as const, message, file: folder })), ...differences],
    packets,
    exitCode,
  };
}

/** A broken node is a finding like a difference. */
export const fleetExitCode = (results: readonly NodeResult[]): number =>
  results.every(({ exitCode }) => exitCode === EXIT_SUCCESS) ? EXIT_SUCCESS : EXIT_DIFFERENCES;

export function suiteOf(cases: readonly CaseResult[], exitCode: number): SuiteSummary {
  const count = (status: CaseResult['status']): number => cases.filter((one) => one.status === status).length;
  return {
    passed: count('passed'),
    accepted: 0,
    failed: count('failed'),
    errors: count('error'),
    skipped: 0,
    milliseconds: 0,
    exitCode,
  };
}
