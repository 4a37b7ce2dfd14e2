/** What the command lines of commands that run captures have in common. */

import type { Argv, Options } from 'yargs';
import { UsageError } from './exit-codes.js';
import type { OptionDeclaration } from './replay-options.js';

type Declarations = Readonly<Record<string, OptionDeclaration>>;

/** As yargs wants them: an option that takes a value insists on it, a flag that is not given is false. */
const yargsOptions = (options: Declarations): Record<string, Options> =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.type === 'string' ? { ...option, requiresArg: true } : { ...option, default: false },
    ]),
  );

/** Adds `<capture..>` and options, of which none may be given twice. */
export function capturesAndOptions<A>(parser: Argv, options: Declarations): Argv<A> {
  return parser
    .positional('capture', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'pcap or pcapng file, - for standard input, or INTERFACE=FILE',
    })
    .options(yargsOptions(options))
    .check((given: Readonly<Record<string, unknown>>) => {
      const twice = Object.keys(options).find((name) => Array.isArray(given[name]));
      if (twice !== undefined) throw new UsageError(`--${twice} is given more than once`);
      return true;
    }) as unknown as Argv<A>;
}
