/** `vppcap test [dir..]` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { RELEASE } from './replay-options.js';
import type { TestArguments } from '../run/run-test.js';

export const testCommand: CommandModule<object, TestArguments> = {
  command: 'test [dir..]',
  describe: 'run the regression suite: every folder with a case.yaml',
  builder: (parser: Argv): Argv<TestArguments> =>
    parser
      .positional('dir', { type: 'string', array: true, default: ['expectations'], describe: 'folders of cases' })
      .option('filter', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'only cases with this in their name, or that match this /expression/',
      })
      .option('shard', { type: 'string', requiresArg: true, describe: 'i/n: the i-th of n parts of the suite' })
      .option('jobs', { alias: 'j', type: 'string', requiresArg: true, describe: 'threads (default: one per core)' })
      .option('bail', { type: 'boolean', default: false, describe: 'stop at the first case that does not pass' })
      .option('watch', {
        type: 'boolean',
        default: false,
        describe: 'stay, and run cases again when their files change',
      })
      .option('release', {
        ...RELEASE,
        requiresArg: true,
        describe: 'VPP release of all nodes (default: as each case or its script says)',
      })
      .option('reporter', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'NAME or NAME=FILE: human, junit, tap, json, github, html; several at once',
      })
      .option('coverage', {
        type: 'boolean',
        default: false,
        describe: 'which ACL rules, NAT mappings, routes and neighbours the cases exercised, by configuration',
      })
      .option('quiet', {
        alias: 'q',
        type: 'boolean',
        default: false,
        describe: 'only what --reporter and --coverage ask for',
      })
      .option('accept', {
        type: 'boolean',
        default: false,
        describe: 'make what comes out of failing cases their expectation',
      })
      .option('accept-in-ci', { type: 'boolean', default: false, describe: 'let --accept work where CI is set' })
      .option('allow-outside', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'folder, beyond their own, in which cases may name files',
      })
      .example('$0 test --filter nat --bail', 'stops at the first failure of the cases about NAT')
      .example(
        '$0 test --reporter junit=report.xml --reporter github',
        'for GitHub Actions',
      ) as unknown as Argv<TestArguments>,
  handler: async (given: ArgumentsCamelCase<TestArguments>): Promise<void> => {
    const { testSuite } = await import('../run/run-test.js');
    process.exitCode = await testSuite(given);
  },
};
