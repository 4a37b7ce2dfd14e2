/** What `vppcap audit` takes. */

import { flag, text, type CommandTable, type Given } from '../option-table.js';
import {
  BUNDLES,
  CHANGES,
  JOBS,
  NODE,
  REPORTER,
  REPORT_PAGE,
  RESULTS,
  RUNNING_NODE,
  SHARD,
  TABLES,
  TIMINGS,
} from './shared-options.js';

export const AUDIT = {
  name: 'audit',
  describe: 'is what the node sent what it should have sent? Of captures that have what arrived and what was sent',
  positionals: { capture: BUNDLES },
  options: {
    ...RUNNING_NODE,
    vectors: text(
      'which frames came together, as a file with [[first, last], ...] (of those that arrived, from 0), or how close, such as 50us (default: found where single frames do not explain what was sent)',
    ),
    changes: CHANGES,
    filter: text(
      'only what differs of frames that a pcap-filter expression matches as they are received; the others run, too',
    ),
    wholeNode: flag(
      'the captures are of all interfaces of the node, also of those that they have no frame of: what should have left there is missing',
    ),
    output: text('pcapng of what is not as expected, both sides of it, with comments', { alias: 'o' }),
    report: REPORT_PAGE,
    tables: { ...TABLES, describe: `${TABLES.describe}: differences, runs` },
    node: NODE,
    shard: { ...SHARD, describe: `of folders: ${SHARD.describe}` },
    timings: TIMINGS,
    results: RESULTS,
    reporter: REPORTER,
    jobs: JOBS,
    json: flag('the report as JSON'),
    quiet: flag('print nothing but errors', { alias: 'q' }),
  },
  examples: [
    [
      'vppcap audit rxtx.pcap -c node.vpp --state show.txt',
      "VPP's `pcap trace rx tx`, and its show commands before that",
    ],
    ['vppcap audit fleet/*/ --reporter junit=fleet.xml', 'a folder for each node: captures, node.vpp, show.txt'],
    ['vppcap audit tap2=pod.pcap GigabitEthernet0/8/0=uplink.pcap', 'tcpdump of both interfaces, merged by timestamp'],
  ],
} as const satisfies CommandTable;

export type AuditArguments = Given<typeof AUDIT>;
