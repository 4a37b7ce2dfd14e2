/** What `vppcap verify-trace` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { CONFIG_FILE, PACKETS, RELEASE, TRACE_TEXT } from './shared-options.js';

export const VERIFY_TRACE = {
  name: 'verify-trace',
  describe: 'replay the packets of a VPP packet trace and compare, node by node, with what the trace says',
  positionals: { trace: TRACE_TEXT },
  options: {
    config: CONFIG_FILE,
    release: RELEASE,
    packets: PACKETS,
    json: { type: 'flag', describe: 'the judgement as JSON' },
    quiet: { type: 'flag', alias: 'q', describe: 'print only what decides otherwise' },
  },
  examples: [
    [
      'vppcap verify-trace show-trace.txt -c node.vpp',
      'exits with 1 where a node decides otherwise, with 3 where nothing can be judged',
    ],
  ],
} as const satisfies CommandTable;

export type VerifyTraceArguments = Given<typeof VERIFY_TRACE>;
