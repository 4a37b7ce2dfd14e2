/** Ethernet: from a frame to its network layer, and the protocols beside IP that end here. */

import type { Plugin } from '../plugin.js';
import { checkMacs, ethernetCommands, ethernetStartup, ethernetView } from './commands.js';
import { ethernetInput, ethernetInputType } from './ethernet-input.js';
import { llcInput, osiInput, snapInput } from './llc-input.js';
import { lldpInput, mplsInput, mplsNotEnabled } from './other-inputs.js';
import { ethernetRemedies } from './ethernet-remedies.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** On the fast path of ethernet-input, too, a unicast destination MAC has to be the interface's, where its driver does not see to it. */
    readonly checksMacEverywhere: boolean;
  }
}

declare module '../engine/tables.js' {
  interface Tables {
    /** `# ethernet-input: generic`: that node compares destination MACs, and its first error replaces "no error". */
    ethernetInputGeneric: boolean;
  }
}

export const ethernet: Plugin = {
  name: 'ethernet',
  state: ({ interfaces, composition: { behaviour } }) => {
    interfaces.created.listen((made) => checkMacs(interfaces, made, behaviour.checksMacEverywhere, false));
    return { ethernetInputGeneric: false };
  },
  commands: ethernetCommands,
  nodes: [ethernetInput, ethernetInputType, llcInput, snapInput, osiInput, lldpInput, mplsInput, mplsNotEnabled],
  startup: ethernetStartup,
  view: ethernetView,
  remedies: ethernetRemedies,
};
