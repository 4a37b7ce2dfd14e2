/** `vppcap verify <actual> <expected>` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';

interface VerifyArguments {
  actual: string;
  expected: string;
  quiet: boolean;
}

export const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: 'verify <actual> <expected>',
  describe: 'compare two captures, packet by packet, field by field',
  builder: (parser: Argv): Argv<VerifyArguments> =>
    parser
      .positional('actual', { type: 'string', demandOption: true, describe: 'capture to judge' })
      .positional('expected', { type: 'string', demandOption: true, describe: 'capture that it should equal' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print nothing but errors' })
      .example('$0 verify out.pcapng expected.pcap', 'timestamps, file format and byte order do not matter'),
  handler: async ({ actual, expected, quiet }: ArgumentsCamelCase<VerifyArguments>): Promise<void> => {
    const { verifyFiles } = await import('./verify-files.js');
    process.exitCode = await verifyFiles(actual, expected, quiet);
  },
};
