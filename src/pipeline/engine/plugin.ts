/** What a plugin adds to the engine, and what a node is made of. `pipeline/plugin.ts` has a plugin as a whole. */

import type { Behaviour } from './behaviour.js';
import { Changes } from './state/changes.js';
import { Clock } from './state/clock.js';
import { EarlierSessions } from './state/earlier-sessions.js';
import type { ErrorTexts } from './errors.js';
import type { ArcOrders } from './feature-arcs.js';
import { FeatureTable } from './state/feature-table.js';
import { FlowStamps } from './state/flow-stamps.js';
import { SavedStates } from './state/saved-states.js';
import { InterfaceTable, type Interface } from './state/interface-table.js';
import type { NewFlowPart } from './new-flow-part.js';
import type { AnyNode } from './node.js';
import type { Tables } from './tables.js';

declare module './tables.js' {
  interface Tables {
    readonly composition: Composition;
  }
}

export interface EnginePlugin {
  /** VPP's name of the plugin or feature. */
  readonly name: string;
  /** Makes the plugin's part of the tables, once for each node, from what the plugins before it made. */
  readonly state?: (tables: Tables) => Partial<Tables>;
  readonly nodes?: readonly AnyNode[];
  readonly interfaceNodes?: (owner: Interface) => readonly AnyNode[];
  /** What the first packets of flows look for in its tables. */
  readonly newFlows?: (tables: Tables) => NewFlowPart;
  /** Puts something before the work of a node, of whatever plugin it is; `owner` is the interface that has it as its own. */
  readonly guard?: (node: AnyNode, tables: Tables, owner: Interface | null) => AnyNode;
}

/** Plugins and the order of their features: a release (src/releases), as far as the engine knows it. */
export interface Composition {
  /** As in `--release 19.08`. */
  readonly name: string;
  readonly plugins: readonly EnginePlugin[];
  readonly arcs: ArcOrders;
  readonly behaviour: Behaviour;
  /** Nodes that take the packets of a vector two at a time. */
  readonly pairNodes?: readonly string[];
  /** Errors whose texts are others than those that nodes declare. */
  readonly errorTexts?: ErrorTexts;
  /** Columns that `show errors` has for a reason; what is longer is cut off. Any length without. */
  readonly errorColumns?: number;
}

/** The tables of a node whose commands have not run yet. */
export function createTables(composition: Composition): Tables {
  const tables = {
    composition,
    clock: new Clock(),
    interfaces: new InterfaceTable(),
    features: new FeatureTable(),
    flowStamps: new FlowStamps(),
    saved: new SavedStates(),
    earlierSessions: new EarlierSessions(),
    configured: new Changes(),
  } as Tables;
  tables.saved.add(tables.clock.saved);
  tables.configured.listen(() => {
    tables.flowStamps.generation++;
  });
  for (const { state } of composition.plugins) if (state) Object.assign(tables, state(tables));
  return tables;
}

function guarded(tables: Tables, nodes: readonly AnyNode[], owner: Interface | null): AnyNode[] {
  const guards = tables.composition.plugins.flatMap(({ guard }) => guard ?? []);
  return nodes.map((node) => guards.reduce((inner, guard) => guard(inner, tables, owner), node));
}

/** All nodes of a graph, the interfaces' own included. */
export const nodesOf = (tables: Tables): AnyNode[] => [
  ...guarded(
    tables,
    tables.composition.plugins.flatMap(({ nodes = [] }) => nodes),
    null,
  ),
  ...tables.interfaces.all.flatMap((owner) => interfaceNodesOf(tables, owner)),
];

export const interfaceNodesOf = (tables: Tables, owner: Interface): AnyNode[] =>
  guarded(
    tables,
    tables.composition.plugins.flatMap(({ interfaceNodes }) => interfaceNodes?.(owner) ?? []),
    owner,
  );
