/**
 * All state that outlives a frame, as one configuration builds it. A plugin adds its part beside its own state, by declaration
 * merging (`declare module '../engine/tables.js' { interface Tables { acl: AclTable } }`), and makes it in `EnginePlugin.state`.
 */

import type { Changes } from './state/changes.js';
import type { Clock } from './state/clock.js';
import type { FeatureTable } from './state/feature-table.js';
import type { FlowStamps } from './state/flow-stamps.js';
import type { SavedStates } from './state/saved-states.js';
import type { InterfaceTable } from './state/interface-table.js';

export interface Tables {
  readonly clock: Clock;
  readonly interfaces: InterfaceTable;
  readonly features: FeatureTable;
  readonly flowStamps: FlowStamps;
  /** What can be saved, and gone on from. */
  readonly saved: SavedStates;
  /** A command was applied, whatever it changed: for what is made from many tables. */
  readonly configured: Changes;
}
