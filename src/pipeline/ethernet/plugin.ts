/** Ethernet: from a frame to its network layer, and the protocols beside IP that end here. */

import type { Plugin } from '../plugin.js';
import { ethernetStartup, ethernetView, promiscuousCommand } from './commands.js';
import { ethernetInput, ethernetInputType } from './ethernet-input.js';
import { llcInput, osiInput, snapInput } from './llc-input.js';
import { lldpInput, mplsInput, mplsNotEnabled } from './other-inputs.js';
import { ethernetStepWords } from './ethernet-steps.js';
import { subInterfaceCommand } from './sub-interface-command.js';
import { VlanTables } from './vlan-tables.js';
import { ethernetRemedies } from './ethernet-remedies.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** On the fast path of ethernet-input, too, a unicast destination MAC has to be the interface's, where its driver does not see to it. */
    readonly checksMacEverywhere: boolean;
    /** A sub-interface for any inner tag cannot be exact (vnet_create_sw_interface). */
    readonly refusesExactAny: boolean;
  }
}

declare module '../engine/tables.js' {
  interface Tables {
    /** `# ethernet-input: generic`: that node compares destination MACs, and its first error replaces "no error". */
    ethernetInputGeneric: boolean;
    readonly vlans: VlanTables;
  }
}

export const ethernet: Plugin = {
  name: 'ethernet',
  state: ({ interfaces }) => ({ ethernetInputGeneric: false, vlans: VlanTables.of(interfaces) }),
  nodes: [ethernetInput, ethernetInputType, llcInput, snapInput, osiInput, lldpInput, mplsInput, mplsNotEnabled],
  commands: [subInterfaceCommand, promiscuousCommand],
  stepWords: ethernetStepWords,
  startup: ethernetStartup,
  view: ethernetView,
  remedies: ethernetRemedies,
};
