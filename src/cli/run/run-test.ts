/** Runs the regression suite as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import { findCases, type FoundCase } from '../../regression/case/find-cases.js';
import { filterCases, runSuite, type SuiteOptions } from '../../regression/suite.js';
import type { TestArguments } from '../commands/judgements.js';
import type { Reporter } from '../../regression/reporters/reporter.js';
import type { CaseResult } from '../../regression/result.js';
import { ResultsWriter, type Run } from '../../fleet/results.js';
import { parseShard, partOf, readTimings } from '../../fleet/shards.js';
import { cleanUpOnSignals, endUnread } from '../interrupt.js';
import { complain, print, whenReaderGoes } from '../print.js';
import { openReporters, parseReporters, type ReporterRequest } from '../common/test-reporters.js';
import { availableJobs } from '../common/argument-values.js';
import { releaseNamed } from '../../config/script-release.js';

/** Returns the exit code: the highest of the cases. */
export async function testSuite(given: TestArguments): Promise<number> {
  const shard = given.shard === undefined ? null : parseShard(given.shard);
  const jobs = availableJobs(given.jobs);
  if (given.acceptInCi && !given.accept) throw new UsageError('--accept-in-ci goes with --accept');
  if (given.shrink !== undefined && (given.accept || given.watch))
    throw new UsageError('--shrink is for cases that fail: it goes neither with --accept nor with --watch');
  if (given.accept && given.watch) throw new UsageError('--accept and --watch exclude each other');
  if (given.accept && !given.acceptInCi && isCi())
    throw new UsageError(
      '--accept is refused where CI is set: a person should look at what an expectation becomes; --accept-in-ci insists',
    );
  const requests = await parseReporters(
    [...given.reporter, ...(given.report === undefined ? [] : [`html=${given.report}`])],
    given.quiet,
  );
  const { bail, accept: accepts, allowOutside: allowed, dir: folders } = given;
  const options: SuiteOptions = {
    folders,
    shard,
    bail,
    jobs,
    accepts,
    allowed,
    release: releaseNamed(given.release)?.name,
    needsCoverage: given.coverage || requests.some(({ declaration }) => declaration.needsCoverage === true),
    needsDetail: requests.some(({ declaration }) => declaration.needsDetail),
  };
  const find = (): FoundCase[] => filterCases(findCases(folders), given.filter);
  const timings = given.timings === undefined ? null : readTimings(given.timings);
  const choose = (): FoundCase[] => (shard === null ? find() : partOf(find(), shard, timings, () => 1));
  const all = find();
  if (all.length === 0) {
    const where = folders.join(' ');
    throw new UsageError(
      given.filter.length > 0 ? `no case in ${where} is called like that` : `${where}: no folder with a case.yaml`,
    );
  }
  cleanUpOnSignals();
  const isOnlyTold = !given.accept && given.results === undefined && requests.every(({ file }) => file === null);
  if (isOnlyTold) whenReaderGoes(endUnread);
  const names = all.map(({ name }) => name);
  const extra: Reporter[] = [
    ...(given.coverage ? [await coverageReporter(requests)] : []),
    ...(given.results === undefined
      ? []
      : [keeping(given.results, { shard: shard ?? [1, 1], given: folders, all: names })]),
  ];
  const failed: CaseResult[] = [];
  if (given.shrink !== undefined)
    extra.push({
      result: (result) => {
        if (result.status === 'failed') failed.push(result);
      },
      end: () => undefined,
    });
  const exitCode = await runOnce(choose(), options, requests, extra);
  if (given.shrink !== undefined) await (await import('./shrink-cases.js')).shrinkCases(failed, options, given.shrink);
  if (!given.watch) return exitCode;
  const { watchSuite } = await import('../../regression/watch.js');
  return watchSuite(
    [...folders, ...allowed],
    choose,
    async (changed) => {
      await runOnce(changed, options, requests, extra);
    },
    () => print(`\nwatching ${folders.join(' ')}; Ctrl-C ends`),
  );
}

async function runOnce(
  cases: readonly FoundCase[],
  options: SuiteOptions,
  requests: readonly ReporterRequest[],
  extra: readonly Reporter[],
): Promise<number> {
  const opened = await openReporters(requests, cases);
  try {
    const { exitCode } = await runSuite(cases, options, [...opened.map(({ reporter }) => reporter), ...extra]);
    for (const { close } of opened) await close();
    return exitCode;
  } catch (error) {
    for (const { abort } of opened) await abort();
    throw error;
  }
}

/** Keeps results for `vppcap merge`, without packets. */
function keeping(folder: string, run: Pick<Run, 'shard' | 'given' | 'all'>): Reporter {
  const writer = new ResultsWriter(folder, { version: 1, kind: 'test', ...run });
  return {
    result: (result) => {
      const kept: CaseResult = { ...result, detail: null, verify: null };
      writer.add(kept, kept.milliseconds);
    },
    end: () => writer.close(),
  };
}

/** Coverage in words: on standard output, unless that is a document. */
async function coverageReporter(requests: readonly ReporterRequest[]): Promise<Reporter> {
  const { coverageReporter } = await import('../../regression/reporters/coverage.js');
  const printed = requests.filter(({ file }) => file === null);
  const isTaken = printed.some(({ declaration }) => declaration.sharesOutput !== true);
  return coverageReporter(isTaken ? complain : print, isTaken || printed.length === 0);
}

/** Continuous integration sets CI; so say GitHub, GitLab, CircleCI and the others. */
const isCi = (): boolean => !['', '0', 'false'].includes(process.env['CI'] ?? '');
