/** What `vppcap config` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { RELEASE } from './shared-options.js';

export const CONFIG = {
  name: 'config',
  describe: 'check a node configuration and show what it builds',
  positionals: {
    script: {
      type: 'text',
      describe: 'VPP CLI script (vppcap.vpp if there is one, else the built-in Contiv node)',
    },
  },
  options: {
    release: RELEASE,
    verbose: {
      type: 'flag',
      alias: 'v',
      describe: 'also the commands without effect on packets, and lines that are no commands',
    },
    json: { type: 'flag', describe: 'print the node as JSON' },
  },
  examples: [['vppcap config node.vpp', 'exits with 2 and every error with file:line:column, if there are any']],
} as const satisfies CommandTable;

export type ConfigArguments = Given<typeof CONFIG>;
