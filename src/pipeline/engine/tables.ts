/**
 * All state that outlives a frame, as one configuration builds it. A plugin adds its part beside its own state, by declaration
 * merging (`declare module '../engine/tables.js' { interface Tables { acl: AclTable } }`), and makes it in `EnginePlugin.state`.
 */

import type { Changes } from './changes.js';
import type { Clock } from './clock.js';
import type { FeatureTable } from './feature-table.js';
import type { FlowStamps } from './flow-stamps.js';
import type { InterfaceTable } from './interface-table.js';

export interface Tables {
  readonly clock: Clock;
  readonly interfaces: InterfaceTable;
  readonly features: FeatureTable;
  readonly flowStamps: FlowStamps;
  /** A command was applied, whatever it changed: for what is made from many tables. */
  readonly configured: Changes;
}
