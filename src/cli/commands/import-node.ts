/** What `vppcap import-node` takes. */

import { alternatives } from '../../pipeline/command/suggest.js';
import { RELEASE_NAMES } from '../../releases/names.js';
import { flag, list, text, type CommandTable, type Given } from '../option-table.js';
import { RELEASE } from './shared-options.js';

export const IMPORT_NODE = {
  name: 'import-node',
  describe: "make a node's script of what its show commands print, where it is configured by API",
  positionals: {
    show: list('text with answers of show commands, or a Contiv bug report (folder or .tgz); - for standard input', {
      isRequired: true,
    }),
  },
  options: {
    output: text('VPP CLI script to write (default: standard output)', { alias: 'o' }),
    state: text('file for the answers that tell of sessions, neighbours and the clock, as replay --state reads them'),
    node: text('node of a bug report of several'),
    release: {
      ...RELEASE,
      describe: `VPP release of the node: ${alternatives(RELEASE_NAMES)} (default: what "show version" says)`,
    },
    json: flag('what was found and what is missing as JSON'),
  },
  examples: [
    ['vppcap import-node show.txt -o node.vpp', 'says what is missing, with the command that would show it'],
    ['vppcap import-node report.tgz --node k8s-worker1 -o node.vpp --state state.txt', 'a node of a Contiv bug report'],
  ],
} as const satisfies CommandTable;

export type ImportNodeArguments = Given<typeof IMPORT_NODE>;
