/** The whole command line, by yargs. */

import yargs from 'yargs';
import { captureCommand } from './capture-command.js';
import { configCommand } from './config-command.js';
import { UsageError } from './exit-codes.js';
import { hideDashes, restoreDashes } from './lone-dash.js';
import { newCaseCommand } from './new-case-command.js';
import { replayCommand } from './replay-command.js';
import { suggestOption } from './suggest-option.js';
import { testCommand } from './test-command.js';
import { traceCommand } from './trace-command.js';
import { verifyCommand } from './verify-command.js';
import { VERSION_TEXT } from './version.js';

/** Runs the command that the arguments name. Rejects with what the command threw, or with UsageError. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  await yargs(hideDashes(args))
    .middleware(restoreDashes)
    .scriptName('vppcap')
    .usage('$0 <command>\n\nReplays packet captures through an exact model of the Contiv/VPP dataplane.')
    .command(replayCommand)
    .command(verifyCommand)
    .command(traceCommand)
    .command(testCommand)
    .command(newCaseCommand)
    .command(configCommand)
    .command(captureCommand)
    .demandCommand(1, 'no command given')
    .strict()
    .recommendCommands()
    .locale('en')
    .version(VERSION_TEXT)
    .alias('h', 'help')
    .epilogue('Exit codes: 0 success or match, 1 differences, 2 usage or configuration, 3 input capture, 4 output.')
    .fail((message: string | null, error: Error | undefined, usage) => {
      if (error && error.name !== 'YError') throw error;
      // What yargs hands over here is its usage writer, whose help() returns the text.
      const help = usage.help() as unknown as string;
      throw new UsageError(`${suggestOption(message ?? error?.message ?? 'wrong usage', help, args)} (vppcap --help)`);
    })
    .parseAsync();
}
