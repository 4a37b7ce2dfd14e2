/** What the commands take that run captures, live traffic or nothing at all through a node. */

import { flag, list, text, type CommandTable, type Given } from '../option-table.js';
import { deviceNames, fieldNames, nodeNames } from './completion-values.js';
import {
  CAPTURES,
  CHANGING_NODE,
  FIX_CHECKSUMS,
  GENERATOR_DRAWS,
  LENIENT,
  NODE,
  RELEASE,
  REPORT_PAGE,
  STATE,
  SYNC,
  TABLES,
  TRACE_FORMAT,
} from './shared-options.js';

export const REPLAY = {
  name: 'replay',
  describe: 'run captures through the pipeline, write what leaves',
  positionals: { capture: CAPTURES },
  options: {
    output: text(
      'where to write what leaves: .pcap, .pcapng, a folder/ (one pcap per interface), - for standard output',
      { alias: 'o' },
    ),
    ...CHANGING_NODE,
    saveState: text('file for the state of the node at the end, for --state of a replay that goes on from there'),
    filter: text(
      'only frames that a pcap-filter expression matches as they are received, and what comes of them, are written; the others run, too, and count in the summary',
    ),
    flows: flag('print the flows: ends before and after NAT, interfaces, packets and bytes each way, fate'),
    max: text('with --flows: how many to show, those with drops first, then those with most packets (default: 20)'),
    sessions: flag('print the tables of sessions at the end, as VPP prints them'),
    drops: text('pcapng for the frames that did not leave, with the reason'),
    both: flag('with -o x.pcapng: each received frame as well, before what became of it'),
    comments: text('comments of a pcapng: what was decided (short, the default), or the nodes visited as well (path)', {
      choices: ['short', 'path'],
    }),
    coverage: flag('which ACL rules, NAT mappings, routes and neighbours were exercised'),
    verdicts: text('JSON lines: what became of each frame'),
    tables: { ...TABLES, describe: `${TABLES.describe}: verdicts, flows, steps, counters, coverage` },
    node: NODE,
    report: REPORT_PAGE,
    trace: text("VPP's `show trace` of each frame, - for standard output"),
    traceFormat: TRACE_FORMAT,
    expect: text('capture, or folder with one per interface, that the output should equal'),
    ignore: list(
      'with --expect: what is not compared, as for `verify`: ip4.id,eth.src; interface (its name); link (headers before IP)',
      { values: fieldNames },
    ),
    map: list('with --expect: an interface and its name in the expected captures: GigabitEthernet0/8/0=ens3'),
    vectors: text(
      'which frames came together, and run as VPP runs vectors: a file with [[first, last], ...] (frames from 0), or how close, such as 50us',
    ),
    workers: text('threads to use (default: as many as there are cores); what comes out is the same'),
    fixChecksums: FIX_CHECKSUMS,
    sync: SYNC,
    quiet: flag('no summary and no differences: only what --coverage or --json asks for', { alias: 'q' }),
    json: flag('the summary as JSON'),
  },
  examples: [
    ['vppcap replay in.pcap -o out.pcapng', 'interfaces by if_name or MAC; what the node sent is left out'],
    ['vppcap replay tap2=pod.pcap GigabitEthernet0/8/0=uplink.pcap -o out/', 'merged by timestamp'],
    ['vppcap replay in.pcap -o out/ --expect expected/', 'compared interface by interface'],
    ["vppcap replay in.pcap --flows --filter 'host 10.1.1.3'", 'what became of the flows of a pod'],
  ],
} as const satisfies CommandTable;

export type ReplayArguments = Given<typeof REPLAY>;

export const TRACE = {
  name: 'trace',
  describe: "print VPP's `show trace` for the frames",
  positionals: { capture: CAPTURES },
  options: {
    frame: text(
      'numbers of the frames to show, from 1 as in Wireshark, such as 7,9-12; of several captures FILE:7,9-12, or as counted over all in the order of time',
    ),
    node: text('only packets that visited this node, or one of several, such as nat44-in2out,drop', {
      values: nodeNames,
    }),
    filter: text('only frames that a pcap-filter expression matches as they are received'),
    paths: flag(
      'no traces: the distinct paths through the nodes with their counts, as `show trace paths` of VPP has them',
    ),
    max: text('with --paths: how many to show, those with most packets (default: 10)'),
    traceFormat: TRACE_FORMAT,
    ...CHANGING_NODE,
    fixChecksums: FIX_CHECKSUMS,
    output: text('file for the text (default: standard output)', { alias: 'o' }),
  },
  examples: [
    ['vppcap trace in.pcap --frame 7,9-12', 'all frames run, these are shown'],
    ["vppcap trace in.pcap --node drop --filter 'host 10.1.1.3 and tcp port 80'", 'what VPP dropped of that traffic'],
    ['vppcap trace in.pcap --paths', 'which ways packets take through the graph, and how many'],
  ],
} as const satisfies CommandTable;

