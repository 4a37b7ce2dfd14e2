/** What a release of VPP is, as far as releases differ. Nothing outside this folder, and no plugin, asks which one runs. */

import type { Composition } from '../pipeline/engine/plugin.js';
import type { Tables } from '../pipeline/engine/tables.js';
import type { Plugin } from '../pipeline/plugin.js';
import type { TraceWording } from '../pipeline/trace/trace-context.js';

export interface Release extends Composition {
  /** In the order in which their state is made: a plugin may use that of those before it. */
  readonly plugins: readonly Plugin[];
  /** How its traces are worded. */
  readonly wording: TraceWording;
  /** Commands of its plugins that it does not have, or words otherwise. */
  readonly without: readonly string[];
}

/** The release whose node the tables are: they are made of nothing else. */
export const releaseOf = (tables: Tables): Release => tables.composition as Release;
