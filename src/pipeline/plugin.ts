/** A plugin of VPP with all that the model has of it: state, nodes with their traces, commands. A release lists its plugins. */

import type { CommandRow } from './command/command-row.js';
import type { ViewPart } from './command/node-view.js';
import type { EnginePlugin } from './engine/plugin.js';
import type { ShowReader } from './show-answers.js';
import type { CoverageStart } from './step-coverage.js';
import type { Remedies } from './remedy.js';
import type { StepWords } from './step-words.js';

export interface Plugin extends EnginePlugin {
  /** Its commands, and what each does to the tables. */
  readonly commands?: readonly CommandRow[];
  /** Commands that stand in comments, for what VPP does not keep in its script: `# interface: …`. */
  readonly directives?: readonly CommandRow[];
  /** What holds from the start, whatever line it is in: sections of startup.conf as in `# startup: nat { … }`, and directives. */
  readonly startup?: readonly CommandRow[];
  /** Answers of show commands that tell its state. */
  readonly shows?: readonly ShowReader[];
  /** What `vppcap config` shows of it. */
  readonly view?: ViewPart;
  /** What is said about the steps of its nodes. */
  readonly stepWords?: readonly StepWords[];
  /** What would let packets pass that its nodes end. */
  readonly remedies?: Remedies;
  /** What of its configuration packets can exercise, and how its steps count. */
  readonly coverage?: readonly CoverageStart[];
}
