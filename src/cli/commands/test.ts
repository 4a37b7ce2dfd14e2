/** What `vppcap test` takes. */

import type { CommandTable, Given } from '../option-table.js';
import { reporterNames } from './completion-values.js';
import { RELEASE } from './shared-options.js';

export const TEST = {
  name: 'test',
  describe: 'run the regression suite: every folder with a case.yaml',
  positionals: { dir: { type: 'list', default: ['expectations'], describe: 'folders of cases' } },
  options: {
    filter: {
      type: 'list',
      default: [],
      describe: 'only cases with this in their name, or that match this /expression/',
    },
    shard: { type: 'text', describe: 'i/n: the i-th of n parts of the suite' },
    jobs: { type: 'text', alias: 'j', describe: 'threads (default: one per core)' },
    bail: { type: 'flag', describe: 'stop at the first case that does not pass' },
    watch: { type: 'flag', describe: 'stay, and run cases again when their files change' },
    release: { ...RELEASE, describe: 'VPP release of all nodes (default: as each case or its script says)' },
    reporter: {
      type: 'list',
      default: [],
      describe: 'NAME or NAME=FILE: human, junit, tap, json, github, html; several at once',
      values: reporterNames,
    },
    coverage: {
      type: 'flag',
      describe: 'which ACL rules, NAT mappings, routes and neighbours the cases exercised, by configuration',
    },
    quiet: { type: 'flag', alias: 'q', describe: 'only what --reporter and --coverage ask for' },
    accept: { type: 'flag', describe: 'make what comes out of failing cases their expectation' },
    acceptInCi: { type: 'flag', describe: 'let --accept work where CI is set' },
    allowOutside: {
      type: 'list',
      default: [],
      describe: 'folder, beyond their own, in which cases may name files',
    },
  },
  examples: [
    ['vppcap test --filter nat --bail', 'stops at the first failure of the cases about NAT'],
    ['vppcap test --reporter junit=report.xml --reporter github', 'for GitHub Actions'],
  ],
} as const satisfies CommandTable;

export type TestArguments = Given<typeof TEST>;
