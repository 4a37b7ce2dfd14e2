/** Works through a fleet: every node's folder, on all cores. */

import { runOnWorkers } from '../workers/task-pool.js';
import type { Bundle } from './bundle.js';
import { faultOf, workOn, type NodeWork, type NodeWorks, type Timed } from './node-work.js';

/** Beside this module, compiled and bundled alike. */
const WORKER = new URL('./bundle-worker.js', import.meta.url);

/**
 * @param jobs threads; with one, all is done on this thread
 * @param abort ends the threads, with nothing half-written left
 * @param report gets each result, in order of the bundles
 */
export async function runNodes<Kind extends keyof NodeWorks>(
  bundles: readonly Bundle[],
  work: NodeWork<Kind>,
  jobs: number,
  abort: AbortSignal,
  report: (result: NodeWorks[Kind]['result'], milliseconds: number) => void,
): Promise<void> {
  if (jobs > 1) {
    const onFault = (bundle: Bundle, fault: string): Timed<NodeWorks[Kind]['result']> =>
      faultOf(work.kind, bundle, fault);
    const tell = ({ result, milliseconds }: Timed<NodeWorks[Kind]['result']>): boolean => {
      report(result, milliseconds);
      return true;
    };
    await runOnWorkers(bundles, { module: WORKER, workerData: work, abort, onFault }, jobs, tell);
    return;
  }
  for (const bundle of bundles) {
    const { result, milliseconds } = await workOn(bundle, work);
    report(result, milliseconds);
  }
}
