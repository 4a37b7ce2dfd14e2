/**
 * The quick way into `vppcap replay` and `vppcap verify`: a command line that is plainly right is read by Node's own parser,
 * since loading yargs takes as long as starting Node itself (85 ms of 92). Whatever is not plainly right is left to yargs,
 * which knows how to explain it.
 */

import { parseArgs } from 'node:util';
import type { Options } from 'yargs';
import { REPLAY_OPTIONS, type ReplayArguments } from '../commands/replay-options.js';
import { VERIFY_OPTIONS, type VerifyArguments } from '../commands/verify-options.js';

/** What yargs is told of an option, as far as it counts here. One without a type is a text. */
type Option = Pick<Options, 'type' | 'alias' | 'choices' | 'array'>;

/** A command line that is plainly right. */
class Arguments {
  constructor(
    readonly positionals: string[],
    private readonly values: Readonly<Record<string, readonly (string | boolean)[] | undefined>>,
  ) {}

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  text(name: string): string | undefined {
    return this.values[name]?.[0] as string | undefined;
  }

  texts(name: string): string[] | undefined {
    return this.values[name] as string[] | undefined;
  }
}

/** The arguments of a replay, or null where yargs should have a look. */
export function quickReplay(args: readonly string[]): ReplayArguments | null {
  const given = read('replay', args, REPLAY_OPTIONS);
  if (given === null || given.positionals.length === 0) return null;
  return {
    capture: given.positionals,
    output: given.text('output'),
    config: given.text('config'),
    release: given.text('release'),
    drops: given.text('drops'),
    verdicts: given.text('verdicts'),
    trace: given.text('trace'),
    'trace-format': given.text('trace-format'),
    expect: given.text('expect'),
    ignore: given.texts('ignore'),
    map: given.texts('map'),
    both: given.has('both'),
    workers: given.text('workers'),
    'fix-checksums': given.has('fix-checksums'),
    coverage: given.has('coverage'),
    quiet: given.has('quiet'),
    json: given.has('json'),
  };
}

/** The arguments of a comparison, or null where yargs should have a look. */
export function quickVerify(args: readonly string[]): VerifyArguments | null {
  const given = read('verify', args, VERIFY_OPTIONS);
  if (given?.positionals.length !== 2) return null;
  const [actual, expected] = given.positionals;
  return {
    actual,
    expected,
    config: given.text('config'),
    release: given.text('release'),
    order: given.text('order'),
    contains: given.has('contains'),
    unique: given.has('unique'),
    ignore: given.texts('ignore'),
    mask: given.texts('mask'),
    map: given.texts('map'),
    natPorts: given.text('nat-ports'),
    natPool: given.texts('nat-pool'),
    timeTolerance: given.text('time-tolerance'),
    comparePadding: given.has('compare-padding'),
    json: given.has('json'),
    quiet: given.has('quiet'),
  };
}

function read(command: string, args: readonly string[], known: Readonly<Record<string, Option>>): Arguments | null {
  if (args[0] !== command) return null;
  const options = Object.entries(known);
  try {
    const { values, positionals } = parseArgs({
      args: args.slice(1),
      allowPositionals: true,
      options: Object.fromEntries(
        options.map(([name, { type, alias }]) => [
          name,
          {
            type: type === 'boolean' ? type : 'string',
            multiple: true,
            ...(typeof alias === 'string' ? { short: alias } : {}),
          },
        ]),
      ),
    });
    const isPlain = options.every(([name, { array, choices }]) => {
      const all = values[name] ?? [];
      const isOnce = all.length <= 1 || array === true;
      return isOnce && all.every((value) => value !== '' && (choices?.includes(value as string) ?? true));
    });
    return isPlain && !positionals.includes('') ? new Arguments(positionals, values) : null;
  } catch {
    return null;
  }
}
