/** The whole command line, by yargs. */

import yargs, { type Argv, type CommandModule } from 'yargs';
import { captureCommand } from '../commands/capture-command.js';
import { wishColors } from '../colors.js';
import { completionCommand } from '../commands/completion-command.js';
import { COMPLETE, completions } from './completion-words.js';
import { configCommand } from '../commands/config-command.js';
import { EXIT_USAGE, UsageError } from '../exit-codes.js';
import { importCommand } from '../commands/import-command.js';
import { explainCommand } from '../commands/explain-command.js';
import { hideDashes, restoreDashes } from './lone-dash.js';
import { newCaseCommand } from '../commands/new-case-command.js';
import { print } from '../print.js';
import { replayCommand } from '../commands/replay-command.js';
import { requireNoValues, requireOneValueEach, requireWords } from './given-values.js';
import { testCommand } from '../commands/test-command.js';
import { traceCommand } from '../commands/trace-command.js';
import { requireCommand, usageWords } from './usage-words.js';
import { verifyTraceCommand } from '../commands/verify-trace-command.js';
import { verifyCommand } from '../commands/verify-command.js';
import { VERSION_TEXT } from '../version.js';

/** In the order of the help text. */
const COMMANDS = [
  replayCommand,
  verifyCommand,
  traceCommand,
  verifyTraceCommand,
  testCommand,
  newCaseCommand,
  importCommand,
  explainCommand,
  configCommand,
  captureCommand,
  completionCommand,
];

/** The commands' names. */
const NAMES = COMMANDS.map(({ command }) => String(command).split(' ', 1)[0]);

/** Runs the command that the arguments name. Rejects with what the command threw, or with UsageError. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  if (args[0] === COMPLETE) {
    for (const line of await completions(args.slice(1), optionsOf)) print(line);
    return;
  }
  if (args.length === 0) {
    // As git does: what there is, and the exit code of wrong usage.
    print(await commandLine([]).getHelp());
    process.exitCode = EXIT_USAGE;
    return;
  }
  requireWords(args);
  requireCommand(args, NAMES);
  await commandLine(args).parseAsync();
}

const COLOR = {
  type: 'boolean',
  global: true,
  describe: 'colour words, or --no-color (default: on a terminal, unless NO_COLOR is set)',
} as const;

/** For completion (completion-words.ts). */
function optionsOf(name: string | null): Argv {
  const command = COMMANDS[NAMES.indexOf(name ?? '')] as CommandModule | undefined;
  if (typeof command?.builder !== 'function') return commandLine([]);
  return command.builder(yargs([]).option('color', COLOR)) as Argv;
}

/** The command line with its arguments, before anything is done with them. */
export function commandLine(args: readonly string[]): Argv {
  const parser = yargs(hideDashes(args));
  for (const command of COMMANDS) parser.command(command as unknown as CommandModule);
  return parser
    .middleware(restoreDashes)
    .middleware(({ color }) => {
      wishColors(color as boolean | undefined);
    })
    .scriptName('vppcap')
    .usage('$0 <command>\n\nReplays packet captures through an exact model of the Contiv/VPP dataplane.')
    .option('color', COLOR)
    .demandCommand(1, 'no command given')
    .strict()
    .check((given) => {
      requireOneValueEach(given, listsOf(parser));
      requireNoValues(args, flagsOf(parser));
      return true;
    })
    .locale('en')
    .version('version', 'show the version and the release it models', VERSION_TEXT)
    .help('help', 'show this help')
    .alias('h', 'help')
    .example('$0 replay in.pcap -o out.pcapng', 'what would the node make of it?')
    .example('$0 replay in.pcap --expect expected.pcap', 'is it what it was?')
    .example('$0 <command> --help', 'options and examples of a command')
    .epilogue('Exit codes: 0 success or match, 1 differences, 2 usage or configuration, 3 input capture, 4 output.')
    .fail((message: string | null, error: Error | undefined, usage) => {
      if (error && error.name !== 'YError') throw error;
      // What yargs hands over here is its usage writer, whose help() returns the text.
      const help = usage.help() as unknown as string;
      throw new UsageError(usageWords(message ?? error?.message ?? 'wrong usage', help, args, NAMES));
    });
}

/** Options and positionals that may have several values; what yargs' types do not tell of its parser. */
const listsOf = (parser: Argv): readonly string[] =>
  (parser as unknown as { getOptions(): { array: readonly string[] } }).getOptions().array;

/** Options that take no value. */
const flagsOf = (parser: Argv): readonly string[] =>
  (parser as unknown as { getOptions(): { boolean: readonly string[] } }).getOptions().boolean;
