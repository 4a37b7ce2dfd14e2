/** What a script says: the node it is for, and its commands in order, since VPP's indices follow it. */

import type { Command } from '../pipeline/command/command-row.js';
import type { SourceLocation } from '../pipeline/command/config-error.js';
import type { ScriptNote } from '../pipeline/command/node-view.js';
import type { Release } from '../releases/release.js';

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
  readonly commands: readonly Command[];
}

/** A text and what messages call it. */
export interface StateText {
  readonly file: string;
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
  readonly commands: readonly Command[];
  readonly notes: readonly ScriptNote[];
  /** Answers of show commands just before the first frame, for a node that had run before. */
  readonly state?: readonly StateText[];
  /** How many numbers NAT44's generator had given by then, where somebody knows. */
  readonly generatorDraws?: number;
  /** What it is told while frames run. */
  readonly changes?: readonly ScriptChange[];
}