export type TraceArguments = Given<typeof TRACE>;

export const EXPLAIN = {
  name: 'explain',
  describe: 'tell in plain words what happens to a frame or a flow, and why; or why frames are dropped',
  positionals: { capture: CAPTURES },
  options: {
    frame: text(
      'number of the frame, from 1 as in Wireshark; of several captures FILE:NUMBER, or as counted over all in the order of time',
    ),
    flow: text(
      'ADDRESS:PORT of an end of the flow, before or after NAT, or an address: its first packet each way, and what became of the others',
    ),
    drops: flag(
      'each cause of drops once: how many, the story of the first frame, and what would have to be otherwise',
    ),
    filter: text(
      'with --flow and --drops: only frames that a pcap-filter expression matches as they are received; the others run, and are not told about',
    ),
    ...CHANGING_NODE,
    fixChecksums: FIX_CHECKSUMS,
    json: flag('the explanation as JSON'),
  },
  examples: [
    ['vppcap explain in.pcap --frame 7', 'rules, sessions, routes and ports, with their configuration lines'],
    ['vppcap explain in.pcap --flow 10.1.1.3:41084', 'its first packet each way, and what became of the others'],
    ['vppcap explain in.pcap --drops', 'why frames were dropped, and what would have to be otherwise'],
  ],
} as const satisfies CommandTable;

export type ExplainArguments = Given<typeof EXPLAIN>;

export const CAPTURE = {
  name: 'capture',
  describe: 'record live traffic, run the pipeline on it, or audit the node that it is of',
  positionals: {},
  options: {
    interface: list('interface to record, or INTERFACE=NAME where it stands for one of the node; --audit: several', {
      alias: 'i',
      isRequired: true,
      values: deviceNames,
    }),
    output: text(
      'where to write to: .pcap, .pcapng, - for standard output; with --replay, what leaves; with --audit, what is not as expected',
      {
        alias: 'o',
      },
    ),
    filter: text('record what this filter takes (man pcap-filter)', { alias: 'f' }),
    snaplen: text('bytes to keep of a frame (65535)'),
    count: text('end after so many frames'),
    duration: text('end after so long: 90s, 15m, 2h'),
    ring: text('keep the last files of a size: 10x100MB'),
    replay: flag('run the pipeline on what arrives'),
    audit: flag('at the end, compare what the node sent with what it should have sent'),
    config: text('--replay, --audit: VPP CLI script of the node', { alias: 'c' }),
    release: { ...RELEASE, describe: `--replay, --audit: ${RELEASE.describe}` },
    lenient: { ...LENIENT, describe: `--replay, --audit: ${LENIENT.describe}` },
    state: { ...STATE, describe: `--replay, --audit: ${STATE.describe}` },
    generatorDraws: { ...GENERATOR_DRAWS, describe: `--replay, --audit: ${GENERATOR_DRAWS.describe}` },
    drops: text('--replay: pcapng for the frames that did not leave'),
    verdicts: text('--replay: JSON lines, what became of each frame'),
    fixChecksums: { ...FIX_CHECKSUMS, describe: `--replay: ${FIX_CHECKSUMS.describe}` },
    sync: SYNC,
    quiet: flag('no summary', { alias: 'q' }),
    json: flag('the summary as JSON'),
  },
  examples: [
    ["vppcap capture -i eth0 -o x.pcap -f 'tcp port 80'", 'until Ctrl-C'],
    ['vppcap capture -i eth0 -o x.pcap --ring 10x100MB', 'the last gigabyte'],
    [
      'vppcap capture -i GigabitEthernet0/8/0=eth0 --replay -c node.vpp -o out.pcapng',
      'what the node would do with it',
    ],
    [
      'vppcap capture --audit -i tap2=tap0 -i GigabitEthernet0/8/0=eth0 -c node.vpp',
      'does the node send what it should?',
    ],
  ],
} as const satisfies CommandTable;

export type CaptureArguments = Given<typeof CAPTURE>;

export const CONFIG = {
  name: 'config',
  describe: 'check a node configuration and show what it builds',
  positionals: {
    script: text('VPP CLI script (vppcap.vpp if there is one, else the built-in Contiv node)'),
  },
  options: {
    release: RELEASE,
    lenient: LENIENT,
    verbose: flag('also the commands without effect on packets, and lines that are no commands', { alias: 'v' }),
    json: flag('print the node as JSON'),
  },
  examples: [['vppcap config node.vpp', 'exits with 2 and every error with file:line:column, if there are any']],
} as const satisfies CommandTable;

export type ConfigArguments = Given<typeof CONFIG>;
