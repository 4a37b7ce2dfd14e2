/** Shallow virtual reassembly: a feature that NAT44 switches on for its interfaces, so that later fragments have ports. */

import type { Plugin } from '../plugin.js';
import { svNodes } from './nodes.js';
import { SvReassemblies } from './sv-reassemblies.js';

declare module '../engine/tables.js' {
  interface Tables {
    readonly ip4SvReassembly: SvReassemblies;
  }
}

const LENGTH_REMEDY = 'the fragment has to have a length that fits its datagram';

export const ip4SvReassembly: Plugin = {
  name: 'ip4-sv-reassembly',
  state: ({ clock, saved }) => {
    const made = new SvReassemblies(clock);
    saved.add(...made.saved);
    return { ip4SvReassembly: made };
  },
  nodes: svNodes,
  remedies: Object.fromEntries(svNodes.map(({ name }) => [`${name} MALFORMED`, LENGTH_REMEDY])),
};
