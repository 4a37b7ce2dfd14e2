/** `vppcap verify <actual> <expected>` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import type { VerifyArguments } from './verify-options.js';
import { VERIFY_OPTIONS } from './verify-options.js';

export const verifyCommand: CommandModule<object, VerifyArguments> = {
  command: 'verify <actual> <expected>',
  describe: 'compare two captures, packet by packet, field by field',
  builder: (parser: Argv): Argv<VerifyArguments> =>
    parser
      .positional('actual', {
        type: 'string',
        demandOption: true,
        describe: 'capture to judge, or a folder with one per interface',
      })
      .positional('expected', { type: 'string', demandOption: true, describe: 'what it should equal' })
      .options(VERIFY_OPTIONS)
      .example('$0 verify out.pcapng expected.pcap', 'timestamps, file format and byte order do not matter')
      .example(
        '$0 verify out/ expected/ --ignore ip4.id',
        'a folder of captures, and a field that may differ',
      ) as unknown as Argv<VerifyArguments>,
  handler: async (given: ArgumentsCamelCase<VerifyArguments>): Promise<void> => {
    const { verifyFiles } = await import('../run/run-verify.js');
    process.exitCode = await verifyFiles(given);
  },
};
