/** The IPv4 FIB: routes, adjacencies, neighbours, load balances. */

import type { Plugin } from '../plugin.js';
import { fibStepWords } from './fib-step-words.js';
import { Ip4Tables } from './ip4-tables.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /**
     * Addresses belong to prefixes: a glean adjacency serves one connected prefix, and of an interface's addresses the one nearest to
     * the destination is the source of what VPP sends itself (src/vnet/ip/ip_sas.c). Else a glean serves an interface.
     */
    readonly addressByPrefix: boolean;
    /** An address of an interface makes it accept 224.0.0.1 and 224.0.0.2 (src/vnet/mfib/ip4_mfib.c). */
    readonly acceptsAllHosts: boolean;
    /** Another MAC of a port is in the headers of what leaves by its sub-interfaces, too (ethernet_mac_change). */
    readonly renewsSubInterfaceRewrites: boolean;
    /** Only a sub-interface that says exact-match can have an address (vnet_sw_interface_supports_addressing). */
    readonly addressesNeedExactMatch: boolean;
    /** Load balances that VPP makes at its start before and after those of the first IPv4 table, for IPv6 and itself. */
    readonly loadBalancesAtStart: { readonly before: number; readonly after: number };
  }
}

declare module '../engine/tables.js' {
  interface Tables {
    readonly ip4: Ip4Tables;
  }
}

export const fib: Plugin = {
  name: 'fib',
  stepWords: fibStepWords,
  state: ({ interfaces, features, flowStamps, saved, composition: { behaviour } }) => {
    const ip4 = new Ip4Tables(interfaces, features, flowStamps, behaviour);
    saved.add(...ip4.saved);
    return { ip4 };
  },
};
