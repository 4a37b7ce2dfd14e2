/**
 * All state that outlives a frame, as one configuration builds it. A plugin adds its part beside its own state, by declaration
 * merging (`declare module '../engine/tables.js' { interface Tables { acl: AclTable } }`), and makes it in `EnginePlugin.state`.
 */

import { Changes } from './changes.js';
import { Clock } from './clock.js';
import { FeatureTable } from './feature-table.js';
import { FlowStamps } from './flow-stamps.js';
import { InterfaceTable } from './interface-table.js';
import type { Composition } from './plugin.js';

export interface Tables {
  /** What the node is made of. */
  readonly composition: Composition;
  readonly clock: Clock;
  readonly interfaces: InterfaceTable;
  readonly features: FeatureTable;
  readonly flowStamps: FlowStamps;
  /** A command was applied, whatever it changed: for what is made from many tables. */
  readonly configured: Changes;
}

/** The tables of a node whose commands have not run yet. */
export function createTables(composition: Composition): Tables {
  const tables = {
    composition,
    clock: new Clock(),
    interfaces: new InterfaceTable(),
    features: new FeatureTable(),
    flowStamps: new FlowStamps(),
    configured: new Changes(),
  } as Tables;
  tables.configured.listen(() => {
    tables.flowStamps.generation++;
  });
  for (const { state } of composition.plugins) if (state) Object.assign(tables, state(tables));
  return tables;
}
