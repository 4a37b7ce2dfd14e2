/** Tests cases on worker threads. */

import { runOnWorkers } from '../workers/task-pool.js';
import type { FoundCase } from './case/find-cases.js';
import { faultResult, type CaseResult } from './result.js';
import type { CaseOptions } from './test-case.js';

/** Beside this module, compiled and bundled alike. */
const WORKER = new URL('./case-worker.js', import.meta.url);

/** Tests the cases on up to `jobs` threads. `report` gets each result in order, and ends the run where it returns false. */
export const testOnWorkers = (
  cases: readonly FoundCase[],
  options: CaseOptions,
  jobs: number,
  report: (result: CaseResult) => boolean,
): Promise<void> => runOnWorkers(cases, { module: WORKER, workerData: options, onFault: faultResult }, jobs, report);
