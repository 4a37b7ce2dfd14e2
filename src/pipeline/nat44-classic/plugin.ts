/** Classic NAT44 (simple mode): a session for each inside end. */

import type { Plugin } from '../plugin.js';
import { ClassicSessions } from './classic-sessions.js';
import { classicNodes } from './nodes.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly nat44Classic: ClassicSessions;
  }
}

export const nat44Classic: Plugin = {
  name: 'nat44-classic',
  state: ({ nat44, flowStamps }) => {
    nat44.modes.push({ prefix: 'nat44', isEndpointDependent: false });
    return { nat44Classic: new ClassicSessions(nat44.sessions, nat44.users, nat44.pool, flowStamps) };
  },
  nodes: classicNodes,
};
