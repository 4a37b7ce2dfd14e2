/** A plugin of VPP with all that the model has of it: state, nodes with their traces, commands. A release lists its plugins. */

import type { CommandHandlers } from './command/command-handlers.js';
import type { CommandRow } from './command/command-row.js';
import type { EnginePlugin } from './engine/plugin.js';

export interface Plugin extends EnginePlugin {
  /** Its commands, and what each does to the tables. */
  readonly commands?: readonly CommandRow[];
  readonly handlers?: CommandHandlers;
}
