/** What happens to a command that is told to stop: nothing half-written stays behind. */

import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePartialFiles } from '../capture/partial-files.js';

/** Those that end a process and can be caught; SIGXCPU comes from `ulimit -t`. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGXCPU'] as const;

const scratchFolders = new Set<string>();

/** Removes temporary files however the process ends; a signal ends it as shells expect, with 128 + signal. */
export function cleanUpOnSignals(): void {
  process.once('exit', () => {
    removePartialFiles();
    for (const folder of scratchFolders) removeScratchFolder(folder);
  });
  // From `ulimit -f`: the write that it comes from fails as well, and that is told as any failure is.
  process.on('SIGXFSZ', () => undefined);
  for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/** A folder for files that nobody asked for. Call after `cleanUpOnSignals`: it goes when the process does. */
export function makeScratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-'));
  scratchFolders.add(folder);
  return folder;
}

export function removeScratchFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  scratchFolders.delete(folder);
}
