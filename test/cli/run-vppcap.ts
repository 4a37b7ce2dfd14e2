/** Runs the built command as a user would. */

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's root: tests run compiled, from dist/test/cli. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'vppcap.js');

/** The command before it is bundled. */
export const UNBUNDLED = join(dirname(MAIN), '..', 'src', 'cli', 'main.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Far longer than any run: a process that hangs is one failed test, not a test run that never ends. */
const LONGEST_MS = 180_000;

/** `env` is added to the environment. */
export function runVppcap(
  args: readonly string[],
  cwd = ROOT,
  env: Readonly<Record<string, string>> = {},
  main = MAIN,
): Outcome {
  const options = {
    encoding: 'utf8',
    cwd,
    env: { ...process.env, ...env },
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options);
  return { code: status, stdout, stderr };
}
