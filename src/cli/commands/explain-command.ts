/** `vppcap explain <capture..> --frame N` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { captures } from '../arguments/captures-positional.js';
import type { ExplainArguments } from '../run/run-explain.js';
import { FIX_CHECKSUMS, RELEASE } from './replay-options.js';

export const explainCommand: CommandModule<object, ExplainArguments> = {
  command: 'explain <capture..>',
  describe: 'tell in plain words what happens to a frame, and why',
  builder: (parser: Argv): Argv<ExplainArguments> =>
    captures(parser)
      .option('frame', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe:
          'number of the frame, from 1 as in Wireshark; of several captures FILE:NUMBER, or as counted over all in the order of time',
      })
      .option('config', {
        alias: 'c',
        type: 'string',
        requiresArg: true,
        describe: 'VPP CLI script of the node (default: vppcap.vpp if there is one, else the Contiv node of the guide)',
      })
      .option('release', { ...RELEASE, requiresArg: true })
      .option('fix-checksums', { ...FIX_CHECKSUMS, default: false })
      .option('json', { type: 'boolean', default: false, describe: 'the explanation as JSON' })
      .example('$0 explain in.pcap --frame 7', 'rules, sessions, routes and ports, with their configuration lines'),
  handler: async (given: ArgumentsCamelCase<ExplainArguments>): Promise<void> => {
    const { explainFiles } = await import('../run/run-explain.js');
    process.exitCode = await explainFiles(given);
  },
};
