/** Runs an audit as the command line asks for it. */

import { statSync } from 'node:fs';
import { UsageError } from '../../capture/user-error.js';
import { audit } from '../../audit/audit.js';
import { auditHead } from '../../audit/audit-page.js';
import { auditLines } from '../../audit/report.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import type { AuditArguments } from '../commands/audit.js';
import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, printResult } from '../print.js';
import { VERSION_TEXT } from '../version.js';
import { readScript } from '../common/read-script.js';
import { judgedPage } from '../common/judged-page.js';
import { vectorRuleOf } from '../../dataplane/vector-rule.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function auditFiles(given: AuditArguments): Promise<number> {
  if (given.capture.every(isFolder)) return (await import('./run-fleet.js')).auditFolders(given);
  refuseOfFolders(given);
  cleanUpOnSignals();
  const captures = given.capture.map(parseCaptureArgument);
  const page = judgedPage(given.report, captures);
  const script = readScript(given);
  const report = await audit({
    captures,
    script,
    output: given.output ?? null,
    ...(given.vectors === undefined ? {} : { vectors: vectorRuleOf(given.vectors) }),
    application: VERSION_TEXT,
  });
  await page?.(script, auditHead(report));
  for (const { message } of report.damage) complain(`vppcap: ${message}; what comes before it was audited`);
  if (given.json) printResult(true, report, []);
  else if (!given.quiet) printResult(false, report, auditLines(report));
  if (report.damage.length > 0 || report.verdict === 'nothing to judge') return EXIT_CAPTURE;
  return report.verdict === 'different' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Throws UsageError for folders among captures, and for what only folders can be given. */
function refuseOfFolders({ capture, shard, timings, results, reporter, jobs }: AuditArguments): void {
  const folder = capture.find(isFolder);
  if (folder !== undefined) throw new UsageError(`${folder} is a folder: captures, or folders of nodes, not both`);
  const options = { shard, timings, results, jobs, reporter: reporter.at(0) };
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given !== undefined) throw new UsageError(`--${given[0]} is for folders of nodes, not for captures`);
}
