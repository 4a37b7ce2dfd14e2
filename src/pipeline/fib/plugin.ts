/** The IPv4 FIB: routes, adjacencies, neighbours, load balances. */

import type { Plugin } from '../plugin.js';
import { fibStepWords } from './fib-step-words.js';
import { Ip4Tables } from './ip4-tables.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly ip4: Ip4Tables;
  }
}

export const fib: Plugin = {
  name: 'fib',
  stepWords: fibStepWords,
  state: ({ interfaces, features, flowStamps }) => ({ ip4: new Ip4Tables(interfaces, features, flowStamps) }),
};
