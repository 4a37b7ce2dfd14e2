/** Options that several commands have. */

import { alternatives } from '../../pipeline/command/suggest.js';
import { RELEASE_NAMES, WORDING_NAMES } from '../../releases/names.js';
import { flag, list, text } from '../option-table.js';
import { captureNames, reporterNames } from './completion-values.js';

export const REPORT_PAGE = text('page that shows what happened, an .html (as `vppcap report` makes it)');

export const CAPTURES = list('pcap or pcapng file, - for standard input, or INTERFACE=FILE', {
  isRequired: true,
  values: captureNames,
});

/** Where folders of nodes may be given, too. */
export const BUNDLES = {
  ...CAPTURES,
  describe: 'pcap or pcapng file, INTERFACE=FILE, or folders, each with captures and node.vpp or show text of a node',
} as const;

export const TRACE_TEXT = text(
  'text with the output of show trace, as mails, trackers, terminals and logs have it; - for standard input',
  { default: '-' },
);

export const PACKETS = text('only these packets, counted from 1 in the order of the text: 1-3,7');

export const CONFIG_FILE = text(
  'VPP CLI script of the node (default: vppcap.vpp if there is one, else the Contiv node of the guide)',
  { alias: 'c' },
);

export const RELEASE = text(
  `VPP release of the node: ${alternatives(RELEASE_NAMES)} (default: what "# release:" in the script says, else ${RELEASE_NAMES[0]})`,
  { values: () => RELEASE_NAMES },
);

export const LENIENT = flag(
  'take commands that are not modelled: what they touch ends in drops that name them (without it, they are errors)',
);

export const STATE = list(
  'answers of show commands (sessions, neighbours, clock), taken just before the first frame, of a node that had run before',
);

export const GENERATOR_DRAWS = text(
  "how many numbers NAT44's port generator had given before the first frame (default: found from --state)",
);

export const CHANGES = text(
  'commands that the node gets while frames run, below lines "# before frame 13" (counted from 0), "# at +12.5s" or "# at" and a time',
);

/** The node of a script, and a node that had run before, and one whose configuration changes. */
export const SCRIPT = { config: CONFIG_FILE, release: RELEASE, lenient: LENIENT } as const;
export const RUNNING_NODE = { ...SCRIPT, state: STATE, generatorDraws: GENERATOR_DRAWS } as const;
export const CHANGING_NODE = { ...RUNNING_NODE, changes: CHANGES } as const;

export const SYNC = flag(
  'bring outputs to the disk before they get their names; else they are whole, but a power failure may take them',
);

export const TRACE_FORMAT = text(
  `release whose wording traces have: ${alternatives(WORDING_NAMES)} (default: that of the node)`,
  { values: () => WORDING_NAMES },
);

export const FIX_CHECKSUMS = flag(
  'before the replay, fill in checksums and IP lengths that offload left to the network card',
);

export const JOBS = text('threads (default: one per core)', { alias: 'j' });

export const SHARD = text(
  'i/n: the i-th of n parts; auto where GitLab, CircleCI, Buildkite, Azure, Slurm or AWS Batch says which (auto/n: Kubernetes, PBS)',
);

export const TIMINGS = text('timings.json of an earlier run with --results, by which the parts take equally long');

export const RESULTS = text('folder to keep what was found in, for `vppcap merge`');

export const TABLES = text('folder for Parquet tables of it, for `vppcap query` and engines');

export const NODE = text("with --tables: the node's name (default: the script's, or of node.vpp its folder's)");

export const REPORTER = list('NAME or NAME=FILE: human, junit, tap, json, github, html; several at once', {
  default: [],
  values: reporterNames,
});
