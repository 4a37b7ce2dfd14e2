/** The help text, laid out by yargs, which takes as long to load as Node itself: the package has it ready (scripts/bundle.mjs). */

import yargs, { type Argv, type Options, type PositionalOptions } from 'yargs';
import { COMMANDS } from './commands.js';
import { COMMON_OPTIONS, optionName, usageOf, type CommandTable, type Option } from './option-table.js';
import { VERSION_TEXT } from './version.js';

/** An option as yargs describes it. */
function described({
  type,
  choices,
  isRequired,
  default: value,
  describe,
  alias,
}: Option): Options & PositionalOptions {
  return {
    ...(choices ? { choices } : { type: type === 'flag' ? 'boolean' : 'string' }),
    array: type === 'list',
    // Without it the help text would say that a list is [], which one that has to be given may not be.
    default: type === 'flag' ? false : value,
    ...(isRequired && { demandOption: true }),
    ...(alias && { alias }),
    describe,
  };
}

function addTable(parser: Argv, { positionals, options, examples }: CommandTable): Argv {
  for (const [name, option] of Object.entries(positionals)) parser.positional(name, described(option));
  for (const [key, option] of Object.entries(options)) parser.option(optionName(key), described(option));
  for (const [line, text] of examples) parser.example(line, text);
  return parser;
}

/** The help text of a command, or for null of the command line as a whole. */
export function helpOf(command: string | null): Promise<string> {
  const { color, version, help } = COMMON_OPTIONS;
  const parser = yargs(command === null ? [] : [command]);
  for (const { table } of COMMANDS)
    parser.command(usageOf(table), table.describe, (commandParser) => addTable(commandParser, table));
  return parser
    .scriptName('vppcap')
    .usage('$0 <command>\n\nReplays packet captures through an exact model of the Contiv/VPP dataplane.')
    .option('color', { type: 'boolean', describe: color.describe })
    .locale('en')
    .version('version', version.describe, VERSION_TEXT)
    .help('help', help.describe)
    .alias('h', 'help')
    .example('$0 replay in.pcap -o out.pcapng', 'what would the node make of it?')
    .example('$0 replay in.pcap --expect expected.pcap', 'is it what it was?')
    .example('$0 <command> --help', 'options and examples of a command')
    .epilogue('Exit codes: 0 success or match, 1 differences, 2 usage or configuration, 3 input capture, 4 output.')
    .getHelp();
}
