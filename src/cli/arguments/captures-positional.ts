/** `<capture..>`, as every command takes it. */

import type { Argv, PositionalOptions } from 'yargs';

const CAPTURE = {
  type: 'string',
  array: true,
  demandOption: true,
  default: undefined, // or the help text says that it is [], which it may not be
  describe: 'pcap or pcapng file, - for standard input, or INTERFACE=FILE',
} as const satisfies PositionalOptions;

/** Adds it. A command that says otherwise what it takes gives its own words. */
export const captures = (parser: Argv, describe: string = CAPTURE.describe): Argv<{ capture: string[] }> =>
  parser.positional('capture', { ...CAPTURE, describe });
