/** What IPv4 nodes do otherwise in a release. */

import '../engine/behaviour.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** ip4-input tells another version from a header length below 5; else any length but 5 is one of options. */
    readonly looksAtVersion: boolean;
    /** A router alert has to be four octets long. ip4-options looks in the receiving interface's table. */
    readonly checksRouterAlert: boolean;
    /** Where fragments to the node's own addresses go. */
    readonly localReassemblyNode: 'ip4-full-reassembly' | 'ip4-local-full-reassembly';
    /**
     * What VPP sends itself says so in a flag that stays until the packet leaves: ip4-rewrite takes no TTL from ICMP errors. These
     * are traced with their packet, and throttled.
     */
    readonly originatesErrors: boolean;
    /** ip4-udp-lookup leaves the error in the packet that nothing listens for; else it only counts it. */
    readonly blamesMissingListener: boolean;
    /** ip4-rewrite gives back the TTL to what is larger than the MTU, and ip4-frag counts its ids from 0, in network order. */
    readonly fragmentsOnce: boolean;
  }
}
