/** What a script says: the node it is for, and its commands in order, since VPP's indices follow it. */

import type { Command } from '../pipeline/command/command-row.js';
import type { ScriptNote } from '../pipeline/command/node-view.js';
import type { Release } from '../releases/release.js';

export interface NodeScript {
  readonly file: string;
  /** Which VPP runs it. */
  readonly release: Release;
  /** What holds from the start: sections of startup.conf, and which path of a node frames take. */
  readonly startup: readonly Command[];
  readonly commands: readonly Command[];
  readonly notes: readonly ScriptNote[];
}
