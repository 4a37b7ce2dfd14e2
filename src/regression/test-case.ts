/** Tests one case: from its folder to a result in plain data. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../capture/exit-codes.js';
import { UserError } from '../capture/user-error.js';
import type { Coverage } from '../outcome/coverage/coverage.js';
import type { ReplayedCaptures } from '../replay/packet-stories.js';
import { groupLines, toleranceLine } from '../verify/report/report-text.js';
import type { PacketPlace, VerifyReport } from '../verify/report/report.js';
import { shownPath as shown } from './case/case-paths.js';
import { CASE_FILE, loadCase, type RegressionCase } from './case/case.js';
import { comparePackets, type PacketComparison } from './compare/compare-packets.js';
import { compareCounters, compareDrops, comparePaths } from './compare/compare-verdicts.js';
import { strayFiles, type FoundCase } from './case/find-cases.js';
import { compareLeftOut, leftOutWords } from './compare/left-out.js';
import { replayCase, type CaseReplay } from './replay-case.js';
import { blankResult } from './result.js';
import type { CaseDifference, CaseResult, CaseStatus, DifferenceKind, ReceivedFrame } from './result.js';

/** How cases are run; the same for all of a suite. */
export interface CaseOptions {
  /** Folders, beyond a case's own, in which files may lie that it names. */
  readonly allowed: readonly string[];
  /** The release of the node, whatever a case or its script says. */
  readonly release?: string | undefined;
  readonly needsDetail: boolean;
  readonly needsCoverage?: boolean;
}

/** What a test found beyond its result; kept for rewriting the expectation. */
export interface TestedCase {
  readonly result: CaseResult;
  /** null where the case could not be loaded or replayed. */
  readonly run: { readonly regressionCase: RegressionCase; readonly replay: CaseReplay } | null;
}

