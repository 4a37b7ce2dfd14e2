/** IPv6: forwarding, neighbour discovery, local delivery, fragments. */

import type { AnyNode } from '../engine/node.js';
import type { Plugin } from '../plugin.js';
import './behaviour.js';
import { ip6Commands, ip6View } from './commands.js';
import { ip6Frag } from './ip6-frag.js';
import { ip6Input, ip6NotEnabled } from './ip6-input.js';
import { ip6LinkLocal, ip6LoadBalance, ip6Lookup, lookupIp6Dst } from './ip6-lookup.js';
import { ip6MfibForwardLookup, ip6MfibForwardRpf, ip6Replicate } from './ip6-mfib.js';
import { ip6Null } from './ip6-null.js';
import { ip6Remedies } from './ip6-remedies.js';
import { ip6Rewrite, ip6RewriteMcast } from './ip6-rewrite.js';
import { ip6FullReassembly, ip6LocalFullReassembly } from './local/ip6-full-reassembly.js';
import { ip6LocalHopByHop } from './local/ip6-hop-by-hop.js';
import { ip6IcmpEchoReply, ip6IcmpEchoRequest, ip6IcmpInput } from './local/ip6-icmp.js';
import { ip6IcmpError } from './local/ip6-icmp-error.js';
import { ip6Local, ip6Receive } from './local/ip6-local.js';
import { ip6UdpLookup } from './local/ip6-udp-lookup.js';
import { ip6DiscoverNeighbor, ip6Glean } from './nd/discover.js';
import { ndCommands } from './nd/commands.js';
import { neighborAdvertisement, neighborAdvertisementToPunt, neighborSolicitation } from './nd/neighbor-nodes.js';
import { routerAdvertisement, routerSolicitation } from './nd/router-nodes.js';
import { Ip6Routers } from './nd/router-state.js';

const withNodes = (nodes: readonly AnyNode[]): Plugin => ({
  name: 'ip6',
  state: ({ ip4, ip6, clock, saved, composition: { behaviour } }) => {
    const ip6Routers = new Ip6Routers(ip6.links, ip4.adjacencies, clock, behaviour.advertisesOnDemand);
    saved.add(ip6Routers.saved);
    return { ip6Routers };
  },
  nodes: [
    ip6Input,
    ip6NotEnabled,
    ip6Lookup,
    ip6LoadBalance,
    lookupIp6Dst,
    ip6LinkLocal,
    ip6Rewrite,
    ip6RewriteMcast,
    ip6Frag,
    ip6Null,
    ip6MfibForwardLookup,
    ip6MfibForwardRpf,
    ip6Replicate,
    ip6LocalHopByHop,
    ip6UdpLookup,
    ip6IcmpInput,
    ip6IcmpEchoRequest,
    ip6IcmpEchoReply,
    ip6IcmpError,
    ip6DiscoverNeighbor,
    ip6Glean,
    neighborSolicitation,
    routerSolicitation,
    routerAdvertisement,
    ...nodes,
  ],
  commands: [...ip6Commands, ...ndCommands],
  view: ip6View,
  remedies: ip6Remedies,
});

export const ip6 = withNodes([ip6Local, ip6FullReassembly, neighborAdvertisement]);
/** With the nodes of src/vnet/ip6-nd and ip6-receive, as in 26.06. */
export const ip6WithReceive = withNodes([ip6Local, ip6Receive, ip6LocalFullReassembly, neighborAdvertisementToPunt]);
