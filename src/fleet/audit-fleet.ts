/** Audits a fleet: every node's folder, on all cores. */

import { runOnWorkers } from '../workers/task-pool.js';
import { auditBundle, brokenBundle, type BundleOptions, type BundleResult } from './audit-bundle.js';
import type { Bundle } from './bundle.js';

export interface FleetOptions extends BundleOptions {
  /** Threads. With one, bundles are audited on this thread. */
  readonly jobs: number;
}

interface Timed {
  readonly result: BundleResult;
  readonly milliseconds: number;
}

/** Beside this module, compiled and bundled alike. */
const WORKER = new URL('./bundle-worker.js', import.meta.url);

/** @param report gets each result, in order of the bundles */
export async function auditFleet(
  bundles: readonly Bundle[],
  { jobs, ...options }: FleetOptions,
  report: (result: BundleResult, milliseconds: number) => void,
): Promise<void> {
  if (jobs > 1 && bundles.length > 1) {
    const onFault = (bundle: Bundle, fault: string): Timed => ({
      result: brokenBundle(bundle, `a fault in vppcap itself: ${fault}`),
      milliseconds: 0,
    });
    await runOnWorkers<Bundle, Timed>(
      bundles,
      { module: WORKER, workerData: options, onFault },
      jobs,
      ({ result, milliseconds }) => {
        report(result, milliseconds);
        return true;
      },
    );
    return;
  }
  for (const bundle of bundles) {
    const start = performance.now();
    report(await auditBundle(bundle, options), performance.now() - start);
  }
}
