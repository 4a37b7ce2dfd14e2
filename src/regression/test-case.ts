/** Tests one case: from its folder to a result in plain data. */

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Coverage } from '../pipeline/coverage/coverage.js';
import { groupLines, toleranceLine } from '../verify/report-text.js';
import type { PacketPlace, VerifyReport } from '../verify/report.js';
import { CASE_FILE, loadCase, type RegressionCase } from './case.js';
import { comparePackets, type PacketComparison } from './compare-packets.js';
import { compareCounters, compareDrops, comparePaths } from './compare-verdicts.js';
import { strayFiles, type FoundCase } from './find-cases.js';
import { replayCase, type CaseReplay } from './replay-case.js';
import type { CaseDifference, CaseResult, CaseStatus, DifferenceKind } from './result.js';

/** How cases are run; the same for all of a suite. */
export interface CaseOptions {
  /** Folders, beyond a case's own, in which files may lie that it names. */
  readonly allowed: readonly string[];
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
  const { name, folder } = found;
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
    const regressionCase = loadCase(folder, options.allowed);
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
  tolerances: [],
  packets: { received: 0, sent: 0, expected: 0 },
  verify: null,
  detail: null,
} as const satisfies Partial<CaseResult>;

type Judged = Pick<CaseResult, 'status' | 'differences' | 'tolerances' | 'packets' | 'verify' | 'detail' | 'exitCode'>;

async function judge(regressionCase: RegressionCase, replay: CaseReplay, needsDetail: boolean): Promise<Judged> {
  const { description, expected, file } = regressionCase;
  const { verdicts, sent, counters } = replay;
  const missing = expected.filter((capture) => !existsSync(capture.file));
  // Without one of its captures a comparison would only tell what is known: that all of its packets are missing.
  const packets = missing.length > 0 ? null : await explained(regressionCase, replay);
  const of = (kind: DifferenceKind, messages: readonly string[]): CaseDifference[] =>
    messages.map((message) => ({ kind, message, file }));
  const differences: CaseDifference[] = [
    ...of('error', replay.damage),
    ...of('input', replay.notReplayed),
    ...missing.map((capture) => missingFile(regressionCase, capture.file)),
    ...strayFiles(regressionCase).map((stray) => strayFile(regressionCase, stray)),
    ...(packets ? packetDifferences(regressionCase, packets, replay) : []),
    ...of('drops', compareDrops(description, verdicts)),
    ...of('counters', compareCounters(description, counters)),
    ...of('path', comparePaths(description, verdicts)),
  ];
  const isDamaged = replay.damage.length > 0;
  const status: CaseStatus = isDamaged ? 'error' : differences.length > 0 ? 'failed' : 'passed';
  return {
    status,
    differences,
    tolerances: [...unstableWords(regressionCase), ...toleranceWords(packets?.report ?? null)],
    packets: { received: verdicts.length, sent: sent.length, expected: packets?.expected.length ?? 0 },
    verify: packets?.report ?? null,
    detail: needsDetail ? detailOf(replay, packets) : null,
    exitCode: isDamaged ? EXIT_CAPTURE : differences.length > 0 ? EXIT_DIFFERENCES : 0,
  };
}

/** The comparison; where packets differ, with what the replay decided about them. Cases that pass are replayed once. */
async function explained(regressionCase: RegressionCase, replay: CaseReplay): Promise<PacketComparison> {
  const compared = await comparePackets(regressionCase, replay);
  if (compared.report.isMatch || replay.damage.length > 0) return compared;
  const { explainDifferences } = await import('./explain-differences.js');
  const captures = regressionCase.captures.map(({ file, interfaceName }) => ({ path: file, interfaceName }));
  const { fixChecksums } = regressionCase.description;
  const told = { captures, script: replay.script, fixChecksums };
  return { ...compared, report: await explainDifferences(compared.report, told) };
}

/** Differences by their causes, as `vppcap verify` tells them. */
function packetDifferences(
  { expected, file }: RegressionCase,
  { report, misplaced }: PacketComparison,
  { verdicts }: CaseReplay,
): CaseDifference[] {
  const madeBy = new Map(
    verdicts.flatMap(({ out, frame, rx }) => out.map((index) => [index + 1, `${frame + 1} on ${rx}`])),
  );
  const fileOf = (place: PacketPlace | null): string => (expected.at(place?.capture ?? 0) ?? { file }).file;
  const differences = report.groups.map((group): CaseDifference => {
    const { actual, expected: place } = group.first;
    const cause = actual === null ? undefined : madeBy.get(actual.frame);
    const because = cause === undefined ? '' : ` (made by input frame ${cause})`;
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

/** A path as a user would name it. */
const shown = (path: string): string => relative('', path);

const unstableWords = ({ expected }: RegressionCase): string[] =>
  expected.flatMap(({ unstable, file }) =>
    unstable.map(({ packet, fields }) => `packet ${packet} of ${shown(file)}: ${fields.join(' and ')} not compared`),
  );

const toleranceWords = (report: VerifyReport | null): string[] =>
  (report?.tolerances ?? []).map((use) => toleranceLine(use).trim());

const detailOf = (
  { received, verdicts, sent }: CaseReplay,
  packets: PacketComparison | null,
): CaseResult['detail'] => ({
  received: received.map((packet, i) => ({ packet, verdict: verdicts[i] })),
  sent,
  expected: packets?.expected ?? [],
});
