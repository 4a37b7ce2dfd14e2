/** `vppcap capture -i <interface>` */

import type { ArgumentsCamelCase, Argv, CommandModule, Options } from 'yargs';
import type { CaptureArguments } from './capture-options.js';
import { FIX_CHECKSUMS, RELEASE } from './replay-options.js';

const OPTIONS = {
  interface: {
    alias: 'i',
    type: 'string',
    demandOption: true,
    requiresArg: true,
    describe: 'interface to record, or INTERFACE=NAME where it stands for one of the node',
  },
  output: {
    alias: 'o',
    type: 'string',
    requiresArg: true,
    describe: 'where to write to: .pcap, .pcapng, - for standard output; with --replay, what leaves',
  },
  filter: {
    alias: 'f',
    type: 'string',
    requiresArg: true,
    describe: 'record what this filter takes (man pcap-filter)',
  },
  snaplen: { type: 'string', requiresArg: true, describe: 'bytes to keep of a frame (65535)' },
  count: { type: 'string', requiresArg: true, describe: 'end after so many frames' },
  duration: { type: 'string', requiresArg: true, describe: 'end after so long: 90s, 15m, 2h' },
  ring: { type: 'string', requiresArg: true, describe: 'keep the last files of a size: 10x100MB' },
  replay: { type: 'boolean', default: false, describe: 'run the pipeline on what arrives' },
  config: { alias: 'c', type: 'string', requiresArg: true, describe: '--replay: VPP CLI script of the node' },
  release: { ...RELEASE, requiresArg: true, describe: `--replay: ${RELEASE.describe}` },
  drops: { type: 'string', requiresArg: true, describe: '--replay: pcapng for the frames that did not leave' },
  verdicts: { type: 'string', requiresArg: true, describe: '--replay: JSON lines, what became of each frame' },
  'fix-checksums': { ...FIX_CHECKSUMS, default: false, describe: `--replay: ${FIX_CHECKSUMS.describe}` },
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'no summary' },
  json: { type: 'boolean', default: false, describe: 'the summary as JSON' },
} as const satisfies Readonly<Record<keyof CaptureArguments, Options>>;

export const captureCommand: CommandModule<object, CaptureArguments> = {
  command: 'capture',
  describe: 'record live traffic, or run the pipeline on it',
  builder: (parser: Argv): Argv<CaptureArguments> =>
    parser
      .options(OPTIONS)
      .example("$0 capture -i eth0 -o x.pcap -f 'tcp port 80'", 'until Ctrl-C')
      .example('$0 capture -i eth0 -o x.pcap --ring 10x100MB', 'the last gigabyte')
      .example(
        '$0 capture -i GigabitEthernet0/8/0=eth0 --replay -c node.vpp -o out.pcapng',
        'what the node would do with it',
      ),
  handler: async (given: ArgumentsCamelCase<CaptureArguments>): Promise<void> => {
    const { captureFiles } = await import('../run/run-capture.js');
    process.exitCode = await captureFiles(given);
  },
};
