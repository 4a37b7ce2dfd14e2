/** IPv4: forwarding, local delivery, fragments. */

import type { AnyNode } from '../engine/node.js';
import type { Plugin } from '../plugin.js';
import { ip4Commands, ip4View } from './commands.js';
import { ip4Frag } from './ip4-frag.js';
import { ip4FullReassembly, ip4LocalFullReassembly } from './local/ip4-full-reassembly.js';
import { ip4IcmpError } from './local/ip4-icmp-error.js';
import { ip4IcmpEchoReply, ip4IcmpEchoRequest, ip4IcmpInput } from './local/ip4-icmp.js';
import { ip4Input, ip4NotEnabled } from './ip4-input.js';
import { ip4LoadBalance } from './ip4-load-balance.js';
import { ip4Local, ip4LocalEndOfArc, receiveNodes } from './local/ip4-local.js';
import { ip4Lookup, lookupIp4Dst } from './ip4-lookup.js';
import { ip4MfibForwardLookup, ip4MfibForwardRpf, ip4Replicate } from './ip4-mfib.js';
import { ip4Null } from './ip4-null.js';
import { ip4Options } from './ip4-options.js';
import { ip4Rewrite } from './ip4-rewrite.js';
import { RouteCoverage } from './route-coverage.js';
import { ip4UdpLookup } from './local/ip4-udp-lookup.js';
import { ipsec4IfInput, puntDispatch } from './local/ipsec-nodes.js';
import { ip4Remedies } from './ip4-remedies.js';

const shared: Plugin = {
  name: 'ip4',
  nodes: [
    ip4Input,
    ip4NotEnabled,
    ip4Options,
    ip4Lookup,
    lookupIp4Dst,
    ip4LoadBalance,
    ip4Rewrite,
    ip4Frag,
    ip4IcmpInput,
    ip4IcmpEchoRequest,
    ip4IcmpEchoReply,
    ip4IcmpError,
    ip4UdpLookup,
    ip4MfibForwardLookup,
    ip4MfibForwardRpf,
    ip4Replicate,
    ip4Null,
  ],
  coverage: [(tables) => new RouteCoverage(tables)],
  commands: ip4Commands,
  view: ip4View,
  remedies: ip4Remedies,
};

const plus = (nodes: readonly AnyNode[]): readonly AnyNode[] => [...(shared.nodes ?? []), ...nodes];

/** IPsec NAT traversal: the one port that VPP 19.08 listens on from the start (src/vnet/ipsec/ipsec_if.c). */
const PORT_IPSEC = 4500;

export const ip4: Plugin = {
  ...shared,
  nodes: plus([ip4Local, ip4LocalEndOfArc, ip4FullReassembly, ipsec4IfInput, puntDispatch]),
  state: ({ ip4: tables }) => {
    tables.listenToUdp(PORT_IPSEC, 'ipsec4-if-input');
    return {};
  },
};

/** With ip4-receive, as in 26.06. */
export const ip4WithReceive: Plugin = { ...shared, nodes: plus([...receiveNodes, ip4LocalFullReassembly]) };
