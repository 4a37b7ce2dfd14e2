/** Drafts a regression case as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import { basename, join } from 'node:path';
import { builtInScript, locateScript } from '../../config/locate.js';
import { parseFilter } from '../../filter/frame-filter.js';
import { byReason } from '../../regression/compare/left-out.js';
import { auditLines } from '../../audit/report.js';
import { CASE_FILE } from '../../regression/case/case-paths.js';
import { newCase, type NewCase } from '../../regression/draft/new-case.js';
import { counted } from '../../regression/reporters/words.js';
import { testCase } from '../../regression/test-case.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import type { NewCaseArguments } from '../commands/judgements.js';
import { EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { releaseNamed } from '../../config/script-release.js';
import { print } from '../print.js';

export async function draftCase(given: NewCaseArguments): Promise<number> {
  const { capture, config, output, title, expectSent: expectsSent, fixChecksums } = given;
  const captures = capture.map(parseCaptureArgument);
  if (captures.some(({ path }) => path === '-')) throw new UsageError('a case is made from files, not standard input');
  const name = basename(captures[0].path)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '');
  const folder = (output ?? join('expectations', name)).replace(/\/+$/, '');
  const release = releaseNamed(given.release);
  const script = locateScript({ config, release: release?.name });
  const configFile = script === builtInScript(release?.name) ? null : script;
  const { lenient } = given;
  const filter = given.filter === undefined ? null : { text: given.filter, filter: parseFilter(given.filter) };
  const chosen = { captures, fixChecksums, filter };
  const request = { folder, title: title ?? name, ...chosen, configFile, release, lenient, expectsSent };
  cleanUpOnSignals();
  if (given.audit) return draftAudit(request, given);
  for (const option of ['state', 'changes', 'vectors'] as const)
    if (given[option] !== undefined) throw new UsageError(`--${option} belongs to --audit`);
  const { replay, sentBy, notMeant } = await newCase(request);
  const { verdicts, sent, leftOut } = replay;
  const ended = verdicts.filter(({ drop }) => drop !== null).length;
  print(
    `${folder}: ${counted(verdicts.length, 'frame')} received, ${counted(sent.length, 'packet')} sent, ${ended} dropped or punted`,
  );
  if (notMeant > 0) print(`${counted(notMeant, 'frame')} left out of the case: --filter does not match them`);
  for (const [reason, { length }] of byReason(leftOut))
    print(`${counted(length, 'frame')} left out of the case: ${reason}`);
  if (expectsSent) {
    print(
      `What it expects of ${sentBy.join(' and ')} is what the node sent; all else is what vppcap made of the captures.`,
    );
    print(await stateOf(folder));
    return EXIT_SUCCESS;
  }
  print(`What it expects is what vppcap made of them, so it proves only that nothing has changed since.`);
  print(`Read ${join(folder, 'case.yaml')}, and set origin once you know where else the expectation comes from.`);
  return EXIT_SUCCESS;
}

async function draftAudit(request: NewCase, { state, changes, vectors, expectSent, fixChecksums }: NewCaseArguments) {
  if (expectSent || fixChecksums)
    throw new UsageError(
      `--audit compares with what the node sent: leave --${expectSent ? 'expect-sent' : 'fix-checksums'} out`,
    );
  const { newAuditCase } = await import('../../regression/draft/audit-case.js');
  const report = await newAuditCase({
    ...request,
    stateFiles: state ?? [],
    changesFile: changes ?? null,
    vectors: vectors ?? null,
  });
  const { folder } = request;
  print(
    `${folder}: ${counted(report.received, 'frame')} received, ${report.asExpected} of ${counted(report.sent, 'packet')} sent as expected`,
  );
  const file = join(folder, CASE_FILE);
  if (report.assumptions.length > 0)
    print(
      `${report.assumptions.length} sessions and neighbours are assumed to have been there before: ${file} lists them.`,
    );
  if (report.groups.length > 0)
    print(`What differs is not as the model has it, and stands in ${file} as known: ${auditLines(report)[0]}`);
  print(await stateOf(folder));
  return EXIT_SUCCESS;
}

/** Whether vppcap makes of the case what the node did. */
async function stateOf(folder: string): Promise<string> {
  const found = { name: basename(folder), folder };
  const { result } = await testCase(found, { allowed: [], needsDetail: false });
  const { length } = result.differences;
  return length === 0
    ? 'The case passes.'
    : `The case does not pass: ${counted(length, 'difference')}, which vppcap test ${folder} tells.`;
}
