/** Tests cases on worker threads, one case per worker at a time, and hands on the results in the order of the cases. */

import { Worker } from 'node:worker_threads';
import type { FoundCase } from './case/find-cases.js';
import { faultResult, type CaseResult } from './result.js';
import type { CaseOptions } from './test-case.js';

/** Beside this module, compiled and bundled alike. */
const WORKER = new URL('./case-worker.js', import.meta.url);

/**
 * Tests the cases on up to `jobs` threads. `report` gets each result in order; where it returns false, no further case is
 * started and nothing is reported any more.
 */
export async function testOnWorkers(
  cases: readonly FoundCase[],
  options: CaseOptions,
  jobs: number,
  report: (result: CaseResult) => boolean,
): Promise<void> {
  const results = new Map<number, CaseResult>();
  const workers = new Set<Worker>();
  let [next, reported, isStopped] = [0, 0, false];
  const stop = (): void => {
    isStopped = true;
    for (const worker of workers) void worker.terminate();
  };
  const settle = (index: number, result: CaseResult): void => {
    results.set(index, result);
    for (let ready = results.get(reported); ready && !isStopped; ready = results.get(reported)) {
      results.delete(reported++);
      if (!report(ready)) stop();
    }
  };
  const hasMore = (): boolean => !isStopped && next < cases.length;
  const runCases = async (): Promise<void> => {
    while (hasMore()) {
      const worker = new Worker(WORKER, { workerData: options });
      workers.add(worker);
      for (let isAlive = true; isAlive && hasMore();) {
        const index = next++;
        const result = await testOn(worker, cases[index]);
        isAlive = typeof result !== 'string';
        settle(index, typeof result === 'string' ? faultResult(cases[index], result) : result);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, cases.length) }, runCases));
  } finally {
    stop();
  }
}

/** A case's result; where the thread ends over it, for want of memory or through a fault, what is known of that. */
const testOn = (worker: Worker, found: FoundCase): Promise<CaseResult | string> =>
  new Promise((resolve) => {
    worker.removeAllListeners();
    worker.on('message', resolve);
    worker.on('error', (error: Error) => resolve(error.message));
    worker.on('exit', () => resolve('its thread ended'));
    worker.postMessage(found);
  });
