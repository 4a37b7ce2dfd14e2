/** What all kinds of NAT44 have: pools, mappings, sessions, users, and the commands for them. */

import type { Plugin } from '../plugin.js';
import { fragmentDrop } from './nodes/fragments.js';
import { NatCoverage } from './nat-coverage.js';
import { sessionsShow } from './shown/session-state.js';
import { natStepWords } from './nat-step-words.js';
import { natCommands, natStartup, natView } from './commands.js';
import { NAT44_WORDS } from './nat-command.js';
import { followCommands } from './state/ended-by-command.js';
import { Nat44 } from './state/nat44.js';
import { natRemedies } from './nat-remedies.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly nat44: Nat44;
  }
}

/** Kinds that are plugins of their own bring their commands along. */
export const natState: Plugin = {
  name: 'nat',
  stepWords: natStepWords,
  coverage: [(tables) => new NatCoverage(tables)],
  state: (tables) => {
    const { interfaces, features, ip4, clock } = tables;
    const nat44 = new Nat44(interfaces, features, ip4, clock);
    followCommands(nat44, tables);
    tables.saved.add(...nat44.saved);
    return { nat44 };
  },
  view: natView,
  remedies: natRemedies,
};

/** With the commands for both kinds that startup.conf chooses between. */
export const natCommon: Plugin = {
  ...natState,
  nodes: [fragmentDrop],
  commands: natCommands(NAT44_WORDS),
  shows: [sessionsShow('show nat44 sessions', { o2iIndent: 4 })],
  startup: natStartup,
};
