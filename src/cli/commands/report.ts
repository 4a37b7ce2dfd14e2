/** What `vppcap report` takes. */

import { flag, text, type CommandTable, type Given } from '../option-table.js';
import { CAPTURES, CONFIG_FILE, FIX_CHECKSUMS, GENERATOR_DRAWS, LENIENT, RELEASE, STATE } from './shared-options.js';

export const REPORT = {
  name: 'report',
  describe: 'one page to look at: what happened in the node, by graph, time, flow, drop and configuration line',
  positionals: { capture: CAPTURES },
  options: {
    output: text('the page, an .html that needs nothing else', { alias: 'o', isRequired: true }),
    config: CONFIG_FILE,
    release: RELEASE,
    lenient: LENIENT,
    state: STATE,
    generatorDraws: GENERATOR_DRAWS,
    fixChecksums: FIX_CHECKSUMS,
    quiet: flag('print nothing but errors', { alias: 'q' }),
  },
  examples: [['vppcap report in.pcap -c node.vpp -o report.html', 'open it in a browser']],
} as const satisfies CommandTable;

export type ReportArguments = Given<typeof REPORT>;
