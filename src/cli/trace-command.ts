/** `vppcap trace <capture..>` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { UsageError } from './exit-codes.js';
import { REPLAY_OPTIONS, TRACE_FORMAT } from './replay-options.js';

export interface TraceArguments {
  capture: string[];
  frame: string | undefined;
  node: string | undefined;
  filter: string | undefined;
  'trace-format': string | undefined;
  config: string | undefined;
  output: string | undefined;
}

const OPTIONS = {
  frame: { type: 'string', describe: 'numbers of the frames to show, from 1 as in Wireshark, such as 7,9-12' },
  node: {
    type: 'string',
    describe: 'only packets that visited this node, or one of several, such as nat44-in2out,drop',
  },
  filter: { type: 'string', describe: 'only frames that a pcap-filter expression matches as they are received' },
  'trace-format': TRACE_FORMAT,
  config: REPLAY_OPTIONS.config,
  output: { alias: 'o', type: 'string', describe: 'file for the text (default: standard output)' },
} as const;

export const traceCommand: CommandModule<object, TraceArguments> = {
  command: 'trace <capture..>',
  describe: "print VPP's `show trace` for the frames",
  builder: (parser: Argv): Argv<TraceArguments> =>
    parser
      .positional('capture', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'pcap or pcapng file, - for standard input, or INTERFACE=FILE',
      })
      .options(
        Object.fromEntries(Object.entries(OPTIONS).map(([name, option]) => [name, { ...option, requiresArg: true }])),
      )
      .check((given: Readonly<Record<string, unknown>>) => {
        const twice = Object.keys(OPTIONS).find((name) => Array.isArray(given[name]));
        if (twice !== undefined) throw new UsageError(`--${twice} is given more than once`);
        return true;
      })
      .example('$0 trace in.pcap --frame 7,9-12', 'all frames run, these are shown')
      .example(
        "$0 trace in.pcap --node drop --filter 'host 10.1.1.3 and tcp port 80'",
        'what VPP dropped of that traffic',
      ) as unknown as Argv<TraceArguments>,
  handler: async (given: ArgumentsCamelCase<TraceArguments>): Promise<void> => {
    const { traceFiles } = await import('./trace-files.js');
    process.exitCode = await traceFiles(given);
  },
};
