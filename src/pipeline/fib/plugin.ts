/** The FIBs of IPv4 and IPv6: routes, adjacencies, neighbours, load balances. */

import type { Plugin } from '../plugin.js';
import { fibStepWords } from './fib-step-words.js';
import { Ip4Tables } from './ip4/ip4-tables.js';
import { Ip6Tables } from './ip6/ip6-tables.js';

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
    /**
     * With their interface down, or its address gone, static neighbours of IPv4 and IPv6 stay but lose their adjacency
     * (vnet_arp_flush_ip4_over_ethernet_internal). Else only learned ones are concerned, which are always forgotten.
     */
    readonly flushesStaticNeighbours: boolean;
    /** Load balances that VPP makes at its start behind those of the first tables. */
    readonly loadBalancesAtStart: number;
    /** Flow hash of new IPv6 tables (IP_FLOW_HASH_DEFAULT). */
    readonly ip6FlowHash: number;
  }
}

declare module '../engine/tables.js' {
  interface Tables {
    readonly ip4: Ip4Tables;
    readonly ip6: Ip6Tables;
  }
}

export const fib: Plugin = {
  name: 'fib',
  stepWords: fibStepWords,
  state: ({ interfaces, features, flowStamps, saved, composition: { behaviour } }) => {
    const ip4 = new Ip4Tables(interfaces, features, flowStamps, behaviour);
    const ip6 = new Ip6Tables(interfaces, features, flowStamps, ip4, behaviour);
    ip4.loadBalances.reserve(behaviour.loadBalancesAtStart);
    interfaces.stateChanged.listen((changed) => {
      const { swIfIndex, isUp } = changed;
      if (!isUp) for (const { neighbours } of [ip4, ip6]) neighbours.flush(swIfIndex);
      ip6.interfaceIp6.stateChanged(changed);
      ip4.interfaceIp4.stateChanged(changed);
      for (const { neighbours, fib } of [ip4, ip6]) {
        if (isUp) neighbours.interfaceUp(swIfIndex);
        for (const one of [changed, ...interfaces.subInterfacesOf(changed)]) fib.interfaceChanged(one.swIfIndex);
      }
    });
    saved.add(
      ...ip4.saved,
      ip6.neighbours.saved((known) => ip6.setNeighbour(known)),
    );
    return { ip4, ip6 };
  },
};