/** Tests a case. Rejects only where vppcap itself is at fault. */
export async function testCase(found: FoundCase, options: CaseOptions): Promise<TestedCase> {
  const start = performance.now();
  const folder = shown(found.folder);
  let base: Omit<CaseResult, 'status' | 'differences' | 'exitCode'> = blankResult({ ...found, folder });
  if (!existsSync(join(folder, CASE_FILE))) {
    const message = `${folder}: captures, but no ${CASE_FILE} that names them`;
    const differences: CaseDifference[] = [{ kind: 'files', message, file: folder }];
    return { result: { ...base, status: 'failed', differences, exitCode: EXIT_DIFFERENCES }, run: null };
  }
  try {
    const regressionCase = loadCase(folder, options.allowed, options.release);
    const { title, origin } = regressionCase.description;
    base = { ...base, title, origin };
    const { audit } = regressionCase.description.expect;
    if (audit !== undefined) {
      const { testAuditCase } = await import('./audit-case.js');
      const audited = await testAuditCase(regressionCase, audit);
      const milliseconds = performance.now() - start;
      return { result: { ...base, ...audited, milliseconds }, run: null };
    }
    const replay = await replayCase(regressionCase, options.needsDetail, options.needsCoverage);
    const judged = await judge(regressionCase, replay, options.needsDetail);
    const coverage = replay.coverage === null ? {} : { coverage: relativeCoverage(replay.coverage) };
    const milliseconds = performance.now() - start;
    return { result: { ...base, ...judged, ...coverage, milliseconds }, run: { regressionCase, replay } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const differences: CaseDifference[] = [{ kind: 'error', message: error.message, file: join(folder, CASE_FILE) }];
    const milliseconds = performance.now() - start;
    const { exitCode } = error;
    return { result: { ...base, status: 'error', differences, milliseconds, exitCode }, run: null };
  }
}

type Judged = Omit<CaseResult, 'name' | 'folder' | 'title' | 'origin' | 'milliseconds' | 'coverage'>;

async function judge(regressionCase: RegressionCase, replay: CaseReplay, needsDetail: boolean): Promise<Judged> {
  const { description, expected, file, folder } = regressionCase;
  const { verdicts, sent, counters } = replay;
  const missing = expected.filter((capture) => !existsSync(capture.file));
  // Without one of its captures a comparison would only tell what is known: that all of its packets are missing.
  const packets = missing.length > 0 ? null : await explained(regressionCase, replay);
  const of = (kind: DifferenceKind, messages: readonly string[]): CaseDifference[] =>
    messages.map((message) => ({ kind, message, file }));
  const lost = packets === null ? new Set<number>() : await lostFrames(regressionCase, replay, packets.report);
  const left = compareLeftOut(description, replay.leftOut, replay.nameOf);
  const misfits = [
    ...missing.map((capture) => `the expected capture ${shown(capture.file)} is missing`),
    ...strayFiles(regressionCase, replay.script.execFiles).map(
      (stray) => `${join(folder, stray)} is stray: case.yaml does not name it`,
    ),
  ];
  const differences: CaseDifference[] = [
    ...of('error', replay.faults),
    ...of('input', left.differences),
    ...of('files', misfits),
    ...(packets ? packetDifferences(regressionCase, packets, replay) : []),
    ...of('drops', compareDrops(description, verdicts, replay.nameOf, lost)),
    ...of('counters', compareCounters(description, counters)),
    ...of('path', comparePaths(description, verdicts, replay.nameOf)),
  ];
  const isUnusable = replay.faults.length > 0;
  const status: CaseStatus = isUnusable ? 'error' : differences.length > 0 ? 'failed' : 'passed';
  return {
    status,
    differences,
    notes: leftOutWords(left.allowed),
    tolerances: [
      ...unstableWords(regressionCase),
      ...(packets?.report.tolerances ?? []).map((use) => toleranceLine(use).trim()),
    ],
    packets: { received: verdicts.length, sent: sent.length, expected: packets?.expected.length ?? 0 },
    verify: packets?.report ?? null,
    detail: needsDetail ? { received: receivedFrames(replay), sent, expected: packets?.expected ?? [] } : null,
    exitCode: isUnusable ? EXIT_CAPTURE : differences.length > 0 ? EXIT_DIFFERENCES : EXIT_SUCCESS,
  };
}

/** The comparison; where packets differ, with what the replay decided about them. Cases that pass are replayed once. */
async function explained(regressionCase: RegressionCase, replay: CaseReplay): Promise<PacketComparison> {
  const compared = await comparePackets(regressionCase, replay);
  if (compared.report.isMatch || replay.faults.length > 0) return compared;
  const { explainDifferences } = await import('./compare/explain-differences.js');
  return { ...compared, report: await explainDifferences(compared.report, replayed(regressionCase, replay)) };
}

/** Frames of which packets should have left; asked only where drops are not as expected. */
async function lostFrames(
  regressionCase: RegressionCase,
  replay: CaseReplay,
  report: VerifyReport,
): Promise<ReadonlySet<number>> {
  const { counts } = report;
  if (counts.missing === 0 || compareDrops(regressionCase.description, replay.verdicts).length === 0) return new Set();
  const { framesOfMissing } = await import('./compare/explain-differences.js');
  return framesOfMissing(report, replayed(regressionCase, replay));
}

const replayed = ({ captures, description }: RegressionCase, { script }: CaseReplay): ReplayedCaptures => ({
  captures: captures.map(({ file, interfaceName }) => ({ path: shown(file), interfaceName })),
  script,
  fixChecksums: description.fixChecksums,
});

/** Differences by their causes, as `vppcap verify` tells them. */
function packetDifferences(
  { expected, file }: RegressionCase,
  { report, misplaced }: PacketComparison,
  { verdicts, nameOf }: CaseReplay,
): CaseDifference[] {
  const madeBy = new Map(
    verdicts.flatMap(({ out, file, number, rx }) =>
      out.map((index) => [index + 1, `${nameOf(file, number)} on ${rx}`]),
    ),
  );
  const fileOf = (place: PacketPlace | null): string => (expected.at(place?.capture ?? 0) ?? { file }).file;
  const differences = report.groups.map((group): CaseDifference => {
    const { actual, expected: place } = group.first;
    const cause = actual === null ? undefined : madeBy.get(actual.frame);
    const because = cause === undefined ? '' : ` (made by input ${cause})`;
    const [line, ...rest] = groupLines(group, report);
    return { kind: 'packets', message: [line + because, ...rest].join('\n'), file: shown(fileOf(place)) };
  });
  if (misplaced !== null) differences.push({ kind: 'packets', message: misplaced, file: shown(expected[0].file) });
  return differences;
}

/** With paths as a user would name them, so that a report is the same on every machine. */
const relativeCoverage = (coverage: Coverage): Coverage => ({
  ...coverage,
  configuration: shown(coverage.configuration),
  items: coverage.items.map((item) => ({ ...item, origin: shown(item.origin) })),
});

const unstableWords = ({ expected }: RegressionCase): string[] =>
  expected.flatMap(({ unstable, file }) =>
    unstable.map(({ packet, fields }) => `packet ${packet} of ${shown(file)}: ${fields.join(' and ')} not compared`),
  );

const receivedFrames = ({ received, decided, verdicts, nameOf }: CaseReplay): ReceivedFrame[] =>
  verdicts.map((verdict, i) => ({
    name: nameOf(verdict.file, verdict.number),
    packet: received[i],
    verdict,
    ...decided[i],
  }));
