/** What no plugin models, in scripts that are taken leniently. */

import type { Plugin } from '../plugin.js';
import { guarded } from './guard.js';

export const notModelledPlugin: Plugin = {
  name: 'not-modelled',
  state: () => ({ notModelled: null }),
  guard: guarded,
};
