/** A plugin of VPP with all that the model has of it: state, nodes, commands, wording of traces. A release lists its plugins. */

import type { CommandHandlers } from './command/command-handlers.js';
import type { CommandRow } from './command/command-row.js';
import type { EnginePlugin } from './engine/plugin.js';
import type { StepWords } from './step-words.js';
import type { WordedLayout } from './trace/wording.js';

export interface Plugin extends EnginePlugin {
  /** Its commands, and what each does to the tables. */
  readonly commands?: readonly CommandRow[];
  readonly handlers?: CommandHandlers;
  /** What its nodes print in `show trace`. */
  readonly wordings?: readonly WordedLayout[];
  /** What is said about the steps of its nodes. */
  readonly stepWords?: readonly StepWords[];
}
