/** Endpoint-dependent NAT44 as rewritten: a session for each flow, found by both of its directions in one table. */

import type { Plugin } from '../plugin.js';
import { natCommands } from '../nat-common/commands.js';
import { AffinityTable } from '../nat-common/state/affinity-table.js';
import { ED_WORDS, edCommands } from './commands.js';
import { followConfiguration } from './configuration.js';
import { edNewFlows } from './ed-flow.js';
import { edNodes } from './nodes.js';
import { edRemedies } from './ed-remedies.js';
import { ED_MODE } from './ed-mode.js';
import { edSessionsShow } from './session-state.js';
import { EdVisit } from './state/ed-visit.js';
import { EdSessions } from './state/ed-sessions.js';
import { ExternalMappings } from './state/external-mappings.js';
import { OutsideAddresses } from './state/outside-addresses.js';
import { VrfRoutes } from './state/vrf-routes.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly nat44Ed26: {
      readonly sessions: EdSessions;
      readonly external: ExternalMappings;
      readonly outside: OutsideAddresses;
      readonly vrfRoutes: VrfRoutes;
      readonly visit: EdVisit;
    };
  }
}

export const nat44Ed26: Plugin = {
  name: 'nat44-ed',
  state: (tables) => {
    const { nat44, clock, flowStamps } = tables;
    const affinity = new AffinityTable(clock);
    nat44.mappings.affinity = affinity;
    nat44.modes.push(ED_MODE);
    const sessions = new EdSessions(nat44, affinity, flowStamps);
    const external = new ExternalMappings(nat44.mappings, sessions.flows);
    const outside = new OutsideAddresses(nat44, sessions, external);
    followConfiguration(tables, sessions, outside);
    tables.saved.add(...affinity.saved, ...sessions.saved);
    const vrfRoutes = new VrfRoutes(nat44.fib);
    return { nat44Ed26: { sessions, external, outside, vrfRoutes, visit: new EdVisit() } };
  },
  nodes: edNodes,
  newFlows: edNewFlows,
  commands: [...natCommands(ED_WORDS), ...edCommands],
  shows: [edSessionsShow],
  remedies: edRemedies,
};
