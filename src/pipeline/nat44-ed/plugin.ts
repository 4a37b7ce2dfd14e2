/** Endpoint-dependent NAT44: a session for each flow, found by both its ends. */

import type { Plugin } from '../plugin.js';
import { startupFeatures, type NatMode } from '../nat-common/state/nat-mode.js';
import { UPPER_BITS } from '../nat-common/state/port-stream.js';
import { backEndCommand } from '../nat-common/back-end-command.js';
import { NAT44_WORDS } from '../nat-common/nat-command.js';
import { edNewFlows } from './ed-flow.js';
import { edNodes } from './nodes.js';
import { AffinityTable } from '../nat-common/state/affinity-table.js';
import { EdSessions } from './state/ed-sessions.js';

const ENDPOINT_DEPENDENT: NatMode = {
  words: 'nat44',
  isEndpointDependent: true,
  isPlugin: false,
  features: startupFeatures('nat44-ed'),
  ports: UPPER_BITS,
  // NAT44_SES_I2O_SYN: neither both sides' SYNs nor a FIN have been seen.
  transitoryState: 16,
  index: (tables, session) => {
    tables.nat44Ed.index(session);
  },
  rekey: ({ nat44Ed }, session, of, port) => {
    nat44Ed.rekey(session, of, port);
  },
  remove: ({ nat44Ed }, session) => {
    nat44Ed.remove(session);
  },
  sessionOf: ({ nat44Ed }, ends, isIn2out, fibIndex) => nat44Ed.sessionOf(ends, isIn2out, fibIndex),
};

declare module '../engine/tables.js' {
  interface Tables {
    readonly nat44Ed: EdSessions;
  }
}

export const nat44Ed: Plugin = {
  name: 'nat44-ed',
  state: ({ nat44, clock, flowStamps, saved }) => {
    const affinity = new AffinityTable(clock);
    nat44.mappings.affinity = affinity;
    nat44.modes.push(ENDPOINT_DEPENDENT);
    const nat44Ed = new EdSessions(nat44, affinity, flowStamps);
    saved.add(...affinity.saved, ...nat44Ed.saved);
    return { nat44Ed };
  },
  nodes: edNodes,
  newFlows: edNewFlows,
  commands: [backEndCommand(NAT44_WORDS)],
};
