/** Options that several commands have. */

import { alternatives } from '../../pipeline/command/suggest.js';
import { RELEASE_NAMES, WORDING_NAMES } from '../../releases/names.js';
import type { Option } from '../option-table.js';
import { captureNames } from './completion-values.js';

export const CAPTURES = {
  type: 'list',
  isRequired: true,
  describe: 'pcap or pcapng file, - for standard input, or INTERFACE=FILE',
  values: captureNames,
} as const satisfies Option;

export const TRACE_TEXT = {
  type: 'text',
  default: '-',
  describe: 'text with the output of show trace, as mails, trackers, terminals and logs have it; - for standard input',
} as const satisfies Option;

export const PACKETS = {
  type: 'text',
  describe: 'only these packets, counted from 1 in the order of the text: 1-3,7',
} as const satisfies Option;

export const CONFIG_FILE = {
  type: 'text',
  alias: 'c',
  describe: 'VPP CLI script of the node (default: vppcap.vpp if there is one, else the Contiv node of the guide)',
} as const satisfies Option;

export const RELEASE = {
  type: 'text',
  describe: `VPP release of the node: ${alternatives(RELEASE_NAMES)} (default: what "# release:" in the script says, else ${RELEASE_NAMES[0]})`,
  values: () => RELEASE_NAMES,
} as const satisfies Option;

export const STATE = {
  type: 'list',
  describe:
    'answers of show commands (sessions, neighbours, clock), taken just before the first frame, of a node that had run before',
} as const satisfies Option;

export const GENERATOR_DRAWS = {
  type: 'text',
  describe: "how many numbers NAT44's port generator had given before the first frame (default: found from --state)",
} as const satisfies Option;

export const TRACE_FORMAT = {
  type: 'text',
  describe: `release whose wording traces have: ${alternatives(WORDING_NAMES)} (default: that of the node)`,
  values: () => WORDING_NAMES,
} as const satisfies Option;

export const FIX_CHECKSUMS = {
  type: 'flag',
  describe: 'before the replay, fill in checksums and IP lengths that offload left to the network card',
} as const satisfies Option;
