/** What `vppcap replay` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { fieldNames } from './completion-values.js';
import {
  CAPTURES,
  CONFIG_FILE,
  FIX_CHECKSUMS,
  GENERATOR_DRAWS,
  RELEASE,
  STATE,
  TRACE_FORMAT,
} from './shared-options.js';

export const REPLAY = {
  name: 'replay',
  describe: 'run captures through the pipeline, write what leaves',
  positionals: { capture: CAPTURES },
  options: {
    output: {
      type: 'text',
      alias: 'o',
      describe: 'where to write what leaves: .pcap, .pcapng, a folder/ (one pcap per interface), - for standard output',
    },
    config: CONFIG_FILE,
    release: RELEASE,
    state: STATE,
    generatorDraws: GENERATOR_DRAWS,
    drops: { type: 'text', describe: 'pcapng for the frames that did not leave, with the reason' },
    both: { type: 'flag', describe: 'with -o x.pcapng: each received frame as well, before what became of it' },
    coverage: { type: 'flag', describe: 'which ACL rules, NAT mappings, routes and neighbours were exercised' },
    verdicts: { type: 'text', describe: 'JSON lines: what became of each frame' },
    trace: { type: 'text', describe: "VPP's `show trace` of each frame, - for standard output" },
    traceFormat: TRACE_FORMAT,
    expect: { type: 'text', describe: 'capture, or folder with one per interface, that the output should equal' },
    ignore: {
      type: 'list',
      describe:
        'with --expect: what is not compared, as for `verify`: ip4.id,eth.src; interface (its name); link (headers before IP)',
      values: fieldNames,
    },
    map: {
      type: 'list',
      describe: 'with --expect: an interface and its name in the expected captures: GigabitEthernet0/8/0=ens3',
    },
    workers: {
      type: 'text',
      describe: 'threads to use (default: as many as there are cores); what comes out is the same',
    },
    fixChecksums: FIX_CHECKSUMS,
    quiet: {
      type: 'flag',
      alias: 'q',
      describe: 'no summary and no differences: only what --coverage or --json asks for',
    },
    json: { type: 'flag', describe: 'the summary as JSON' },
  },
  examples: [
    ['vppcap replay in.pcap -o out.pcapng', 'interfaces by if_name or MAC; what the node sent is left out'],
    ['vppcap replay tap2=pod.pcap GigabitEthernet0/8/0=uplink.pcap -o out/', 'merged by timestamp'],
    ['vppcap replay in.pcap -o out/ --expect expected/', 'compared interface by interface'],
  ],
} as const satisfies CommandTable;

export type ReplayArguments = Given<typeof REPLAY>;
