/** Commands of the overlay: VXLAN tunnels, bridge domains, entries of the L2 FIB. */

import { formatAddress, MAC_ZERO } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import {
  FEATURE_ARP_TERM,
  FEATURE_FLOOD,
  FEATURE_FWD,
  FEATURE_LEARN,
  FEATURE_UU_FLOOD,
} from './l2-features.js';
import { ENTRY_AGE_NOT, ENTRY_BVI, ENTRY_FILTER, ENTRY_STATIC, NO_PORT } from './l2-fib.js';
import { UDP_PORT as VXLAN_PORT } from '../../wire/vxlan.js';
import { missingTable, originOf, refuseTaken, requireInterface, type CommandHandlers } from '../command/command-handlers.js';
import { ConfigError, MissingError } from '../command/commands.js';

export const l2Handlers: CommandHandlers = {
  'vxlan-tunnel': ({ source, destination, vni, encapVrf, instance, isDelete }, tables, command) => {
    if (isDelete) throw new ConfigError(command.at, 'deleting a VXLAN tunnel is not modelled; leave its creation out');
    if (ip4.isMulticast(destination))
      throw new ConfigError(command.at, `"dst" must be a unicast address, not ${formatAddress(destination)}`);
    const { vxlan, interfaces } = tables;
    const encapFibIndex = tables.ip4.fibIndexOf(encapVrf);
    if (encapFibIndex < 0) throw missingTable(encapVrf, command);
    if (vxlan.has(source, destination, vni, encapFibIndex))
      throw new ConfigError(
        command.at,
        `there already is a VXLAN tunnel to ${formatAddress(destination)} with VNI ${vni}`,
      );
    const name = `vxlan_tunnel${instance ?? vxlan.all.length}`;
    refuseTaken(tables, name, command);
    const made = interfaces.create(name, 'vxlan', MAC_ZERO, originOf(command));
    made.isUp = true; // VPP 19.08 src/vnet/vxlan/vxlan.c makes tunnels up
    vxlan.add(made, source, destination, vni, encapFibIndex);
    tables.ip4.trackHost(encapFibIndex, destination);
    tables.ip4.udpListeners.set(VXLAN_PORT, 'vxlan4-input');
  },

  'bridge-domain': ({ id, flood, uuFlood, forward, learn, arpTerm }, { bridgeDomains }, command) => {
    if (bridgeDomains.find(id)) throw new ConfigError(command.at, `there already is a bridge domain ${id}`);
    const without =
      (flood ? 0 : FEATURE_FLOOD) |
      (uuFlood ? 0 : FEATURE_UU_FLOOD) |
      (forward ? 0 : FEATURE_FWD) |
      (learn ? 0 : FEATURE_LEARN);
    bridgeDomains.add(id, without, arpTerm ? FEATURE_ARP_TERM : 0);
  },

  'l2-bridge': ({ interfaceName, bridgeDomain, bvi, splitHorizonGroup }, tables, command) => {
    const { bridgeDomains, interfaces } = tables;
    const port = requireInterface(tables, interfaceName, command);
    if (port.device === 'loopback' && !bvi)
      throw new ConfigError(command.at, `bridging of ${interfaceName} is not modelled but as BVI: append "bvi"`);
    if (port.device !== 'vxlan' && (port.device !== 'loopback' || !bvi))
      throw new ConfigError(
        command.at,
        `bridging of ${interfaceName} is not modelled, only of VXLAN tunnels and loopbacks`,
      );
    if (port.bridgeDomain !== -1)
      throw new ConfigError(
        command.at,
        `${interfaceName} is in bridge domain ${port.bridgeDomain} already; moving it is not modelled`,
      );
    const domain = bridgeDomains.find(bridgeDomain) ?? bridgeDomains.add(bridgeDomain); // VPP makes a missing one
    if (bvi && domain.bvi !== -1)
      throw new ConfigError(
        command.at,
        `bridge domain ${bridgeDomain} has a BVI already: ${interfaces.all[domain.bvi].name}`,
      );
    bridgeDomains.addPort(port, domain, bvi, splitHorizonGroup);
  },

  // A filter entry drops what is sent to or from its MAC, and so names no interface.
  'l2fib-add': ({ mac, bridgeDomain, interfaceName, isStatic, isFilter, isBvi }, tables, command) => {
    const domain = tables.bridgeDomains.find(bridgeDomain);
    if (!domain)
      throw new MissingError(
        command.at,
        { kind: 'bridge domain', name: bridgeDomain },
        `there is no bridge domain ${bridgeDomain}`,
        `; "create bridge-domain ${bridgeDomain}" makes it`,
      );
    const swIfIndex = isFilter ? NO_PORT : requireInterface(tables, interfaceName, command).swIfIndex;
    const flags =
      ENTRY_AGE_NOT | (isStatic ? ENTRY_STATIC : 0) | (isFilter ? ENTRY_FILTER : 0) | (isBvi ? ENTRY_BVI : 0);
    tables.bridgeDomains.fib.set(domain.index, mac.high, mac.low, swIfIndex, flags);
  },
};
