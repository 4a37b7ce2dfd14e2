/** Endpoint-dependent NAT44: a session for each flow, found by both its ends. */

import type { Plugin } from '../plugin.js';
import { edNodes } from './nodes.js';
import { AffinityTable } from './state/affinity-table.js';
import { EdSessions } from './state/ed-sessions.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly nat44Ed: EdSessions;
  }
}

export const nat44Ed: Plugin = {
  name: 'nat44-ed',
  state: ({ nat44, clock }) => {
    const affinity = new AffinityTable(clock);
    nat44.mappings.affinity = affinity;
    nat44.modes.push({ prefix: 'nat44-ed', isEndpointDependent: true });
    return { nat44Ed: new EdSessions(nat44, affinity) };
  },
  nodes: edNodes,
};
