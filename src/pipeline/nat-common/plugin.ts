/** What both kinds of NAT44 have: pools, mappings, sessions, users, and the commands for them. */

import type { Plugin } from '../plugin.js';
import { nat44Handlers } from './apply-nat44.js';
import { nat44Rows } from './grammar-nat44.js';
import { Nat44 } from './state/nat44.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly nat44: Nat44;
  }
}

export const natCommon: Plugin = {
  name: 'nat',
  state: ({ interfaces, features, ip4, clock }) => ({ nat44: new Nat44(interfaces, features, ip4, clock) }),
  commands: nat44Rows,
  handlers: nat44Handlers,
};
