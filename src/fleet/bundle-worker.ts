/** Entry point of a worker thread: answers each bundle that it is sent with its result, and how long that took; ends where it is sent null. */

import { parentPort, workerData } from 'node:worker_threads';
import { removePartialFiles } from '../capture/output/partial-files.js';
import type { Bundle } from './bundle.js';
import { workOn, type NodeWork } from './node-work.js';

parentPort?.on('message', (bundle: Bundle | null) => {
  if (bundle === null) {
    removePartialFiles();
    process.exit();
  }
  void workOn(bundle, workerData as NodeWork).then((timed) => parentPort?.postMessage(timed));
});
