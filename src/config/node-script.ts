/** What a script says: the node it is for, and its commands in order, since VPP's indices follow it. */

import type { Command } from '../pipeline/command/command-row.js';
import type { ConfigError, SourceLocation } from '../pipeline/command/config-error.js';
import type { ScriptNote } from '../pipeline/command/node-view.js';
import type { Release } from '../releases/release.js';

/** Commands in order; of very long scripts, most are made while one goes through them. */
export interface Commands extends Iterable<Command> {
  readonly length: number;
  at(index: number): Command | undefined;
  find(isIt: (command: Command) => boolean): Command | undefined;
  filter(isOne: (command: Command) => boolean): Command[];
  map<T>(make: (command: Command) => T): T[];
}

/** When a change is made: before the first frame of that index or time, or of a later one. */
export type Moment =
  | { readonly frame: number }
  | { readonly afterNanoseconds: number }
  | { readonly seconds: number; readonly nanoseconds: number };

export interface ScriptChange {
  /** The line that says when. */
  readonly at: SourceLocation;
  /** That line's words: `before frame 13`. */
  readonly text: string;
  readonly moment: Moment;
  readonly commands: Commands;
}

/** A text and what messages call it. */
export interface StateText {
  readonly file: string;
  readonly text: string;
}

/** A line that cannot be read, and why. */
export interface UnreadLine {
  readonly error: ConfigError;
  readonly text: string;
}

export interface NodeScript {
  readonly file: string;
  /** Which VPP runs it. */
  readonly release: Release;
  /** Whether commands that are not modelled are taken: what they touch ends in drops. */
  readonly isLenient?: boolean;
  /** What holds from the start: sections of startup.conf, and which path of a node frames take. */
  readonly startup: readonly Command[];
  readonly commands: Commands;
  readonly notes: readonly ScriptNote[];
  /** Lines that VPP refuses, of a script that is taken leniently: they are kept out. */
  readonly refused?: readonly UnreadLine[];
  /** Files that its `exec` reads. */
  readonly execFiles?: readonly string[];
  /** Answers of show commands just before the first frame, for a node that had run before. */
  readonly state?: readonly StateText[];
  /** How many numbers NAT44's generator had given by then, where somebody knows. */
  readonly generatorDraws?: number;
  /** What it is told while frames run. */
  readonly changes?: readonly ScriptChange[];
}
