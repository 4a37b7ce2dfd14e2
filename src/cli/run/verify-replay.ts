/** Compares what a replay wrote with an expectation, and tells what the replay decided where they differ. */

import { UsageError } from '../../capture/user-error.js';
import { join } from 'node:path';
import { openCaptureSet, openNamed, type NamedCapture } from '../../capture/input/capture-set.js';
import { captureFileNames } from '../../capture/output/directory-writer.js';
import { statusOf } from '../../capture/system-error.js';
import { applyScript } from '../../config/apply.js';
import { natPoolOf } from '../../pipeline/nat-common/state/nat-pool.js';
import type { ReplayOptions } from '../../replay/replay.js';
import type { ReplaySummary } from '../../replay/replay-summary.js';
import { expectationConflict, isFolder } from '../../replay/separate-paths.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import { isSameInterface } from '../../verify/interface-names.js';
import type { InterfacePair, VerifyOptions } from '../../verify/options.js';
import type { VerifyReport } from '../../verify/report/report.js';
import { reportLines } from '../../verify/report/report-text.js';
import { compareSides, exitCodeOfReport } from './run-verify.js';

export interface ReplayComparison {
  readonly exitCode: number;
  readonly report: VerifyReport;
  readonly lines: readonly string[];
}

/** Only what was written is compared: the judge reads it back as anyone would. */
export class ReplayJudge {
  private readonly tables: Tables;

  /**
   * Before the replay. Throws UsageError where what it writes could not be read back, or would overwrite what is expected, and ConfigError.
   * @param output where the replay writes; also in `options`
   */
  constructor(
    private readonly output: string,
    private readonly expect: string,
    private readonly options: ReplayOptions,
    private readonly tolerance: Pick<VerifyOptions, 'rules' | 'interfacePairs'>,
  ) {
    const status = statusOf(output);
    if (output === '-' || (status !== null && !status.isFile() && !status.isDirectory()))
      throw new UsageError(
        `${output === '-' ? 'standard output (-)' : output}: --expect reads back what was written, which only a file or ` +
          'a folder allows: name one with --output, or leave --output out',
      );
    this.tables = applyScript(options.script);
    requireInterfacesOf(this.tables, tolerance.interfacePairs);
    const conflict = expectationConflict(expect, options.captures, options, namesIn(this.tables));
    if (conflict !== null) throw new UsageError(conflict);
  }

  /** After the replay. Rejects with CaptureError. */
  async compare({ interfaces }: ReplaySummary): Promise<ReplayComparison> {
    const { captures } = this.options;
    const written = this.written(new Set(interfaces.flatMap(({ name, transmitted }) => (transmitted > 0 ? name : []))));
    const compared = await compareSides(
      () => openNamed(written),
      () => openCaptureSet(this.expect),
      {
        ...this.tolerance,
        interfacePairs: this.tolerance.interfacePairs.filter(({ actual }) => isThere(written, actual)),
        natPool: natPoolOf(this.tables.nat44),
      },
    );
    // What came through a pipe is gone.
    const isRepeatable = captures.every(({ path }) => statusOf(path)?.isFile() === true);
    const sentOn = written.map(({ interfaceName }) => interfaceName);
    const report = compared.isMatch || !isRepeatable ? compared : await explained(compared, this.options, sentOn);
    return { exitCode: exitCodeOfReport(report), report, lines: reportLines(report) };
  }

  /** The captures that this replay wrote. In a folder there may be others, of interfaces that transmitted at another time. */
  private written(transmitted: ReadonlySet<string>): NamedCapture[] {
    const { output } = this;
    if (!isFolder(output)) return [{ path: output, interfaceName: null }];
    const names = namesIn(this.tables);
    return captureFileNames(names)
      .map((file, i) => ({ path: join(output, file), interfaceName: names[i] }))
      .filter(({ interfaceName }) => transmitted.has(interfaceName));
  }
}

/** Of a folder's captures only those that this replay wrote are compared: an interface without any sent nothing. */
const isThere = (written: readonly NamedCapture[], name: string): boolean =>
  written.some(({ interfaceName }) => interfaceName === null || isSameInterface(interfaceName, name));

/** Throws UsageError for a pair of which the node has no such interface. */
function requireInterfacesOf(tables: Tables, pairs: readonly InterfacePair[]): void {
  const names = namesIn(tables);
  for (const { actual, expected } of pairs)
    if (!names.some((name) => isSameInterface(name, actual)))
      throw new UsageError(
        `--map ${actual}=${expected}: the node has no interface ${actual}; it has ${names.join(', ')}`,
      );
}

/** The interfaces that a folder may have captures of; all but local0. */
const namesIn = ({ interfaces }: Tables): string[] => interfaces.all.slice(1).map(({ name }) => name);

async function explained(
  report: VerifyReport,
  replayed: ReplayOptions,
  sentOn: readonly (string | null)[],
): Promise<VerifyReport> {
  const { explainDifferences } = await import('../../regression/compare/explain-differences.js');
  return explainDifferences(report, replayed, sentOn);
}
