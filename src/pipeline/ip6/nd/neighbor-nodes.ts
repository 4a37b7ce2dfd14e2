/**
 * icmp6-neighbor-solicitation and icmp6-neighbor-advertisement (VPP 19.08 src/vnet/ip/ip6_neighbor.c, 26.06 src/vnet/ip6-nd/ip6_nd.c): answers for
 * the node's own addresses, and learns neighbours from both.
 *
 * A learned neighbour changes the FIB: frames behind it are forwarded where earlier ones were lost.
 */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import { findIp6At, formatNotedIp6, noteIp6 } from '../../../wire/ip6-address.js';
import { defineNode, end, type AnyNode } from '../../engine/node.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import type { Tables } from '../../engine/tables.js';
import { FibSource, FLAG_LOCAL } from '../../fib/fib-entry.js';
import { packetTrace } from '../../trace/writers.js';
import { icmp6InputErrors } from '../ip6-errors.js';
import { ICMP6_INPUT } from '../ip6-trace.js';
import { isMessageCut, isOnLink, learn, linkLayerOption, sendBack, writeAllNodes, writeLinkLayer } from './on-link.js';

const HOP_LIMIT = 255;
const FLAGS = 4;

/** True for a source of which VPP does not ask whether it is on the link. */
const isExempt = ({ view, at }: PacketBuffer): boolean =>
  ip6.isUnspecified(view, at + ip6.SOURCE) || ip6.isLinkLocal(view, at + ip6.SOURCE);

/** True for an address of the node: of the interface where it is link-local, else of any in the same table. */
function isOwn({ view, swIfIndexRx }: PacketBuffer, target: number, tables: Tables): boolean {
  const { ip6: routes, composition } = tables;
  const isLocal = ip6.isLinkLocal(view, target);
  const fibIndex = isLocal ? routes.links.fibIndex[swIfIndexRx] : routes.fibIndexOf[swIfIndexRx];
  const address = findIp6At(view, target);
  if (address < 0 || fibIndex < 0) return false;
  const entry = routes.fib.entries.exact({ fibIndex, address, length: 128 });
  if (!entry) return false;
  if (((entry.sourced(FibSource.INTERFACE)?.flags ?? 0) & FLAG_LOCAL) !== 0) return true;
  // 19.08 takes a neighbour's link-local address for one of its own.
  const local = entry.sourced(FibSource.IP6_ND);
  return local !== undefined && (!composition.behaviour.advertisesOnDemand || (local.flags & FLAG_LOCAL) !== 0);
}

export const neighborSolicitation = defineNode({
  name: 'icmp6-neighbor-solicitation',
  trace: packetTrace(ICMP6_INPUT, 'fork'),
  next: { DROP: 'ip6-drop', REPLY: 'interface-output' },
  errors: [icmp6InputErrors],
  causes: {
    NOT_ON_LINK: (b) => `a neighbour solicitation from ${formatNotedIp6(b.causeArg0)}, which is not on the link`,
    IP6_NOT_OURS: (b) => `a neighbour solicitation for ${formatNotedIp6(b.causeArg0)}, which is no address of the node`,
  },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(icmp6InputErrors);
    const { advertisesOnDemand } = tables.composition.behaviour;
    return (b) => {
      if (isMessageCut(b)) return next.DROP;
      const { view, at, swIfIndexRx } = b;
      const source = at + ip6.SOURCE;
      const l4 = at + ip6.HEADER_BYTES;
      const target = l4 + icmp6.TARGET;
      const isUnspecified = ip6.isUnspecified(view, source);
      if (!isExempt(b) && !isOnLink(b, tables)) {
        b.causeArg0 = noteIp6(b.bytes, source);
        return end(b, error.NEIGHBOR_SOLICITATION_SOURCE_NOT_ON_LINK, cause.NOT_ON_LINK, next.DROP);
      }
      const option = linkLayerOption(b, icmp6.NEIGHBOR_BYTES, icmp6.OPTION_SOURCE_LINK_LAYER);
      if (option >= 0 && !isUnspecified) learn(b, source, option, tables);
      if (!isOwn(b, target, tables)) {
        b.causeArg0 = noteIp6(b.bytes, target);
        return end(b, error.NEIGHBOR_SOLICITATION_SOURCE_UNKNOWN, cause.IP6_NOT_OURS, next.DROP);
      }

      if (isUnspecified) writeAllNodes(view, at + ip6.DESTINATION);
      else ip6.copyAddress(view, source, at + ip6.DESTINATION);
      ip6.copyAddress(view, target, source);
      ip6.setHopLimit(view, at, HOP_LIMIT);
      icmp6.setType(view, l4, icmp6.NEIGHBOR_ADVERTISEMENT);
      if (option >= 0)
        writeLinkLayer(view, option, icmp6.OPTION_TARGET_LINK_LAYER, tables.interfaces.all[swIfIndexRx].mac);
      const isRouter = advertisesOnDemand && tables.ip6Routers.of(swIfIndexRx)?.isAdvertised === true;
      view.setInt32(l4 + FLAGS, icmp6.FLAG_SOLICITED | icmp6.FLAG_OVERRIDE | (isRouter ? icmp6.FLAG_ROUTER : 0));
      icmp6.fillChecksum(view, at);
      sendBack(b, tables);
      errors.increment(error.NEIGHBOR_ADVERTISEMENTS_TX);
      b.error = error.NONE;
      return next.REPLY;
    };
  },
});

const advertisementNode = (onward: 'ip6-drop' | 'ip6-punt'): AnyNode =>
  defineNode({
    name: 'icmp6-neighbor-advertisement',
    trace: packetTrace(ICMP6_INPUT),
    next: { NEXT: onward, DROP: 'ip6-drop' },
    errors: [icmp6InputErrors],
    causes: {
      NOT_ON_LINK: (b) => `a neighbour advertisement from ${formatNotedIp6(b.causeArg0)}, which is not on the link`,
      HEARD: 'a neighbour advertisement, which was heard',
    },
    create: ({ next, cause, errors, tables }) => {
      const error = errors.ids(icmp6InputErrors);
      return (b) => {
        if (isMessageCut(b)) return next.DROP;
        const source = b.at + ip6.SOURCE;
        if (!isExempt(b) && !isOnLink(b, tables)) {
          b.causeArg0 = noteIp6(b.bytes, source);
          return end(b, error.NEIGHBOR_SOLICITATION_SOURCE_NOT_ON_LINK, cause.NOT_ON_LINK, next.NEXT);
        }
        const option = linkLayerOption(b, icmp6.NEIGHBOR_BYTES, icmp6.OPTION_TARGET_LINK_LAYER);
        if (option >= 0 && !ip6.isUnspecified(b.view, source))
          learn(b, b.at + ip6.HEADER_BYTES + icmp6.TARGET, option, tables);
        return end(b, error.NEIGHBOR_ADVERTISEMENTS_RX, cause.HEARD, next.NEXT);
      };
    },
  });

export const neighborAdvertisement = advertisementNode('ip6-drop');
export const neighborAdvertisementToPunt = advertisementNode('ip6-punt');
