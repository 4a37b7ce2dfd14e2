/** Runs an audit as the command line asks for it. */

import { audit, type AuditOptions } from '../../audit/audit.js';
import { auditHead } from '../../audit/audit-page.js';
import { auditLines, groupLines, restLines, verdictLine, type AuditReport } from '../../audit/report.js';
import { parseFilter } from '../../filter/frame-filter.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { areFolders } from '../common/folders.js';
import type { AuditArguments } from '../commands/audit.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, printResult } from '../print.js';
import { VERSION_TEXT } from '../version.js';
import { judgementReporters, type Judged } from '../common/judgement-reporters.js';
import { judgedPage } from '../common/judged-page.js';
import { readScript, type ScriptArguments } from '../common/read-script.js';
import { tablesWish } from '../common/tables-wish.js';
import { releaseNamed } from '../../config/script-release.js';
import { vectorRuleOf } from '../../dataplane/vector-rule.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function auditFiles(given: AuditArguments): Promise<number> {
  const { capture, config, release, lenient, state, generatorDraws, changes, output, vectors, wholeNode } = given;
  const { shard, timings, results, jobs } = given;
  const ofFolders = { shard, timings, results, jobs };
  const ofCaptures = {
    state,
    'generator-draws': generatorDraws,
    changes,
    output,
    vectors,
    report: given.report,
    'whole-node': wholeNode ? true : undefined,
    node: given.node,
    filter: given.filter,
  };
  if (areFolders(capture, ofFolders, ofCaptures)) {
    releaseNamed(release);
    const { runFleet } = await import('./fleet/run-fleet.js');
    return runFleet(given, 'audit', () => ({ release, lenient, config, tables: given.tables }));
  }
  cleanUpOnSignals();
  return auditCaptures({ ...given, captures: capture.map(parseCaptureArgument) });
}

type AuditedCaptures = Pick<AuditOptions, 'captures' | 'open'> &
  ScriptArguments &
  Pick<AuditArguments, 'output' | 'json' | 'quiet'> & {
    readonly vectors?: string | undefined;
    readonly report?: string | undefined;
    readonly wholeNode?: boolean | undefined;
    readonly tables?: string | undefined;
    readonly node?: string | undefined;
    readonly reporter?: readonly string[];
    readonly filter?: string | undefined;
  };

/** Returns the exit code. */
export async function auditCaptures(given: AuditedCaptures): Promise<number> {
  const { captures, open, reporter = [] } = given;
  const reporters = reporter.length === 0 ? null : await judgementReporters(reporter, 'vppcap audit');
  const filter = given.filter === undefined ? null : parseFilter(given.filter);
  const page = judgedPage(given, captures);
  const script = readScript(given);
  const report = await audit({
    captures,
    script,
    output: given.output ?? null,
    tables: tablesWish(given, script),
    isWholeNode: given.wholeNode === true,
    ...(given.vectors === undefined ? {} : { vectors: vectorRuleOf(given.vectors) }),
    ...(filter === null ? {} : { filter }),
    ...(open === undefined ? {} : { open }),
    application: VERSION_TEXT,
  });
  await page?.(script, auditHead(report));
  for (const { message } of report.damage) complain(`vppcap: ${message}; what comes before it was audited`);
  const exitCode = exitCodeOf(report);
  await reporters?.tell(judgedBy(report, script.file, exitCode));
  if (given.json || (!given.quiet && reporters?.isOutputFree !== false))
    printResult(given.json, report, auditLines(report));
  return exitCode;
}

function exitCodeOf({ damage, verdict }: AuditReport): number {
  if (damage.length > 0 || verdict === 'nothing to judge') return EXIT_CAPTURE;
  return verdict === 'different' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
}

const judgedBy = (report: AuditReport, config: string, exitCode: number): Judged => ({
  captures: report.captures,
  config,
  groups: report.groups.map((group) => {
    const [, head, ...lines] = groupLines(group);
    const at = group.node === null ? '' : ` (${group.node})`;
    return { name: `${group.words}${at}`, lines: [head, ...lines], place: group.config, allowed: null };
  }),
  rest: { name: 'what is as expected', title: verdictLine(report), notes: restLines(report) },
  exitCode,
});
