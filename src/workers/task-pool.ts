/** Runs tasks on worker threads, one task per worker at a time, and hands on the results in the order of the tasks. */

import { Worker } from 'node:worker_threads';

/** What is done with each task. */
export interface PooledWork<Task, Result> {
  /** The module that answers each message, a task, with its result. */
  readonly module: URL;
  /** What every thread gets at its start. */
  readonly workerData: unknown;
  /** Where it is aborted, threads are sent null: they have to end, with nothing half-written left. */
  readonly abort?: AbortSignal;
  /** The result of a task over which its thread ended, for want of memory or through a fault. */
  readonly onFault: (task: Task, fault: string) => Result;
}

/**
 * Runs the tasks on up to `jobs` threads. `report` gets each result in order; where it returns false, no further task is
 * started and nothing is reported any more.
 */
export async function runOnWorkers<Task, Result extends object>(
  tasks: readonly Task[],
  { module, workerData, abort, onFault }: PooledWork<Task, Result>,
  jobs: number,
  report: (result: Result) => boolean,
): Promise<void> {
  const results = new Map<number, Result>();
  const workers = new Set<Worker>();
  let [next, reported, isStopped] = [0, 0, false];
  const stop = (): void => {
    isStopped = true;
    for (const worker of workers) void worker.terminate();
  };
  const end = (): void => {
    isStopped = true;
    for (const worker of workers) worker.postMessage(null);
  };
  abort?.addEventListener('abort', end);
  const settle = (index: number, result: Result): void => {
    results.set(index, result);
    for (let ready = results.get(reported); ready && !isStopped; ready = results.get(reported)) {
      results.delete(reported++);
      if (!report(ready)) stop();
    }
  };
  const hasMore = (): boolean => !isStopped && next < tasks.length;
  const runTasks = async (): Promise<void> => {
    while (hasMore()) {
      const worker = new Worker(module, { workerData });
      workers.add(worker);
      for (let isAlive = true; isAlive && hasMore();) {
        const index = next++;
        const result = await runOn<Result>(worker, tasks[index]);
        isAlive = typeof result !== 'string';
        settle(index, typeof result === 'string' ? onFault(tasks[index], result) : result);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, runTasks));
  } finally {
    abort?.removeEventListener('abort', end);
    stop();
  }
}

/** A task's result; where the thread ends over it, what is known of that. */
const runOn = <Result>(worker: Worker, task: unknown): Promise<Result | string> =>
  new Promise((resolve) => {
    worker.removeAllListeners();
    worker.on('message', resolve);
    worker.on('error', (error: Error) => resolve(error.message));
    worker.on('exit', () => resolve('its thread ended'));
    worker.postMessage(task);
  });
