/** `vppcap replay <capture..>` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { capturesAndOptions } from '../arguments/captures-command-line.js';
import { REPLAY_OPTIONS, type ReplayArguments } from './replay-options.js';

export const replayCommand: CommandModule<object, ReplayArguments> = {
  command: 'replay <capture..>',
  describe: 'run captures through the pipeline, write what leaves',
  builder: (parser: Argv): Argv<ReplayArguments> =>
    capturesAndOptions<ReplayArguments>(parser, REPLAY_OPTIONS)
      .example('$0 replay in.pcap -o out.pcapng', 'interfaces by if_name or MAC; what the node sent is left out')
      .example('$0 replay tap2=pod.pcap GigabitEthernet0/8/0=uplink.pcap -o out/', 'merged by timestamp')
      .example('$0 replay in.pcap -o out/ --expect expected/', 'compared interface by interface'),
  handler: async (given: ArgumentsCamelCase<ReplayArguments>): Promise<void> => {
    const { replayFiles } = await import('../run/run-replay.js');
    process.exitCode = await replayFiles(given);
  },
};
