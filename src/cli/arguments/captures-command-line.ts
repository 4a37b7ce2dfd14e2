/** What the command lines of commands that run captures have in common. */

import type { Argv, Options } from 'yargs';
import { captures } from './captures-positional.js';
import type { OptionDeclaration } from '../commands/replay-options.js';

type Declarations = Readonly<Record<string, OptionDeclaration>>;

/** As yargs wants them: an option that takes a value insists on it, a flag that is not given is false. */
const yargsOptions = (options: Declarations): Record<string, Options> =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.type === 'string' ? { ...option, ...takesOne(option) } : { ...option, default: false },
    ]),
  );

/** An option that may be given several times takes one value each time, lest it takes the captures behind it. */
const takesOne = ({ array }: OptionDeclaration): Options =>
  array === true ? { requiresArg: true, nargs: 1 } : { requiresArg: true };

/** Adds `<capture..>` and options. */
export function capturesAndOptions<A>(parser: Argv, options: Declarations): Argv<A> {
  return captures(parser).options(yargsOptions(options)) as unknown as Argv<A>;
}
