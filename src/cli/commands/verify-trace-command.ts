/** `vppcap verify-trace [trace]` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import type { VerifyTraceArguments } from '../run/run-verify-trace.js';
import { RELEASE } from './replay-options.js';

export const verifyTraceCommand: CommandModule<object, VerifyTraceArguments> = {
  command: 'verify-trace [trace]',
  describe: 'replay the packets of a VPP packet trace and compare, node by node, with what the trace says',
  builder: (parser: Argv): Argv<VerifyTraceArguments> =>
    parser
      .positional('trace', {
        type: 'string',
        default: '-',
        describe:
          'text with the output of show trace, as mails, trackers, terminals and logs have it; - for standard input',
      })
      .option('config', {
        alias: 'c',
        type: 'string',
        requiresArg: true,
        describe: 'VPP CLI script of the node (default: vppcap.vpp if there is one, else the Contiv node of the guide)',
      })
      .option('release', { ...RELEASE, requiresArg: true })
      .option('packets', {
        type: 'string',
        requiresArg: true,
        describe: 'only these packets, counted from 1 in the order of the text: 1-3,7',
      })
      .option('json', { type: 'boolean', default: false, describe: 'the judgement as JSON' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'print only what decides otherwise' })
      .example(
        '$0 verify-trace show-trace.txt -c node.vpp',
        'exits with 1 where a node decides otherwise, with 3 where nothing can be judged',
      ),
  handler: async (given: ArgumentsCamelCase<VerifyTraceArguments>): Promise<void> => {
    const { verifyTraceFiles } = await import('../run/run-verify-trace.js');
    process.exitCode = verifyTraceFiles(given);
  },
};
