/** What `vppcap new-case` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { CAPTURES, CONFIG_FILE, FIX_CHECKSUMS, RELEASE } from './shared-options.js';

export const NEW_CASE = {
  name: 'new-case',
  describe: 'draft a case for the regression suite from captures and a configuration',
  positionals: { capture: { ...CAPTURES, describe: 'pcap or pcapng file, or INTERFACE=FILE' } },
  options: {
    config: CONFIG_FILE,
    release: RELEASE,
    output: {
      type: 'text',
      alias: 'o',
      describe: "folder to make (default: expectations/ and the capture's name)",
    },
    expectSent: {
      type: 'flag',
      describe: 'expect what the captures, of both directions, say that the node sent, not what vppcap makes of them',
    },
    fixChecksums: FIX_CHECKSUMS,
    title: { type: 'text', describe: 'what the case is about' },
  },
  examples: [
    [
      'vppcap new-case in.pcap -c node.vpp',
      'makes expectations/in/ with case.yaml, copies of both files and what leaves',
    ],
  ],
} as const satisfies CommandTable;

export type NewCaseArguments = Given<typeof NEW_CASE>;
