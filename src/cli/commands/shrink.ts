/** What `vppcap shrink` takes. */

import { flag, text, type CommandTable, type Given } from '../option-table.js';
import { DIFF } from './diff.js';
import { CAPTURES, CHANGES, FIX_CHECKSUMS, GENERATOR_DRAWS, LENIENT, STATE } from './shared-options.js';

export const SHRINK = {
  name: 'shrink',
  describe: 'the fewest frames, and the shortest configuration, that still show something',
  positionals: { capture: CAPTURES },
  options: {
    keep: text('what they are to show: drop ["TEXT"], frame [FILE:]N, expect, diff [KIND] (docs/SHRINK.md)', {
      isRequired: true,
    }),
    output: text('where to write the frames: .pcap, .pcapng, a folder/ (one pcap per interface)', {
      alias: 'o',
      isRequired: true,
    }),
    config: { ...DIFF.options.config, describe: 'VPP CLI script of the node; with --keep diff, before and after' },
    release: { ...DIFF.options.release, describe: 'VPP release of the node; with --keep diff, before and after' },
    lenient: LENIENT,
    state: STATE,
    generatorDraws: GENERATOR_DRAWS,
    changes: CHANGES,
    fixChecksums: FIX_CHECKSUMS,
    expect: text('with --keep expect: the capture, or folder with one per interface, that the output should equal'),
    configToo: flag('shorten the configuration as well, and write it beside the output, as .vpp'),
    quiet: flag('print nothing but errors', { alias: 'q' }),
  },
  examples: [
    [`vppcap shrink in.pcap -c node.vpp --keep 'drop "acl"' -o small.pcap`, 'what leads to the first such drop'],
    ['vppcap shrink in.pcap -c a.vpp -c b.vpp --keep "diff dropped" --config-too -o small.pcap', 'and small.vpp'],
  ],
} as const satisfies CommandTable;

export type ShrinkArguments = Given<typeof SHRINK>;
