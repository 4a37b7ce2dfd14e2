/**
 * Packs the compiled command and the library into dist/bin: one file per entry point instead of 180 modules, whose loading takes longer
 * than the replay of a small capture. Packages from npm stay where they are.
 */

import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const OUT = 'dist/bin';

rmSync(OUT, { recursive: true, force: true });
await build({
  entryPoints: {
    vppcap: 'dist/src/cli/main.js',
    index: 'dist/src/index.js', // the library
    'batch-thread': 'dist/src/workers/batch-thread.js',
    'case-worker': 'dist/src/regression/case-worker.js', // a worker thread's
    recorder: 'dist/src/capture/live/recorder.js', // a process of its own
  },
  outdir: OUT,
  bundle: true,
  splitting: true, // what a command does not need is not loaded
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: false,
  minifySyntax: true, // inlines numeric constants across modules
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
});
chmodSync(`${OUT}/vppcap.js`, 0o755);
