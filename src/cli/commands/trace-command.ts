/** `vppcap trace <capture..>` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { capturesAndOptions } from '../arguments/captures-command-line.js';
import type { TraceArguments } from '../run/run-trace.js';
import { FIX_CHECKSUMS, RELEASE, REPLAY_OPTIONS, TRACE_FORMAT } from './replay-options.js';

const OPTIONS = {
  frame: {
    type: 'string',
    describe:
      'numbers of the frames to show, from 1 as in Wireshark, such as 7,9-12; of several captures FILE:7,9-12, or as counted over all in the order of time',
  },
  node: {
    type: 'string',
    describe: 'only packets that visited this node, or one of several, such as nat44-in2out,drop',
  },
  filter: { type: 'string', describe: 'only frames that a pcap-filter expression matches as they are received' },
  'trace-format': TRACE_FORMAT,
  config: REPLAY_OPTIONS.config,
  release: RELEASE,
  'fix-checksums': FIX_CHECKSUMS,
  output: { alias: 'o', type: 'string', describe: 'file for the text (default: standard output)' },
} as const;

export const traceCommand: CommandModule<object, TraceArguments> = {
  command: 'trace <capture..>',
  describe: "print VPP's `show trace` for the frames",
  builder: (parser: Argv): Argv<TraceArguments> =>
    capturesAndOptions<TraceArguments>(parser, OPTIONS)
      .example('$0 trace in.pcap --frame 7,9-12', 'all frames run, these are shown')
      .example(
        "$0 trace in.pcap --node drop --filter 'host 10.1.1.3 and tcp port 80'",
        'what VPP dropped of that traffic',
      ),
  handler: async (given: ArgumentsCamelCase<TraceArguments>): Promise<void> => {
    const { traceFiles } = await import('../run/run-trace.js');
    process.exitCode = await traceFiles(given);
  },
};
