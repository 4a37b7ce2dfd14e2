/** What `vppcap diff` takes. */

import { RELEASE_NAMES } from '../../releases/names.js';
import { flag, list, text, type CommandTable, type Given } from '../option-table.js';
import { reporterNames } from './completion-values.js';
import {
  BUNDLES,
  GENERATOR_DRAWS,
  JOBS,
  LENIENT,
  NODE,
  RELEASE,
  REPORT_PAGE,
  RESULTS,
  SHARD,
  STATE,
  TABLES,
  TIMINGS,
} from './shared-options.js';

const RELEASES = RELEASE_NAMES.map((name) => `--release ${name}`).join(' ');

export const DIFF = {
  name: 'diff',
  describe: 'what changes for this traffic? Of two configurations, or of two releases',
  positionals: { capture: BUNDLES },
  options: {
    config: list(
      'VPP CLI script of the node, before and after; given once, of both. Of folders: after, where a folder has no after.vpp',
      { alias: 'c' },
    ),
    release: list(
      'VPP release of the node, before and after; given once, of both (of folders: after). A script is read in the words of either, where they only differ in wording',
      { values: RELEASE.values },
    ),
    lenient: LENIENT,
    state: STATE,
    generatorDraws: GENERATOR_DRAWS,
    filter: text(
      'only changes of frames that a pcap-filter expression matches as they are received; the others run through both nodes, too',
    ),
    allow: text('YAML file of changes that are intended, each with its reason'),
    reporter: list('NAME or NAME=FILE: human, junit, tap, json, html, github, as for `test`', {
      default: [],
      values: reporterNames,
    }),
    report: REPORT_PAGE,
    tables: { ...TABLES, describe: `${TABLES.describe}: changes, runs` },
    node: NODE,
    shard: { ...SHARD, describe: `of folders: ${SHARD.describe}` },
    timings: TIMINGS,
    results: RESULTS,
    jobs: JOBS,
    json: flag('the report as JSON'),
    quiet: flag('print nothing but errors', { alias: 'q' }),
  },
  examples: [
    ['vppcap diff yesterday.pcap -c before.vpp -c after.vpp', 'exits with 1 where the fate of a flow changes'],
    [`vppcap diff in.pcap -c node.vpp ${RELEASES}`, 'what an upgrade changes'],
    [`vppcap diff fleet/*/ --release ${RELEASE_NAMES.at(-1) ?? ''}`, 'the same, of all nodes, by cause across them'],
  ],
} as const satisfies CommandTable;

export type DiffArguments = Given<typeof DIFF>;
