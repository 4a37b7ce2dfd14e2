/** When ethernet-input compares destination MACs with the port's (VPP 26.06 src/vnet/ethernet/node.c eth_input_single_int). */

import type { DeviceClass } from '../engine/state/interface-table.js';
import type { Tables } from '../engine/tables.js';

/** Devices that let no frame pass which is to another MAC (VNET_HW_IF_CAP_MAC_FILTER). */
const FILTERING: ReadonlySet<DeviceClass> = new Set(['dpdk', 'rdma', 'idpf']);

/** The network card has done it (ETHERNET_INTERFACE_FLAG_STATUS_L3): as long as nothing of the port is bridged, and it is not promiscuous. */
export const isFilteredByCard = ({ interfaces, composition }: Tables, port: number): boolean =>
  composition.behaviour.checksMacEverywhere &&
  FILTERING.has(interfaces.all[port].device) &&
  interfaces.l2CountOf[port] === 0 &&
  interfaces.isPromiscuousOf[port] === 0;

/**
 * Frames of the fast path that are not bridged. In 19.08 what is promiscuous is compared, since it or a sub-interface of it is bridged; in
 * 26.06 all that IP may be for.
 */
export function comparesMacs(tables: Tables, port: number): boolean {
  const { isL2Of, l2CountOf, l3CountOf, isPromiscuousOf } = tables.interfaces;
  if (!tables.composition.behaviour.checksMacEverywhere)
    return isL2Of[port] === 1 || l2CountOf[port] > 0 || isPromiscuousOf[port] === 1;
  const isForIp = l3CountOf[port] > 0;
  return isL2Of[port] === 1 ? isForIp : !isFilteredByCard(tables, port) && (isForIp || l2CountOf[port] === 0);
}

/** Untagged IPv4 frames among them, which 19.08 takes without a look at theirs. */
export const comparesIp4Macs = (tables: Tables, port: number): boolean =>
  tables.composition.behaviour.checksMacEverywhere && comparesMacs(tables, port);
