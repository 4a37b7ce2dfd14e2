/** `vppcap replay <capture..>` */

import type { ArgumentsCamelCase, Argv, CommandModule, Options } from 'yargs';
import { UsageError } from './exit-codes.js';
import { REPLAY_OPTIONS, type ReplayArguments } from './replay-options.js';

/** As yargs wants them: an option that takes a value insists on it, a flag that is not given is false. */
const yargsOptions = Object.fromEntries(
  Object.entries(REPLAY_OPTIONS).map(([name, option]): [string, Options] => [
    name,
    option.type === 'string' ? { ...option, requiresArg: true } : { ...option, default: false },
  ]),
);

export const replayCommand: CommandModule<object, ReplayArguments> = {
  command: 'replay <capture..>',
  describe: 'run captures through the pipeline, write what leaves',
  builder: (parser: Argv): Argv<ReplayArguments> =>
    parser
      .positional('capture', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'pcap or pcapng file, - for standard input, or INTERFACE=FILE',
      })
      .options(yargsOptions)
      .check((given: Readonly<Record<string, unknown>>) => {
        const twice = Object.keys(REPLAY_OPTIONS).find((name) => Array.isArray(given[name]));
        if (twice !== undefined) throw new UsageError(`--${twice} is given more than once`);
        return true;
      })
      .example('$0 replay in.pcap -o out.pcapng', 'interfaces by if_name or by destination MAC')
      .example(
        '$0 replay tap2=pod.pcap GigabitEthernet0/8/0=uplink.pcap -o out/',
        'merged by timestamp',
      ) as unknown as Argv<ReplayArguments>,
  handler: async (given: ArgumentsCamelCase<ReplayArguments>): Promise<void> => {
    const { replayFiles } = await import('./replay-files.js');
    process.exitCode = await replayFiles(given);
  },
};
