/** Tests cases on worker threads, one case per worker at a time, and hands on the results in the order of the cases. */

import { Worker } from 'node:worker_threads';
import type { CaseAnswer, CaseOrder } from './case-worker.js';
import type { FoundCase } from './case/find-cases.js';
import { faultResult } from './fault-result.js';
import type { CaseResult } from './result.js';
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
  const failures: unknown[] = [];
  const settle = (index: number, result: CaseResult): void => {
    results.set(index, result);
    try {
      for (let ready = results.get(reported); ready && !isStopped; ready = results.get(reported)) {
        results.delete(reported++);
        isStopped = !report(ready);
      }
    } catch (error) {
      failures.push(error);
      isStopped = true;
    }
    if (isStopped) for (const worker of workers) void worker.terminate();
  };
  const runWorker = (): Promise<void> =>
    new Promise((resolve) => {
      const worker = new Worker(WORKER, { workerData: options });
      workers.add(worker);
      let current: number | null = null;
      let fault = 'its thread ended';
      const proceed = (): void => {
        current = isStopped || next >= cases.length ? null : next++;
        if (current === null) void worker.terminate();
        else worker.postMessage({ index: current, found: cases[current] } satisfies CaseOrder);
      };
      worker.on('message', (answer: CaseAnswer) => {
        current = null;
        settle(answer.index, 'result' in answer ? answer.result : faultResult(cases[answer.index], answer.fault));
        proceed();
      });
      worker.on('error', (error: Error) => {
        fault = error.message;
      });
      // Where a case is still open the thread is gone for want of memory or through a fault, and that case did it.
      worker.on('exit', () => {
        workers.delete(worker);
        if (current !== null && !isStopped) settle(current, faultResult(cases[current], fault));
        resolve(current !== null && !isStopped && next < cases.length ? runWorker() : undefined);
      });
      proceed();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, cases.length) }, runWorker));
  if (failures.length > 0) throw failures[0];
}
