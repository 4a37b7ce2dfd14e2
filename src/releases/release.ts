/** What a release of VPP is, as far as releases differ. Nothing outside this folder, and no plugin, asks which one runs. */

import type { VppCommand } from '../pipeline/command/command-row.js';
import type { Composition } from '../pipeline/engine/plugin.js';
import type { Tables } from '../pipeline/engine/tables.js';
import type { Plugin } from '../pipeline/plugin.js';
import type { TraceWording } from '../pipeline/trace/trace-context.js';

export interface Release extends Composition {
  /** In the order in which their state is made: a plugin may use that of those before it. */
  readonly plugins: readonly Plugin[];
  /** How its traces are worded. */
  readonly wording: TraceWording;
  /** The release whose commands it has, by their names in vpp-command-list.ts and equivalents.ts: its own, or an earlier one's. */
  readonly commandList: string;
  /** Commands of its plugins that it does not have, or words otherwise. */
  readonly without: readonly string[];
}

/** Whether VPP has a command in the release. */
export const hasCommand = ({ commandList }: Release, { releases }: VppCommand): boolean =>
  releases.includes(commandList);

/** The release whose node the tables are: they are made of nothing else. */
export const releaseOf = (tables: Tables): Release => tables.composition as Release;
