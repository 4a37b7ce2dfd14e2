/** What `vppcap merge` takes. */

import { flag, list, text, type CommandTable, type Given } from '../option-table.js';
import { REPORTER } from './shared-options.js';

export const MERGE = {
  name: 'merge',
  describe: 'make one report of what the parts of a run kept with --results',
  positionals: { results: list('folders that --results wrote', { isRequired: true }) },
  options: {
    output: text('of `vppcap report`: folder for the pages', { alias: 'o' }),
    reporter: REPORTER,
    timings: text('where to write how long each took, for --timings of the next run'),
    json: flag('the report as JSON'),
    quiet: flag('print nothing but errors', { alias: 'q' }),
  },
  examples: [
    [
      'vppcap merge results/ --reporter junit=all.xml',
      'exits as one run of all would; a part that is missing is an error',
    ],
  ],
} as const satisfies CommandTable;

export type MergeArguments = Given<typeof MERGE>;
