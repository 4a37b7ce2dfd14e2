/** ARP: answers, and requests for neighbours that are not known. */

import type { AnyNode } from '../engine/node.js';
import type { Plugin } from '../plugin.js';
import type { ShowReader } from '../show-answers.js';
import { arpDisabled, arpInput } from './arp-input.js';
import { arpProxy, ProxyArp } from './arp-proxy.js';
import { arpReply } from './arp-reply.js';
import { arpCommands, arpView } from './commands.js';
import { ip4Arp, ip4Glean, ip4NeighborNodes } from './ip4-arp.js';
import { arpRemedies } from './arp-remedies.js';
import { proxyCommands } from './proxy-commands.js';
import { ipNeighborShows, neighbourShows } from './neighbour-state.js';
import { NeighbourCoverage } from './neighbour-coverage.js';

declare module '../engine/behaviour.js' {
  interface Behaviour {
    /** arp-reply names a reason for each message that it sends on to the arc's end (src/vnet/arp/arp.c); else only for those it drops. */
    readonly arpReplyNamesReasons: boolean;
  }
}

declare module '../engine/tables.js' {
  interface Tables {
    readonly proxyArp: ProxyArp;
  }
}

const withNodes = (nodes: readonly AnyNode[], shows: readonly ShowReader[]): Plugin => ({
  name: 'arp',
  state: ({ features }) => ({ proxyArp: new ProxyArp(features) }),
  nodes: [...nodes, arpInput, arpReply, arpProxy, arpDisabled],
  coverage: [(tables) => new NeighbourCoverage(tables)],
  commands: [...arpCommands, ...proxyCommands],
  shows,
  view: arpView,
  remedies: arpRemedies,
});

export const arp = withNodes([ip4Arp, ip4Glean], neighbourShows);
/** With the nodes of src/vnet/ip-neighbor/ip4_neighbor.c, as in 26.06. */
export const arpWithIpNeighbor = withNodes(ip4NeighborNodes, ipNeighborShows);
