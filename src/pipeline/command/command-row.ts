/** A row of the grammar: the words of a command, the pattern of what follows, and the typed command that they make. */

import type { CommandBody } from './commands.js';
import type { Pattern, WordInput } from './matcher.js';

/** A command of VPP that is not modelled, as far as it is known. */
export interface VppCommand {
  readonly path: string;
  /** `nat` as in "plugin nat", or null for VPP's core. */
  readonly plugin: string | null;
  readonly release: '19.08' | '26.06' | 'both';
  /** Null for a command that may have an effect on packets; else what there is to say of its being taken, mostly nothing. */
  readonly withoutEffect: string | null;
}

/** A command that reads well and makes no sense, such as a static mapping without an external address. */
export class Refusal extends Error {}

/** What follows the words of a command, read as command bodies; null where it does not fit (see `WordInput.expectations`). */
export type ArgumentReader = (input: WordInput, at: number) => readonly CommandBody[] | null;

export interface CommandRow {
  /** Words, each of which may be abbreviated as far as it stays unique, as in VPP. */
  readonly path: string;
  /** Null for a VPP command that is known and not modelled, and for `exec`. */
  readonly read: ArgumentReader | null;
  /** What is known of a command that is not modelled. */
  readonly vpp?: VppCommand;
}

/** `build` may answer with several bodies (`count N`) and throws a Refusal for combinations that make no sense. */
export function command<T extends object>(
  path: string,
  pattern: Pattern<T>,
  build: (values: T, input: WordInput) => CommandBody | readonly CommandBody[],
): CommandRow {
  return {
    path,
    read: (input, at) => {
      const match = pattern(input, at);
      if (!match || input.refusal) return null;
      if (match.end < input.tokens.length)
        return input.expected(match.end, { literal: false, text: 'the end of the line' });
      const bodies = build(match.values, input);
      return 'kind' in bodies ? [bodies] : bodies;
    },
  };
}

/** A value that the command cannot do without, although its place is free. */
export function required<V>(value: V | undefined, what: string): V {
  if (value === undefined) throw new Refusal(`${what} is missing`);
  return value;
}
