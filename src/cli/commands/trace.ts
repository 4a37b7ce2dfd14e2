/** What `vppcap trace` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { nodeNames } from './completion-values.js';
import {
  CAPTURES,
  CONFIG_FILE,
  FIX_CHECKSUMS,
  GENERATOR_DRAWS,
  RELEASE,
  STATE,
  TRACE_FORMAT,
} from './shared-options.js';

export const TRACE = {
  name: 'trace',
  describe: "print VPP's `show trace` for the frames",
  positionals: { capture: CAPTURES },
  options: {
    frame: {
      type: 'text',
      describe:
        'numbers of the frames to show, from 1 as in Wireshark, such as 7,9-12; of several captures FILE:7,9-12, or as counted over all in the order of time',
    },
    node: {
      type: 'text',
      describe: 'only packets that visited this node, or one of several, such as nat44-in2out,drop',
      values: nodeNames,
    },
    filter: { type: 'text', describe: 'only frames that a pcap-filter expression matches as they are received' },
    traceFormat: TRACE_FORMAT,
    config: CONFIG_FILE,
    release: RELEASE,
    state: STATE,
    generatorDraws: GENERATOR_DRAWS,
    fixChecksums: FIX_CHECKSUMS,
    output: { type: 'text', alias: 'o', describe: 'file for the text (default: standard output)' },
  },
  examples: [
    ['vppcap trace in.pcap --frame 7,9-12', 'all frames run, these are shown'],
    ["vppcap trace in.pcap --node drop --filter 'host 10.1.1.3 and tcp port 80'", 'what VPP dropped of that traffic'],
  ],
} as const satisfies CommandTable;

export type TraceArguments = Given<typeof TRACE>;
