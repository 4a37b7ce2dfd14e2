/** Entry point of a worker thread: answers each bundle that it is sent with its result, and how long that took. */

import { parentPort, workerData } from 'node:worker_threads';
import type { Bundle } from './bundle.js';
import { workOn, type NodeWork } from './node-work.js';

parentPort?.on('message', (bundle: Bundle) => {
  void workOn(bundle, workerData as NodeWork).then((timed) => parentPort?.postMessage(timed));
});
