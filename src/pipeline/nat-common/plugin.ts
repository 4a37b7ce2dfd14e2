/** What both kinds of NAT44 have: pools, mappings, sessions, users, and the commands for them. */

import type { Plugin } from '../plugin.js';
import { fragmentDrop } from './nodes/fragments.js';
import { NatCoverage } from './nat-coverage.js';
import { natStepWords } from './nat-step-words.js';
import { natCommands, natStartup, natView } from './commands.js';
import { Nat44 } from './state/nat44.js';
import { natRemedies } from './nat-remedies.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly nat44: Nat44;
  }
}

export const natCommon: Plugin = {
  name: 'nat',
  stepWords: natStepWords,
  coverage: [(tables) => new NatCoverage(tables)],
  state: ({ interfaces, features, ip4, clock }) => ({ nat44: new Nat44(interfaces, features, ip4, clock) }),
  nodes: [fragmentDrop],
  commands: natCommands,
  startup: natStartup,
  view: natView,
  remedies: natRemedies,
};
