/**
 * The quick way into `vppcap replay`: a command line that is plainly right is read by Node's own parser, since loading
 * yargs takes as long as starting Node itself (85 ms of 92). Whatever is not plainly right is left to yargs, which
 * knows how to explain it.
 */

import { parseArgs } from 'node:util';
import { REPLAY_OPTIONS, type ReplayArguments } from './replay-options.js';

/** The arguments of a replay, or null where yargs should have a look. */
export function quickReplay(args: readonly string[]): ReplayArguments | null {
  if (args[0] !== 'replay') return null;
  try {
    const { values, positionals } = parseArgs({
      args: args.slice(1),
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(REPLAY_OPTIONS).map(([name, option]) => [
          name,
          { type: option.type, multiple: true, ...('alias' in option ? { short: option.alias } : {}) },
        ]),
      ),
    });
    const given = Object.values(values).map((all) => all ?? []);
    if (positionals.length === 0 || positionals.includes('') || given.some((all) => all.length > 1 || all[0] === ''))
      return null;
    const text = (name: string): string | undefined => values[name]?.[0] as string | undefined;
    return {
      capture: positionals,
      output: text('output'),
      config: text('config'),
      drops: text('drops'),
      verdicts: text('verdicts'),
      trace: text('trace'),
      'trace-format': text('trace-format'),
      expect: text('expect'),
      both: values['both'] !== undefined,
      workers: text('workers'),
      coverage: values['coverage'] !== undefined,
      quiet: values['quiet'] !== undefined,
      json: values['json'] !== undefined,
    };
  } catch {
    return null;
  }
}
