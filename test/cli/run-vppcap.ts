/** Runs the built command as a user would. */

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's root: tests run compiled, from dist/test/cli. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'vppcap.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runVppcap(args: readonly string[], cwd = ROOT): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd });
  return { code: status, stdout, stderr };
}
