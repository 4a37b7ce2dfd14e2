/** NAT44 EI (endpoint independent): a session for each inside end; the classic mode's successor. */

import { independentNewFlows } from '../nat-common/independent/independent-flow.js';
import { IndependentSessions } from '../nat-common/independent/independent-sessions.js';
import { sessionsShow } from '../nat-common/shown/session-state.js';
import type { Plugin } from '../plugin.js';
import { eiCommands } from './commands.js';
import { NAT44_EI } from './mode.js';
import { eiNodes } from './nodes.js';

export const nat44Ei: Plugin = {
  name: 'nat44-ei',
  state: ({ nat44, flowStamps, saved }) => {
    nat44.modes.push(NAT44_EI);
    const nat44Independent = new IndependentSessions(nat44.sessions, nat44.users, nat44.pool, flowStamps);
    saved.add(...nat44Independent.saved);
    return { nat44Independent };
  },
  newFlows: independentNewFlows,
  nodes: eiNodes,
  commands: eiCommands,
  shows: [sessionsShow('show nat44 ei sessions', { o2iIndent: 2 })],
};
