/** An error in words for the user: one line, and no stack unless it was asked for. */

import picocolors from 'picocolors';
import { outputError } from '../capture/output/output-error.js';
import { UserError } from '../capture/user-error.js';
import { ConfigError, ConfigErrors, NotModelledError } from '../pipeline/command/config-error.js';
import { hasColors } from './colors.js';
import { EXIT_INTERNAL } from '../capture/exit-codes.js';
import { complain, standardError } from './print.js';

/** Prints what went wrong and sets the exit code. VPPCAP_DEBUG=1 adds the stack. */
export function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const name = picocolors.createColors(hasColors(standardError)).red('vppcap:');
  // A script's errors start with file:line:column, which editors and terminals turn into links; nothing goes before it.
  if (error instanceof ConfigError) {
    complain(message);
    if (isUnmodelled(error)) complain(`${name} --lenient takes what is not modelled: what it touches ends in drops`);
  } else if (error instanceof UserError) complain(`${name} ${message}`);
  else complain(`${name} a fault in vppcap itself: ${message} (VPPCAP_DEBUG=1 shows where)`);
  if (process.env['VPPCAP_DEBUG'] && error instanceof Error) complain(error.stack ?? 'no stack');
  process.exitCode = error instanceof UserError ? error.exitCode : EXIT_INTERNAL;
}

/** Whether the script has a command that is not modelled. */
const isUnmodelled = (error: ConfigError): boolean =>
  (error instanceof ConfigErrors ? error.errors : [error]).some((one) => one instanceof NotModelledError);

/** Ends the process where a result cannot be written to standard output. */
export function failOutput(error: Error): never {
  fail(outputError('standard output', error));
  process.exit();
}
