/** Runs an audit as the command line asks for it. */

import { audit, type AuditOptions } from '../../audit/audit.js';
import { auditHead } from '../../audit/audit-page.js';
import { auditLines } from '../../audit/report.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { areFolders } from '../common/folders.js';
import type { AuditArguments } from '../commands/audit.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, printResult } from '../print.js';
import { VERSION_TEXT } from '../version.js';
import { judgedPage } from '../common/judged-page.js';
import { readScript, type ScriptArguments } from '../common/read-script.js';
import { releaseNamed } from '../../config/script-release.js';
import { vectorRuleOf } from '../../dataplane/vector-rule.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function auditFiles(given: AuditArguments): Promise<number> {
  const { capture, config, release, lenient, state, generatorDraws, changes, output, vectors, wholeNode } = given;
  const { shard, timings, results, jobs, reporter } = given;
  const ofFolders = { shard, timings, results, jobs, reporter: reporter.at(0) };
  const ofCaptures = {
    state,
    'generator-draws': generatorDraws,
    changes,
    output,
    vectors,
    report: given.report,
    'whole-node': wholeNode ? true : undefined,
  };
  if (areFolders(capture, ofFolders, ofCaptures)) {
    releaseNamed(release);
    const { runFleet } = await import('./fleet/run-fleet.js');
    return runFleet(given, { kind: 'audit', options: { release, lenient, config } });
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
  };

/** Returns the exit code. */
export async function auditCaptures(given: AuditedCaptures): Promise<number> {
  const { captures, open } = given;
  const page = judgedPage(given.report, captures);
  const script = readScript(given);
  const report = await audit({
    captures,
    script,
    output: given.output ?? null,
    isWholeNode: given.wholeNode === true,
    ...(given.vectors === undefined ? {} : { vectors: vectorRuleOf(given.vectors) }),
    ...(open === undefined ? {} : { open }),
    application: VERSION_TEXT,
  });
  await page?.(script, auditHead(report));
  for (const { message } of report.damage) complain(`vppcap: ${message}; what comes before it was audited`);
  if (given.json) printResult(true, report, []);
  else if (!given.quiet) printResult(false, report, auditLines(report));
  if (report.damage.length > 0 || report.verdict === 'nothing to judge') return EXIT_CAPTURE;
  return report.verdict === 'different' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
}
