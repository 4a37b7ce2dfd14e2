/** Tests one case: from its folder to a result in plain data. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Coverage } from '../outcome/coverage/coverage.js';
import type { ReplayedCaptures } from '../replay/packet-stories.js';
import { groupLines, toleranceLine } from '../verify/report/report-text.js';
import type { PacketPlace, VerifyReport } from '../verify/report/report.js';
import { shownPath as shown } from './case-paths.js';
import { CASE_FILE, loadCase, type RegressionCase } from './case.js';
import { comparePackets, type PacketComparison } from './compare-packets.js';
import { compareCounters, compareDrops, comparePaths } from './compare-verdicts.js';
import { strayFiles, type FoundCase } from './find-cases.js';
import { compareLeftOut, leftOutWords } from './left-out.js';
import { replayCase, type CaseReplay } from './replay-case.js';
import type { CaseDifference, CaseResult, CaseStatus, DifferenceKind } from './result.js';

/** How cases are run; the same for all of a suite. */
export interface CaseOptions {
  /** Folders, beyond a case's own, in which files may lie that it names. */
  readonly allowed: readonly string[];
  /** The release of the node, whatever a case or its script says. */
  readonly release?: string | undefined;
  /** Whether results carry every packet. */
  readonly needsDetail: boolean;
  /** Whether results say what of the configuration was exercised. */
  readonly needsCoverage?: boolean;
}

/** What a test found beyond its result; kept for rewriting the expectation. */
export interface TestedCase {
  readonly result: CaseResult;
  /** null where the case could not be loaded or replayed. */
  readonly run: { readonly regressionCase: RegressionCase; readonly replay: CaseReplay } | null;
}

/** By name, as src/cli/exit-codes.ts has them; a case's fault is the command's. */
const EXIT_BY_ERROR: Readonly<Record<string, number>> = { CaseFileError: 2, ConfigError: 2, CaptureError: 3 };
const [EXIT_DIFFERENCES, EXIT_CAPTURE] = [1, 3];

/** Tests a case. Rejects only where vppcap itself is at fault. */
export async function testCase(found: FoundCase, options: CaseOptions): Promise<TestedCase> {
  const start = performance.now();
  const { name } = found;
  const folder = shown(found.folder);
  const base = { name, folder, title: name, origin: null, ...NOTHING };
  const failed = (error: unknown, known: Partial<CaseResult>): CaseResult => {
    if (!(error instanceof Error) || !Object.hasOwn(EXIT_BY_ERROR, error.name)) throw error;
    const difference: CaseDifference = { kind: 'error', message: error.message, file: join(folder, CASE_FILE) };
    const milliseconds = performance.now() - start;
    return {
      ...base,
      ...known,
      status: 'error',
      differences: [difference],
      milliseconds,
      exitCode: EXIT_BY_ERROR[error.name],
    };
  };
  if (!existsSync(join(folder, CASE_FILE))) {
    const message = `${folder}: captures, but no ${CASE_FILE} that names them`;
    const differences: CaseDifference[] = [{ kind: 'files', message, file: folder }];
    return {
      result: { ...base, status: 'failed', differences, milliseconds: 0, exitCode: EXIT_DIFFERENCES },
      run: null,
    };
  }
  let known: Partial<CaseResult> = {};
  try {
    const regressionCase = loadCase(folder, options.allowed, options.release);
    const { title, origin } = regressionCase.description;
    known = { title, origin };
    const replay = await replayCase(regressionCase, options.needsDetail, options.needsCoverage);
    const judged = await judge(regressionCase, replay, options.needsDetail);
    const milliseconds = performance.now() - start;
    return {
      result: { ...base, ...known, ...judged, ...coverageOf(replay), milliseconds },
      run: { regressionCase, replay },
    };
  } catch (error) {
    return { result: failed(error, known), run: null };
  }
}

const coverageOf = ({ coverage }: CaseReplay): Pick<CaseResult, 'coverage'> =>
  coverage === null ? {} : { coverage: relativeCoverage(coverage) };

