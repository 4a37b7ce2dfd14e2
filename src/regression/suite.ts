/** Runs a suite: chooses its cases, tests them and tells the reporters, in the order of the cases. */

import { EXIT_SUCCESS } from '../capture/exit-codes.js';
import { testOnWorkers } from './case-pool.js';
import { CaseFileError } from './case/case.js';
import type { FoundCase } from './case/find-cases.js';
import type { Reporter } from './reporters/reporter.js';
import { blankResult, type CaseResult, type SuiteSummary } from './result.js';
import { testCase, type CaseOptions } from './test-case.js';

export interface SuiteOptions extends CaseOptions {
  /** Folders that were searched, for the reports. */
  readonly folders: readonly string[];
  /** `[i, n]`: the cases are part i of n (from 1), for the reports; null for all. */
  readonly shard: readonly [number, number] | null;
  /** Stops at the first case that does not pass. */
  readonly bail: boolean;
  /** Threads. With one, cases are tested on this thread. */
  readonly jobs: number;
  /** Makes what comes out of a case that failed its expectation; on this thread. */
  readonly accepts: boolean;
}

/** Cases whose name has one of the words in it, or matches one of the /expressions/; all where there is none. */
export function filterCases(cases: readonly FoundCase[], filters: readonly string[]): FoundCase[] {
  const tests = filters.map((filter) => {
    const expression = /^\/(.+)\/(i?)$/.exec(filter);
    if (!expression) return (name: string): boolean => name.includes(filter);
    try {
      const pattern = new RegExp(expression[1], expression[2]);
      return (name: string): boolean => pattern.test(name);
    } catch {
      throw new CaseFileError(`--filter ${filter} is no regular expression`);
    }
  });
  return cases.filter(({ name }) => tests.length === 0 || tests.some((test) => test(name)));
}

/** Runs the cases. Rejects where a reporter does. */
export async function runSuite(
  cases: readonly FoundCase[],
  options: SuiteOptions,
  reporters: readonly Reporter[],
): Promise<SuiteSummary> {
  const start = performance.now();
  const { folders, shard } = options;
  for (const reporter of reporters) reporter.start?.({ folders, shard, cases: cases.map(({ name }) => name) });
  const counts = { passed: 0, accepted: 0, failed: 0, error: 0, skipped: 0 };
  let [exitCode, reported] = [0, 0];
  const report = (result: CaseResult): boolean => {
    reported++;
    counts[result.status]++;
    exitCode = Math.max(exitCode, result.exitCode);
    for (const reporter of reporters) reporter.result(result);
    return !(options.bail && result.exitCode !== 0);
  };
  const test = async (one: FoundCase): Promise<CaseResult> => {
    if (!options.accepts) return (await testCase(one, options)).result;
    const { testAndAccept } = await import('./draft/accept-case.js');
    return testAndAccept(one, options);
  };
  if (options.jobs > 1 && cases.length > 1 && !options.accepts)
    await testOnWorkers(cases, options, options.jobs, report);
  else for (const one of cases) if (!report(await test(one))) break;
  for (const one of cases.slice(reported))
    report({ ...blankResult(one), status: 'skipped', differences: [], exitCode: EXIT_SUCCESS });
  const { passed, accepted, failed, error: errors, skipped } = counts;
  const summary = { passed, accepted, failed, errors, skipped, milliseconds: performance.now() - start, exitCode };
  for (const reporter of reporters) await reporter.end(summary);
  return summary;
}
