/** Classic NAT44 (simple mode): a session for each inside end. */

import type { Plugin } from '../plugin.js';
import { deleteSession } from '../nat-common/independent/session-commands.js';
import { NAT44_WORDS } from '../nat-common/nat-command.js';
import { startupFeatures, type NatMode } from '../nat-common/state/nat-mode.js';
import { UPPER_BITS } from '../nat-common/state/port-stream.js';
import { INDEPENDENT_MODE, IndependentSessions } from '../nat-common/independent/independent-sessions.js';
import { classicNodes } from './nodes.js';

const CLASSIC: NatMode = {
  words: 'nat44',
  ...INDEPENDENT_MODE,
  isPlugin: false,
  features: startupFeatures('nat44'),
  ports: UPPER_BITS,
};

export const nat44Classic: Plugin = {
  name: 'nat44-classic',
  state: ({ nat44, flowStamps, saved }) => {
    nat44.modes.push(CLASSIC);
    const nat44Independent = new IndependentSessions(nat44.sessions, nat44.users, nat44.pool, flowStamps);
    saved.add(...nat44Independent.saved);
    return { nat44Independent };
  },
  nodes: classicNodes,
  commands: [deleteSession(NAT44_WORDS)],
};
