/**
 * Commands of the overlay: VXLAN tunnels and bridge domains. They are kept, so that a node's whole script can be used and
 * shown; a packet that needs them ends in a drop that says so.
 */

import { MAC_ZERO } from '../wire/address.js';
import type { BridgeDomain } from '../tables/bridge-domains.js';
import type { Tables } from '../tables/tables.js';
import { originOf, refuseTaken, requireInterface, type CommandHandlers } from './command-handlers.js';
import { ConfigError, type Command } from './commands.js';

const VXLAN_PORT = 4789; // RFC 7348
const NO_INTERFACE = -1;

function requireBridgeDomain({ bridgeDomains }: Tables, id: number, command: Command): BridgeDomain {
  const found = bridgeDomains.byId.get(id);
  if (!found) throw new ConfigError(command.at, `there is no bridge domain ${id}; "create bridge-domain ${id}" makes it`);
  return found;
}

export const l2Handlers: CommandHandlers = {
  'vxlan-tunnel': ({ source, destination, vni, instance, isDelete }, tables, command) => {
    if (isDelete) throw new ConfigError(command.at, 'deleting a VXLAN tunnel is not modelled; leave its creation out');
    const { tunnels } = tables.bridgeDomains;
    const name = `vxlan_tunnel${instance ?? tunnels.length}`;
    refuseTaken(tables, name, command);
    const made = tables.interfaces.create(name, 'vxlan', MAC_ZERO, originOf(command));
    made.isUp = true; // VPP 19.08 src/vnet/vxlan/vxlan.c makes tunnels up
    tunnels.push({ swIfIndex: made.swIfIndex, source, destination, vni });
    tables.ip4.udpListeners.set(VXLAN_PORT, 'vxlan4-input');
  },

  'bridge-domain': ({ id }, tables) => {
    tables.bridgeDomains.add(id);
  },

  'l2-bridge': ({ interfaceName, bridgeDomain, bvi }, tables, command) => {
    const port = requireInterface(tables, interfaceName, command);
    if (port.device !== 'vxlan' && port.device !== 'loopback') {
      throw new ConfigError(command.at, `bridging of ${interfaceName} is not modelled, only of VXLAN tunnels and loopbacks`);
    }
    const domain = tables.bridgeDomains.add(bridgeDomain); // VPP makes a missing one
    port.bridgeDomain = bridgeDomain;
    domain.ports.push(port.swIfIndex);
    if (bvi) domain.bvi = port.swIfIndex;
  },

  // A filter entry drops what is sent to its MAC, and so names no interface.
  'l2fib-add': ({ mac, bridgeDomain, interfaceName, isStatic, isFilter }, tables, command) => {
    const swIfIndex = isFilter ? NO_INTERFACE : requireInterface(tables, interfaceName, command).swIfIndex;
    requireBridgeDomain(tables, bridgeDomain, command).l2fib.push({ mac, swIfIndex, isStatic });
  },
};
