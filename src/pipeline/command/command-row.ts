/** A row of the grammar: the words of a command, the pattern of what follows, what it says, and what it does to the tables. */

import type { Tables } from '../engine/tables.js';
import type { Prefix, SourceLocation } from './config-error.js';
import type { Pattern, WordInput } from './matcher.js';
import type { NodeViewBuilder } from './node-view.js';

/** What a command says, typed by its plugin. IPv4 addresses are signed 32-bit integers; an interface is named as in the script. */
export interface CommandBody {
  readonly kind: string;
}

export interface Command<B extends CommandBody = CommandBody> {
  readonly at: SourceLocation;
  readonly text: string;
  readonly body: B;
  readonly row: CommandRow<B>;
}

/** A command of VPP that is not modelled, as far as it is known. */
export interface VppCommand {
  readonly path: string;
  /** `nat` as in "plugin nat", or null for VPP's core. */
  readonly plugin: string | null;
  readonly releases: readonly string[];
  /** Null for a command that may have an effect on packets; else what there is to say of its being taken, mostly nothing. */
  readonly withoutEffect: string | null;
}

/** A command that reads well and makes no sense, such as a static mapping without an external address. */
export class Refusal extends Error {}

/** What follows the words of a command, read as command bodies; null where it does not fit (see `WordInput.expectations`). */
export type ArgumentReader<B> = (input: WordInput, at: number) => readonly B[] | null;

/** What a command does, once it has been read. */
export interface CommandEffect<B extends CommandBody> {
  /** Makes VPP's change to the tables. Throws ConfigError (with `command.at`) for what VPP would refuse. */
  apply(body: B, tables: Tables, command: Command): void;
  /** What `vppcap config` shows of it. */
  show?(body: B, view: NodeViewBuilder): void;
  /** The interface that it makes, whose name need not look like one from here on. */
  makes?(body: B): string;
  /** What a refused one leaves behind, where others take their numbers after it. */
  standIn?(tables: Tables): void;
  /** Of a command that scripts have very many of: what a line says that differs from another in the IPv4 prefix behind `words`. */
  readonly alike?: { readonly words: string; body(like: B, prefix: Prefix): B };
}

export interface CommandRow<B extends CommandBody = CommandBody> extends CommandEffect<B> {
  /** Words, each of which may be abbreviated as far as it stays unique, as in VPP. */
  readonly path: string;
  readonly read: ArgumentReader<B>;
}

/** What becomes of the words: `build` may answer with several bodies, and throws a Refusal for combinations that make no sense. */
interface RowSpec<T extends object, B extends CommandBody> extends CommandEffect<NoInfer<B>> {
  readonly build: (values: T, input: WordInput) => B | readonly B[];
}

export function command<T extends object, const B extends CommandBody>(
  path: string,
  pattern: Pattern<T>,
  { build, ...effect }: RowSpec<T, B>,
): CommandRow<B> {
  return {
    path,
    ...effect,
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
