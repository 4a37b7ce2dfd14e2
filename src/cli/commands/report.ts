/** What `vppcap report` takes. */

import { flag, text, type CommandTable, type Given } from '../option-table.js';
import {
  BUNDLES,
  CHANGING_NODE,
  FIX_CHECKSUMS,
  JOBS,
  NODE,
  RESULTS,
  SHARD,
  TABLES,
  TIMINGS,
} from './shared-options.js';

export const REPORT = {
  name: 'report',
  describe: 'one page to look at: what happened in the node, by graph, time, flow, drop and configuration line',
  positionals: { capture: BUNDLES },
  options: {
    output: text(
      'the page, an .html that needs nothing else; of folders a folder for theirs, or --results, of which `vppcap merge` makes it',
      { alias: 'o' },
    ),
    ...CHANGING_NODE,
    fixChecksums: FIX_CHECKSUMS,
    tables: { ...TABLES, describe: `${TABLES.describe}, as of \`replay\`; of folders also runs` },
    node: NODE,
    shard: { ...SHARD, describe: `of folders: ${SHARD.describe}` },
    timings: TIMINGS,
    results: RESULTS,
    jobs: { ...JOBS, describe: `of folders: ${JOBS.describe}` },
    quiet: flag('print nothing but errors', { alias: 'q' }),
  },
  examples: [
    ['vppcap report in.pcap -c node.vpp -o report.html', 'open it in a browser'],
    ['vppcap report fleet/*/ -o pages', 'pages/index.html of all nodes, and a page of each'],
  ],
} as const satisfies CommandTable;

export type ReportArguments = Given<typeof REPORT>;
