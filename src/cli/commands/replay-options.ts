/** The options of `vppcap replay`, declared once for yargs and for the quick way in (quick-arguments.ts). */

import { alternatives } from '../../pipeline/command/suggest.js';
import { RELEASE_NAMES, WORDING_NAMES } from '../../releases/names.js';

export interface ReplayArguments {
  capture: string[];
  output: string | undefined;
  config: string | undefined;
  release: string | undefined;
  drops: string | undefined;
  verdicts: string | undefined;
  trace: string | undefined;
  'trace-format': string | undefined;
  both: boolean;
  coverage: boolean;
  expect: string | undefined;
  ignore: string[] | undefined;
  map: string[] | undefined;
  workers: string | undefined;
  'fix-checksums': boolean;
  quiet: boolean;
  json: boolean;
}

export interface OptionDeclaration {
  readonly type: 'string' | 'boolean';
  /** True for one that may be given several times. */
  readonly array?: true;
  /** One letter. */
  readonly alias?: string;
  readonly describe: string;
}

/** Of every command that replays. */
export const FIX_CHECKSUMS = {
  type: 'boolean',
  describe: 'before the replay, fill in checksums and IP lengths that offload left to the network card',
} as const satisfies OptionDeclaration;

/** Of every command that reads a script. */
export const RELEASE = {
  type: 'string',
  describe: `VPP release of the node: ${alternatives(RELEASE_NAMES)} (default: what "# release:" in the script says, else ${RELEASE_NAMES[0]})`,
} as const satisfies OptionDeclaration;

/** Also an option of `vppcap trace`. */
export const TRACE_FORMAT = {
  type: 'string',
  describe: `release whose wording traces have: ${alternatives(WORDING_NAMES)} (default: that of the node)`,
} as const satisfies OptionDeclaration;

export const REPLAY_OPTIONS = {
  output: {
    alias: 'o',
    type: 'string',
    describe: 'where to write what leaves: .pcap, .pcapng, a folder/ (one pcap per interface), - for standard output',
  },
  config: {
    alias: 'c',
    type: 'string',
    describe: 'VPP CLI script of the node (default: vppcap.vpp if there is one, else the Contiv node of the guide)',
  },
  release: RELEASE,
  drops: { type: 'string', describe: 'pcapng for the frames that did not leave, with the reason' },
  both: { type: 'boolean', describe: 'with -o x.pcapng: each received frame as well, before what became of it' },
  coverage: { type: 'boolean', describe: 'which ACL rules, NAT mappings, routes and neighbours were exercised' },
  verdicts: { type: 'string', describe: 'JSON lines: what became of each frame' },
  trace: { type: 'string', describe: "VPP's `show trace` of each frame, - for standard output" },
  'trace-format': TRACE_FORMAT,
  expect: { type: 'string', describe: 'capture, or folder with one per interface, that the output should equal' },
  ignore: {
    type: 'string',
    array: true,
    describe:
      'with --expect: what is not compared, as for `verify`: ip4.id,eth.src; interface (its name); link (headers before IP)',
  },
  map: {
    type: 'string',
    array: true,
    describe: 'with --expect: an interface and its name in the expected captures: GigabitEthernet0/8/0=ens3',
  },
  workers: {
    type: 'string',
    describe: 'threads to use (default: as many as there are cores); what comes out is the same',
  },
  'fix-checksums': FIX_CHECKSUMS,
  quiet: {
    alias: 'q',
    type: 'boolean',
    describe: 'no summary and no differences: only what --coverage or --json asks for',
  },
  json: { type: 'boolean', describe: 'the summary as JSON' },
} as const satisfies Readonly<Record<Exclude<keyof ReplayArguments, 'capture'>, OptionDeclaration>>;
