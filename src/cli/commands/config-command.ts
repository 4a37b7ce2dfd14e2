/** `vppcap config [script]` */

import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { EXIT_SUCCESS } from '../exit-codes.js';
import { RELEASE } from './replay-options.js';
import { print } from '../print.js';

export interface ConfigArguments {
  script: string | undefined;
  release: string | undefined;
  json: boolean;
  verbose: boolean;
}

/**
 * Checks a script and prints the node it builds.
 * @returns the exit code
 * @throws {ConfigError} with what is wrong with the script
 */
export async function showConfig({ script, release, json, verbose }: ConfigArguments): Promise<number> {
  const [{ readScript }, { applyScript }, { viewOf }, { showNode }] = await Promise.all([
    import('../run/read-script.js'),
    import('../../config/apply.js'),
    import('../../config/node-view.js'),
    import('../../config/show.js'),
  ]);
  const parsed = readScript({ config: script, release });
  // What reads well may still name an interface that is not there: building the tables finds that.
  applyScript(parsed);
  const view = viewOf(parsed);
  print(json ? JSON.stringify(view, null, 2) : showNode(view, parsed.release, verbose).trimEnd());
  return EXIT_SUCCESS;
}

export const configCommand: CommandModule<object, ConfigArguments> = {
  command: 'config [script]',
  describe: 'check a node configuration and show what it builds',
  builder: (parser: Argv): Argv<ConfigArguments> =>
    parser
      .positional('script', {
        type: 'string',
        describe: 'VPP CLI script (vppcap.vpp if there is one, else the built-in Contiv node)',
      })
      .option('release', { ...RELEASE, requiresArg: true })
      .option('verbose', {
        alias: 'v',
        type: 'boolean',
        default: false,
        describe: 'also the commands without effect on packets, and lines that are no commands',
      })
      .option('json', { type: 'boolean', default: false, describe: 'print the node as JSON' })
      .example('$0 config node.vpp', 'exits with 2 and every error with file:line:column, if there are any'),
  handler: async (options: ArgumentsCamelCase<ConfigArguments>): Promise<void> => {
    process.exitCode = await showConfig(options);
  },
};
