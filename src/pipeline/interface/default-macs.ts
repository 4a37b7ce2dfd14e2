/**
 * MAC addresses of interfaces whose script names none. VPP draws them at random for all but loopbacks (de:ad:00:00:00:NN);
 * the model needs the same address in every run, so it derives one from the position.
 */

import type { MacAddress } from '../../wire/address.js';

const derived = (index: number): MacAddress => ({ high: 0x02fe, low: index });

/** By device class: the MAC for the interface at a sw_if_index, or for a loopback's instance. */
export const DEFAULT_MACS: Readonly<
  Record<'dpdk' | 'pg' | 'tap' | 'af-packet' | 'loopback', (index: number) => MacAddress>
> = {
  dpdk: derived,
  pg: derived,
  tap: derived,
  'af-packet': derived,
  loopback: (instance) => ({ high: 0xdead, low: instance }), // VPP 19.08 src/vnet/ethernet/interface.c
};
