/** `vppcap new-case <capture..>` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { captures } from '../arguments/captures-positional.js';
import type { NewCaseArguments } from '../run/run-new-case.js';
import { FIX_CHECKSUMS, RELEASE } from './replay-options.js';

export const newCaseCommand: CommandModule<object, NewCaseArguments> = {
  command: 'new-case <capture..>',
  describe: 'draft a case for the regression suite from captures and a configuration',
  builder: (parser: Argv): Argv<NewCaseArguments> =>
    captures(parser, 'pcap or pcapng file, or INTERFACE=FILE')
      .option('config', {
        alias: 'c',
        type: 'string',
        requiresArg: true,
        describe: 'VPP CLI script of the node (default: vppcap.vpp if there is one, else the Contiv node of the guide)',
      })
      .option('release', { ...RELEASE, requiresArg: true })
      .option('output', {
        alias: 'o',
        type: 'string',
        requiresArg: true,
        describe: "folder to make (default: expectations/ and the capture's name)",
      })
      .option('expect-sent', {
        type: 'boolean',
        default: false,
        describe: 'expect what the captures, of both directions, say that the node sent, not what vppcap makes of them',
      })
      .option('fix-checksums', { ...FIX_CHECKSUMS, default: false })
      .option('title', { type: 'string', requiresArg: true, describe: 'what the case is about' })
      .example(
        '$0 new-case in.pcap -c node.vpp',
        'makes expectations/in/ with case.yaml, copies of both files and what leaves',
      ),
  handler: async (given: ArgumentsCamelCase<NewCaseArguments>): Promise<void> => {
    const { draftCase } = await import('../run/run-new-case.js');
    process.exitCode = await draftCase(given);
  },
};
