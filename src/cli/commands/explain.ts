/** What `vppcap explain` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { CAPTURES, CONFIG_FILE, FIX_CHECKSUMS, GENERATOR_DRAWS, RELEASE, STATE } from './shared-options.js';

export const EXPLAIN = {
  name: 'explain',
  describe: 'tell in plain words what happens to a frame, and why',
  positionals: { capture: CAPTURES },
  options: {
    frame: {
      type: 'text',
      isRequired: true,
      describe:
        'number of the frame, from 1 as in Wireshark; of several captures FILE:NUMBER, or as counted over all in the order of time',
    },
    config: CONFIG_FILE,
    release: RELEASE,
    state: STATE,
    generatorDraws: GENERATOR_DRAWS,
    fixChecksums: FIX_CHECKSUMS,
    json: { type: 'flag', describe: 'the explanation as JSON' },
  },
  examples: [['vppcap explain in.pcap --frame 7', 'rules, sessions, routes and ports, with their configuration lines']],
} as const satisfies CommandTable;

export type ExplainArguments = Given<typeof EXPLAIN>;
