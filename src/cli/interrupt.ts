/** What happens to a command that is told to stop: nothing half-written stays behind. */

import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { removePartialFiles } from '../capture/output-file.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes temporary files, and `folder` if there is one, on a signal that ends the process; exits as shells expect, with 128 + signal. */
export function cleanUpOnSignals(folder: string | null = null): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      removePartialFiles();
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      process.exit(128 + constants.signals[signal]);
    });
  }
}
