/** Commands that make interfaces and change what is not IP about them. */

import { DEFAULT_MACS } from './default-macs.js';
import { originOf, refuseTaken, requireInterface, type CommandHandlers } from '../command/command-handlers.js';

export const interfaceHandlers: CommandHandlers = {
  'create-interface': ({ name, device, mac }, tables, command) => {
    refuseTaken(tables, name, command);
    const index = tables.interfaces.all.length;
    tables.interfaces.create(name, device, mac ?? DEFAULT_MACS[device](index), originOf(command));
  },

  // VPP names a loopback by its instance: the lowest free one where none is asked for.
  'create-loopback': ({ mac, instance }, tables, command) => {
    let free = 0;
    while (tables.interfaces.byName(`loop${free}`)) free++;
    const name = `loop${instance ?? free}`;
    refuseTaken(tables, name, command);
    tables.interfaces.create(name, 'loopback', mac ?? DEFAULT_MACS.loopback(instance ?? free), originOf(command));
  },

  'interface-state': ({ interfaceName, up }, tables, command) => {
    const on = requireInterface(tables, interfaceName, command);
    if (on.isUp === up) return;
    on.isUp = up;
    tables.ip4.interfaceStateChanged(on.swIfIndex);
  },

  'interface-mac': ({ interfaceName, mac }, tables, command) => {
    const on = requireInterface(tables, interfaceName, command);
    const before = on.mac;
    on.mac = mac;
    tables.bridgeDomains.macChanged(on, before);
    tables.ip4.interfaceChanged(on.swIfIndex);
  },
};
