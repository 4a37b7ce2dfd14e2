#!/usr/bin/env node
/** The `vppcap` command: hands the arguments to a command and turns errors into words and exit codes. */

import { quickReplay } from './quick-replay.js';

// A reader of words that has seen enough (`vppcap verify a b | head`) is no failure, and changes no verdict.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  void Promise.all([import('../capture/output-error.js'), import('./failure.js')]).then(
    ([{ outputError }, { fail }]) => {
      fail(outputError('standard output', error));
      process.exit();
    },
  );
});
// Complaints that nobody hears.
process.stderr.on('error', () => undefined);

try {
  const args = process.argv.slice(2);
  const quick = quickReplay(args);
  if (quick) {
    const { replayFiles } = await import('./replay-files.js');
    process.exitCode = await replayFiles(quick);
  } else {
    const { runCommandLine } = await import('./command-line.js');
    await runCommandLine(args);
  }
} catch (error) {
  (await import('./failure.js')).fail(error);
}
