/** What IPv6 nodes do otherwise in a release. */

import '../engine/behaviour.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** ip6-input leaves the error of a failed check in the packet, ip6-local that of its own; else packets show another one. */
    readonly namesIp6Errors: boolean;
    readonly ip6LocalReassemblyNode: 'ip6-full-reassembly' | 'ip6-local-full-reassembly';
    /** Echo replies say that VPP sends them, and go back by the table the request was looked up in (src/plugins/ping/ping.c). */
    readonly originatesIp6Echo: boolean;
    /**
     * Routers are advertised where the configuration says so, and neighbour advertisements then say "router"; solicitations are punted
     * elsewhere (src/vnet/ip6-nd). Else solicitations are answered wherever IPv6 is enabled.
     */
    readonly advertisesOnDemand: boolean;
    /** Neighbours are sought from the link-local address, in packets that leave no records (src/vnet/ip-neighbor/ip6_neighbor.c). */
    readonly solicitsLinkLocally: boolean;
    /** Length checks and header walks of src/vnet/ip/ip6_packet.h in 26.06: at most four headers within 256 bytes. */
    readonly limitsIp6Headers: boolean;
  }
}