const NOTHING = {
  notes: [],
  tolerances: [],
  packets: { received: 0, sent: 0, expected: 0 },
  verify: null,
  detail: null,
} as const satisfies Partial<CaseResult>;

type Judged = Pick<
  CaseResult,
  'status' | 'differences' | 'notes' | 'tolerances' | 'packets' | 'verify' | 'detail' | 'exitCode'
>;

async function judge(regressionCase: RegressionCase, replay: CaseReplay, needsDetail: boolean): Promise<Judged> {
  const { description, expected, file } = regressionCase;
  const { verdicts, sent, counters } = replay;
  const missing = expected.filter((capture) => !existsSync(capture.file));
  // Without one of its captures a comparison would only tell what is known: that all of its packets are missing.
  const packets = missing.length > 0 ? null : await explained(regressionCase, replay);
  const of = (kind: DifferenceKind, messages: readonly string[]): CaseDifference[] =>
    messages.map((message) => ({ kind, message, file }));
  const lost = packets === null ? new Set<number>() : await lostFrames(regressionCase, replay, packets.report);
  const left = compareLeftOut(description, replay.leftOut, replay.nameOf);
  const differences: CaseDifference[] = [
    ...of('error', replay.damage),
    ...of('error', replay.nothingReplayed === null ? [] : [replay.nothingReplayed]),
    ...of('input', left.differences),
    ...missing.map((capture) => missingFile(regressionCase, capture.file)),
    ...strayFiles(regressionCase).map((stray) => strayFile(regressionCase, stray)),
    ...(packets ? packetDifferences(regressionCase, packets, replay) : []),
    ...of('drops', compareDrops(description, verdicts, replay.nameOf, lost)),
    ...of('counters', compareCounters(description, counters)),
    ...of('path', comparePaths(description, verdicts, replay.nameOf)),
  ];
  const isUnusable = replay.damage.length > 0 || replay.nothingReplayed !== null;
  const status: CaseStatus = isUnusable ? 'error' : differences.length > 0 ? 'failed' : 'passed';
  return {
    status,
    differences,
    notes: leftOutWords(left.allowed),
    tolerances: [...unstableWords(regressionCase), ...toleranceWords(packets?.report ?? null)],
    packets: { received: verdicts.length, sent: sent.length, expected: packets?.expected.length ?? 0 },
    verify: packets?.report ?? null,
    detail: needsDetail ? detailOf(replay, packets) : null,
    exitCode: isUnusable ? EXIT_CAPTURE : differences.length > 0 ? EXIT_DIFFERENCES : 0,
  };
}

/** The comparison; where packets differ, with what the replay decided about them. Cases that pass are replayed once. */
async function explained(regressionCase: RegressionCase, replay: CaseReplay): Promise<PacketComparison> {
  const compared = await comparePackets(regressionCase, replay);
  if (compared.report.isMatch || replay.damage.length > 0) return compared;
  const { explainDifferences } = await import('./explain-differences.js');
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
  const { framesOfMissing } = await import('./explain-differences.js');
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

const missingFile = ({ file }: RegressionCase, path: string): CaseDifference => ({
  kind: 'files',
  message: `the expected capture ${shown(path)} is missing`,
  file,
});

const strayFile = ({ folder, file }: RegressionCase, path: string): CaseDifference => ({
  kind: 'files',
  message: `${join(folder, path)} is stray: case.yaml does not name it`,
  file,
});

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

const toleranceWords = (report: VerifyReport | null): string[] =>
  (report?.tolerances ?? []).map((use) => toleranceLine(use).trim());

const detailOf = (
  { received, verdicts, sent, nameOf }: CaseReplay,
  packets: PacketComparison | null,
): CaseResult['detail'] => ({
  received: received.map((packet, i) => {
    const verdict = verdicts[i];
    return { name: nameOf(verdict.file, verdict.number), packet, verdict };
  }),
  sent,
  expected: packets?.expected ?? [],
});
