/** Entry point of a worker thread: answers each bundle that it is sent with its result, and how long that took. */

import { parentPort, workerData } from 'node:worker_threads';
import { auditBundle, brokenBundle, type BundleOptions } from './audit-bundle.js';
import type { Bundle } from './bundle.js';

parentPort?.on('message', (bundle: Bundle) => {
  const start = performance.now();
  void auditBundle(bundle, workerData as BundleOptions)
    .catch((error: unknown) =>
      brokenBundle(bundle, `a fault in vppcap itself: ${error instanceof Error ? error.message : String(error)}`),
    )
    .then((result) => parentPort?.postMessage({ result, milliseconds: performance.now() - start }));
});
