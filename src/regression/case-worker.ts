/** Entry point of a worker thread: tests one case after the other. */

import { parentPort, workerData } from 'node:worker_threads';
import type { FoundCase } from './case/find-cases.js';
import type { CaseResult } from './result.js';
import { testCase, type CaseOptions } from './test-case.js';

/** What a worker is handed: a case and its place in the suite. */
export interface CaseOrder {
  readonly index: number;
  readonly found: FoundCase;
}

/** What it answers: the result, or the fault of vppcap that kept it from one. */
export type CaseAnswer = { readonly index: number } & ({ readonly result: CaseResult } | { readonly fault: string });

const options = workerData as CaseOptions;

parentPort?.on('message', (order: CaseOrder) => void answer(order));

async function answer({ index, found }: CaseOrder): Promise<void> {
  let message: CaseAnswer;
  try {
    message = { index, result: (await testCase(found, options)).result };
  } catch (error) {
    message = { index, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(message);
}
