/** Entry point of a worker thread: answers each case that it is sent with its result. */

import { parentPort, workerData } from 'node:worker_threads';
import type { FoundCase } from './case/find-cases.js';
import { faultResult } from './result.js';
import { testCase, type CaseOptions } from './test-case.js';

parentPort?.on('message', (found: FoundCase) => {
  void testCase(found, workerData as CaseOptions)
    .then(({ result }) => result)
    .catch((error: unknown) =>
      faultResult(found, error instanceof Error ? (error.stack ?? error.message) : String(error)),
    )
    .then((result) => parentPort?.postMessage(result));
});
