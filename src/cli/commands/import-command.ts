/** `vppcap import [trace]` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import type { ImportArguments } from '../run/run-import.js';

export const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import [trace]',
  describe: 'make a regression case of a VPP packet trace',
  builder: (parser: Argv): Argv<ImportArguments> =>
    parser
      .positional('trace', {
        type: 'string',
        default: '-',
        describe:
          'text with the output of show trace, as mails, trackers, terminals and logs have it; - for standard input',
      })
      .option('output', {
        alias: 'o',
        type: 'string',
        requiresArg: true,
        describe: 'folder of the case (default: none, only tell what the trace shows)',
      })
      .option('packets', {
        type: 'string',
        requiresArg: true,
        describe: 'only these packets, counted from 1 in the order of the text: 1-3,7',
      })
      .option('json', { type: 'boolean', default: false, describe: 'what the trace shows as JSON' })
      .example('$0 import show-trace.txt -o case/', 'captures, node.vpp and case.yaml'),
  handler: async (given: ArgumentsCamelCase<ImportArguments>): Promise<void> => {
    const { importFiles } = await import('../run/run-import.js');
    process.exitCode = await importFiles(given);
  },
};
