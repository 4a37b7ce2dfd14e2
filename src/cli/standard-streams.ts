/** What becomes of a command whose words cannot be written. */

export function watchStandardStreams(): void {
  // A reader of words that has seen enough (`vppcap verify a b | head`) is no failure, and changes no verdict.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    void Promise.all([import('../capture/output/output-error.js'), import('./failure.js')]).then(
      ([{ outputError }, { fail }]) => {
        fail(outputError('standard output', error));
        process.exit();
      },
    );
  });
  // Complaints that nobody hears.
  process.stderr.on('error', () => undefined);
}
