/** What `vppcap import` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { PACKETS, TRACE_TEXT } from './shared-options.js';

export const IMPORT = {
  name: 'import',
  describe: 'make a regression case of a VPP packet trace',
  positionals: { trace: TRACE_TEXT },
  options: {
    output: {
      type: 'text',
      alias: 'o',
      describe: 'folder of the case (default: none, only tell what the trace shows)',
    },
    packets: PACKETS,
    json: { type: 'flag', describe: 'what the trace shows as JSON' },
  },
  examples: [['vppcap import show-trace.txt -o case/', 'captures, node.vpp and case.yaml']],
} as const satisfies CommandTable;

export type ImportArguments = Given<typeof IMPORT>;
