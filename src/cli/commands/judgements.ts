/** What the commands take that judge: captures, traces, and the cases of a suite. */

import { flag, list, text, type CommandTable, type Given } from '../option-table.js';
import { fieldNames, maskNames } from './completion-values.js';
import {
  CAPTURES,
  CHANGES,
  CONFIG_FILE,
  FIX_CHECKSUMS,
  JOBS,
  LENIENT,
  PACKETS,
  RELEASE,
  REPORTER,
  RESULTS,
  SCRIPT,
  SHARD,
  STATE,
  TIMINGS,
  TRACE_TEXT,
} from './shared-options.js';

export const VERIFY = {
  name: 'verify',
  describe: 'compare two captures, packet by packet, field by field',
  positionals: {
    actual: text('capture to judge, or a folder with one per interface', { isRequired: true }),
    expected: text('what it should equal', { isRequired: true }),
  },
  options: {
    order: text('the order to keep on each interface (default: flow where there are several interfaces, else strict)', {
      choices: ['strict', 'flow', 'any'],
    }),
    contains: flag('packets beyond the expected ones are no difference'),
    unique: flag('packets that repeat an earlier one do not count'),
    ignore: list(
      'what is not compared: ip4.id,eth.src or tap2:ip4.ttl (on tap2 only) or payload@0-3; interface (its name); link (headers before IP)',
      { values: fieldNames },
    ),
    mask: list('bits of a field that are compared: ip4.src=255.255.255.0', { values: maskNames }),
    map: list('interfaces to compare with each other, as named by <actual> and by <expected>: eth0=ens3'),
    natPorts: text('whether ports that NAT44 draws may be others, one to one (default: bind)', {
      choices: ['bind', 'exact'],
    }),
    natPool: list(
      'addresses whose ports NAT44 draws: 192.168.16.1 or 192.168.16.1-192.168.16.9 (default: those of the node)',
    ),
    config: {
      ...CONFIG_FILE,
      describe: 'VPP CLI script of the node whose NAT pool counts (default: as for replay)',
    },
    release: RELEASE,
    lenient: LENIENT,
    timeTolerance: text('compare timestamps too, and allow for so many seconds'),
    comparePadding: flag('compare the bytes that fill short Ethernet frames'),
    json: flag('print the report as JSON'),
    quiet: flag('print nothing but errors', { alias: 'q' }),
  },
  examples: [
    ['vppcap verify out.pcapng expected.pcap', 'timestamps, file format and byte order do not matter'],
    ['vppcap verify out/ expected/ --ignore ip4.id', 'a folder of captures, and a field that may differ'],
  ],
} as const satisfies CommandTable;

export type VerifyArguments = Given<typeof VERIFY>;

export const VERIFY_TRACE = {
  name: 'verify-trace',
  describe: 'replay the packets of a VPP packet trace and compare, node by node, with what the trace says',
  positionals: { trace: TRACE_TEXT },
  options: {
    ...SCRIPT,
    packets: PACKETS,
    json: flag('the judgement as JSON'),
    quiet: flag('print only what decides otherwise', { alias: 'q' }),
  },
  examples: [
    [
      'vppcap verify-trace show-trace.txt -c node.vpp',
      'exits with 1 where a node decides otherwise, with 3 where nothing can be judged',
    ],
  ],
} as const satisfies CommandTable;

export type VerifyTraceArguments = Given<typeof VERIFY_TRACE>;

export const TEST = {
  name: 'test',
  describe: 'run the regression suite: every folder with a case.yaml',
  positionals: { dir: list('folders of cases', { default: ['expectations'] }) },
  options: {
    filter: list('only cases with this in their name, or that match this /expression/', { default: [] }),
    shard: SHARD,
    timings: TIMINGS,
    results: RESULTS,
    jobs: JOBS,
    bail: flag('stop at the first case that does not pass'),
    watch: flag('stay, and run cases again when their files change'),
    release: { ...RELEASE, describe: 'VPP release of all nodes (default: as each case or its script says)' },
    reporter: REPORTER,
    report: text('page of the cases and their frames, an .html: short for --reporter html=FILE'),
    coverage: flag('which ACL rules, NAT mappings, routes and neighbours the cases exercised, by configuration'),
    quiet: flag('only what --reporter and --coverage ask for', { alias: 'q' }),
    accept: flag('make what comes out of failing cases their expectation'),
    shrink: text(
      'folder for small copies of failing cases: the few frames for which the first difference is still there',
    ),
    acceptInCi: flag('let --accept work where CI is set'),
    allowOutside: list('folder, beyond their own, in which cases may name files', { default: [] }),
  },
  examples: [
    ['vppcap test --filter nat --bail', 'stops at the first failure of the cases about NAT'],
    ['vppcap test --reporter junit=report.xml --reporter github', 'for GitHub Actions'],
  ],
} as const satisfies CommandTable;

export type TestArguments = Given<typeof TEST>;

export const NEW_CASE = {
  name: 'new-case',
  describe: 'draft a case for the regression suite from captures and a configuration',
  positionals: { capture: { ...CAPTURES, describe: 'pcap or pcapng file, or INTERFACE=FILE' } },
  options: {
    ...SCRIPT,
    output: text("folder to make (default: expectations/ and the capture's name)", { alias: 'o' }),
    expectSent: flag(
      'expect what the captures, of both directions, say that the node sent, not what vppcap makes of them',
    ),
    audit: flag(
      'of captures of both directions: expect what the node sent, judged as `audit` does it, with what has to be assumed',
    ),
    state: { ...STATE, describe: `with --audit: ${STATE.describe}` },
    changes: { ...CHANGES, describe: `with --audit: ${CHANGES.describe}` },
    vectors: text('with --audit: which frames came together, as for `audit`'),
    fixChecksums: FIX_CHECKSUMS,
    filter: text(
      'only frames that a pcap-filter expression matches are of the case; with --audit all run, and only these are judged',
    ),
    title: text('what the case is about'),
  },
  examples: [
    [
      'vppcap new-case in.pcap -c node.vpp',
      'makes expectations/in/ with case.yaml, copies of both files and what leaves',
    ],
    ['vppcap new-case --audit rxtx.pcap -c node.vpp --state show.txt', 'what the node sent is what is expected'],
  ],
} as const satisfies CommandTable;

export type NewCaseArguments = Given<typeof NEW_CASE>;

export const IMPORT = {
  name: 'import',
  describe: 'make a regression case of a VPP packet trace',
  positionals: { trace: TRACE_TEXT },
  options: {
    output: text('folder of the case (default: none, only tell what the trace shows)', { alias: 'o' }),
    packets: PACKETS,
    json: flag('what the trace shows as JSON'),
  },
  examples: [['vppcap import show-trace.txt -o case/', 'captures, node.vpp and case.yaml']],
} as const satisfies CommandTable;

export type ImportArguments = Given<typeof IMPORT>;
