/** Tests a case whose captures have what the node sent as well: that is its expectation, and an audit the judge. */

import { audit } from '../audit/audit.js';
import { groupLines, type AuditReport } from '../audit/report.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { applyScript } from '../config/apply.js';
import { vectorRuleOf } from '../dataplane/vector-rule.js';
import { parseFilter } from '../filter/frame-filter.js';
import { shownPath } from './case/case-paths.js';
import type { RegressionCase } from './case/case.js';
import type { CaseYaml } from './case/case-schema.js';
import { requireInterfaces, scriptOf } from './replay-case.js';
import { counted } from './reporters/words.js';
import type { CaseDifference, CaseResult, DifferenceKind } from './result.js';

type Expected = NonNullable<CaseYaml['expect']['audit']>;
type Tolerated = NonNullable<Expected['notJudged']>;

/** Audits the case's captures. What is assumed names the script as the case does. Rejects as `audit` does, or with CaseFileError. */
export async function auditOf(regressionCase: RegressionCase): Promise<AuditReport> {
  const { captures, vectors, description } = regressionCase;
  const { filter } = description.expect.audit ?? {};
  const script = scriptOf(regressionCase);
  requireInterfaces(regressionCase, applyScript(script));
  const report = await audit({
    captures: captures.map(({ file, interfaceName }) => ({ path: shownPath(file), interfaceName })),
    script,
    ...(vectors === null ? {} : { vectors: vectorRuleOf(vectors) }),
    ...(filter === undefined ? {} : { filter: parseFilter(filter) }),
  });
  const assumptions = report.assumptions.map((one) => ({
    ...one,
    what: one.what.replaceAll(script.file, description.config),
  }));
  return { ...report, assumptions };
}

/** What case.yaml expects of an audit that went like this. */
export function expectedAudit(report: AuditReport, vectors: string | undefined, filter?: string): Expected {
  const { asExpected: sent, assumptions, unjudged, groups } = report;
  const assumed = [...new Set(assumptions.map(({ what }) => what))].sort();
  return {
    sent,
    ...(vectors === undefined ? {} : { vectors }),
    ...(filter === undefined ? {} : { filter }),
    ...(assumed.length > 0 ? { assumed } : {}),
    ...(unjudged.length > 0 ? { notJudged: unjudged.map(({ reason, count }) => ({ reason, count })) } : {}),
    ...(groups.length > 0
      ? { differs: groups.map((group) => ({ reason: groupName(group), count: group.count })) }
      : {}),
  };
}

const groupName = ({ kind, words, node }: AuditReport['groups'][number]): string =>
  `${kind}: ${words}${node === null ? '' : ` (${node})`}`;

export type AuditedCase = Omit<CaseResult, 'name' | 'folder' | 'title' | 'origin' | 'milliseconds' | 'coverage'>;

export async function testAuditCase(regressionCase: RegressionCase, expected: Expected): Promise<AuditedCase> {
  const { file } = regressionCase;
  const report = await auditOf(regressionCase);
  const { received, sent, damage, verdict, assumptions, groups, unjudged } = report;
  const of = (kind: DifferenceKind, messages: readonly string[]): CaseDifference[] =>
    messages.map((message) => ({ kind, message, file }));
  const faults = damage.map(({ message }) => message);
  if (verdict === 'nothing to judge') faults.push('the captures have nothing to judge');
  const known = countsOf(expected.differs);
  const news = groups.filter((group) => !hasAll(known, groupName(group), group.count));
  const mayAssume = new Set(expected.assumed);
  const differences = [
    ...of('error', faults),
    ...of('input', unexpectedReasons(expected.notJudged, unjudged)),
    ...of(
      'packets',
      news.map((group) => groupLines(group).join('\n').trim()),
    ),
    ...of(
      'packets',
      assumptions
        .filter(({ what }) => !mayAssume.has(what))
        .map(({ what, frame }) => `assumed as well: ${what} (${frame})`),
    ),
    ...of(
      'packets',
      // Of what differs the groups tell.
      news.length === 0 && report.asExpected !== expected.sent
        ? [`${counted(report.asExpected, 'packet')} sent as expected, but case.yaml says ${String(expected.sent)}`]
        : [],
    ),
  ];
  return {
    status: faults.length > 0 ? 'error' : differences.length > 0 ? 'failed' : 'passed',
    differences,
    notes: unjudged.map(({ reason, count }) => `${counted(count, 'frame')} not judged: ${reason}`),
    tolerances: [
      ...(assumptions.length > 0
        ? [`${counted(assumptions.length, 'assumption')} of what must have been there before`]
        : []),
      ...(expected.differs ?? []).map(({ reason, count }) => `${String(count ?? 1)} known to differ: ${reason}`),
    ],
    packets: { received, sent, expected: expected.sent },
    verify: null,
    detail: null,
    exitCode: faults.length > 0 ? EXIT_CAPTURE : differences.length > 0 ? EXIT_DIFFERENCES : EXIT_SUCCESS,
  };
}

function countsOf(tolerated: Tolerated = []): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { reason, count = 1 } of tolerated) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return counts;
}

const hasAll = (known: ReadonlyMap<string, number>, reason: string, count: number): boolean =>
  count <= (known.get(reason) ?? 0);

function unexpectedReasons(expected: Tolerated | undefined, found: AuditReport['unjudged']): string[] {
  const known = countsOf(expected);
  return found.flatMap(({ reason, count, firstFrame }) =>
    hasAll(known, reason, count)
      ? []
      : `${counted(count, 'frame')} not judged (${firstFrame} first), but case.yaml allows ${String(known.get(reason) ?? 0)}: ${reason}`,
  );
}
