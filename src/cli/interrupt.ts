/** What happens to a command that is told to stop: nothing half-written stays behind. */

import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removePartialFiles } from '../capture/output/partial-files.js';

/** Those that end a process and can be caught; SIGXCPU comes from `ulimit -t`. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGXCPU'] as const;

const scratchFolders = new Set<string>();

/**
 * Removes temporary files however the process ends; a signal then ends it as if nobody had caught it, which shells show as
 * 128 + signal. Where there is an `end`, the first signal only calls that, for work that has no end of its own, and the next
 * one ends the process.
 *
 * A signal that is caught is heard only when the event loop turns. So what works on without a turn gives the signals back first: returns
 * how, for when nothing half-written is left.
 */
export function cleanUpOnSignals(end: ((signal: NodeJS.Signals) => void) | null = null): () => void {
  let isFirst = true;
  process.once('exit', cleanUp);
  // From `ulimit -f`: the write that it comes from fails as well, and that is told as any failure is.
  process.on('SIGXFSZ', () => undefined);
  const listen = (signal: NodeJS.Signals): void => {
    if (end !== null && isFirst) {
      isFirst = false;
      end(signal);
      return;
    }
    cleanUp();
    // process.exit() would wait for a read from a pipe that has nothing.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, listen);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listen);
  };
}

/** Ends the process as SIGPIPE would, which Node ignores: for long work of which there is nothing but words, once nobody reads them. */
export const endUnread = (): never => process.exit(128 + constants.signals.SIGPIPE);

/** A folder for files that nobody asked for. Call after `cleanUpOnSignals`: it goes when the process does. */
export function makeScratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-'));
  scratchFolders.add(folder);
  return folder;
}

/** A folder that is nothing before it has another name goes when the process does. */
export const addScratchFolder = (folder: string): void => void scratchFolders.add(folder);

export function removeScratchFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  scratchFolders.delete(folder);
}

function cleanUp(): void {
  removePartialFiles();
  for (const folder of scratchFolders) removeScratchFolder(folder);
}
