/** What `vppcap capture` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { deviceNames } from './completion-values.js';
import { FIX_CHECKSUMS, GENERATOR_DRAWS, RELEASE, STATE } from './shared-options.js';

export const CAPTURE = {
  name: 'capture',
  describe: 'record live traffic, or run the pipeline on it',
  positionals: {},
  options: {
    interface: {
      type: 'text',
      alias: 'i',
      isRequired: true,
      describe: 'interface to record, or INTERFACE=NAME where it stands for one of the node',
      values: deviceNames,
    },
    output: {
      type: 'text',
      alias: 'o',
      describe: 'where to write to: .pcap, .pcapng, - for standard output; with --replay, what leaves',
    },
    filter: { type: 'text', alias: 'f', describe: 'record what this filter takes (man pcap-filter)' },
    snaplen: { type: 'text', describe: 'bytes to keep of a frame (65535)' },
    count: { type: 'text', describe: 'end after so many frames' },
    duration: { type: 'text', describe: 'end after so long: 90s, 15m, 2h' },
    ring: { type: 'text', describe: 'keep the last files of a size: 10x100MB' },
    replay: { type: 'flag', describe: 'run the pipeline on what arrives' },
    config: { type: 'text', alias: 'c', describe: '--replay: VPP CLI script of the node' },
    release: { ...RELEASE, describe: `--replay: ${RELEASE.describe}` },
    state: { ...STATE, describe: `--replay: ${STATE.describe}` },
    generatorDraws: { ...GENERATOR_DRAWS, describe: `--replay: ${GENERATOR_DRAWS.describe}` },
    drops: { type: 'text', describe: '--replay: pcapng for the frames that did not leave' },
    verdicts: { type: 'text', describe: '--replay: JSON lines, what became of each frame' },
    fixChecksums: { ...FIX_CHECKSUMS, describe: `--replay: ${FIX_CHECKSUMS.describe}` },
    quiet: { type: 'flag', alias: 'q', describe: 'no summary' },
    json: { type: 'flag', describe: 'the summary as JSON' },
  },
  examples: [
    ["vppcap capture -i eth0 -o x.pcap -f 'tcp port 80'", 'until Ctrl-C'],
    ['vppcap capture -i eth0 -o x.pcap --ring 10x100MB', 'the last gigabyte'],
    [
      'vppcap capture -i GigabitEthernet0/8/0=eth0 --replay -c node.vpp -o out.pcapng',
      'what the node would do with it',
    ],
  ],
} as const satisfies CommandTable;

export type CaptureArguments = Given<typeof CAPTURE>;
